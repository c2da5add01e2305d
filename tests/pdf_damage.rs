//! PDF files in which something small is wrong, or in which a little is named again and again: what
//! was lost is a gap, and the rest is read. Made by hand, byte by byte.
#![expect(clippy::unwrap_used, reason = "a test may fail like that")]

use std::fmt::Write as _;
use std::io::Write as _;

use mijian::extract::{Extracted, extract};
use mijian::filetype::FileType;
use mijian::limits::{Budget, GapKind, Limits};
use mijian::text::Place;

/// A file of numbered objects, with a cross-reference table; object 1 is the catalogue.
fn file(objects: &[(u32, Vec<u8>)]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut table = String::new();
    for (number, body) in objects {
        let _ = write!(table, "{number} 1\n{:010} 00000 n \n", out.len());
        out.extend(format!("{number} 0 obj\n").into_bytes());
        out.extend(body);
        out.extend(b"\nendobj\n");
    }
    let at = out.len();
    out.extend(format!("xref\n{table}trailer\n<</Size 100/Root 1 0 R>>\nstartxref\n{at}\n%%EOF\n").bytes());
    out
}

fn stream(dict: &str, data: &[u8]) -> Vec<u8> {
    let mut out = format!("<<{dict}/Length {}>>\nstream\n", data.len()).into_bytes();
    out.extend(data);
    out.extend(b"\nendstream");
    out
}

fn deflated(data: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(data).unwrap();
    packer.finish().unwrap()
}

/// A page with this content, the font F being object 10, and further objects.
fn page(content: Vec<u8>, more: &[(u32, Vec<u8>)]) -> Vec<u8> {
    let mut objects = vec![
        (1, b"<</Type/Catalog/Pages 2 0 R>>".to_vec()),
        (2, b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec()),
        (
            3,
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R\
              /Resources<</Font<</F 10 0 R>>/Properties<</P 12 0 R>>>>>>"
                .to_vec(),
        ),
        (4, content),
    ];
    objects.extend_from_slice(more);
    if !more.iter().any(|(number, _)| *number == 10) {
        objects.push((10, b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_vec()));
    }
    file(&objects)
}

fn read(bytes: &[u8]) -> Extracted {
    extract(bytes, FileType::Pdf, &mut Budget::new(&Limits::default()))
}

fn details(out: &Extracted) -> Vec<(GapKind, &str)> {
    out.gaps.iter().map(|gap| (gap.kind, gap.detail.as_str())).collect()
}

const SHOW: &[u8] = b"BT /F 12 Tf 72 720 Td (all of it) Tj ET";

#[test]
fn data_that_contradicts_its_checksum_is_damaged() {
    let sound = deflated(SHOW);
    let with = |data: &[u8]| read(&page(stream("/Filter/FlateDecode", data), &[]));
    assert_eq!(details(&with(&sound)), []);

    let mut wrong = sound.clone();
    *wrong.last_mut().unwrap() ^= 1;
    let out = with(&wrong);
    assert_eq!(details(&out), [(GapKind::Damaged, "page content: stream damaged (FlateDecode, checksum)")]);
    assert!(out.text.as_str().contains("all of it"));

    // Some producers leave it out.
    assert_eq!(details(&with(&sound[..sound.len() - 4])), []);
}

#[test]
fn object_streams_that_came_out_wrong_are_damaged() {
    let with = |data: &[u8], first: u32| {
        let container = stream(&format!("/Type/ObjStm/N 1/First {first}/Filter/FlateDecode"), data);
        read(&page(stream("", SHOW), &[(5, container)]))
    };
    let sound = deflated(b"20 0 <</Title(stood alone)>>");
    let out = with(&sound, 5);
    assert_eq!(details(&out), []);
    assert!(out.text.as_str().contains("stood alone"), "{:?}", out.text.as_str());

    let mut wrong = sound.clone();
    *wrong.last_mut().unwrap() ^= 1;
    assert!(details(&with(&wrong, 5)).iter().any(|(kind, _)| *kind == GapKind::Damaged));
    // Its first object is said to begin behind its end.
    assert!(details(&with(&sound, 5000)).contains(&(GapKind::Damaged, "object stream")));
}

#[test]
fn what_a_damaged_to_unicode_lost_is_a_gap() {
    let with = |map: &str, shown: &str| {
        let content = format!("BT /F 1 Tf 72 720 Td <{shown}> Tj ET");
        let font = b"<</Type/Font/Subtype/Type0/BaseFont/S/Encoding/Identity-H/ToUnicode 11 0 R\
            /DescendantFonts[<</Type/Font/Subtype/CIDFontType2/BaseFont/S>>]>>";
        let map = format!(
            "1 begincodespacerange <0000> <FFFF> endcodespacerange {map} 1 beginbfchar <0100> <4EF6> endbfchar"
        );
        let out = read(&page(
            stream("", content.as_bytes()),
            &[(10, font.to_vec()), (11, stream("", map.as_bytes()))],
        ));
        let known = details(&out).iter().all(|(_, detail)| *detail != "font: ToUnicode is damaged");
        // Lines end where the page does.
        (out.text.as_str().split_whitespace().collect::<String>(), known)
    };
    let shown = "000100020003".repeat(100) + "0100";
    let whole = "机密文".repeat(100) + "件";
    let sound = "3 beginbfchar <0001> <673A> <0002> <5BC6> <0003> <6587> endbfchar";
    assert_eq!(with(sound, &shown), (whole.clone(), true));
    // A stray character in a code, a digit too few, a bracket that became something else. Fewer than
    // one character in a hundred is lost.
    for broken in [
        "4 beginbfchar <0001> <673A> <0002> <5BC6> <0003> <6587> <p004> <7EDD> endbfchar",
        "4 beginbfchar <0001> <673A> <0002> <5BC6> <004> <7EDD> <0003> <6587> endbfchar",
        "4 beginbfchar <0001> <673A> <0004> ,7EDD> <0002> <5BC6> <0003> <6587> endbfchar",
        "3 beginbfchar <0001> <673A> <0002> <5BC6> <0003> <6587>",
        "3 beginbfchxr <0004> <7EDD> endbfchar 3 beginbfrange <0001> <0003> [<673A> <5BC6> <6587>] endbfrange",
    ] {
        let (text, known) = with(broken, &(shown.clone() + "0004"));
        assert!(!known, "{broken}");
        assert!(text.contains(&whole), "{broken}: {text}");
        // What is not shown is not missed.
        assert_eq!(with(broken, &shown), (whole.clone(), true), "{broken}");
    }
    // From here on codes and targets change places.
    let (_, known) =
        with("4 beginbfchar <0001> <673A> 0004> <7EDD> <0002> <5BC6> <0003> <6587> endbfchar", &shown);
    assert!(!known);
    // A target may be a glyph's name.
    assert_eq!(with("1 beginbfchar <0001> /uni673A endbfchar", "00010100"), ("机件".to_owned(), true));
}

#[test]
fn a_simple_font_too_lost_what_its_damaged_to_unicode_lost() {
    let with = |map: &str, shown: &str| {
        let font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 11 0 R>>".to_vec();
        let map = format!("1 begincodespacerange <00> <FF> endcodespacerange {map}");
        let content = format!("BT /F 12 Tf 72 720 Td ({shown}) Tj ET");
        let more = [(10, font), (11, stream("", map.as_bytes()))];
        let out = read(&page(stream("", content.as_bytes()), &more));
        let known = details(&out).iter().all(|(_, detail)| *detail != "font: ToUnicode is damaged");
        (out.text.as_str().trim().to_owned(), known)
    };
    let broken = "2 beginbfchar <41> <673A> <p2> <5BC6> endbfchar";
    // B is what the base encoding says; what ToUnicode said cannot be known.
    assert_eq!(with(broken, "AAB"), ("机机B".to_owned(), false));
    assert_eq!(with(broken, "AAA"), ("机机机".to_owned(), true));
    // A whole one may leave a code to the base encoding.
    assert_eq!(with("1 beginbfchar <41> <673A> endbfchar", "AAB"), ("机机B".to_owned(), true));
}

#[test]
fn a_text_that_is_named_again_and_again_counts_once() {
    let text = [b"(".to_vec(), b"stands for it ".repeat(70_000), b")".to_vec()].concat();
    let content = [b"/S /P BDC EMC ".repeat(10_000), SHOW.to_vec()].concat();
    let property = [b"<</ActualText".to_vec(), text.clone(), b">>".to_vec()].concat();
    let out = read(&page(stream("", &content), &[(12, property)]));
    assert!(out.gaps.iter().any(|gap| gap.kind == GapKind::Limit), "{:?}", out.gaps);
    assert_eq!(out.text.as_str().matches("stands for it").count(), 70_000);

    let annotations = [
        b"<</Type/Page/Parent 2 0 R/Annots[".to_vec(),
        b"<</Subtype/Text/Contents 12 0 R>>".repeat(10_000),
        b"]>>".to_vec(),
    ]
    .concat();
    let out = read(&file(&[
        (1, b"<</Type/Catalog/Pages 2 0 R>>".to_vec()),
        (2, b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec()),
        (3, annotations),
        (12, text),
    ]));
    assert_eq!(out.text.as_str().matches("stands for it").count(), 70_000);
}

#[test]
fn an_annotation_listed_twice_is_read_once() {
    let out = read(&file(&[
        (1, b"<</Type/Catalog/Pages 2 0 R>>".to_vec()),
        (2, b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec()),
        (3, b"<</Type/Page/Parent 2 0 R/Annots[12 0 R 12 0 R 13 0 R]>>".to_vec()),
        (12, b"<</Subtype/Text/Contents(a note)>>".to_vec()),
        (13, b"<</Subtype/Text/Contents(another)>>".to_vec()),
    ]));
    assert_eq!(out.text.as_str().matches("a note").count(), 1);
    assert!(out.text.as_str().contains("another"));
}

#[test]
fn a_chain_of_sections_ends() {
    let mut out = page(stream("", SHOW), &[]);
    let tail = out.windows(10).rposition(|window| window == b"startxref\n").unwrap();
    let digits = String::from_utf8(out[tail + 10..].to_vec()).unwrap();
    let mut previous: usize = digits.lines().next().unwrap().parse().unwrap();
    for _ in 0..5000 {
        let at = out.len();
        out.extend(format!("xref\n0 0\ntrailer<</Size 99/Root 1 0 R/Prev {previous}>>\n").bytes());
        previous = at;
    }
    out.extend(format!("startxref\n{previous}\n%%EOF\n").bytes());
    assert_eq!(details(&read(&out)), [(GapKind::Limit, "cross-reference sections of a document: 4096")]);
}

#[test]
fn a_text_is_no_cross_reference_stream() {
    let lie = stream("/Type/XRef/W[1 2 1]/Size 9", "秘密★10年 藏在这里的文字".as_bytes());
    let out = read(&page(stream("", SHOW), &[(5, lie)]));
    let at = out.text.as_str().find("秘密★10年").unwrap();
    assert_eq!(out.text.segment(at).unwrap().at.place, Place::Hidden);
}

#[test]
fn what_is_large_and_named_again_and_again_ends_at_a_limit() {
    // 40,000 entries, parsed anew each time.
    let mut large = b"<<".to_vec();
    for number in 0..40_000 {
        let _ = write!(large, "/K{number} 0");
    }
    large.extend(b">>");
    let gap = (GapKind::Limit, "operators of a document: 20000000");
    let content = [b"/S /P BDC EMC ".repeat(100_000), SHOW.to_vec()].concat();
    assert_eq!(details(&read(&page(stream("", &content), &[(12, large)]))), [gap]);

    let width = [b"[".to_vec(), b"500 ".repeat(50_000), b"]".to_vec()].concat();
    let widths = [b"[".to_vec(), b"0 13 0 R ".repeat(40_000), b"]".to_vec()].concat();
    let font = b"<</Type/Font/Subtype/Type0/Encoding/UniGB-UCS2-H/DescendantFonts[<</Subtype/CIDFontType0\
        /CIDSystemInfo<</Ordering(GB1)>>/W 12 0 R>>]>>";
    let out = read(&page(
        stream("", b"BT /F 9 Tf 79 700 Td <673A5BC6> Tj ET"),
        &[(10, font.to_vec()), (12, widths), (13, width)],
    ));
    assert_eq!(out.text.as_str(), "机密");

    let mut twice = page(stream("", SHOW), &[(12, [SHOW, &b" ".repeat(1 << 20)].concat())]);
    let listed = format!("[{}]", "12 0 R ".repeat(100));
    let at = twice.windows(5).position(|window| window == b"4 0 R").unwrap();
    twice.splice(at..at + 5, listed.bytes());
    let body = stream("", &[SHOW, &b" ".repeat(1 << 20)].concat());
    let at = twice.windows(9).position(|window| window == b"12 0 obj\n").unwrap();
    let end = at + 9 + SHOW.len() + (1 << 20);
    twice.splice(at + 9..end, body);
    let out = read(&twice);
    assert!(
        details(&out).contains(&(GapKind::Limit, "bytes of a page's content: 67108864")),
        "{:?}",
        out.gaps
    );
    assert!(out.text.as_str().contains("all of it"));
}

#[test]
fn marked_content_that_is_nested_too_deep_is_a_gap_where_it_says_something() {
    let nested = |section: &str| {
        let content = [b"/S BMC ".repeat(600), section.as_bytes().to_vec(), SHOW.to_vec()].concat();
        details(&read(&page(stream("", &content), &[]))).len()
    };
    assert_eq!(nested(""), 0);
    assert_eq!(nested("/P <</MCID 0>> BDC "), 0);
    assert_eq!(nested("/Span <</ActualText (words)>> BDC "), 1);
}

#[test]
fn wrong_widths_lose_no_character() {
    // Widths of a hundredth: letters that follow each other all but coincide.
    let font = b"<</Type/Font/Subtype/Type1/BaseFont/S/FirstChar 32/Widths[11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11]>>";
    let out = read(&page(stream("", b"BT /F 14 Tf 79 700 Td (202600) Tj ET"), &[(10, font.to_vec())]));
    assert_eq!(out.text.as_str(), "202600");
    // Bold by printing twice is one text.
    let content = b"BT /F 14 Tf 79 700 Td (2026) Tj ET BT /F 14 Tf 79.4 700 Td (2026) Tj ET";
    assert_eq!(read(&page(stream("", content), &[])).text.as_str(), "2026");
}

#[test]
fn a_word_within_an_array_or_a_dictionary_loses_nothing() {
    let with = |content: &str| read(&page(stream("", content.as_bytes()), &[]));
    let out = with("BT /F 12 Tf 79 700 Td [(50) Yq 24 (,) 24 (000)] TJ ET");
    assert_eq!((out.text.as_str(), out.gaps.len()), ("50,000", 0));
    let out =
        with("/Span <</Own true/ActualText (stands for it)>> BDC BT /F 12 Tf 79 700 Td (shown) Tj ET EMC");
    assert!(out.text.as_str().contains("stands for it"));
    let out = with("BT /F 12 Tf 79 700 Td (lost) Yq (shown) Tj ET");
    assert_eq!(out.text.as_str(), "shown");
    assert_eq!(details(&out), [(GapKind::Damaged, "page content: a string that no operator shows")]);
}

#[test]
fn a_font_whose_kind_cannot_be_read_is_what_it_is_made_of() {
    let show = |kind: &str, made_of: &str| {
        let font = format!("<</Type/Font{kind}/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H{made_of}>>");
        let descendant = b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light\
            /CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>>>";
        let content = stream("", b"BT /F 16 Tf 79 700 Td <79d85bc6> Tj ET");
        read(&page(content, &[(10, font.into_bytes()), (11, descendant.to_vec())])).text.as_str().to_owned()
    };
    for kind in ["/Subtype/Type0", "/Subtype/T\u{1}pe0", "", "/Subtype 7"] {
        assert_eq!(show(kind, "/DescendantFonts[11 0 R]"), "秘密", "{kind}");
    }
    // One that is not made of others reads its codes byte by byte.
    assert_eq!(show("/Subtype/Type1", "/DescendantFonts[11 0 R]").chars().count(), 4);
    assert_eq!(show("/Subtype/Typo", "").chars().count(), 4);
}

#[test]
fn filters_are_read_whatever_stands_between_them() {
    let content = deflated(b"BT /F 12 Tf 79 700 Td (shown) Tj ET");
    let with = |filter: &str| read(&page(stream(filter, &content), &[]));
    for filter in
        ["/FlateDecode", "[/FlateDecode]", "[`/FlateDecode]", "[/FlateDecode `]", "[7 /FlateDecode x]"]
    {
        assert_eq!(with(&format!("/Filter {filter}")).text.as_str(), "shown", "{filter}");
    }
    // Names that stand elsewhere, each with its parameters.
    let named = |filter: &str| {
        let name = [(20, b"/FlateDecode".to_vec())];
        read(&page(stream(filter, &content), &name)).text.as_str().to_owned()
    };
    assert_eq!(named("/Filter [20 0 R]"), "shown");
    assert_eq!(named("/Filter 20 0 R/DecodeParms[null]"), "shown");
    // A predictor, which the parameters behind a damaged filter tell of too: each row begins with its kind.
    let rows = deflated(b"\0BT /F 12 Tf 79 700\0 Td (shown) Tj ET ");
    let parameters = "/DecodeParms[<</Predictor 15/Columns 18>>]";
    for filter in ["[/FlateDecode]", "[`/FlateDecode]"] {
        let out = read(&page(stream(&format!("/Filter {filter}{parameters}"), &rows), &[]));
        assert_eq!(out.text.as_str(), "shown", "{filter}");
    }
    // Where nobody can tell what it was, the content is not read, and that is told.
    for filter in ["/Filter 30 0 R", "/Filter (FlateDecode)", "/Filter 7", "/Filter [`]"] {
        let out = with(filter);
        assert!(!out.text.as_str().contains("shown") && !out.gaps.is_empty(), "{filter}");
    }
}
