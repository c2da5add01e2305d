//! How Chinese a text looks: the share of characters that nearly all writing consists of.

use std::sync::LazyLock;

use encoding_rs::{BIG5, Encoding, GB18030};

/// Characters that make up most of any Chinese text, both scripts, and the vocabulary of marks.
const FREQUENT: &str = "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之\
年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心本前开但因只从想实日军者\
意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己\
制身果加西月话合回特代内信表化老给世位次度门任常先海通教原东声提立及比员解水名真论处走义各入几口认条平系气题活更别打女\
变四总何电数安少报才结反受目太量再感建务做接必场件计管期市直资命山金指许统区保至队形社便空决治展科司五基书非则界达光放\
强即难且权思完设式色路记南品住告类求据程北边该交规万取望觉术领共确传师清切院让识候带导争运密级绝秘委办厅室知印单组织责\
监督检查审批涉按照省县局部资料存阅收抄送附限启公布期缓急特加注意传严禁复不得仅供参考使用刊商核普\
這個們來時會說對過發後裡種經學現當沒動還進樣實軍無與長機業將兩間問應戰頭體見產話給門員義認條係氣題別變總電數報結務場\
計資許統區隊決書則聽達強難權據邊張該規萬覺術領確傳師觀讓識帶導爭運級絕關辦廳單織責監檢審開國閱嚴複僅參";

/// How Chinese a text looks: the mean over its characters outside ASCII (in UTF-16 over all of
/// them) of 1 for a frequent character down to -2 for one that is no character at all. Chinese in
/// the right encoding has about 0.8, in a wrong one below 0.3. Also how many were counted.
pub(super) fn score(text: &str, wide: bool) -> (f64, usize) {
    let mut sum = 0.0;
    let mut chars = 0_usize;
    for c in text.chars() {
        let value = match c {
            _ if is_control(c) => -2.0,
            '\t' | '\n' | '\r' if !wide => continue,
            '\0'..='\x7f' if wide => 0.8,
            '\0'..='\x7f' => continue,
            _ => char_score(c),
        };
        sum += value;
        chars += 1;
    }
    // The sample may have cut the last character.
    if text.ends_with('\u{fffd}') && chars > 1 {
        sum += 2.0;
        chars -= 1;
    }
    (if chars == 0 { 0.0 } else { sum / chars as f64 }, chars)
}

pub(super) fn char_score(c: char) -> f64 {
    match c {
        '\u{3000}'..='\u{303f}' | '\u{ff01}'..='\u{ff5e}' | '\u{2014}'..='\u{2026}' | '★' | '☆' => 0.8,
        _ if COMMON.frequent.contains(c) => 1.0,
        _ if COMMON.known.contains(c) => 0.6,
        '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}' => 0.0,
        '\u{2000}'..='\u{27bf}' | '\u{3040}'..='\u{33ff}' | '\u{a0}'..='\u{17f}' => -0.2,
        '\u{fffd}' | '\u{e000}'..='\u{f8ff}' | '\u{80}'..='\u{9f}' | '\u{fff0}'..='\u{ffff}' => -2.0,
        _ => -0.5,
    }
}

/// Whether this is one of the ideographs that nearly all writing consists of, of either script.
pub(crate) fn is_common(c: char) -> bool {
    COMMON.frequent.contains(c) || COMMON.known.contains(c)
}

/// A set of characters of the basic plane.
struct CharSet(Vec<u64>);

impl CharSet {
    fn of(chars: impl Iterator<Item = char>) -> Self {
        let mut words = vec![0_u64; 1024];
        for c in chars {
            if let Some(word) = words.get_mut(c as usize >> 6) {
                *word |= 1 << (c as usize & 63);
            }
        }
        Self(words)
    }

    fn contains(&self, c: char) -> bool {
        self.0.get(c as usize >> 6).is_some_and(|word| word >> (c as usize & 63) & 1 == 1)
    }
}

/// The frequent characters, and the everyday ones: level 1 of GB 2312 and of Big5.
struct Common {
    frequent: CharSet,
    known: CharSet,
}

static COMMON: LazyLock<Common> = LazyLock::new(|| {
    let pairs = |leads: std::ops::RangeInclusive<u8>, encoding: &'static Encoding| {
        let bytes: Vec<u8> =
            leads.flat_map(|lead| (0xa1..=0xfe).flat_map(move |trail| [lead, trail])).collect();
        encoding.decode_without_bom_handling(&bytes).0.into_owned()
    };
    let low: Vec<u8> = (0xa4..=0xc6_u8).flat_map(|l| (0x40..=0x7e).flat_map(move |t| [l, t])).collect();
    let known = pairs(0xb0..=0xd7, GB18030) + &pairs(0xa4..=0xc5, BIG5);
    let known = known + &BIG5.decode_without_bom_handling(&low).0;
    let ideographs = known.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c));
    Common { frequent: CharSet::of(FREQUENT.chars()), known: CharSet::of(ideographs) }
});

/// Control characters that no text file has.
pub(super) fn is_control(c: char) -> bool {
    matches!(c, '\0'..='\x07' | '\x0e'..='\x1a' | '\x1c'..='\x1f' | '\x7f')
}
