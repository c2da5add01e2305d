//! How a term sounds, in the letters of Hanyu Pinyin (GB/T 16159): 青龙计划 as qinglongjihua and
//! qīnglóngjìhuà, with every reading of every character.

use pinyin::ToPinyinMulti;

use crate::fold::fold;

/// Spellings of a term, those with and without tones together, up to which they are looked for.
pub const MOST_SPELLINGS: usize = 128;
/// Letters of a spelling up to which it is looked for: as many as [`Breaks`] has bits.
const MOST_LETTERS: usize = 128;
/// Chinese characters of a term from which it is looked for by its sound: one syllable is any word.
const FEWEST_CHARACTERS: usize = 2;

/// In front of which folded characters of a term something may stand that is skipped: a bit for each,
/// the lowest for the first.
pub(super) type Breaks = u128;

/// A term can't be looked for by its sound: it has too many spellings or too long ones, or one of its
/// characters has no known reading.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unspelt;

/// A way to write the beginning of a term.
type Written = (String, Breaks);

/// The spellings of a folded term, each folded; none where it has too few Chinese characters.
pub(super) fn spellings(folded: &str) -> Result<Vec<Written>, Unspelt> {
    if folded.chars().filter(|c| is_chinese(*c)).count() < FEWEST_CHARACTERS {
        return Ok(Vec::new());
    }
    let mut plain = vec![Written::default()];
    let mut toned = plain.clone();
    let mut before = true;
    for c in folded.chars() {
        let chinese = is_chinese(c);
        let readings = readings(c);
        if chinese && readings.is_empty() {
            return Err(Unspelt);
        }
        let own = [c.to_string()];
        let syllable = |toned: &[String]| if chinese { toned.to_vec() } else { own.to_vec() };
        let breaks = chinese || before;
        plain = joined(&plain, &syllable(&without_tones(&readings)), breaks)?;
        toned = joined(&toned, &syllable(&readings), breaks)?;
        before = chinese;
    }
    plain.extend(toned);
    plain.sort_unstable();
    plain.dedup();
    if plain.len() > MOST_SPELLINGS { Err(Unspelt) } else { Ok(plain) }
}

/// Each of `heads` with each of `syllables` behind it.
fn joined(heads: &[Written], syllables: &[String], breaks: bool) -> Result<Vec<Written>, Unspelt> {
    if heads.len().saturating_mul(syllables.len()) > MOST_SPELLINGS {
        return Err(Unspelt);
    }
    let mut written = Vec::with_capacity(heads.len() * syllables.len());
    for (head, at) in heads {
        let letters = head.chars().count();
        for syllable in syllables {
            if letters + syllable.chars().count() > MOST_LETTERS {
                return Err(Unspelt);
            }
            written.push((format!("{head}{syllable}"), at | Breaks::from(breaks) << letters));
        }
    }
    Ok(written)
}

/// The readings of a character with their tones, folded.
fn readings(c: char) -> Vec<String> {
    let all = c.to_pinyin_multi().into_iter().flatten();
    let mut readings: Vec<String> = all.map(|reading| fold(reading.with_tone())).collect();
    readings.sort_unstable();
    readings.dedup();
    readings
}

/// The same without tones; ü also as v, as it is typed.
fn without_tones(readings: &[String]) -> Vec<String> {
    let mut plain: Vec<String> =
        readings.iter().map(|reading| reading.chars().map(untoned).collect()).collect();
    let typed: Vec<String> =
        plain.iter().filter(|syllable| syllable.contains('ü')).map(|s| s.replace('ü', "v")).collect();
    plain.extend(typed);
    plain.sort_unstable();
    plain.dedup();
    plain
}

fn untoned(c: char) -> char {
    match c {
        'ā' | 'á' | 'ǎ' | 'à' => 'a',
        'ē' | 'é' | 'ě' | 'è' | 'ế' | 'ề' | 'ê' => 'e',
        'ī' | 'í' | 'ǐ' | 'ì' => 'i',
        'ō' | 'ó' | 'ǒ' | 'ò' => 'o',
        'ū' | 'ú' | 'ǔ' | 'ù' => 'u',
        'ǖ' | 'ǘ' | 'ǚ' | 'ǜ' => 'ü',
        'ń' | 'ň' | 'ǹ' => 'n',
        'ḿ' => 'm',
        other => other,
    }
}

fn is_chinese(c: char) -> bool {
    c.is_alphabetic() && u32::from(c) >= 0x2e80
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(term: &str) -> Vec<String> {
        spellings(term).unwrap().into_iter().map(|(written, _)| written).collect()
    }

    #[test]
    fn every_reading_is_spelt() {
        // Both have one reading.
        assert_eq!(written("龙计"), ["longji", "lóngjì"]);
        let green = written("绿龙");
        for spelling in ["lülong", "lvlong", "lulong", "lǜlóng"] {
            assert!(green.contains(&spelling.to_owned()), "{spelling} in {green:?}");
        }
        assert!(written("龙").is_empty() && written("abc龙").is_empty());
    }

    #[test]
    fn gaps_stand_between_syllables() {
        let [(first, breaks), _] = &spellings("ab龙计c").unwrap()[..] else { panic!() };
        // In front of a, long, ji and c.
        assert_eq!((first.as_str(), *breaks), ("ablongjic", 0b1_0100_0101));
    }

    #[test]
    fn too_many_spellings_are_none() {
        assert_eq!(spellings(&"划".repeat(8)), Err(Unspelt));
        assert_eq!(spellings(&"龙".repeat(40)), Err(Unspelt));
    }
}
