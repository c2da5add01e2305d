//! RTF as a flat run of tokens: braces, control words, bytes.

/// What comes next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// `{`
    Open,
    /// `}`
    Close,
    /// `\word-12 `, its name and number.
    Word(&'a str, Option<i32>),
    /// `\~` and the like; escaped braces and backslashes are bytes.
    Symbol(u8),
    /// Characters in the code page, line ends left out; one `\'hh` or a stretch as it stands.
    Bytes(&'a [u8]),
    /// One byte given as `\'hh` or by an escape.
    Byte(u8),
    /// Raw bytes behind `\bin`; whether the file holds as many as announced.
    Binary(&'a [u8], bool),
}

/// Bytes of a control word that are believed to be one.
const WORD_BYTES: usize = 64;

/// Cuts a file into tokens.
pub(super) struct Lexer<'a> {
    rest: &'a [u8],
}

impl<'a> Lexer<'a> {
    /// Starts at the beginning.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// What has not been read.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    fn take(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.rest.split_at(count.min(self.rest.len()));
        self.rest = rest;
        taken
    }

    /// The next token; `None` at the end.
    pub(super) fn next(&mut self) -> Option<Token<'a>> {
        loop {
            return Some(match *self.rest.first()? {
                b'{' => {
                    self.take(1);
                    Token::Open
                }
                b'}' => {
                    self.take(1);
                    Token::Close
                }
                b'\\' => {
                    self.take(1);
                    self.control()
                }
                b'\r' | b'\n' | 0 => {
                    self.take(1);
                    continue;
                }
                _ => {
                    let end =
                        self.rest.iter().position(|b| matches!(b, b'{' | b'}' | b'\\' | b'\r' | b'\n' | 0));
                    Token::Bytes(self.take(end.unwrap_or(self.rest.len())))
                }
            });
        }
    }

    /// What stands behind a backslash.
    fn control(&mut self) -> Token<'a> {
        let letters = self.rest.iter().take(WORD_BYTES).take_while(|b| b.is_ascii_alphabetic()).count();
        if letters == 0 {
            return match self.take(1) {
                [b'\''] => self.hex(),
                [byte @ (b'{' | b'}' | b'\\')] => Token::Byte(*byte),
                [b'\r' | b'\n'] => Token::Word("par", None),
                [b'\t'] => Token::Word("tab", None),
                [byte] => Token::Symbol(*byte),
                _ => Token::Bytes(&[]),
            };
        }
        let name = std::str::from_utf8(self.take(letters)).unwrap_or_default();
        let sign = usize::from(self.rest.first() == Some(&b'-'));
        let digits = self.rest.iter().skip(sign).take(10).take_while(|b| b.is_ascii_digit()).count();
        let number = match digits {
            0 => None,
            _ => std::str::from_utf8(self.take(sign + digits)).ok().map(|n| n.parse().unwrap_or(i32::MAX)),
        };
        if self.rest.first() == Some(&b' ') {
            self.take(1);
        }
        if name == "bin" {
            let count = number.and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
            let whole = self.rest.len() >= count;
            return Token::Binary(self.take(count), whole);
        }
        Token::Word(name, number)
    }

    fn hex(&mut self) -> Token<'a> {
        let digit = |at: usize| self.rest.get(at).and_then(|b| char::from(*b).to_digit(16));
        match (digit(0), digit(1)) {
            (Some(high), Some(low)) => {
                self.take(2);
                Token::Byte(u8::try_from(high * 16 + low).unwrap_or_default())
            }
            _ => Token::Bytes(b"?"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens() {
        let source = b"{\\rtf1\\u-3913 ?a\r\n\\'b0\\~\\{\\bin3 }{\\x}\\'g";
        let mut lexer = Lexer::new(source);
        let mut tokens = Vec::new();
        while let Some(token) = lexer.next() {
            tokens.push(token);
        }
        let expected = [
            Token::Open,
            Token::Word("rtf", Some(1)),
            Token::Word("u", Some(-3913)),
            Token::Bytes(b"?a"),
            Token::Byte(0xb0),
            Token::Symbol(b'~'),
            Token::Byte(b'{'),
            Token::Binary(b"}{\\", true),
            Token::Bytes(b"x"),
            Token::Close,
            Token::Bytes(b"?"),
            Token::Bytes(b"g"),
        ];
        assert_eq!(tokens, expected);
    }
}
