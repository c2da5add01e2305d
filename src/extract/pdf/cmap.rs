//! CMaps: the codes of an embedded encoding, or what ToUnicode says that codes mean.
//!
//! Parsed into sorted ranges; what makes no sense in them is remembered.

use super::encoding::glyph_name;
use super::lexer::{Letters, Lexer, Token, name as unescaped};

/// Ranges of one CMap; more are ignored, and it counts as damaged.
const RANGES: usize = 200_000;
/// Bytes of text that one code may stand for.
const TARGET_BYTES: usize = 512;

/// The value of a code, and its length in bytes.
fn valued(code: &[u8]) -> (u32, usize) {
    (value(code), code.len())
}

pub(super) fn value(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).fold(0, |code, &b| code << 8 | u32::from(b))
}

/// Code ranges carry their length in front, so that `<20>` and `<0020>` differ.
fn key(code: u32, length: usize) -> u64 {
    (length as u64) << 32 | u64::from(code)
}

#[derive(Debug)]
enum Target {
    /// The character of the range's first code; the others follow it.
    Char(u32),
    /// A span of the pool.
    Text(usize, usize),
    Cid(u32),
}

#[derive(Debug)]
struct Range {
    low: u64,
    high: u64,
    target: Target,
}

/// A parsed CMap: an embedded encoding or a ToUnicode map.
#[derive(Debug, Default)]
pub(super) struct CMap {
    /// Length in bytes, lowest and highest code.
    spaces: Vec<(usize, u32, u32)>,
    cids: Vec<Range>,
    texts: Vec<Range>,
    pool: String,
    /// The name behind `usecmap`.
    pub(super) base: Option<Vec<u8>>,
    /// /WMode 1.
    pub(super) vertical: bool,
    /// Something in it makes no sense, or was too much: codes it says nothing about may be lost ones.
    pub(super) damaged: bool,
}

impl CMap {
    /// Reads what can be read of a CMap; never fails.
    pub(super) fn parse(data: &[u8]) -> Self {
        let mut cmap = Self::default();
        let mut lexer = Lexer::new(data);
        let mut last: Option<Token<'_>> = None;
        while let Some(token) = lexer.next() {
            if let Token::Word(word) = token {
                match word {
                    b"begincodespacerange" => cmap.spaces(&mut lexer),
                    b"beginbfchar" => cmap.pairs(&mut lexer, false),
                    b"begincidchar" => cmap.pairs(&mut lexer, true),
                    b"beginbfrange" => cmap.ranges(&mut lexer, false),
                    b"begincidrange" => cmap.ranges(&mut lexer, true),
                    b"endbfchar" | b"endbfrange" | b"endcidchar" | b"endcidrange" => cmap.damaged = true,
                    b"usecmap" => {
                        if let Some(Token::Name(name)) = last {
                            cmap.base = Some(name.to_vec());
                        }
                    }
                    _ => {}
                }
                lexer.forget_strings();
            }
            if let (Some(Token::Name(b"WMode")), Token::Number(mode)) = (last, token) {
                cmap.vertical = mode == 1.0;
            }
            last = Some(token);
        }
        cmap.damaged |= lexer.rough;
        // Stable: of two ranges with the same start the later one is found.
        cmap.cids.sort_by_key(|range| range.low);
        cmap.texts.sort_by_key(|range| range.low);
        cmap
    }

    /// Whether it maps any code to text.
    pub(super) fn has_texts(&self) -> bool {
        !self.texts.is_empty()
    }

    fn spaces(&mut self, lexer: &mut Lexer<'_>) {
        const SPACES: usize = 256;
        while let (Some(Token::String(low)), Some(Token::String(high))) = (lexer.next(), lexer.next()) {
            let (low, high) = (lexer.bytes(low), lexer.bytes(high));
            if (1..=4).contains(&low.len()) && self.spaces.len() < SPACES {
                self.spaces.push((low.len(), value(low), value(high)));
            }
            lexer.forget_strings();
        }
        lexer.foreign = false;
    }

    /// `<code> target` pairs up to the section's end.
    fn pairs(&mut self, lexer: &mut Lexer<'_>, cids: bool) {
        while let Some(code) = self.code(lexer) {
            let (code, length) = valued(lexer.bytes(code));
            match lexer.next() {
                Some(token) => self.add(lexer, code, code, length, token, cids),
                None => self.damaged = true,
            }
            lexer.forget_strings();
        }
    }

    /// `<low> <high> target` triples; a target may be an array with one entry a code.
    fn ranges(&mut self, lexer: &mut Lexer<'_>, cids: bool) {
        while let Some(low) = self.code(lexer)
            && let Some(high) = self.code(lexer)
        {
            let ((low, length), high) = (valued(lexer.bytes(low)), value(lexer.bytes(high)));
            match lexer.next() {
                Some(Token::Open) => {
                    let mut code = low;
                    while let Some(token) = lexer.next() {
                        match token {
                            Token::Close => break,
                            Token::String(..) if code <= high => {
                                self.add(lexer, code, code, length, token, cids);
                            }
                            Token::String(..) => {}
                            Token::Word(b"endbfrange") => {
                                self.damaged = true;
                                return;
                            }
                            _ => self.damaged = true,
                        }
                        code = code.saturating_add(1);
                    }
                }
                Some(token) => self.add(lexer, low, high, length, token, cids),
                None => self.damaged = true,
            }
            lexer.forget_strings();
        }
    }

    /// The next code of a section; `None` at its end. What does not belong there is passed over.
    fn code<'a>(&mut self, lexer: &mut Lexer<'a>) -> Option<Letters<'a>> {
        loop {
            match lexer.next() {
                Some(Token::String(code)) => return Some(code),
                Some(Token::Word(word)) if word.starts_with(b"end") => return None,
                None => {
                    self.damaged = true;
                    return None;
                }
                Some(_) => self.damaged = true,
            }
        }
    }

    fn add(
        &mut self,
        lexer: &mut Lexer<'_>,
        low: u32,
        high: u32,
        length: usize,
        token: Token<'_>,
        cids: bool,
    ) {
        // Of a string with something else than digits nobody knows what it was: the code is lost, not another.
        let foreign = std::mem::take(&mut lexer.foreign);
        if self.texts.len() + self.cids.len() >= RANGES || high < low || foreign {
            self.damaged = true;
            return;
        }
        let length = length.min(4);
        let (from, to) = (key(low, length), key(high, length));
        match token {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
            Token::Number(cid) if cids => {
                self.cids.push(Range { low: from, high: to, target: Target::Cid(cid as u32) });
            }
            Token::String(letters) if !cids => {
                let bytes = lexer.bytes(letters);
                let bytes = bytes.get(..bytes.len().min(TARGET_BYTES)).unwrap_or_default();
                // One byte is not UTF-16, but some producers write it.
                let single = [0, bytes.first().copied().unwrap_or(0)];
                let bytes = if bytes.len() == 1 { &single } else { bytes };
                // Nearly all are one character of the basic plane.
                if let &[high, low] = bytes
                    && let Some(char) = char::from_u32(u16::from_be_bytes([high, low]).into())
                {
                    let target = Target::Char(u32::from(char));
                    self.texts.push(Range { low: from, high: to, target });
                    return;
                }
                let (text, _) = encoding_rs::UTF_16BE.decode_without_bom_handling(bytes);
                let mut chars = text.chars();
                let target = match (chars.next(), chars.next()) {
                    (Some(char), None) => Target::Char(u32::from(char)),
                    (None, _) => return,
                    _ => {
                        self.pool.push_str(&text);
                        Target::Text(self.pool.len() - text.len(), self.pool.len())
                    }
                };
                self.texts.push(Range { low: from, high: to, target });
            }
            Token::Name(name) if !cids => match glyph_name(&unescaped(name)) {
                Some(text) => {
                    self.pool.push_str(&text);
                    let target = Target::Text(self.pool.len() - text.len(), self.pool.len());
                    self.texts.push(Range { low: from, high: to, target });
                }
                None => self.damaged = true,
            },
            _ => self.damaged = true,
        }
    }

    /// Length of the code that `bytes` start with, if it is one of this CMap's.
    pub(super) fn code_length(&self, bytes: &[u8]) -> Option<usize> {
        let inside = |&(length, low, high): &(usize, u32, u32)| {
            bytes.len() >= length
                && (0..length).all(|i| {
                    let shift = 8 * (length - 1 - i);
                    let byte = bytes.get(i).copied().map_or(0, u32::from);
                    (low >> shift & 0xff..=high >> shift & 0xff).contains(&byte)
                })
        };
        self.spaces.iter().filter(|space| inside(space)).map(|space| space.0).min()
    }

    /// Length of codes that are none of this CMap's.
    pub(super) fn shortest(&self) -> usize {
        self.spaces.iter().map(|space| space.0).min().unwrap_or(2)
    }

    pub(super) fn cid(&self, code: u32, length: usize) -> Option<u32> {
        match find(&self.cids, key(code, length)) {
            Some((Range { target: Target::Cid(first), .. }, offset)) => Some(first.saturating_add(offset)),
            _ => None,
        }
    }

    /// Which of the codes below 256 have a text.
    pub(super) fn low_codes(&self) -> [bool; 256] {
        let mut codes = [false; 256];
        for range in &self.texts {
            let [low, high] =
                [range.low, range.high].map(|key| usize::try_from(key & 0xffff_ffff).unwrap_or(0));
            codes.get_mut(low..=high.min(255)).unwrap_or_default().fill(true);
        }
        codes
    }

    /// Appends the text of a code; `false` if it has none.
    pub(super) fn text(&self, code: u32, length: usize, out: &mut String) -> bool {
        let found = find(&self.texts, key(code, length))
            .or_else(|| (1..=4).find_map(|other| find(&self.texts, key(code, other))));
        match found {
            Some((Range { target: Target::Char(first), .. }, offset)) => {
                let char = char::from_u32(first.saturating_add(offset));
                out.extend(char);
                char.is_some()
            }
            Some((Range { target: Target::Text(start, end), .. }, offset)) => {
                let text = self.pool.get(*start..*end).unwrap_or_default();
                let mut chars = text.chars();
                let last = chars.next_back();
                out.push_str(chars.as_str());
                out.extend(last.and_then(|c| char::from_u32(u32::from(c).saturating_add(offset))));
                true
            }
            _ => false,
        }
    }
}

/// The range that holds `key`, and how far behind its start it is.
fn find(ranges: &[Range], key: u64) -> Option<(&Range, u32)> {
    // Overlapping ranges are rare; the few before the last that starts in time are tried.
    const LOOK_BACK: usize = 4;
    let end = ranges.partition_point(|range| range.low <= key);
    let range = ranges.get(..end)?.iter().rev().take(LOOK_BACK).find(|range| key <= range.high)?;
    Some((range, u32::try_from(key - range.low).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::pdf::coding::Coding;

    const MAP: &[u8] = b"/CIDInit /ProcSet findresource begin /WMode 0 def
        2 begincodespacerange <00> <80> <8140> <FEFE> endcodespacerange
        2 beginbfchar <01> <673A> <8141> <D840DC00> endbfchar
        3 beginbfrange <02> <04> <5BC6> <10> <11> [<0041> <00420043>] <20> <22> <00660069> endbfrange
        1 begincidrange <8140> <8142> 100 endcidrange endcmap";

    #[test]
    fn a_string_with_other_than_digits_maps_nothing() {
        let cmap = CMap::parse(b"3 beginbfchar <1D> <\xb002E> <1E> <0034> <1\xb0> <0035> endbfchar");
        let mut text = String::new();
        assert!(cmap.damaged && !cmap.text(0x1d, 1, &mut text) && !cmap.text(0x10, 1, &mut text));
        assert!(cmap.text(0x1e, 1, &mut text));
        assert_eq!(text, "4");
    }

    #[test]
    fn embedded_maps() {
        let cmap = CMap::parse(MAP);
        let text = |code, length| {
            let mut out = String::new();
            cmap.text(code, length, &mut out).then_some(out)
        };
        assert_eq!(text(1, 1).as_deref(), Some("机"));
        assert_eq!(text(2, 1).as_deref(), Some("密"));
        assert_eq!(text(3, 1).as_deref(), Some("寇"));
        assert_eq!(text(0x11, 1).as_deref(), Some("BC"));
        assert_eq!(text(0x21, 1).as_deref(), Some("fj"));
        assert_eq!(text(0x8141, 2).as_deref(), Some("\u{20000}"));
        assert_eq!(text(5, 1), None);
        assert_eq!(cmap.cid(0x8142, 2), Some(102));
        let coding = Coding::Embedded(Box::new(cmap), None);
        assert_eq!(coding.code(b"\x01\x81\x40"), (1, 1));
        assert_eq!(coding.code(b"\x81\x40\x01"), (0x8140, 2));
    }
}
