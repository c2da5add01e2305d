//! A presentation made by hand with something in every place that holds text.

use std::io::Write;

use super::{assert_found, compound, length, property_sets, read, screener, wide, words};
use mijian::document::Document;
use mijian::finding::Verdict;
use mijian::limits::GapKind;

const CONTAINER: u16 = 0xf;

fn record(version: u16, kind: u16, body: &[u8]) -> Vec<u8> {
    [&version.to_le_bytes()[..], &kind.to_le_bytes(), &length(body).to_le_bytes(), body].concat()
}

fn holding(kind: u16, parts: &[Vec<u8>]) -> Vec<u8> {
    record(CONTAINER, kind, &parts.concat())
}

fn chars(text: &str) -> Vec<u8> {
    record(0, 0x0fa0, &wide(text))
}

/// A string with its number.
fn string(number: u16, text: &str) -> Vec<u8> {
    record(number << 4, 0x0fba, &wide(text))
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// An enhanced metafile that draws one text.
pub(crate) fn metafile(text: &str) -> Vec<u8> {
    let mut header = words(&[1, 88]);
    header.resize(40, 0);
    header.extend(b" EMF");
    header.resize(88, 0);
    let text = wide(text);
    let head = [0, 0, 0, 0, 1, 0, 0, 0, 0, length(&text) / 2, 76, 0, 0, 0, 0, 0, 0];
    let mut body = [words(&head), text].concat();
    body.resize(body.len().next_multiple_of(4), 0);
    [header, words(&[84, length(&body) + 8]), body, words(&[14, 20, 0, 0, 20])].concat()
}

fn ppt() -> Vec<u8> {
    // A shape whose letters are a watermark, with a description.
    let (letters, description) = (wide("水印\0"), wide("替代文字\0"));
    let properties = [
        super::halves(&[0xc0c0]),
        words(&[length(&letters)]),
        super::halves(&[0xc381]),
        words(&[length(&description)]),
        letters,
        description,
    ];
    let shape = record(0x23, 0xf00b, &properties.concat());
    let old = holding(0x03ee, &[chars("旧版内容")]);
    let comment = holding(0x2ee0, &[string(0, "张三"), string(1, "批注内容")]);
    let slide = holding(0x03ee, &[holding(0xf00d, &[chars("正文内容")]), shape, holding(0x138b, &[comment])]);
    let mut hiding = vec![0; 16];
    hiding[10] = 4;
    let hidden = holding(0x03ee, &[record(0, 0x03f9, &hiding), holding(0xf00d, &[chars("隐藏幻灯片")])]);
    let master = holding(0x03f8, &[chars("母版内容")]);
    let notes = holding(0x03f0, &[holding(0xf00d, &[chars("备注内容")])]);
    let handout = holding(0x0fc9, &[chars("讲义内容")]);
    let inner = b"\xe5\x86\x85\xe5\xb1\x82\xe6\x96\x87\xe6\xa1\xa3".as_slice();
    let object = record(0x10, 0x1011, &[words(&[length(inner)]), packed(inner)].concat());
    let persist = |number: u32| record(0, 0x03f3, &words(&[number, 0, 0, 0, 0]));
    let document = holding(
        0x03e8,
        &[
            holding(0x0ff0, &[persist(2), chars("提纲标题"), persist(3)]),
            holding(0x0fd9, &[string(1, "页眉内容"), string(2, "页脚内容")]),
            holding(0x0fd7, &[string(0, "链接文字"), string(1, "http://内网/密件")]),
            holding(0x1388, &[string(0, "标签名"), string(1, "标签值")]),
            holding(0x0fcc, &[string(1, "嵌入对象名")]),
        ],
    );
    let mut stream = Vec::new();
    let mut offsets = Vec::new();
    for part in [&document, &old, &slide, &hidden, &master, &notes, &handout, &object] {
        offsets.push(length(&stream));
        stream.extend(part);
    }
    let directory = length(&stream);
    let live: Vec<u32> = [0, 2, 3, 4, 5, 6, 7].iter().map(|&index: &usize| offsets[index]).collect();
    stream.extend(record(0, 0x1772, &[words(&[(7 << 20) | 1]), words(&live)].concat()));
    let edit = length(&stream);
    stream.extend(record(0, 0x0ff5, &words(&[0, 0, 0, directory, 0, 0, 0])));
    let user = words(&[0, 0, 0, 0xe391_c05f, edit]);
    let drawing = metafile("图元文字");
    let small = packed(&drawing);
    let mut blip = vec![0; 16];
    blip.extend(words(&[length(&drawing), 0, 0, 0, 0, 0, 0, length(&small)]));
    blip.extend([0, 0xfe]);
    blip.extend(small);
    // A picture of pixels that says something about itself.
    let chunk = |name: &[u8], data: &[u8]| [&length(data).to_be_bytes()[..], name, data, &[0; 4]].concat();
    let pixels = [
        vec![0; 17],
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &[0, 0, 9, 9, 0, 0, 9, 9, 8, 2, 0, 0, 0]),
        chunk(b"tEXt", "Title\0图片标题".as_bytes()),
        chunk(b"IEND", b""),
    ]
    .concat();
    let (summary, document_summary) = property_sets();
    compound(&[
        ("PowerPoint Document", stream),
        ("Current User", user),
        ("Pictures", [record(0x3d40, 0xf01a, &blip), record(0x6e00, 0xf01e, &pixels)].concat()),
        ("\u{5}SummaryInformation", summary),
        ("\u{5}DocumentSummaryInformation", document_summary),
    ])
}

#[test]
fn every_place_of_a_ppt() {
    let found = read(ppt());
    assert_found(
        &found,
        &[
            "body 正文内容",
            "body 提纲标题",
            "hidden 隐藏幻灯片",
            "deleted 旧版内容",
            "master 母版内容",
            "master 讲义内容",
            "notes 备注内容",
            "comment 批注内容",
            "header 页眉内容",
            "footer 页脚内容",
            "watermark 水印",
            "alt-text 替代文字",
            "attribute 链接文字",
            "attribute http://内网/密件",
            "property 标签名",
            "property 标签值",
            "attribute 嵌入对象名",
            "property title: 标题",
            "property 密级: 机密",
            "object1! body 内层文档",
            "picture-2.emf! image-text 图元文字",
            "picture-1! property Title: 图片标题",
        ],
    );
    assert!(!found.iter().any(|line| line.contains("gap")), "{found:#?}");
}

#[test]
fn a_cut_or_encrypted_ppt_is_not_clean() {
    let whole = ppt();
    for end in (8..whole.len()).step_by(173) {
        let screening = screener().screen(&Document::new("x.ppt", &whole[..end]));
        assert!(screening.verdict > Verdict::Pass, "{end}");
    }
    let mut encrypted = whole;
    let mark = 0xe391_c05f_u32.to_le_bytes();
    let at = encrypted.windows(4).position(|bytes| bytes == mark).unwrap();
    encrypted[at..at + 4].copy_from_slice(&0xf3d1_c4df_u32.to_le_bytes());
    let screening = screener().screen(&Document::new("x.ppt", encrypted));
    assert!(screening.unread.iter().any(|unread| unread.gap.kind == GapKind::Encrypted));
}
