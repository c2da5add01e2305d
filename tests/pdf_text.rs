//! PDF files made by hand, byte by byte, and what must be read from them: exact text, places, zones
//! and gaps.
#![expect(clippy::unwrap_used, reason = "a test may fail like that")]

use std::fmt::Write as _;
use std::io::Write as _;

use mijian::extract::{Extracted, extract};
use mijian::filetype::FileType;
use mijian::limits::{Budget, GapKind, Limits};
use mijian::text::{Place, Segment, Zone};

/// A file of numbered objects, with a cross-reference table; object 1 is the catalogue.
fn file(objects: &[(u32, Vec<u8>)], trailer: &str) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut table = String::new();
    for (number, body) in objects {
        let _ = write!(table, "{number} 1\n{:010} 00000 n \n", out.len());
        out.extend(format!("{number} 0 obj\n").into_bytes());
        out.extend(body);
        out.extend(b"\nendobj\n");
    }
    let at = out.len();
    out.extend(
        format!("xref\n{table}trailer\n<</Size 100/Root 1 0 R{trailer}>>\nstartxref\n{at}\n%%EOF\n").bytes(),
    );
    out
}

fn stream(dict: &str, data: &[u8]) -> Vec<u8> {
    let mut out = format!("<<{dict}/Length {}>>\nstream\n", data.len()).into_bytes();
    out.extend(data);
    out.extend(b"\nendstream");
    out
}

/// One A4 page with this content, page entries, catalogue entries and further objects (from 10 on).
fn page_with(content: &[u8], page: &str, catalogue: &str, more: &[(u32, Vec<u8>)]) -> Vec<u8> {
    let mut objects = vec![
        (1, format!("<</Type/Catalog/Pages 2 0 R{catalogue}>>").into_bytes()),
        (2, b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec()),
        (3, format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R{page}>>").into_bytes()),
        (4, stream("", content)),
    ];
    objects.extend_from_slice(more);
    file(&objects, "/Info 9 0 R")
}

/// A page whose font F is the GBK-encoded, non-embedded SimSun.
fn gbk_page(content: &[u8]) -> Vec<u8> {
    page_with(content, FONTS, "", &[cid_font("GBK-EUC-H", "GB1")])
}

const FONTS: &str = "/Resources<</Font<</F 10 0 R>>>>";

fn cid_font(encoding: &str, ordering: &str) -> (u32, Vec<u8>) {
    let font = format!(
        "<</Type/Font/Subtype/Type0/BaseFont/SimSun/Encoding/{encoding}/DescendantFonts[<</Type/Font\
         /Subtype/CIDFontType2/BaseFont/SimSun/CIDSystemInfo<</Registry(Adobe)/Ordering({ordering})\
         /Supplement 2>>/DW 1000>>]>>"
    );
    (10, font.into_bytes())
}

fn read(bytes: &[u8]) -> Extracted {
    extract(bytes, FileType::Pdf, &mut Budget::new(&Limits::default()))
}

fn segment<'e>(out: &'e Extracted, needle: &str) -> &'e Segment {
    let at =
        out.text.as_str().find(needle).unwrap_or_else(|| panic!("{needle} not in {:?}", out.text.as_str()));
    out.text.segment(at).unwrap()
}

fn gaps(out: &Extracted) -> Vec<GapKind> {
    out.gaps.iter().map(|gap| gap.kind).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

#[test]
fn predefined_cmaps() {
    let gbk = b"\xbb\xfa\xc3\xdc\xa1\xef20\xc4\xea".to_vec();
    let utf32: Vec<u8> = "机密★20年".chars().flat_map(|c| u32::from(c).to_be_bytes()).collect();
    let cases: [(&str, &str, Vec<u8>, &str); 17] = [
        ("GB-EUC-H", "GB1", gbk.clone(), "机密★20年"),
        ("GBpc-EUC-H", "GB1", gbk.clone(), "机密★20年"),
        ("GBK-EUC-H", "GB1", gbk.clone(), "机密★20年"),
        ("GBKp-EUC-H", "GB1", gbk.clone(), "机密★20年"),
        ("GBK2K-H", "GB1", gbk.clone(), "机密★20年"),
        ("GBK-EUC-V", "GB1", gbk, "机密★20年"),
        ("UniGB-UCS2-H", "GB1", utf16("机密★20年"), "机密★20年"),
        ("UniGB-UCS2-V", "GB1", utf16("机密★20年"), "机密★20年"),
        ("UniGB-UTF16-H", "GB1", utf16("机密★20年"), "机密★20年"),
        ("UniGB-UTF8-H", "GB1", "机密★20年".into(), "机密★20年"),
        ("UniGB-UTF32-H", "GB1", utf32, "机密★20年"),
        ("UniCNS-UTF16-H", "CNS1", utf16("機密★20年"), "機密★20年"),
        ("UniCNS-UCS2-H", "CNS1", utf16("機密★20年"), "機密★20年"),
        ("ETen-B5-H", "CNS1", b"\xbe\xf7\xb1\x4b\xa1\xb9\x32\x30\xa6\x7e".to_vec(), "機密★20年"),
        // CIDs of Adobe-GB1: 机 is 2063, 密 2785, ★ 174.
        ("Identity-H", "GB1", vec![0x08, 0x0f, 0x0a, 0xe1, 0x00, 0xae], "机密★"),
        ("Identity-V", "GB1", vec![0x08, 0x0f, 0x0a, 0xe1, 0x00, 0xae], "机密★"),
        ("90ms-RKSJ-H", "Japan1", b"\x8b\x40\x96\xa7\x81\x9a".to_vec(), "機密★"),
    ];
    for (encoding, ordering, bytes, expected) in cases {
        let content = format!("BT /F 16 Tf 80 700 Td <{}> Tj ET", hex(&bytes));
        let out = read(&page_with(content.as_bytes(), FONTS, "", &[cid_font(encoding, ordering)]));
        assert_eq!(out.text.as_str(), expected, "{encoding}");
        assert!(out.gaps.is_empty(), "{encoding}: {:?}", out.gaps);
    }
}

#[test]
fn a_mark_painted_glyph_by_glyph_is_one_line_at_the_top_left() {
    let content = b"BT /F 16 Tf 1 0 0 1 79 700 Tm <bbfa> Tj 1 0 0 1 111 700 Tm <c3dc> Tj ET
        BT /F 16 Tf 143 700 Td <a1ef> Tj 32 0 Td <a3b2> Tj 32 0 Td <a3b0> Tj 32 0 Td <c4ea> Tj ET
        BT /F 16 Tf 79 400 Td <d5fdcec4> Tj ET";
    let out = read(&gbk_page(content));
    assert_eq!(out.text.as_str(), "机密★２０年\n正文");
    let mark = segment(&out, "机密");
    assert_eq!(
        (mark.at.zone, mark.at.size, mark.at.page.unwrap().get()),
        (Some(Zone::TopLeft), Some(160), 1)
    );
    assert_eq!(segment(&out, "正文").at.zone, Some(Zone::Body));
}

#[test]
fn spacing_operators_and_arrays_keep_words_whole() {
    let content = b"BT /F 16 Tf 10 Tc 79 700 Td [<bbfa> -300 <c3dc> <a1ef>] TJ ET
        BT 0 Tc 18 TL /F 16 Tf 79 600 Td <bbfac3dc> Tj T* <c3d8c3dc> Tj <be f8c3dc> ' ET";
    let out = read(&gbk_page(content));
    assert_eq!(out.text.as_str(), "机密★\n机密\n秘密\n绝密");
}

#[test]
fn rotated_pages_and_crop_boxes_move_the_zones() {
    // Shown turned by 90 degrees: the left edge of the paper is the top of the page.
    let turned = page_with(
        b"BT /F 16 Tf 0 1 -1 0 60 60 Tm <bbfac3dc> Tj ET",
        &format!("/Rotate 90{FONTS}"),
        "",
        &[cid_font("GBK-EUC-H", "GB1")],
    );
    assert_eq!(segment(&read(&turned), "机密").at.zone, Some(Zone::TopLeft));
    let cropped = page_with(
        b"BT /F 16 Tf 1 0 0 1 310 380 Tm <bbfac3dc> Tj ET",
        &format!("/CropBox[300 0 595 421]/UserUnit 2{FONTS}"),
        "",
        &[cid_font("GBK-EUC-H", "GB1")],
    );
    let out = read(&cropped);
    let mark = segment(&out, "机密");
    assert_eq!((mark.at.zone, mark.at.size), (Some(Zone::TopLeft), Some(320)));
}

#[test]
fn watermarks_hidden_text_and_their_places() {
    let content = b"0.8 g BT /F 60 Tf 0.7071 0.7071 -0.7071 0.7071 150 250 Tm <c4dab2bfd7cac1cf> Tj ET
        0 g BT /F 12 Tf 79 500 Td <d5fdcec4> Tj ET
        BT 3 Tr /F 12 Tf 79 480 Td <bbfac3dc> Tj 0 Tr ET
        1 g BT /F 12 Tf 79 460 Td <bef8c3dc> Tj ET
        0 0 1 rg 70 430 200 20 re f 1 g BT /F 12 Tf 79 436 Td <b1edcdb7> Tj ET
        0 g BT /F 12 Tf 79 900 Td <c3d8c3dc> Tj ET";
    let out = read(&gbk_page(content));
    let place = |needle: &str| segment(&out, needle).at.place;
    assert_eq!(place("内部资料"), Place::Watermark);
    assert_eq!(place("正文"), Place::Body);
    assert_eq!(place("机密"), Place::Hidden);
    assert_eq!(place("绝密"), Place::Hidden);
    assert_eq!(place("表头"), Place::Body);
    assert_eq!(place("秘密"), Place::Hidden);
    assert!(out.gaps.is_empty(), "{:?}", out.gaps);
}

#[test]
fn simple_fonts_with_differences_and_to_unicode() {
    let cmap = b"1 begincodespacerange <00> <ff> endcodespacerange
        1 beginbfchar <03> <00660069> endbfchar 1 beginbfrange <04> <05> <673A> endbfrange";
    let fonts = "/Resources<</Font<</A 10 0 R/B 11 0 R/Z 13 0 R>>>>";
    let more = [
        (
            10,
            b"<</Type/Font/Subtype/Type1/BaseFont/X/Encoding<</Differences[1/uni673A/uni5BC6/a35 65/Adieresis]>>>>"
                .to_vec(),
        ),
        (11, b"<</Type/Font/Subtype/TrueType/BaseFont/Y/ToUnicode 12 0 R/Encoding/WinAnsiEncoding>>".to_vec()),
        (12, stream("", cmap)),
        (13, b"<</Type/Font/Subtype/Type1/BaseFont/ZapfDingbats>>".to_vec()),
    ];
    let content =
        b"BT /A 12 Tf 79 700 Td (\\001\\002\\003A) Tj ET BT /B 12 Tf 79 600 Td (\\003\\004\\200) Tj ET
        BT /Z 12 Tf 79 500 Td (H) Tj ET";
    let out = read(&page_with(content, fonts, "", &more));
    assert_eq!(out.text.as_str(), "机密★Ä\nfi机€\n★");
}

#[test]
fn forms_are_painted_where_they_stand_and_cycles_end() {
    let more = [
        cid_font("GBK-EUC-H", "GB1"),
        (
            11,
            stream(
                "/Type/XObject/Subtype/Form/BBox[0 0 200 50]/Matrix[1 0 0 1 300 0]\
                 /Resources<</Font<</F 10 0 R>>/XObject<</G 11 0 R>>>>",
                b"BT /F 16 Tf 170 5 Td <bbfac3dc> Tj ET /G Do",
            ),
        ),
    ];
    let page = "/Resources<</XObject<</G 11 0 R>>>>";
    let out = read(&page_with(b"q 1 0 0 1 0 750 cm /G Do Q", page, "", &more));
    assert_eq!(out.text.as_str(), "机密");
    assert_eq!(segment(&out, "机密").at.zone, Some(Zone::TopRight));
}

#[test]
fn layers_that_are_off_are_hidden_text() {
    let page = "/Resources<</Font<</F 10 0 R>>/Properties<</L 11 0 R/M 12 0 R>>>>";
    let catalogue = "/OCProperties<</OCGs[11 0 R 12 0 R]/D<</OFF[11 0 R]>>>>";
    let more = [
        cid_font("GBK-EUC-H", "GB1"),
        (11, b"<</Type/OCG/Name(off)>>".to_vec()),
        (12, b"<</Type/OCG/Name(on)>>".to_vec()),
    ];
    let content = b"/OC/L BDC BT /F 12 Tf 79 700 Td <bbfac3dc> Tj ET EMC
        /OC/M BDC BT /F 12 Tf 79 600 Td <d5fdcec4> Tj ET EMC";
    let out = read(&page_with(content, page, catalogue, &more));
    assert_eq!(segment(&out, "机密").at.place, Place::Hidden);
    assert_eq!(segment(&out, "正文").at.place, Place::Body);
}

#[test]
fn actual_text_never_replaces_what_is_painted() {
    let content = b"/Span<</ActualText(harmless)>>BDC BT /F 12 Tf 79 700 Td <bbfac3dc> Tj ET EMC";
    let out = read(&gbk_page(content));
    assert_eq!(segment(&out, "机密").at.place, Place::Body);
    assert_eq!(segment(&out, "harmless").at.place, Place::AltText);
}

#[test]
fn what_stands_around_the_pages() {
    let mark = hex(&[&[0xfe, 0xff][..], &utf16("机密★20年")].concat());
    let more = [
        (9, format!("<</Title<{mark}>/Keywords(internal)/Custom(own key)>>").into_bytes()),
        (
            20,
            b"<</Type/Annot/Subtype/Text/Rect[50 50 90 90]/Contents(note \\204 here)/RC(<p>rich <b>words</b></p>)>>"
                .to_vec(),
        ),
        (21, b"<</Type/Annot/Subtype/Stamp/Rect[400 780 500 830]/AP<</N 22 0 R>>>>".to_vec()),
        (
            22,
            stream(
                "/Type/XObject/Subtype/Form/BBox[0 0 100 50]/Resources<</Font<</S 23 0 R>>>>",
                b"BT /S 20 Tf 5 20 Td (TOP SECRET) Tj ET",
            ),
        ),
        (23, b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_vec()),
        (30, b"<</First 31 0 R/Last 31 0 R>>".to_vec()),
        (31, b"<</Title(chapter one)/Next 31 0 R>>".to_vec()),
        (40, b"<</Fields[41 0 R]>>".to_vec()),
        (41, b"<</FT/Tx/T(owner)/V(value of it)/Kids[41 0 R]>>".to_vec()),
        (50, b"<</Names[(a.txt) 51 0 R]/Kids[50 0 R]>>".to_vec()),
        (51, b"<</Type/Filespec/F(a.txt)/EF<</F 52 0 R>>/Desc(enclosed)>>".to_vec()),
        (52, stream("/Type/EmbeddedFile", b"attached words")),
        (60, stream("/Type/Metadata/Subtype/XML", b"<x><dc:subject>meta words</dc:subject></x>")),
    ];
    let catalogue = "/Outlines 30 0 R/AcroForm 40 0 R/Names<</EmbeddedFiles 50 0 R>>/Metadata 60 0 R";
    let out = read(&page_with(b"", "/Annots[20 0 R 21 0 R]", catalogue, &more));
    let place = |needle: &str| segment(&out, needle).at.place;
    assert_eq!(place("机密★20年"), Place::Property);
    assert_eq!(place("internal"), Place::Property);
    assert_eq!(place("own key"), Place::Property);
    assert_eq!(place("meta words"), Place::Property);
    assert_eq!(place("note — here"), Place::Annotation);
    assert_eq!(place("rich"), Place::Annotation);
    assert_eq!(segment(&out, "TOP SECRET").at.zone, Some(Zone::TopRight));
    assert_eq!(place("TOP SECRET"), Place::Annotation);
    assert_eq!(place("chapter one"), Place::Bookmark);
    assert_eq!(place("value of it"), Place::Form);
    assert_eq!(place("enclosed"), Place::Annotation);
    assert_eq!(out.inner.len(), 1);
    assert_eq!(
        (out.inner[0].name.as_str(), out.inner[0].bytes.as_slice()),
        ("a.txt", &b"attached words"[..])
    );
    assert!(out.gaps.is_empty(), "{:?}", out.gaps);
}

#[test]
fn simple_fonts_with_chinese_names_show_gbk() {
    // 宋体, not embedded.
    let font = b"<</Type/Font/Subtype/TrueType/BaseFont/#CB#CE#CC#E5/Encoding/WinAnsiEncoding>>".to_vec();
    let content = b"BT /F 16 Tf 79 700 Td <bbfac3dca1ef3230c4ea> Tj ET";
    assert_eq!(read(&page_with(content, FONTS, "", &[(10, font)])).text.as_str(), "机密★20年");
}

#[test]
fn junk_in_front_does_no_harm() {
    let mut bytes = b"\r\n\r\njunk\n".to_vec();
    bytes.extend(gbk_page(b"BT /F 16 Tf 79 700 Td <bbfac3dc> Tj ET"));
    let out = read(&bytes);
    assert_eq!(out.text.as_str(), "机密\njunk");
    assert_eq!(segment(&out, "junk").at.place, Place::Hidden);
    assert!(out.gaps.is_empty(), "{:?}", out.gaps);
}

#[test]
fn a_truncated_file_gives_what_it_has_and_says_so() {
    let mut whole = file(
        &[
            (
                3,
                b"<</Type/Page/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 10 0 R>>>>>>"
                    .to_vec(),
            ),
            (4, stream("", b"BT /F 16 Tf 79 700 Td <bbfac3dc> Tj ET")),
            cid_font("GBK-EUC-H", "GB1"),
            (2, b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec()),
            (1, b"<</Type/Catalog/Pages 2 0 R>>".to_vec()),
        ],
        "",
    );
    let end = whole.windows(7).position(|window| window == b"2 0 obj").unwrap();
    whole.truncate(end);
    let out = read(&whole);
    assert_eq!(out.text.as_str(), "机密");
    assert!(gaps(&out).contains(&GapKind::Damaged), "{:?}", out.gaps);
}

#[test]
fn no_pages_is_damage() {
    for bytes in [&b"%PDF-1.4\nnothing"[..], b"%PDF-1.4", b""] {
        assert!(gaps(&read(bytes)).contains(&GapKind::Damaged));
    }
    let empty =
        file(&[(1, b"<</Type/Catalog/Pages 2 0 R>>".to_vec()), (2, b"<</Kids[2 0 R]>>".to_vec())], "");
    assert!(gaps(&read(&empty)).contains(&GapKind::Damaged));
}

#[test]
fn pictures_and_unknown_glyphs_are_gaps() {
    let image =
        stream("/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8", b"x");
    let picture =
        page_with(b"q 595 0 0 842 0 0 cm /I Do Q", "/Resources<</XObject<</I 11 0 R>>>>", "", &[(11, image)]);
    assert_eq!(gaps(&read(&picture)), [GapKind::Image]);
    let glyphs = page_with(
        b"BT /F 16 Tf 79 700 Td <00010002> Tj ET",
        FONTS,
        "",
        &[cid_font("Identity-H", "Identity")],
    );
    let out = read(&glyphs);
    assert_eq!(gaps(&out), [GapKind::Glyphs]);
    assert_eq!(out.gaps[0].page.unwrap().get(), 1);
}

#[test]
fn a_few_unknown_glyphs_are_a_gap_where_they_stand_side_by_side() {
    // 400 letters; CID 1 has no character.
    let letters = |more: &str| {
        let content = format!(
            "BT /F 9 Tf 79 700 Td <{}> Tj {more} ET",
            hex(&"甲乙".repeat(200).encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>())
        );
        read(&page_with(content.as_bytes(), FONTS, "", &[cid_font("UniGB-UCS2-H", "GB1")]))
    };
    let unknown = "e001";
    assert_eq!(gaps(&letters("")), []);
    // A bullet here and there.
    let apart = format!("<{unknown}7532> Tj <{unknown}> Tj 200 -20 Td <{unknown}> Tj");
    assert_eq!(gaps(&letters(&apart)), []);
    assert_eq!(gaps(&letters(&format!("<{unknown}{unknown}> Tj"))), [GapKind::Glyphs]);
    let one_by_one = format!("0 -20 Td <{unknown}> Tj 18 0 Td <{unknown}> Tj");
    assert_eq!(gaps(&letters(&one_by_one)), [GapKind::Glyphs]);
}

#[test]
fn damaged_streams_are_gaps() {
    let broken = file(
        &[
            (1, b"<</Type/Catalog/Pages 2 0 R>>".to_vec()),
            (2, b"<</Type/Pages/Kids[3 0 R]/Count 2>>".to_vec()),
            (3, b"<</Type/Page/Parent 2 0 R/Contents[4 0 R 99 0 R]>>".to_vec()),
            (4, stream("/Filter/FlateDecode", b"\x78\x9c\xff\xff\xff\xff")),
        ],
        "",
    );
    let out = read(&broken);
    let details: Vec<&str> = out.gaps.iter().map(|gap| gap.detail.as_str()).collect();
    assert_eq!(
        details,
        ["1 pages missing", "page content: stream damaged (FlateDecode)", "page content: 1 streams missing"]
    );
}

#[test]
fn bombs_end_as_limits() {
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..1024 {
        packer.write_all(&[b' '; 1 << 18]).unwrap();
    }
    let bomb = packer.finish().unwrap();
    let content = file(
        &[
            (1, b"<</Type/Catalog/Pages 2 0 R>>".to_vec()),
            (2, b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec()),
            (3, b"<</Type/Page/Parent 2 0 R/Contents 4 0 R>>".to_vec()),
            (4, stream("/Filter/FlateDecode", &bomb)),
        ],
        "",
    );
    assert_eq!(gaps(&read(&content)), [GapKind::Limit]);
    for kind in ["/Type/ObjStm", "/Type/Obj#53tm/X(obj <<)"] {
        let structure = file(
            &[
                (1, b"<</Type/Catalog/Pages 2 0 R>>".to_vec()),
                (5, stream(&format!("{kind}/N 1/First 4/Filter/FlateDecode"), &bomb)),
            ],
            "",
        );
        let out = read(&structure);
        assert_eq!(gaps(&out), [GapKind::Limit], "{kind}: {:?}", out.gaps);
        assert!(out.text.is_empty());
    }
}

#[test]
fn fan_out_and_nesting_end() {
    let mut objects = vec![
        (1, b"<</Type/Catalog/Pages 2 0 R>>".to_vec()),
        (2, b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec()),
        (3, b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</XObject<</G 20 0 R>>>>>>".to_vec()),
        (4, stream("", b"/G Do")),
        (10, b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_vec()),
    ];
    for level in 20..32 {
        let resources =
            format!("/Subtype/Form/Resources<</Font<</F 10 0 R>>/XObject<</G {} 0 R>>>>", level + 1);
        objects.push((level, stream(&resources, &b"/G Do ".repeat(10))));
    }
    objects.push((32, stream("/Subtype/Form/Resources<</Font<</F 10 0 R>>>>", b"BT /F 9 Tf (x) Tj ET")));
    let out = read(&file(&objects, ""));
    assert!(gaps(&out).contains(&GapKind::Limit), "{:?}", out.gaps);

    let nested = [b"%PDF-1.4\n1 0 obj\n".to_vec(), b"[".repeat(300_000), b"<<".repeat(300_000)].concat();
    assert!(gaps(&read(&nested)).contains(&GapKind::Damaged));
}

#[test]
fn a_password_is_needed_or_not() {
    // Written by lopdf with the empty user password, and with another one.
    let make = |user: &str| {
        let plain = page_with(
            b"BT /F 16 Tf 79 700 Td <bbfac3dc> Tj ET",
            FONTS,
            "",
            &[cid_font("GBK-EUC-H", "GB1"), (9, b"<</Title(words)>>".to_vec())],
        );
        let mut document = lopdf::Document::load_mem(&plain).unwrap();
        let id = lopdf::Object::string_literal("0123456789abcdef");
        document.trailer.set("ID", lopdf::Object::Array(vec![id.clone(), id]));
        let version = lopdf::EncryptionVersion::V2 {
            document: &document,
            owner_password: "owner",
            user_password: user,
            key_length: 128,
            permissions: lopdf::Permissions::all(),
        };
        let state = lopdf::EncryptionState::try_from(version).unwrap();
        document.encrypt(&state).unwrap();
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).unwrap();
        bytes
    };
    let open = read(&make(""));
    assert_eq!(open.text.as_str(), "机密\nwords");
    assert!(open.gaps.is_empty(), "{:?}", open.gaps);
    // A later section as a stream, which is never encrypted, whatever else is.
    let mut later = make("");
    let text = String::from_utf8_lossy(&later).into_owned();
    let trailer = text.rsplit("trailer").next().unwrap().split("startxref").next().unwrap().trim();
    let trailer = trailer.strip_suffix(">>").unwrap();
    let previous: usize =
        text.rsplit("startxref").next().unwrap().split_whitespace().next().unwrap().parse().unwrap();
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(&b"\x01\x00\x00\x00".repeat(4)).unwrap();
    let (at, table) = (later.len(), packer.finish().unwrap());
    let dict = "<</Type/XRef/W[1 2 1]/Index[90 0]/Size 99/Filter/FlateDecode";
    later.extend(format!("50 0 obj\n{dict}/Length {}>>\nstream\n", table.len()).bytes());
    later.extend(table);
    later.extend(b"\nendstream\nendobj\n");
    let section = later.len();
    later.extend(format!("xref\n50 1\n{at:010} 00000 n \n").bytes());
    later.extend(format!("trailer\n{trailer}/Prev {previous}>>\nstartxref\n{section}\n%%EOF\n").bytes());
    let open = read(&later);
    assert!(open.text.as_str().starts_with("机密"));
    assert!(open.gaps.is_empty(), "{:?}", open.gaps);
    assert!(open.inner.is_empty());
    assert_eq!(gaps(&read(&make("secret"))), [GapKind::Encrypted]);
    let limits = Limits { passwords: vec!["wrong".to_owned(), "secret".to_owned()], ..Limits::default() };
    let opened = extract(&make("secret"), FileType::Pdf, &mut Budget::new(&limits));
    assert_eq!(opened.text.as_str(), "机密\nwords");
    assert!(opened.gaps.is_empty(), "{:?}", opened.gaps);
}
