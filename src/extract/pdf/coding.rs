//! Codings of composite fonts: how the bytes of a string fall into codes, which CID a code names and what
//! text that is.
//!
//! Predefined CMaps are never expanded: the Unicode ones are decoded directly, the national ones
//! through `encoding_rs`.

use std::sync::LazyLock;

use encoding_rs::{BIG5, EUC_JP, EUC_KR, GB18030, SHIFT_JIS};

use super::cmap::{CMap, value};
use super::encoding::{Table, inflated};

/// Adobe's character collections of CIDs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Collection {
    Gb1,
    Cns1,
    Japan1,
    Korea1,
}

impl Collection {
    /// The collection of this ordering in a CIDSystemInfo.
    pub(super) fn named(ordering: &[u8]) -> Option<Self> {
        match ordering {
            b"GB1" => Some(Self::Gb1),
            b"CNS1" => Some(Self::Cns1),
            b"Japan1" | b"Japan2" => Some(Self::Japan1),
            b"Korea1" | b"KR" => Some(Self::Korea1),
            _ => None,
        }
    }

    /// The text of a CID.
    pub(super) fn text(self, cid: u32) -> Option<&'static str> {
        static GB1: LazyLock<Table> =
            LazyLock::new(|| Table::new(include_bytes!("../../../data/pdf/adobe-gb1.z")));
        static CNS1: LazyLock<Table> =
            LazyLock::new(|| Table::new(include_bytes!("../../../data/pdf/adobe-cns1.z")));
        static JAPAN1: LazyLock<Table> =
            LazyLock::new(|| Table::new(include_bytes!("../../../data/pdf/adobe-japan1.z")));
        static KOREA1: LazyLock<Table> =
            LazyLock::new(|| Table::new(include_bytes!("../../../data/pdf/adobe-korea1.z")));
        let table: &'static Table = match self {
            Self::Gb1 => &GB1,
            Self::Cns1 => &CNS1,
            Self::Japan1 => &JAPAN1,
            Self::Korea1 => &KOREA1,
        };
        table.line(usize::try_from(cid).ok()?).filter(|text| !text.is_empty())
    }

    /// What the collection's Unicode CMaps mean by a character for private use: those of Hong Kong, and a
    /// few of GBK, were encoded there before Unicode had them.
    pub(super) fn private(self, char: char) -> Option<&'static str> {
        static GB1: LazyLock<Table> =
            LazyLock::new(|| Table::new(include_bytes!("../../../data/pdf/private-gb1.z")));
        static CNS1: LazyLock<Table> =
            LazyLock::new(|| Table::new(include_bytes!("../../../data/pdf/private-cns1.z")));
        let table: &'static Table = match self {
            Self::Gb1 => &GB1,
            Self::Cns1 => &CNS1,
            Self::Japan1 | Self::Korea1 => return None,
        };
        let number = u32::from(char).checked_sub(0xe000)?;
        table.line(usize::try_from(number).ok()?).filter(|text| !text.is_empty())
    }
}

/// How the bytes of a string fall into codes.
#[derive(Debug)]
pub(super) enum Coding {
    /// Two bytes, the code is the CID.
    Identity,
    /// UTF-16BE, surrogate pairs as one code of four bytes (UCS-2 is a part of it).
    Utf16,
    Utf8,
    Utf32,
    /// A national encoding; `jis7` stands for EUC with its high bits off.
    National {
        encoding: &'static encoding_rs::Encoding,
        jis7: bool,
    },
    /// A CMap, and the one that it builds upon.
    Embedded(Box<CMap>, Option<Box<Coding>>),
}

/// A predefined CMap: its codes, whether it writes downwards, and its collection.
pub(super) fn predefined(name: &[u8]) -> Option<(Coding, bool, Option<Collection>)> {
    use Collection::{Cns1, Gb1, Japan1, Korea1};
    let text = std::str::from_utf8(name).ok()?;
    let (stem, vertical) = match (text.strip_suffix("-H"), text.strip_suffix("-V")) {
        (Some(stem), _) => (stem, false),
        (_, Some(stem)) => (stem, true),
        _ => (text, text == "V"),
    };
    let national = |encoding| Coding::National { encoding, jis7: false };
    let (coding, collection) = match stem {
        "Identity" => (Coding::Identity, None),
        "GB-EUC" | "GBpc-EUC" | "GBK-EUC" | "GBKp-EUC" | "GBK2K" | "GBT-EUC" | "GBTpc-EUC" => {
            (national(GB18030), Some(Gb1))
        }
        "B5pc" | "HKscs-B5" | "ETen-B5" | "ETenms-B5" | "ETHK-B5" | "HKdla-B5" | "HKdlb-B5" | "HKgccs-B5"
        | "HKm314-B5" | "HKm471-B5" => (national(BIG5), Some(Cns1)),
        "83pv-RKSJ" | "90ms-RKSJ" | "90msp-RKSJ" | "90pv-RKSJ" | "Add-RKSJ" | "Ext-RKSJ" | "RKSJ" => {
            (national(SHIFT_JIS), Some(Japan1))
        }
        "EUC" => (national(EUC_JP), Some(Japan1)),
        "H" | "V" | "Add" | "Ext" => (Coding::National { encoding: EUC_JP, jis7: true }, Some(Japan1)),
        "CNS-EUC" => {
            static CNS_EUC: LazyLock<String> =
                LazyLock::new(|| inflated(include_bytes!("../../../data/pdf/cns-euc.z")));
            (Coding::Embedded(Box::new(CMap::parse(CNS_EUC.as_bytes())), None), Some(Cns1))
        }
        "KSC-EUC" | "KSCms-UHC" | "KSCms-UHC-HW" | "KSCpc-EUC" => (national(EUC_KR), Some(Korea1)),
        _ => {
            let collection = match stem.split('-').next()? {
                "UniGB" => Gb1,
                "UniCNS" => Cns1,
                "UniJIS" | "UniJIS2004" | "UniJISX0213" | "UniJISX02132004" | "UniJISPro" => Japan1,
                "UniKS" | "UniAKR" => Korea1,
                _ => return None,
            };
            let coding = if stem.contains("UTF8") {
                Coding::Utf8
            } else if stem.contains("UTF32") {
                Coding::Utf32
            } else {
                Coding::Utf16
            };
            (coding, Some(collection))
        }
    };
    Some((coding, vertical, collection))
}

impl Coding {
    /// Value and length in bytes of the code that `bytes` start with; `bytes` hold at least one.
    pub(super) fn code(&self, bytes: &[u8]) -> (u32, usize) {
        let byte = |i: usize| bytes.get(i).copied();
        let length = match self {
            Self::Identity => 2,
            Self::Utf16 => match byte(0) {
                Some(0xd8..=0xdb) if matches!(byte(2), Some(0xdc..=0xdf)) => 4,
                _ => 2,
            },
            Self::Utf8 => match byte(0) {
                Some(0xf0..) => 4,
                Some(0xe0..=0xef) => 3,
                Some(0xc0..=0xdf) => 2,
                _ => 1,
            },
            Self::Utf32 => 4,
            Self::National { jis7: true, .. } => 2,
            Self::National { encoding, .. } => match (byte(0), byte(1)) {
                (Some(0..=0x80 | 0xff), _) => 1,
                (Some(0xa0..=0xdf), _) if *encoding == SHIFT_JIS => 1,
                (Some(0x8f), _) if *encoding == EUC_JP => 3,
                (_, Some(0x30..=0x39)) if *encoding == GB18030 => 4,
                _ => 2,
            },
            Self::Embedded(cmap, base) => match (cmap.code_length(bytes), base) {
                (Some(length), _) => length,
                (None, Some(base)) => return base.code(bytes),
                (None, None) => cmap.shortest(),
            },
        };
        let length = length.clamp(1, bytes.len().max(1));
        (value(bytes.get(..length).unwrap_or(bytes)), length)
    }

    /// The CID of a code, where the CMap says one.
    pub(super) fn cid(&self, code: u32, length: usize) -> Option<u32> {
        match self {
            Self::Identity => Some(code),
            Self::Embedded(cmap, base) => {
                cmap.cid(code, length).or_else(|| base.as_ref().and_then(|base| base.cid(code, length)))
            }
            _ => None,
        }
    }

    /// Appends the text that the code itself spells; `false` if it spells none.
    pub(super) fn spell(&self, code: u32, length: usize, out: &mut String) -> bool {
        let bytes = code.to_be_bytes();
        let bytes = bytes.get(4usize.saturating_sub(length)..).unwrap_or_default();
        let encoding = match self {
            Self::Embedded(cmap, Some(base)) if cmap.cid(code, length).is_none() => {
                return base.spell(code, length, out);
            }
            Self::Identity | Self::Embedded(..) => return false,
            Self::Utf32 => {
                let char = char::from_u32(code);
                out.extend(char);
                return char.is_some();
            }
            Self::Utf16 if length == 2 => {
                let char = char::from_u32(code);
                out.extend(char);
                return char.is_some();
            }
            Self::Utf16 => encoding_rs::UTF_16BE,
            Self::Utf8 => encoding_rs::UTF_8,
            Self::National { encoding, jis7: true } => {
                let high = (code | 0x8080).to_be_bytes();
                let text = encoding.decode_without_bom_handling_and_without_replacement(&high[2..]);
                out.extend(text.as_deref());
                return text.is_some();
            }
            Self::National { encoding, .. } => encoding,
        };
        match encoding.decode_without_bom_handling_and_without_replacement(bytes) {
            Some(text) => {
                out.push_str(&text);
                !text.is_empty()
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn predefined_maps_spell_their_codes() {
        let spell = |name: &str, bytes: &[u8]| {
            let (coding, ..) = predefined(name.as_bytes()).unwrap();
            let (mut out, mut rest) = (String::new(), bytes);
            while !rest.is_empty() {
                let (code, length) = coding.code(rest);
                coding.spell(code, length, &mut out);
                rest = &rest[length..];
            }
            out
        };
        assert_eq!(spell("GBK-EUC-H", b"\xbb\xfa\xc3\xdc\xa1\xef20\xc4\xea"), "机密★20年");
        assert_eq!(spell("GB-EUC-V", b"\xbb\xfa\xc3\xdc"), "机密");
        assert_eq!(spell("GBK2K-H", b"\x81\x39\xef\x30A"), "㐁A");
        assert_eq!(spell("UniGB-UCS2-H", b"\x67\x3a\x5b\xc6"), "机密");
        assert_eq!(spell("UniGB-UTF16-V", b"\xd8\x40\xdc\x00\x26\x05"), "\u{20000}★");
        assert_eq!(spell("UniGB-UTF8-H", "密★a".as_bytes()), "密★a");
        assert_eq!(spell("UniCNS-UTF32-H", b"\0\0\x5b\xc6"), "密");
        assert_eq!(spell("ETen-B5-H", b"\xbe\xf7\xb1K"), "機密");
        assert_eq!(spell("90ms-RKSJ-H", b"\xb1\x8b\x40"), "ｱ機".replace('機', &spell("EUC-H", b"\xb5\xa1")));
        assert_eq!(spell("H", b"\x35\x21"), spell("EUC-H", b"\xb5\xa1"));
        assert!(predefined(b"Nonsense-H").is_none());
    }

    #[test]
    fn collections() {
        assert_eq!(Collection::Gb1.text(1), Some(" "));
        assert_eq!(Collection::Gb1.text(34), Some("A"));
        assert_eq!(Collection::Gb1.text(2063), Some("机"));
        assert_eq!(Collection::Gb1.text(0), None);
        assert_eq!(Collection::Japan1.text(u32::MAX), None);
        assert_eq!(Collection::Cns1.private('\u{e687}'), Some("\u{2555b}"));
        assert_eq!(Collection::Gb1.private('\u{e816}'), Some("\u{20087}"));
        assert_eq!(Collection::Cns1.private('機'), None);
        assert_eq!(Collection::Gb1.private('\u{f8ff}'), None);
    }
}
