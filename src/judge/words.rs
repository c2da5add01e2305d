//! A dictionary of Chinese words with how often each was seen, and the most probable way to part a
//! text into its words.
//!
//! The dictionary is jieba's (data/words, made by the tool there). It is looked up where it lies in
//! the program, so that the first word costs no more than the next.

use std::cmp::Ordering;

const WORDS: &[u8] = include_bytes!("../../data/words/words.bin");

/// Parts `text` into words: of all ways to do it the one whose words are together seen most often.
///
/// What is no letter of a word is a word by itself, and a run of Latin letters and digits that
/// belongs to no other word is one.
pub(super) fn cut(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let run = rest.find(|c| !is_letter(c)).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(if run == 0 { first.len_utf8() } else { run });
        if run == 0 {
            words.push(word);
        } else {
            cut_run(word, &mut words);
        }
        rest = behind;
    }
    words
}

/// Characters that words of the dictionary are made of.
fn is_letter(c: char) -> bool {
    match c {
        '+' | '#' | '&' | '.' | '_' | '%' | '-' => true,
        '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' => true,
        '\u{20000}'..='\u{2a6df}' | '\u{2a700}'..='\u{2ebef}' | '\u{2f800}'..='\u{2fa1f}' => true,
        _ => c.is_ascii_alphanumeric(),
    }
}

/// Parts a run of letters: from its end on, the best first word of what starts at each character.
fn cut_run<'a>(run: &'a str, words: &mut Vec<&'a str>) {
    let starts: Vec<usize> = run.char_indices().map(|(at, _)| at).collect();
    // No word holds a character of more than 16 bits.
    let codes: Vec<u8> =
        run.chars().flat_map(|c| u16::try_from(u32::from(c)).unwrap_or(u16::MAX).to_be_bytes()).collect();
    let all = f64::from(number(WORDS, 0).unwrap_or(1)).ln();
    // The probability of the rest that starts at a character, and where its first word ends.
    let mut best = vec![(0.0, starts.len()); starts.len() + 1];
    for start in (0..starts.len()).rev() {
        let mut found: Option<(f64, usize)> = None;
        for (length, seen) in words_at_front(codes.get(2 * start..).unwrap_or_default()) {
            let end = start + length;
            let probability = f64::from(seen).ln() - all + best[end].0;
            // The longer of two equals.
            if found.is_none_or(|(best, _)| probability >= best) {
                found = Some((probability, end));
            }
        }
        best[start] = found.unwrap_or((best[start + 1].0 - all, start + 1));
    }
    let byte = |at: usize| starts.get(at).copied().unwrap_or(run.len());
    let (mut at, mut latin) = (0, None);
    while at < starts.len() {
        let end = best[at].1;
        let word = &run[byte(at)..byte(end)];
        if word.len() == 1 && word.as_bytes()[0].is_ascii_alphanumeric() {
            latin.get_or_insert(at);
        } else {
            words.extend(latin.take().map(|from| &run[byte(from)..byte(at)]));
            words.push(word);
        }
        at = end;
    }
    words.extend(latin.map(|from| &run[byte(from)..]));
}

/// The words that these characters (two bytes each) begin with: their lengths and how often each was
/// seen, the shortest first.
fn words_at_front(codes: &[u8]) -> impl Iterator<Item = (usize, u32)> {
    let group = codes.first_chunk().and_then(group).unwrap_or_default();
    let (longest, lists) = group.split_at_checked(2).unwrap_or_default();
    let longest = half(longest, 0).unwrap_or(0);
    let (counts, mut lists) = lists.split_at_checked(2 * longest).unwrap_or_default();
    (1..=longest.min(codes.len() / 2)).filter_map(move |length| {
        let key = codes.get(2..2 * length)?;
        let (list, behind) = lists.split_at_checked(half(counts, length - 1)? * (key.len() + 2))?;
        lists = behind;
        Some((length, number(WORDS, 3 + find(list, key)?)?))
    })
}

/// The words of this first character as the file has them.
fn group(first: &[u8; 2]) -> Option<&'static [u8]> {
    let frequencies = usize::try_from(number(WORDS, 1)?).ok()?;
    let count = usize::try_from(number(WORDS, 2)?).ok()?;
    let firsts = WORDS.get(4 * (3 + frequencies)..)?;
    let at = firsts.get(..2 * count)?.as_chunks().0.binary_search(first).ok()?;
    let starts = firsts.get(2 * count..)?;
    let start = |at| number(starts, at).and_then(|start| usize::try_from(start).ok());
    WORDS.get(start(at)?..start(at + 1)?)
}

/// The number of the frequency behind `key` in a list sorted by keys of this length.
fn find(list: &[u8], key: &[u8]) -> Option<usize> {
    let width = key.len() + 2;
    let (mut low, mut high) = (0, list.len() / width);
    while low < high {
        let middle = low.midpoint(high);
        let (here, frequency) = list.get(middle * width..(middle + 1) * width)?.split_at(key.len());
        match here.cmp(key) {
            Ordering::Equal => return half(frequency, 0),
            Ordering::Less => low = middle + 1,
            Ordering::Greater => high = middle,
        }
    }
    None
}

/// The number at this place among numbers of 32 bits.
fn number(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(4 * at..)?.first_chunk().copied().map(u32::from_be_bytes)
}

/// The number at this place among numbers of 16 bits.
fn half(bytes: &[u8], at: usize) -> Option<usize> {
    bytes.get(2 * at..)?.first_chunk().copied().map(u16::from_be_bytes).map(usize::from)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn words_and_what_is_none() {
        for (text, parted) in [
            ("该市公安局机密切关注", "该市|公安局|机|密切|关注"),
            ("出租车司机密集停放", "出租车|司机|密集|停放"),
            ("用PDF2格式，见附件。", "用|PDF2|格式|，|见|附件|。"),
            ("卡拉OK和T恤", "卡拉|OK|和|T恤"),
            ("a b\u{20000}\u{20000}机", "a| |b|\u{20000}|\u{20000}|机"),
            ("", ""),
        ] {
            assert_eq!(cut(text).join("|"), parted);
        }
    }

    /// The published program over the same dictionary parts everything in the same way: the texts of
    /// the corpus in windows, and Latin letters, signs and rare characters thrown in.
    #[test]
    fn the_same_words_as_jieba() {
        let jieba = jieba_rs::Jieba::new();
        let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")];
        let mut windows = 0;
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let Some(text) = fs::read(&path).ok().and_then(|bytes| String::from_utf8(bytes).ok()) else {
                    continue;
                };
                let chars: Vec<char> = text.chars().collect();
                for (number, window) in chars.windows(10).step_by(3).enumerate() {
                    let mut window: String = window.iter().collect();
                    if number % 5 == 0 {
                        let odd = ["㐀", "B超", "\u{20000}", "é", "c++", "-", "𬌗", "1号"][number / 5 % 8];
                        window.insert_str(window.floor_char_boundary(number % 30), odd);
                    }
                    // Two characters that end a line are one there, and no window here holds any.
                    let window = window.replace(['\r', '\n'], "");
                    let expected: Vec<_> = jieba.cut(&window, false).iter().map(|word| word.word).collect();
                    assert_eq!(cut(&window), expected, "{}", path.display());
                    windows += 1;
                }
            }
        }
        assert!(windows > 50_000, "{windows}");
    }
}
