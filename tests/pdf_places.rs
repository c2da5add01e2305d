//! One PDF with text in every place that a page does not show, made by hand, byte by byte; each text
//! must be found, with the place asserted here.

use std::fmt::Write as _;

use mijian::extract::{Extracted, extract};
use mijian::filetype::FileType;
use mijian::limits::{Budget, Limits};
use mijian::text::{Place, Segment};

fn stream(dict: &str, data: &[u8]) -> Vec<u8> {
    let mut out = format!("<<{dict}/Length {}>>\nstream\n", data.len()).into_bytes();
    out.extend(data);
    out.extend(b"\nendstream");
    out
}

fn utf16(text: &str) -> String {
    text.encode_utf16().fold("<feff".to_owned(), |mut out, unit| {
        let _ = write!(out, "{unit:04x}");
        out
    }) + ">"
}

/// Appends objects and a cross-reference section, the previous one at `previous`.
fn revision(file: &mut Vec<u8>, objects: &[(u32, Vec<u8>)], previous: Option<usize>) -> usize {
    let mut table = String::new();
    for (number, body) in objects {
        let _ = write!(table, "{number} 1\n{:010} 00000 n \n", file.len());
        file.extend(format!("{number} 0 obj\n").into_bytes());
        file.extend(body);
        file.extend(b"\nendobj\n");
    }
    let at = file.len();
    let previous = previous.map(|at| format!("/Prev {at}")).unwrap_or_default();
    file.extend(
        format!(
            "xref\n{table}trailer\n<</Size 200/Root 1 0 R/Info 9 0 R{previous}>>\nstartxref\n{at}\n%%EOF\n"
        )
        .bytes(),
    );
    at
}

const FONTS: &str = "/Resources<</Font<</F 10 0 R>>/Properties<</L 12 0 R>>/XObject<</I 13 0 R>>>>";

/// What the page paints: seen, and hidden in seven ways.
const CONTENT: &[u8] = b"BT /F 12 Tf 79 700 Td (seen by the reader) Tj ET
    /OC/L BDC BT /F 12 Tf 79 680 Td (layer off) Tj ET EMC
    1 g BT /F 12 Tf 79 660 Td (white on white) Tj ET 0 g
    BT 3 Tr /F 12 Tf 79 640 Td (never painted) Tj 0 Tr ET
    BT /F 12 Tf 79 900 Td (off the page) Tj ET
    q 300 100 50 50 re W n BT /F 12 Tf 79 620 Td (cut off) Tj ET Q
    BT /F 12 Tf 79 600 Td (under a bar) Tj ET 0 g 70 595 200 20 re f
    BT /F 12 Tf 79 560 Td (under a picture) Tj ET q 200 0 0 30 70 550 cm /I Do Q
    0.9 g 70 495 200 20 re f 0 g BT /F 12 Tf 79 500 Td (on a bar) Tj ET
    /Span<</ActualText(what it stands for)>>BDC BT /F 12 Tf 79 480 Td (glyphs) Tj ET EMC";

fn all_places() -> Vec<u8> {
    let mark = utf16("机密★20年");
    let catalogue = "<</Type/Catalog/Pages 2 0 R/Outlines 30 0 R/AcroForm 40 0 R/Metadata 60 0 R\
        /OCProperties<</OCGs[12 0 R]/D<</OFF[12 0 R]>>>>/OpenAction<</S/JavaScript/JS(opening script)>>\
        /AA<</WC<</S/JavaScript/JS(closing script)>>>>/Dests 71 0 R/PageLabels<</Nums[0<</P(label prefix )>>]>>\
        /StructTreeRoot 80 0 R/Names<</EmbeddedFiles 50 0 R/JavaScript 72 0 R/Dests 73 0 R>>>>";
    let first: Vec<(u32, Vec<u8>)> = vec![
        (1, catalogue.as_bytes().to_vec()),
        (2, b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec()),
        (
            3,
            format!(
                "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Annots[20 0 R 21 0 R 22 0 R 41 0 R]\
                 /AA<</O<</S/JavaScript/JS 74 0 R>>>>{FONTS}>>"
            )
            .into_bytes(),
        ),
        (4, stream("", b"BT /F 12 Tf 79 700 Td (seen by the reader) Tj 0 -20 Td (removed later) Tj ET")),
        (9, format!("<</Title{mark}/Producer(the producer)/Office(own entry)>>").into_bytes()),
        (10, b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".to_vec()),
        (12, b"<</Type/OCG/Name(layer name)>>".to_vec()),
        (
            13,
            stream(
                "/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8",
                b"x",
            ),
        ),
        (20, b"<</Type/Annot/Subtype/Text/Rect[50 50 90 90]/Contents(note text)/T(note author)/RC(<p>rich note</p>)>>".to_vec()),
        (21, b"<</Type/Annot/Subtype/Stamp/Rect[400 780 500 830]/AP<</N 23 0 R/D 24 0 R>>>>".to_vec()),
        (22, b"<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(https://example.org/internal)>>>>".to_vec()),
        (23, stream(&format!("/Type/XObject/Subtype/Form/BBox[0 0 100 50]{FONTS}"), b"BT /F 12 Tf 5 20 Td (stamp) Tj ET")),
        (24, stream(&format!("/Type/XObject/Subtype/Form/BBox[0 0 100 50]{FONTS}"), b"BT /F 12 Tf 5 20 Td (stamp pressed) Tj ET")),
        (30, b"<</First 31 0 R/Last 31 0 R>>".to_vec()),
        (31, b"<</Title(chapter one)/Parent 30 0 R>>".to_vec()),
        (40, b"<</Fields[41 0 R]>>".to_vec()),
        (
            41,
            b"<</Type/Annot/Subtype/Widget/Rect[9 9 90 30]/FT/Ch/T(field name)/TU(field tooltip)/V(chosen)\
              /Opt[(chosen)(other option)]/AA<</K<</S/JavaScript/JS(field script)>>>>>>".to_vec(),
        ),
        (50, b"<</Names[(a.txt) 51 0 R]>>".to_vec()),
        (51, b"<</Type/Filespec/F(a.txt)/EF<</F 52 0 R>>/Desc(file description)>>".to_vec()),
        (52, stream("/Type/EmbeddedFile", b"attached words")),
        (60, stream("/Type/Metadata/Subtype/XML", b"<x><dc:subject>meta words</dc:subject></x>")),
        (71, b"<</old#20destination[3 0 R/Fit]>>".to_vec()),
        (72, b"<</Names[(script name)<</S/JavaScript/JS(named script)>>]>>".to_vec()),
        (73, b"<</Names[(new destination)[3 0 R/Fit]]>>".to_vec()),
        (74, stream("", b"page script")),
        (80, b"<</Type/StructTreeRoot/K 81 0 R>>".to_vec()),
        (
            81,
            b"<</Type/StructElem/S/Figure/P 80 0 R/T(element title)/Alt(picture words)/ActualText(actual words)\
              /E(expanded words)>>".to_vec(),
        ),
        // Nobody leads here.
        (90, stream(&format!("/Type/XObject/Subtype/Form/BBox[0 0 595 842]{FONTS}"), b"BT /F 12 Tf 79 700 Td (orphaned form) Tj ET")),
        (91, stream("", b"BT /F 12 Tf 79 700 Td (orphaned content) Tj ET")),
        (92, format!("<</Type/Page/MediaBox[0 0 595 842]/Contents 93 0 R{FONTS}>>").into_bytes()),
        (93, stream("", b"BT /F 12 Tf 79 700 Td (orphaned page) Tj ET")),
        (94, stream("", b"plain words in a stream")),
        (95, b"(a string alone)".to_vec()),
    ];
    let mut file = b"%PDF-1.7\n".to_vec();
    let first = revision(&mut file, &first, None);
    let second = [
        (4, stream("", CONTENT)),
        (9, format!("<</Title{mark}/Producer(the producer)/Office(changed entry)>>").into_bytes()),
    ];
    revision(&mut file, &second, Some(first));
    file
}

fn read(bytes: &[u8]) -> Extracted {
    extract(bytes, FileType::Pdf, &mut Budget::new(&Limits::default()))
}

fn segment<'e>(out: &'e Extracted, words: &str) -> Option<&'e Segment> {
    out.text.segments().iter().find(|s| out.text.as_str()[s.range.clone()] == *words)
}

#[test]
fn every_place_is_read_and_labelled() {
    let out = read(&all_places());
    let expected = [
        ("seen by the reader", Place::Body),
        ("on a bar", Place::Body),
        ("layer off", Place::Hidden),
        ("white on white", Place::Hidden),
        ("never painted", Place::Hidden),
        ("off the page", Place::Hidden),
        ("cut off", Place::Hidden),
        ("under a bar", Place::Hidden),
        ("under a picture", Place::Hidden),
        ("glyphs", Place::Body),
        ("what it stands for", Place::AltText),
        ("机密★20年", Place::Property),
        ("the producer", Place::Property),
        ("changed entry", Place::Property),
        ("meta words", Place::Property),
        ("layer name", Place::Property),
        ("label prefix", Place::Property),
        ("note text", Place::Annotation),
        ("note author", Place::Annotation),
        ("rich note", Place::Annotation),
        ("stamp", Place::Annotation),
        ("stamp pressed", Place::Hidden),
        ("file description", Place::Annotation),
        ("https://example.org/internal", Place::Attribute),
        ("chapter one", Place::Bookmark),
        ("old destination", Place::Bookmark),
        ("new destination", Place::Bookmark),
        ("script name", Place::Bookmark),
        ("field name", Place::Form),
        ("field tooltip", Place::Form),
        ("chosen", Place::Form),
        ("other option", Place::Form),
        ("opening script", Place::Script),
        ("closing script", Place::Script),
        ("named script", Place::Script),
        ("page script", Place::Script),
        ("field script", Place::Script),
        ("element title", Place::AltText),
        ("picture words", Place::AltText),
        ("actual words", Place::AltText),
        ("expanded words", Place::AltText),
        ("orphaned form", Place::Hidden),
        ("orphaned content", Place::Hidden),
        ("orphaned page", Place::Hidden),
        ("plain words in a stream", Place::Hidden),
        ("a string alone", Place::Property),
        ("removed later", Place::Revision),
        ("own entry", Place::Revision),
    ];
    let mut wrong = Vec::new();
    for (words, place) in expected {
        let found = segment(&out, words).map(|s| s.at.place);
        if found != Some(place) {
            wrong.push(format!("{words}: {place:?}, but {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}\nin {:?}", wrong.join("\n"), out.text.as_str());
    assert_eq!(out.inner.len(), 1);
    assert_eq!(
        (out.inner[0].name.as_str(), out.inner[0].bytes.as_slice()),
        ("a.txt", &b"attached words"[..])
    );
    assert!(out.gaps.is_empty(), "{:?}", out.gaps);
    // Said once, however often it stands in the file.
    for words in ["seen by the reader", "meta words", "chosen", "named script"] {
        assert_eq!(out.text.as_str().matches(words).count(), 1, "{words}");
    }
    assert_eq!(segment(&out, "removed later").unwrap().at.page.unwrap().get(), 1);
}

#[test]
fn what_a_page_said_before_is_a_revision() {
    let mut file = b"%PDF-1.7\n".to_vec();
    let pages = (2, b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec());
    let page = (3, format!("<</Type/Page/Parent 2 0 R/Contents 4 0 R{FONTS}>>").into_bytes());
    let font = (10, b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_vec());
    let content = (4, stream("", b"BT /F 12 Tf 79 700 Td (old words) Tj ET"));
    let catalogue = (1, b"<</Type/Catalog/Pages 2 0 R>>".to_vec());
    let first = revision(&mut file, &[catalogue, pages, page, font, content], None);
    revision(&mut file, &[(4, stream("", b"BT /F 12 Tf 79 700 Td (new words) Tj ET"))], Some(first));
    let out = read(&file);
    assert_eq!(out.text.as_str(), "new words\nold words");
    assert_eq!(segment(&out, "old words").map(|s| s.at.place), Some(Place::Revision));
    assert!(out.gaps.is_empty(), "{:?}", out.gaps);
}

#[test]
fn an_earlier_page_is_read_with_its_own_fonts() {
    // The letters A to G mean other characters in each revision's font of the same name.
    let font = |names: &str| {
        format!("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding<</Differences[65 {names}]>>>>")
            .into_bytes()
    };
    let page = |contents: u32, font: u32| {
        format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {contents} 0 R\
             /Resources<</Font<</F {font} 0 R>>>>>>"
        )
        .into_bytes()
    };
    let content = |letters: &str| stream("", format!("BT /F 12 Tf 79 700 Td ({letters}) Tj ET").as_bytes());
    let mut file = b"%PDF-1.7\n".to_vec();
    let first = revision(
        &mut file,
        &[
            (1, b"<</Type/Catalog/Pages 2 0 R>>".to_vec()),
            (2, b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec()),
            (3, page(4, 10)),
            (4, content("ABCDEF")),
            (10, font("/uni79D8/uni5BC6/uni2605/one/zero/uni5E74")),
        ],
        None,
    );
    let second = [(3, page(5, 11)), (5, content("ABCD")), (11, font("/uni516C/uni793A/uni540D/uni5355"))];
    revision(&mut file, &second, Some(first));
    let out = read(&file);
    assert_eq!(segment(&out, "公示名单").map(|s| s.at.place), Some(Place::Body), "{}", out.text.as_str());
    assert_eq!(
        segment(&out, "秘密★10年").map(|s| s.at.place),
        Some(Place::Revision),
        "{}",
        out.text.as_str()
    );
    assert_eq!(out.text.segments().len(), 2, "{}", out.text.as_str());
}

#[test]
fn what_no_section_lists_is_read() {
    let mut file = b"%PDF-1.7\n".to_vec();
    let lost = stream(
        &format!("/Type/XObject/Subtype/Form/BBox[0 0 595 842]{FONTS}"),
        b"BT /F 12 Tf 79 700 Td (lost form) Tj ET",
    );
    let content = |words: &str| stream("", format!("BT /F 12 Tf 79 700 Td ({words}) Tj ET").as_bytes());
    let mut unlisted = |number: u32, body: &[u8]| {
        file.extend(format!("{number} 0 obj\n").bytes());
        file.extend(body);
        file.extend(b"\nendobj\n");
    };
    unlisted(20, &lost);
    unlisted(21, b"[(lost string) 5]");
    unlisted(4, &content("first draft"));
    unlisted(4, &content("second draft"));
    file.extend(b"% a comment with words\n");
    let objects = [
        (1, b"<</Type/Catalog/Pages 2 0 R>>".to_vec()),
        (2, b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec()),
        (3, format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R{FONTS}>>").into_bytes()),
        (4, content("final words")),
        (10, b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_vec()),
    ];
    revision(&mut file, &objects, None);
    let out = read(&file);
    let expected = [
        ("final words", Place::Body),
        ("lost form", Place::Hidden),
        ("lost string", Place::Property),
        ("a comment with words", Place::Hidden),
        ("second draft", Place::Revision),
        ("first draft", Place::Revision),
    ];
    for (words, place) in expected {
        assert_eq!(
            segment(&out, words).map(|s| s.at.place),
            Some(place),
            "{words} in {:?}",
            out.text.as_str()
        );
    }
    assert!(out.gaps.is_empty(), "{:?}", out.gaps);
}

#[test]
fn bytes_around_the_objects_are_read() {
    let sound = all_places();
    assert!(read(&sound).gaps.is_empty());
    let zip = b"PK\x03\x04\x14\0\0\0\0\0 an archive behind the end";
    let out = read(&[&sound[..], zip].concat());
    assert!(out.inner.iter().any(|inner| inner.bytes.starts_with(b"PK\x03\x04")), "{:?}", out.inner.len());
    let unknown: Vec<u8> = (0..2000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8 | 0x80).collect();
    assert!(!read(&[&sound[..], &unknown].concat()).gaps.is_empty());
    let out = read(&["绝密★30年\n".as_bytes(), &sound[..]].concat());
    assert_eq!(segment(&out, "机密★20年").map(|s| s.at.place), Some(Place::Property));
    assert!(
        out.text
            .segments()
            .iter()
            .any(|s| s.at.place == Place::Hidden && out.text.as_str()[s.range.clone()].contains("绝密"))
    );
}

#[test]
fn streams_are_what_their_bytes_say() {
    let mut file = b"%PDF-1.7\n".to_vec();
    let unknown: Vec<u8> = (0..2000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let objects = [
        (1, b"<</Type/Catalog/Pages 2 0 R>>".to_vec()),
        (2, b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec()),
        (3, format!("<</Type/Page/Parent 2 0 R/Contents 4 0 R{FONTS}>>").into_bytes()),
        (4, stream("", b"BT /F 12 Tf 79 700 Td (words) Tj ET")),
        (10, b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_vec()),
        (20, stream("/Subtype/Image/Width 1/Height 1", b"PK\x03\x04 not a picture")),
        (21, stream("/Length1 9", "机密★20年 not a font".as_bytes())),
        (22, stream("", &unknown)),
        (23, stream("/Subtype/Image/Width 20/Height 100/BitsPerComponent 8", &unknown)),
    ];
    revision(&mut file, &objects, None);
    let out = read(&file);
    let inner: Vec<&str> = out.inner.iter().map(|inner| inner.name.as_str()).collect();
    assert_eq!(inner, ["attachment", "stream"]);
    assert_eq!(segment(&out, "机密★20年 not a font").map(|s| s.at.place), Some(Place::Hidden));
}

#[test]
fn annotations_behind_one_that_is_missing_are_read() {
    let page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Annots[99 0 R 21 0 R 20 0 R]>>";
    let link = "<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/Border[0 0 0]/A<</S/GoTo/D(here)>>>>";
    let mut file = b"%PDF-1.7\n".to_vec();
    let objects = [
        (1, b"<</Type/Catalog/Pages 2 0 R>>".to_vec()),
        (2, b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec()),
        (3, page.as_bytes().to_vec()),
        (20, b"<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/Contents(a note)>>".to_vec()),
        (21, link.as_bytes().to_vec()),
    ];
    revision(&mut file, &objects, None);
    let out = read(&file);
    let at = segment(&out, "a note").map(|s| (s.at.place, s.at.page.map(u32::from)));
    assert_eq!(at, Some((Place::Annotation, Some(1))), "{}", out.text.as_str());
}

#[test]
fn names_of_places_in_the_document_are_read_once_and_not_where_they_only_count_on() {
    let link = |name: &str| format!("<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/GoTo/D{name}>>>>");
    let mut file = b"%PDF-1.7\n".to_vec();
    let names = "(chapter.1)[3 0 R/Fit](chapter.2)[3 0 R/Fit](draft)31 0 R";
    let objects = [
        (1, b"<</Type/Catalog/Pages 2 0 R/Names 30 0 R>>".to_vec()),
        (2, b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec()),
        (
            3,
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Annots[20 0 R 21 0 R 22 0 R 23 0 R]>>".to_vec(),
        ),
        (20, link("(draft)").into_bytes()),
        (21, link("(only a link)").into_bytes()),
        (22, link("[3 0 R/Fit(in an array)]").into_bytes()),
        (23, b"<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/Dest(old link)/X(another)>>".to_vec()),
        (30, b"<</Dests<</Kids[32 0 R 33 0 R]>>>>".to_vec()),
        (31, b"[3 0 R/Fit]".to_vec()),
        (32, format!("<</Names[{names}]/Limits[(chapter.1)(draft)]>>").into_bytes()),
        (33, b"<</Names[(page.1)[3 0 R/Fit(nested)](page.2)31 0 R]/Limits[(page.1)(page.2)]>>".to_vec()),
    ];
    revision(&mut file, &objects, None);
    let out = read(&file);
    let mut said: Vec<&str> = out.text.as_str().lines().collect();
    said.sort_unstable();
    let wanted =
        ["another", "chapter.1", "draft", "in an array", "nested", "old link", "only a link", "page.1"];
    assert_eq!(said, wanted);
    for (words, place) in
        [("only a link", Place::Bookmark), ("draft", Place::Bookmark), ("another", Place::Property)]
    {
        assert_eq!(segment(&out, words).map(|s| s.at.place), Some(place), "{words}");
    }
    assert!(out.gaps.is_empty(), "{:?}", out.gaps);
}

#[test]
fn markup_on_a_page_is_read_as_what_it_shows_where_there_is_chinese_and_in_scripts() {
    let read_with = |shown: &str, script: &str| {
        let mut file = b"%PDF-1.7\n".to_vec();
        let action = format!("/OpenAction<</S/JavaScript/JS({script})>>");
        let letters = utf16(shown).replacen("feff", "", 1);
        let font = "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UTF16-H/DescendantFonts[\
            <</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light\
            /CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>>>]>>";
        let page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 10 0 R>>>>>>";
        let objects = [
            (1, format!("<</Type/Catalog/Pages 2 0 R{action}>>").into_bytes()),
            (2, b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec()),
            (3, page.as_bytes().to_vec()),
            (4, stream("", format!("BT /F 12 Tf 79 700 Td {letters} Tj ET").as_bytes())),
            (10, font.as_bytes().to_vec()),
        ];
        revision(&mut file, &objects, None);
        let readings = read(&file).alternatives;
        readings.iter().map(|text| text.as_str().trim().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(read_with("<b>机</b>密★20年", "app.beep\\(0\\)"), ["机密★20年\napp.beep(0)"]);
    assert_eq!(read_with("&lt;b&gt;机&lt;/b&gt;密★20年", "app.beep\\(0\\)"), ["机密★20年\napp.beep(0)"]);
    assert!(read_with("<b>top</b> secret", "app.beep\\(0\\)").is_empty());
    assert_eq!(read_with("a page", "show\\('<b>top</b> secret'\\)"), ["show('top secret')"]);
}

/// A whole file whose objects from 20 on stand in an object stream, and whose section is a stream.
fn in_object_stream(apart: &[(u32, Vec<u8>)], members: &[(u32, Vec<u8>)]) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut entries: Vec<(u32, [u8; 4])> = Vec::new();
    let (mut heads, mut bodies) = (String::new(), Vec::new());
    for (index, (number, body)) in (0u8..).zip(members) {
        let _ = write!(heads, "{number} {} ", bodies.len());
        bodies.extend(body);
        bodies.push(b'\n');
        entries.push((*number, [2, 0, 90, index]));
    }
    let dict = format!("/Type/ObjStm/N {}/First {}", members.len(), heads.len());
    let container = (90, stream(&dict, &[heads.as_bytes(), &bodies].concat()));
    for (number, body) in apart.iter().chain([&container]) {
        let [high, low] = u16::try_from(file.len()).expect("a short file").to_be_bytes();
        entries.push((*number, [1, high, low, 0]));
        file.extend(format!("{number} 0 obj\n").bytes());
        file.extend(body);
        file.extend(b"\nendobj\n");
    }
    let at = file.len();
    entries.sort_unstable();
    let ranges: String = entries.iter().map(|(number, _)| format!("{number} 1 ")).collect();
    let table: Vec<u8> = entries.iter().flat_map(|(_, entry)| *entry).collect();
    file.extend(b"91 0 obj\n");
    file.extend(stream(&format!("/Type/XRef/W[1 2 1]/Index[{ranges}]/Size 200/Root 1 0 R"), &table));
    file.extend(format!("\nendobj\nstartxref\n{at}\n%%EOF\n").bytes());
    file
}

#[test]
fn objects_that_nothing_names_hide_nothing() {
    let apart = [
        (1, b"<</Type/Catalog/Pages 2 0 R>>".to_vec()),
        (2, b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec()),
        (3, format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R{FONTS}>>").into_bytes()),
        (4, stream("/Note(beside the content)", b"BT /F 12 Tf 79 700 Td (seen) Tj ET")),
        (5, format!("<</Type/Page/MediaBox[0 0 595 842]/Contents 6 0 R/Parent 2 0 R{FONTS}>>").into_bytes()),
        (6, stream("", b"BT /F 12 Tf 79 700 Td (of a lost page) Tj ET")),
        (10, b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_vec()),
    ];
    let members = [
        (20, b"<</A 1/B[1 0 R 2 3](seen)/C<</G(plain and nested)>>>>".to_vec()),
        (21, b"<</A[/N 5 0 R(in an array)]>>".to_vec()),
        (22, b"<</A<69 6e20 686578>>>".to_vec()),
        (23, b"<</A(with \\145scapes)>>".to_vec()),
        (24, b"<</A(with (brackets) in it)>>".to_vec()),
        (25, b"<</#41(under an escaped key)>>".to_vec()),
        (26, b"<</A/B% a comment\n/Alt 27 0 R>>".to_vec()),
        (27, b"(under a key that names it)".to_vec()),
        (28, b"[1(in an array that stands alone)]".to_vec()),
        (29, b"<</Type/Annot/Subtype/Link/Alt 30 0 R>>".to_vec()),
        (30, b"(named by a plain one)".to_vec()),
        (31, b"<</S/JavaScript/JS 32 0 R>>".to_vec()),
        (32, b"(a script)".to_vec()),
    ];
    let expected = [
        ("seen", Place::Body),
        ("beside the content", Place::Property),
        ("of a lost page", Place::Hidden),
        ("plain and nested", Place::Property),
        ("in an array", Place::Property),
        ("in hex", Place::Property),
        ("with escapes", Place::Property),
        ("with (brackets) in it", Place::Property),
        ("under an escaped key", Place::Property),
        ("under a key that names it", Place::AltText),
        ("in an array that stands alone", Place::Property),
        ("named by a plain one", Place::AltText),
        ("a script", Place::Script),
    ];
    let mut table = b"%PDF-1.7\n".to_vec();
    revision(&mut table, &[&apart[..], &members].concat(), None);
    for file in [table, in_object_stream(&apart, &members)] {
        let out = read(&file);
        for (words, place) in expected {
            let found = segment(&out, words).map(|s| s.at.place);
            assert_eq!(found, Some(place), "{words} in {:?}", out.text.as_str());
        }
        assert!(out.gaps.is_empty(), "{:?}", out.gaps);
    }
}
