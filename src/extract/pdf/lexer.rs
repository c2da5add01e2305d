//! Tokens of content streams and CMaps: flat, so nothing here recurses.
//!
//! Strings without escapes are slices of the data; the others are unescaped into a buffer that is used
//! again and again. Arrays and dictionaries are just their brackets, and whoever needs their structure
//! counts them.

/// One token; `'a` is the data.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Token<'a> {
    /// No larger than an `f32` (see [`single`]): as wide as what other tokens hold, so that it can be
    /// handed on at once.
    Number(f64),
    /// Without the slash, `#xx` not yet undone (see [`name`]).
    Name(&'a [u8]),
    /// Its bytes are told by [`Lexer::bytes`].
    String(Letters<'a>),
    Open,
    Close,
    DictOpen,
    DictClose,
    /// Everything else: operators, true, false, null.
    Word(&'a [u8]),
}

/// Where the bytes of a string are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Letters<'a> {
    /// As they stand in the data.
    Plain(&'a [u8]),
    /// A span of [`Lexer::strings`].
    Unescaped(usize, usize),
}

/// Reads tokens off a byte slice.
pub(super) struct Lexer<'a> {
    data: &'a [u8],
    at: usize,
    /// Unescaped strings since the last [`Lexer::forget_strings`].
    strings: Vec<u8>,
    /// A string in hexadecimal had an odd digit, or something else than digits.
    pub(super) rough: bool,
    /// The latter.
    pub(super) foreign: bool,
}

/// White space.
const SPACE: u8 = 1;
/// What ends a name, a number or an operator, white space too.
const END: u8 = 2;
/// What ends the plain part of a literal string.
const ESCAPE: u8 = 4;

/// What each byte is.
const KINDS: [u8; 256] = {
    let mut kinds = [0; 256];
    let sets: [(&[u8], u8); 3] =
        [(b"\0\t\n\x0c\r ", SPACE), (b"\0\t\n\x0c\r ()<>[]{}/%", END), (b"()\\\r", ESCAPE)];
    let mut set = 0;
    while set < sets.len() {
        let (bytes, kind) = sets[set];
        let mut i = 0;
        while i < bytes.len() {
            kinds[bytes[i] as usize] |= kind;
            i += 1;
        }
        set += 1;
    }
    kinds
};

/// No hexadecimal digit.
const NO_DIGIT: u8 = 0xff;

/// The values of hexadecimal digits.
const DIGITS: [u8; 256] = {
    let mut digits = [NO_DIGIT; 256];
    let mut i: u8 = 0;
    while i < 16 {
        let digit = if i < 10 { b'0' + i } else { b'a' + i - 10 };
        digits[digit as usize] = i;
        digits[digit.to_ascii_uppercase() as usize] = i;
        i += 1;
    }
    digits
};

#[inline]
fn is(byte: u8, kind: u8) -> bool {
    KINDS[usize::from(byte)] & kind != 0
}

#[inline]
pub(super) fn is_space(byte: u8) -> bool {
    is(byte, SPACE)
}

/// Whether a byte is part of a name, a number or an operator.
#[inline]
pub(super) fn is_regular(byte: u8) -> bool {
    !is(byte, END)
}

#[inline]
fn hex_digit(byte: u8) -> Option<u8> {
    Some(DIGITS[usize::from(byte)]).filter(|&digit| digit != NO_DIGIT)
}

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

/// A number in the precision that coordinates need.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "coordinates need no more precision")]
pub(super) fn single(number: f64) -> f32 {
    number as f32
}

/// A number as it should be, and its bytes; `None` where the lenient reading is needed.
#[inline]
fn plain_number(data: &[u8]) -> Option<(f64, usize)> {
    const MOST: usize = 9;
    // Multiplying takes a fraction of the time that dividing does.
    const SHARES: [f64; MOST + 1] = [1.0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9];
    let negative = data.first() == Some(&b'-');
    let begin = usize::from(negative);
    let (mut value, mut at) = (0i64, begin);
    // Where the point stands.
    let mut point = None;
    let count = |at: usize, point: Option<usize>| at - begin - usize::from(point.is_some());
    while let Some(&byte) = data.get(at) {
        let digit = byte.wrapping_sub(b'0');
        if digit < 10 {
            value = value.wrapping_mul(10).wrapping_add(i64::from(digit));
        } else if byte == b'.' && point.is_none() {
            point = Some(at);
        } else if is(byte, END) {
            break;
        } else {
            return None;
        }
        at += 1;
    }
    if !(1..=MOST).contains(&count(at, point)) {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "nine digits")]
    let mut value = value as f64;
    if let Some(point) = point {
        value *= SHARES.get(at - point - 1)?;
    }
    Some((if negative { -value } else { value }, at))
}

impl<'a> Lexer<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        Self { data, at: 0, strings: Vec::new(), rough: false, foreign: false }
    }

    /// The bytes of a string.
    #[inline]
    pub(super) fn bytes<'s>(&'s self, letters: Letters<'s>) -> &'s [u8] {
        match letters {
            Letters::Plain(bytes) => bytes,
            Letters::Unescaped(start, end) => self.strings.get(start..end).unwrap_or_default(),
        }
    }

    /// Frees the strings of tokens that are no longer needed.
    #[inline]
    pub(super) fn forget_strings(&mut self) {
        self.strings.clear();
    }

    /// The next token; `None` at the end.
    #[inline(always)]
    pub(super) fn next(&mut self) -> Option<Token<'a>> {
        let data = self.data;
        let mut at = self.at;
        let byte = loop {
            let byte = *data.get(at)?;
            if is(byte, SPACE) {
                at += 1;
            } else if byte == b'%' {
                let rest = data.get(at..).unwrap_or_default();
                at += rest.iter().position(|&b| b == b'\n' || b == b'\r').unwrap_or(rest.len());
            } else {
                break byte;
            }
        };
        self.at = at;
        Some(match byte {
            b'0'..=b'9' | b'+' | b'-' | b'.' => match plain_number(data.get(at..).unwrap_or_default()) {
                Some((value, length)) => {
                    self.at += length;
                    Token::Number(value)
                }
                None => self.number(),
            },
            b'[' => self.one(Token::Open),
            b']' => self.one(Token::Close),
            b'{' | b'}' | b')' => self.one(Token::Word(b"")),
            b'(' => self.literal(),
            b'<' if data.get(at + 1) == Some(&b'<') => {
                self.at += 1;
                self.one(Token::DictOpen)
            }
            b'>' if data.get(at + 1) == Some(&b'>') => {
                self.at += 1;
                self.one(Token::DictClose)
            }
            b'<' => self.hex(),
            b'>' => self.one(Token::Word(b"")),
            b'/' => {
                self.at += 1;
                Token::Name(self.regular())
            }
            _ => Token::Word(self.regular()),
        })
    }

    #[inline]
    fn one(&mut self, token: Token<'a>) -> Token<'a> {
        self.at += 1;
        token
    }

    #[inline]
    fn regular(&mut self) -> &'a [u8] {
        let rest = self.data.get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|&b| is(b, END)).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    /// A number as lenient viewers read it: `--5`, `5-3` and `1.2.3` stop where they stop to make
    /// sense.
    #[inline(never)]
    fn number(&mut self) -> Token<'a> {
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
        Token::Number(if negative { -value } else { value })
    }

    /// A literal string; most need no unescaping.
    #[inline]
    fn literal(&mut self) -> Token<'a> {
        self.at += 1;
        let rest = self.data.get(self.at..).unwrap_or_default();
        match rest.iter().position(|&b| is(b, ESCAPE)) {
            Some(length) if rest.get(length) == Some(&b')') => {
                self.at += length + 1;
                Token::String(Letters::Plain(rest.get(..length).unwrap_or_default()))
            }
            _ => self.escaped(),
        }
    }

    /// The same behind its bracket, with what has to be undone.
    #[inline(never)]
    fn escaped(&mut self) -> Token<'a> {
        let start = self.strings.len();
        let (data, mut at) = (self.data, self.at);
        let mut depth = 1usize;
        let digit = |at: usize| data.get(at).map(|b| b.wrapping_sub(b'0')).filter(|&digit| digit < 8);
        while let Some(&byte) = data.get(at) {
            at += 1;
            match byte {
                _ if !is(byte, ESCAPE) => self.strings.push(byte),
                b'\\' => {
                    if let Some(&[a @ b'0'..=b'7', b @ b'0'..=b'7', c @ b'0'..=b'7']) = data.get(at..at + 3) {
                        self.strings.push((a - b'0') << 6 | (b - b'0') << 3 | (c - b'0'));
                        at += 3;
                        continue;
                    }
                    let Some(&escaped) = data.get(at) else { break };
                    if let Some(first) = digit(at) {
                        let mut value = u32::from(first);
                        at += 1;
                        for _ in 0..2 {
                            let Some(next) = digit(at) else { break };
                            value = value * 8 + u32::from(next);
                            at += 1;
                        }
                        self.strings.push(value.to_le_bytes()[0]);
                        continue;
                    }
                    at += 1;
                    match escaped {
                        b'n' => self.strings.push(b'\n'),
                        b'r' => self.strings.push(b'\r'),
                        b't' => self.strings.push(b'\t'),
                        b'b' => self.strings.push(8),
                        b'f' => self.strings.push(12),
                        b'\r' => at += usize::from(data.get(at) == Some(&b'\n')),
                        b'\n' => {}
                        other => self.strings.push(other),
                    }
                }
                b'\r' => {
                    at += usize::from(data.get(at) == Some(&b'\n'));
                    self.strings.push(b'\n');
                }
                b'(' => {
                    depth += 1;
                    self.strings.push(byte);
                }
                _ => {
                    depth -= 1;
                    if depth == 0 {
                        break;
                    }
                    self.strings.push(byte);
                }
            }
        }
        self.at = at;
        Token::String(Letters::Unescaped(start, self.strings.len()))
    }

    #[inline(never)]
    fn hex(&mut self) -> Token<'a> {
        let start = self.strings.len();
        self.at += 1;
        let rest = self.data.get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|&b| b == b'>').unwrap_or(rest.len());
        self.at = (self.at + length + 1).min(self.data.len());
        let mut digits = rest.get(..length).unwrap_or_default();
        self.strings.reserve(length.div_ceil(2));
        // Nearly all are nothing but pairs of digits.
        while let Some((&[high, low], tail)) = digits.split_first_chunk() {
            let (high, low) = (DIGITS[usize::from(high)], DIGITS[usize::from(low)]);
            if high == NO_DIGIT || low == NO_DIGIT {
                break;
            }
            self.strings.push(high << 4 | low);
            digits = tail;
        }
        let mut high: Option<u8> = None;
        while let Some((&byte, tail)) = digits.split_first() {
            digits = tail;
            let Some(digit) = hex_digit(byte) else {
                self.foreign |= !is_space(byte);
                continue;
            };
            match high.take() {
                Some(first) => self.strings.push(first << 4 | digit),
                None => high = Some(digit),
            }
        }
        self.rough |= self.foreign || high.is_some();
        self.strings.extend(high.map(|first| first << 4));
        Token::String(Letters::Unescaped(start, self.strings.len()))
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
                Token::Number(n) => format!("{}", single(n)),
                Token::Name(n) => format!("/{}", String::from_utf8_lossy(&name(n))),
                Token::String(s) => format!("({})", String::from_utf8_lossy(lexer.bytes(s))),
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
    fn hexadecimal_strings() {
        let read = |data: &[u8]| {
            let mut lexer = Lexer::new(data);
            let Some(Token::String(letters)) = lexer.next() else { panic!("no string") };
            (lexer.bytes(letters).to_vec(), lexer.rough, lexer.foreign)
        };
        assert_eq!(read(b"<673A5bc6>"), (vec![0x67, 0x3a, 0x5b, 0xc6], false, false));
        assert_eq!(read(b"<67 3 A>"), (vec![0x67, 0x3a], false, false));
        assert_eq!(read(b"<673>"), (vec![0x67, 0x30], true, false));
        assert_eq!(read(b"<67x3a>"), (vec![0x67, 0x3a], true, true));
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
