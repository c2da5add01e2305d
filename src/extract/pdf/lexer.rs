//! Tokens of content streams and CMaps: flat, so nothing here recurses.
//!
//! Strings are unescaped into a buffer that is used again and again; arrays and dictionaries are
//! just their brackets, and whoever needs their structure counts them.

/// One token; `'a` is the data.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Token<'a> {
    Number(f32),
    /// Without the slash, `#xx` not yet undone (see [`name`]).
    Name(&'a [u8]),
    /// A span of [`Lexer::strings`].
    String(usize, usize),
    Open,
    Close,
    DictOpen,
    DictClose,
    /// Everything else: operators, true, false, null.
    Word(&'a [u8]),
}

/// Reads tokens off a byte slice.
pub(super) struct Lexer<'a> {
    data: &'a [u8],
    at: usize,
    /// Unescaped strings since the last [`Lexer::forget_strings`].
    pub(super) strings: Vec<u8>,
    /// A string in hexadecimal had an odd digit, or something else than digits.
    pub(super) rough: bool,
}

fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0c | b'\r' | b' ')
}

fn hex_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// Which bytes end a name, a number or an operator.
const ENDS: [bool; 256] = {
    let mut ends = [false; 256];
    let all = b"\0\t\n\x0c\r ()<>[]{}/%";
    let mut i = 0;
    while i < all.len() {
        ends[all[i] as usize] = true;
        i += 1;
    }
    ends
};

/// A name with its `#xx` escapes undone.
pub(super) fn name(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((&byte, tail)) = rest.split_first() {
        if let (b'#', Some([h, l, ..])) = (byte, tail.get(..2))
            && let (Some(h), Some(l)) = (hex_digit(*h), hex_digit(*l))
        {
            out.push(h << 4 | l);
            rest = tail.get(2..).unwrap_or_default();
        } else {
            out.push(byte);
            rest = tail;
        }
    }
    out
}

/// A number as it should be, and its bytes; `None` where the lenient reading is needed.
fn plain_number(data: &[u8]) -> Option<(f32, usize)> {
    const DIGITS: usize = 9;
    const POWERS: [f64; DIGITS + 1] = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];
    let negative = data.first() == Some(&b'-');
    let mut at = usize::from(negative);
    let (mut digits, mut count, mut parts) = (0u64, 0usize, 0usize);
    let mut point = false;
    let end = loop {
        match data.get(at) {
            Some(&digit @ b'0'..=b'9') => {
                digits = digits * 10 + u64::from(digit - b'0');
                count += 1;
                parts += usize::from(point);
            }
            Some(b'.') if !point => point = true,
            Some(&other) if !ENDS[usize::from(other)] => return None,
            _ => break at,
        }
        if count > DIGITS {
            return None;
        }
        at += 1;
    };
    if count == 0 {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "nine digits")]
    let value = digits as f64 / POWERS.get(parts)?;
    #[expect(clippy::cast_possible_truncation, reason = "coordinates need no more precision")]
    let value = (if negative { -value } else { value }) as f32;
    Some((value, end))
}

impl<'a> Lexer<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        Self { data, at: 0, strings: Vec::new(), rough: false }
    }

    /// The bytes of a string token.
    pub(super) fn string(&self, start: usize, end: usize) -> &[u8] {
        self.strings.get(start..end).unwrap_or_default()
    }

    /// Frees the strings of tokens that are no longer needed.
    pub(super) fn forget_strings(&mut self) {
        self.strings.clear();
    }

    fn peek(&self) -> Option<u8> {
        self.data.get(self.at).copied()
    }

    /// The next token; `None` at the end.
    pub(super) fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let byte = self.peek()?;
            if is_space(byte) {
                self.at += 1;
            } else if byte == b'%' {
                while self.peek().is_some_and(|b| b != b'\n' && b != b'\r') {
                    self.at += 1;
                }
            } else {
                break;
            }
        }
        let byte = self.peek()?;
        let token = match byte {
            b'[' => self.one(Token::Open),
            b']' => self.one(Token::Close),
            b'{' | b'}' | b')' => self.one(Token::Word(b"")),
            b'(' => self.literal(),
            b'<' if self.data.get(self.at + 1) == Some(&b'<') => {
                self.at += 1;
                self.one(Token::DictOpen)
            }
            b'>' if self.data.get(self.at + 1) == Some(&b'>') => {
                self.at += 1;
                self.one(Token::DictClose)
            }
            b'<' => self.hex(),
            b'>' => self.one(Token::Word(b"")),
            b'/' => {
                self.at += 1;
                Token::Name(self.regular())
            }
            b'0'..=b'9' | b'+' | b'-' | b'.' => self.number(),
            _ => Token::Word(self.regular()),
        };
        Some(token)
    }

    fn one(&mut self, token: Token<'a>) -> Token<'a> {
        self.at += 1;
        token
    }

    fn regular(&mut self) -> &'a [u8] {
        let rest = self.data.get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|&b| ENDS[usize::from(b)]).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    /// A number as lenient viewers read it: `--5`, `5-3` and `1.2.3` stop where they stop to make
    /// sense.
    fn number(&mut self) -> Token<'a> {
        if let Some((value, length)) = plain_number(self.data.get(self.at..).unwrap_or_default()) {
            self.at += length;
            return Token::Number(value);
        }
        let start = self.at;
        let word = self.regular();
        let (mut negative, mut seen) = (false, false);
        let (mut whole, mut part, mut scale) = (0f64, 0f64, 1f64);
        let mut point = false;
        for (i, &byte) in word.iter().enumerate() {
            match byte {
                b'+' if !seen => {}
                b'-' if !seen && !point => negative = true,
                b'-' | b'+' => break,
                b'.' if !point => point = true,
                b'0'..=b'9' if !point => {
                    whole = whole * 10.0 + f64::from(byte - b'0');
                    seen = true;
                }
                b'0'..=b'9' => {
                    part = part * 10.0 + f64::from(byte - b'0');
                    scale *= 10.0;
                    seen = true;
                }
                // `0Tc`, `12 0 obj`: an operator stuck to a number.
                b'a'..=b'z' | b'A'..=b'Z' | b'\'' | b'"' | b'*' if seen => {
                    self.at = start + i;
                    break;
                }
                _ if !seen && !point => return Token::Word(word),
                _ => break,
            }
        }
        let value = if scale.is_finite() { whole + part / scale } else { whole };
        #[expect(clippy::cast_possible_truncation, reason = "coordinates need no more precision")]
        let value = (if negative { -value } else { value }) as f32;
        Token::Number(value)
    }

    fn literal(&mut self) -> Token<'a> {
        let start = self.strings.len();
        self.at += 1;
        let mut depth = 1usize;
        loop {
            let rest = self.data.get(self.at..).unwrap_or_default();
            let plain = rest.iter().position(|b| matches!(b, b'(' | b')' | b'\\' | b'\r'));
            let plain = plain.unwrap_or(rest.len());
            self.strings.extend_from_slice(rest.get(..plain).unwrap_or_default());
            self.at += plain;
            let Some(byte) = self.peek() else { break };
            self.at += 1;
            match byte {
                b'(' => depth += 1,
                b')' => {
                    depth -= 1;
                    if depth == 0 {
                        break;
                    }
                }
                b'\\' => {
                    let Some(escaped) = self.peek() else { break };
                    self.at += 1;
                    match escaped {
                        b'n' => self.strings.push(b'\n'),
                        b'r' => self.strings.push(b'\r'),
                        b't' => self.strings.push(b'\t'),
                        b'b' => self.strings.push(8),
                        b'f' => self.strings.push(12),
                        b'\r' => {
                            if self.peek() == Some(b'\n') {
                                self.at += 1;
                            }
                        }
                        b'\n' => {}
                        b'0'..=b'7' => {
                            let mut value = u32::from(escaped - b'0');
                            for _ in 0..2 {
                                match self.peek() {
                                    Some(digit @ b'0'..=b'7') => {
                                        value = value * 8 + u32::from(digit - b'0');
                                        self.at += 1;
                                    }
                                    _ => break,
                                }
                            }
                            self.strings.push(value.to_le_bytes()[0]);
                        }
                        other => self.strings.push(other),
                    }
                    continue;
                }
                b'\r' => {
                    if self.peek() == Some(b'\n') {
                        self.at += 1;
                    }
                    self.strings.push(b'\n');
                    continue;
                }
                _ => {}
            }
            self.strings.push(byte);
        }
        Token::String(start, self.strings.len())
    }

    fn hex(&mut self) -> Token<'a> {
        let start = self.strings.len();
        self.at += 1;
        let mut high: Option<u8> = None;
        let rest = self.data.get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|&b| b == b'>').unwrap_or(rest.len());
        self.at = (self.at + length + 1).min(self.data.len());
        for &byte in rest.get(..length).unwrap_or_default() {
            if let Some(digit) = hex_digit(byte) {
                match high.take() {
                    Some(first) => self.strings.push(first << 4 | digit),
                    None => high = Some(digit),
                }
            } else {
                self.rough |= !is_space(byte);
            }
        }
        self.rough |= high.is_some();
        self.strings.extend(high.map(|first| first << 4));
        Token::String(start, self.strings.len())
    }

    /// Skips the data of an inline image: called behind `ID`, stops behind `EI`.
    ///
    /// The data may hold the letters EI by chance, so what follows must look like operators.
    pub(super) fn skip_inline_image(&mut self) {
        const LOOK_AHEAD_BYTES: usize = 24;
        let mut from = self.at;
        while let Some(found) =
            self.data.get(from..).and_then(|rest| rest.windows(2).position(|w| w == b"EI"))
        {
            let at = from + found;
            let before = at.checked_sub(1).and_then(|i| self.data.get(i)).is_none_or(|&b| is_space(b));
            let behind = self.data.get(at + 2..).unwrap_or_default();
            let parted = behind.first().is_none_or(|&b| is_space(b));
            let plain = behind
                .iter()
                .take(LOOK_AHEAD_BYTES)
                .all(|&b| (b' '..0x7f).contains(&b) || matches!(b, b'\n' | b'\r' | b'\t'));
            if before && parted && plain {
                self.at = at + 2;
                return;
            }
            from = at + 2;
        }
        self.at = self.data.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(data: &[u8]) -> Vec<String> {
        let mut lexer = Lexer::new(data);
        let mut out = Vec::new();
        while let Some(token) = lexer.next() {
            out.push(match token {
                Token::Number(n) => format!("{n}"),
                Token::Name(n) => format!("/{}", String::from_utf8_lossy(&name(n))),
                Token::String(a, b) => format!("({})", String::from_utf8_lossy(lexer.string(a, b))),
                Token::Word(w) => String::from_utf8_lossy(w).into_owned(),
                other => format!("{other:?}"),
            });
        }
        out
    }

    #[test]
    fn tokens() {
        assert_eq!(words(b"/F#31 12.5 Tf -.5 --3 0Tc"), ["/F1", "12.5", "Tf", "-0.5", "-3", "0", "Tc"]);
        assert_eq!(
            words(b"[(a\\(b(c)\\101)-20<4 1 5>]TJ %x\n'"),
            ["Open", "(a(b(c)A)", "-20", "(AP)", "Close", "TJ", "'"]
        );
        assert_eq!(words(b"<</MCID 3>>BDC T*"), ["DictOpen", "/MCID", "3", "DictClose", "BDC", "T*"]);
    }

    #[test]
    fn inline_images_end_at_a_plausible_ei() {
        let mut lexer = Lexer::new(b"ID \x01 EI\x02\xff EI \xfe EI\nQ (x) Tj");
        assert_eq!(lexer.next(), Some(Token::Word(b"ID")));
        lexer.skip_inline_image();
        assert_eq!(lexer.next(), Some(Token::Word(b"Q")));
    }

    #[test]
    fn nesting_costs_nothing() {
        assert_eq!(words(&b"[".repeat(300_000)).len(), 300_000);
    }
}
