//! Every predefined CMap that Chinese files use, written across and downwards, over the whole
//! repertoire of its character set: at least 98 characters in 100 must be read. No font is embedded.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use encoding_rs::{BIG5, GB18030};
use mijian::extract::{Extracted, extract};
use mijian::filetype::FileType;
use mijian::limits::{Budget, Limits};

const ASCII: &str =
    "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";

/// A page per 1,600 codes, 40 to a line (or column), in a font of this encoding.
fn file(encoding: &str, ordering: &str, codes: &[Vec<u8>], more: &str) -> Vec<u8> {
    let vertical = encoding.ends_with("-V");
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut object = |number: usize, body: String| {
        out.extend(format!("{number} 0 obj\n{body}\nendobj\n").into_bytes());
    };
    let pages: Vec<&[Vec<u8>]> = codes.chunks(1600).collect();
    let kids: String = (0..pages.len()).map(|i| format!("{} 0 R ", 20 + 2 * i)).collect();
    object(1, "<</Type/Catalog/Pages 2 0 R>>".to_owned());
    object(2, format!("<</Type/Pages/Kids[{kids}]/Count {}>>", pages.len()));
    let name = if encoding.ends_with(" R") { encoding.to_owned() } else { format!("/{encoding}") };
    object(
        3,
        format!(
            "<</Type/Font/Subtype/Type0/BaseFont/SimSun/Encoding {name}/DescendantFonts[<</Type/Font\
             /Subtype/CIDFontType2/BaseFont/SimSun/CIDSystemInfo<</Registry(Adobe)/Ordering({ordering})\
             /Supplement 2>>/DW 1000>>]>>"
        ),
    );
    for (i, page) in pages.iter().enumerate() {
        let mut content = "BT /F 8 Tf ".to_owned();
        for (line, codes) in page.chunks(40).enumerate() {
            let hex: String = codes.iter().flatten().fold(String::new(), |mut hex, byte| {
                let _ = write!(hex, "{byte:02x}");
                hex
            });
            let (x, y) = if vertical { (560 - 13 * line, 780) } else { (40, 800 - 18 * line) };
            let _ = write!(content, "1 0 0 1 {x} {y} Tm <{hex}> Tj ");
        }
        content.push_str("ET");
        let page = format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {} 0 R/Resources<</Font<</F 3 0 R>>>>>>",
            21 + 2 * i
        );
        object(20 + 2 * i, page);
        object(21 + 2 * i, format!("<</Length {}>>\nstream\n{content}\nendstream", content.len()));
    }
    out.extend(more.bytes());
    out.extend(b"trailer\n<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n");
    out
}

fn read(bytes: &[u8]) -> Extracted {
    extract(bytes, FileType::Pdf, &mut Budget::new(&Limits::default()))
}

fn counts(text: &str) -> BTreeMap<char, usize> {
    let mut counts = BTreeMap::new();
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        *counts.entry(c).or_default() += 1;
    }
    counts
}

/// Share of the characters of `text` that are read.
fn recall(text: &str, out: &Extracted) -> f64 {
    let found = counts(out.text.as_str());
    let wanted = counts(text);
    let total: usize = wanted.values().sum();
    let read: usize = wanted.iter().map(|(c, n)| *n.min(found.get(c).unwrap_or(&0))).sum();
    read as f64 / total as f64
}

/// All characters that `encoding` has at these lead and trail bytes, with their codes.
fn repertoire(
    encoding: &'static encoding_rs::Encoding,
    leads: std::ops::RangeInclusive<u8>,
    trails: &[std::ops::RangeInclusive<u8>],
) -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<(String, Vec<u8>)> = ASCII.chars().map(|c| (c.to_string(), vec![c as u8])).collect();
    for lead in leads {
        for trail in trails.iter().cloned().flatten() {
            let code = vec![lead, trail];
            let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(&code) else {
                continue;
            };
            let private = text.chars().any(|c| ('\u{e000}'..='\u{f8ff}').contains(&c) || c.is_whitespace());
            if text.chars().count() == 1 && !private {
                all.push((text.into_owned(), code));
            }
        }
    }
    all
}

fn check(stem: &str, ordering: &str, repertoire: &[(String, Vec<u8>)]) {
    let text: String = repertoire.iter().map(|(text, _)| text.as_str()).collect();
    let codes: Vec<Vec<u8>> = repertoire.iter().map(|(_, code)| code.clone()).collect();
    for mode in ["H", "V"] {
        let out = read(&file(&format!("{stem}-{mode}"), ordering, &codes, ""));
        let recall = recall(&text, &out);
        assert!(recall >= 0.98, "{stem}-{mode}: {recall:.4} of {}; {:?}", codes.len(), out.gaps);
    }
}

fn unicode(repertoire: &[(String, Vec<u8>)], encode: fn(char) -> Vec<u8>) -> Vec<(String, Vec<u8>)> {
    repertoire.iter().map(|(text, _)| (text.clone(), text.chars().flat_map(encode).collect())).collect()
}

fn utf16(c: char) -> Vec<u8> {
    c.encode_utf16(&mut [0; 2]).iter().flat_map(|unit| unit.to_be_bytes()).collect()
}

#[test]
fn gb2312() {
    let gb = repertoire(GB18030, 0xa1..=0xf7, &[0xa1..=0xfe]);
    assert!(gb.len() > 7400, "{}", gb.len());
    for stem in ["GB-EUC", "GBpc-EUC"] {
        check(stem, "GB1", &gb);
    }
}

#[test]
fn gbk() {
    let gbk = repertoire(GB18030, 0x81..=0xfe, &[0x40..=0x7e, 0x80..=0xfe]);
    assert!(gbk.len() > 21_000, "{}", gbk.len());
    for stem in ["GBK-EUC", "GBKp-EUC", "GBK2K"] {
        check(stem, "GB1", &gbk);
    }
}

#[test]
fn gb18030_with_four_bytes() {
    let all: Vec<(String, Vec<u8>)> = ('\u{3400}'..='\u{4db5}')
        .map(|c| {
            let text = c.to_string();
            let code = GB18030.encode(&text).0.into_owned();
            (text, code)
        })
        .collect();
    assert!(all.iter().any(|(_, code)| code.len() == 4));
    check("GBK2K", "GB1", &all);
}

#[test]
fn unicode_cmaps() {
    let gbk = repertoire(GB18030, 0x81..=0xfe, &[0x40..=0x7e, 0x80..=0xfe]);
    let big5 = repertoire(BIG5, 0xa1..=0xf9, &[0x40..=0x7e, 0xa1..=0xfe]);
    for stem in ["UniGB-UCS2", "UniGB-UTF16"] {
        check(stem, "GB1", &unicode(&gbk, utf16));
    }
    check("UniGB-UTF8", "GB1", &unicode(&gbk, |c| c.to_string().into_bytes()));
    check("UniGB-UTF32", "GB1", &unicode(&gbk, |c| u32::from(c).to_be_bytes().to_vec()));
    for stem in ["UniCNS-UTF16", "UniCNS-UCS2"] {
        check(stem, "CNS1", &unicode(&big5, utf16));
    }
    let beyond: Vec<(String, Vec<u8>)> =
        ('\u{20000}'..='\u{20400}').map(|c| (c.to_string(), utf16(c))).collect();
    check("UniGB-UTF16", "GB1", &beyond);
}

#[test]
fn big5() {
    let big5 = repertoire(BIG5, 0xa1..=0xf9, &[0x40..=0x7e, 0xa1..=0xfe]);
    assert!(big5.len() > 13_000, "{}", big5.len());
    check("ETen-B5", "CNS1", &big5);
}

#[test]
fn identity_with_cids_of_gb1() {
    // Adobe-GB1 numbers ASCII from 1 and the first level of GB 2312 from 940, without gaps.
    let level = repertoire(GB18030, 0xb0..=0xd7, &[0xa1..=0xfe]);
    let hanzi = level.iter().filter(|(text, _)| !text.is_ascii());
    let two = |cid: usize| u16::try_from(cid).unwrap().to_be_bytes().to_vec();
    let mut all: Vec<(String, Vec<u8>)> =
        ASCII.chars().map(|c| (c.to_string(), two(c as usize - 0x1f))).collect();
    all.extend(hanzi.enumerate().map(|(i, (text, _))| (text.clone(), two(940 + i))));
    assert_eq!(all.len(), ASCII.len() + 3755);
    check("Identity", "GB1", &all);
}

#[test]
fn cns_euc() {
    // Plane 1 begins with the first level of Big5 in the same order: 一乙丁 … at C4A1.
    let all: Vec<(String, Vec<u8>)> = [("一", [0xc4, 0xa1]), ("乙", [0xc4, 0xa2]), ("丁", [0xc4, 0xa3])]
        .iter()
        .map(|(text, code)| ((*text).to_owned(), code.to_vec()))
        .collect();
    check("CNS-EUC", "CNS1", &all);
}

#[test]
fn embedded_cmaps_build_upon_predefined_ones() {
    let cmap = "/CIDInit /ProcSet findresource begin /GBK-EUC-H usecmap\n\
        1 begincodespacerange <00> <80> endcodespacerange\n\
        1 begincidrange <21> <22> 34 endcidrange endcmap";
    let stream =
        format!("10 0 obj\n<</Type/CMap/Length {}>>\nstream\n{cmap}\nendstream\nendobj\n", cmap.len());
    let codes: Vec<Vec<u8>> = vec![vec![0xbb, 0xfa], vec![0xc3, 0xdc], vec![0x21], vec![0x22]];
    // CIDs 34 and 35 of Adobe-GB1 are A and B.
    assert_eq!(read(&file("10 0 R", "GB1", &codes, &stream)).text.as_str(), "机密AB");
}

/// Before Unicode had them, the signs of Hong Kong and a few of GBK were encoded for private use; the CMaps
/// still name their CIDs.
#[test]
fn characters_once_encoded_for_private_use() {
    let read = |encoding: &str, ordering: &str, code: u16| {
        let out = read(&file(encoding, ordering, &[code.to_be_bytes().to_vec()], ""));
        (out.text.as_str().to_owned(), out.gaps.is_empty())
    };
    assert_eq!(read("UniCNS-UTF16-H", "CNS1", 0xe687), ("\u{2555b}".to_owned(), true));
    assert_eq!(read("UniGB-UCS2-H", "GB1", 0xe816), ("\u{20087}".to_owned(), true));
    // What nobody has given a meaning is not read.
    let (text, whole) = read("UniCNS-UTF16-H", "CNS1", 0xf8f0);
    assert!(text != "\u{f8f0}" && !whole, "{text}");
}
