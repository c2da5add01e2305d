//! Text in every encoding that offices use is read without being told which, as plain text, HTML
//! and Markdown: a page of it for certain, a bare mark in at least one of the readings.

use encoding_rs::{BIG5, GB18030};
use mijian::extract::{Extracted, extract};
use mijian::filetype::{FileType, identify};
use mijian::limits::{Budget, Limits};

const PAGE: &str = "机密★20年\n\n关于进一步加强网站信息发布保密审查工作的通知\n\n各县（市、区）人民政府，市政府各部门：\n\n\
    为贯彻落实上级要求，做好信息发布前的审查，现将有关事项通知如下。\n\n一、提高认识，落实责任。\n";
const PAGE_TRADITIONAL: &str = "機密★20年\n\n關於進一步加強網站資訊發布保密審查工作的通知\n\n各縣（市、區）人民政府，市政府各部門：\n\n\
    為落實上級要求，做好資訊發布前的審查，現將有關事項通知如下。\n\n一、提高認識，落實責任。\n";
const MARKS: &[&str] = &[
    "机密",
    "秘密",
    "绝密",
    "机密★20年",
    "秘密★1年6个月",
    "绝密★长期",
    "机密★2035年12月31日",
    "秘密★公布前",
    "密级：机密",
    "内部资料 注意保存",
    "内部文件，不得外传",
    "工作秘密★6个月",
    "核心商密★10年",
    "此件不公开",
    "密件",
    "秘　密",
];
const MARKS_TRADITIONAL: &[&str] = &[
    "機密",
    "秘密",
    "絕密",
    "機密★20年",
    "絕密★長期",
    "密級：機密",
    "內部資料 注意保存",
    "工作秘密",
    "密件",
];

/// An encoding: its name, whether it has simplified characters, how it is written.
type Writer = (&'static str, bool, fn(&str) -> Vec<u8>);

fn encodings() -> [Writer; 8] {
    fn wide(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(unit).collect()
    }
    [
        ("utf-8", true, |text| text.as_bytes().to_vec()),
        ("utf-8 with a mark", true, |text| format!("\u{feff}{text}").into_bytes()),
        ("gbk", true, |text| GB18030.encode(text).0.into_owned()),
        ("gb18030, four bytes", true, |text| GB18030.encode(&format!("{text}𠮷")).0.into_owned()),
        ("big5", false, |text| BIG5.encode(text).0.into_owned()),
        ("utf-16le with a mark", true, |text| wide(&format!("\u{feff}{text}"), u16::to_le_bytes)),
        ("utf-16le", true, |text| wide(text, u16::to_le_bytes)),
        ("utf-16be", true, |text| wide(text, u16::to_be_bytes)),
    ]
}

fn read(bytes: &[u8], name: &str) -> (FileType, Extracted) {
    let found = identify(bytes, name);
    assert_eq!(found.named_as, None, "{name}");
    (found.file_type, extract(bytes, found.file_type, &mut Budget::new(&Limits::default())))
}

#[test]
fn a_page_is_certain_in_all_of_them() {
    for (encoding, simplified, write) in encodings() {
        let page = if simplified { PAGE } else { PAGE_TRADITIONAL };
        let (file_type, read) = read(&write(page), "通知.txt");
        assert_eq!(file_type, FileType::Text, "{encoding}");
        assert!(read.text.as_str().starts_with(page.trim_end()), "{encoding}: {}", read.text.as_str());
        assert!(!read.text.guessed, "{encoding}");
        assert_eq!((read.alternatives.len(), read.gaps.len()), (0, 0), "{encoding}");
    }
}

#[test]
fn a_bare_mark_is_right_in_one_reading() {
    for (encoding, simplified, write) in encodings() {
        for mark in if simplified { MARKS } else { MARKS_TRADITIONAL } {
            let (file_type, read) = read(&write(mark), "a.txt");
            assert_eq!(file_type, FileType::Text, "{encoding} {mark}");
            let mut readings = read.alternatives.iter().chain([&read.text]);
            assert!(readings.any(|r| r.as_str().starts_with(mark)), "{encoding} {mark}: {read:?}");
        }
    }
}

#[test]
fn web_pages_and_markdown_without_a_declaration() {
    for (encoding, simplified, write) in encodings() {
        let page = if simplified { PAGE } else { PAGE_TRADITIONAL };
        let level = if simplified { "机密★20年" } else { "機密★20年" };
        let html = format!("<html><body><p>{}</p></body></html>", page.replace("\n\n", "</p>\n<p>"));
        let (file_type, html) = read(&write(&html), "a.html");
        assert_eq!(file_type, FileType::Html, "{encoding}");
        assert!(html.text.as_str().starts_with(level), "{encoding}: {}", html.text.as_str());
        let (file_type, markdown) = read(&write(&page.replace("一、", "- ")), "a.md");
        assert_eq!(file_type, FileType::Markdown, "{encoding}");
        assert!(markdown.text.as_str().starts_with(level), "{encoding}: {}", markdown.text.as_str());
    }
}
