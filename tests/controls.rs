//! What a reader sees and no text run says: controls of forms, fields without a result, words in one box or
//! drawing a character, letters of symbol fonts. A level that is ticked or chosen is a mark, one that can be ticked
//! or chosen is none.

#![expect(clippy::unwrap_used, reason = "a fixture that can't be built is a failed test")]

#[path = "support/package.rs"]
mod package;
#[expect(dead_code, reason = "what is told is compared elsewhere")]
#[path = "support/screened.rs"]
mod screened;

use mijian::document::Document;
use mijian::finding::Verdict;
use package::package;

const SENTENCE: &str =
    "为贯彻落实上级会议精神，现就年度重点工作自查有关事项通知如下。各科室要明确分工，按时完成任务。";

fn verdict(name: &str, bytes: Vec<u8>) -> Verdict {
    screened::screener().screen(&Document::new(name, bytes)).verdict
}

fn text(name: &str, bytes: Vec<u8>) -> String {
    let parts = screened::screener().read(&Document::new(name, bytes));
    parts.iter().map(|(_, part)| part.text.as_str().to_owned() + "\n").collect()
}

fn docx(paragraph: &str) -> Vec<u8> {
    let text = format!("<w:p><w:r><w:t>{SENTENCE}</w:t></w:r></w:p>");
    let document = format!(
        "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{text}\
         <w:p>{paragraph}</w:p>{text}{text}</w:body></w:document>"
    );
    package(&[("word/document.xml", document.as_bytes())])
}

fn run(text: &str) -> String {
    format!("<w:r><w:t>{text}</w:t></w:r>")
}

fn field(data: &str, code: &str) -> String {
    format!(
        "<w:r><w:fldChar w:fldCharType=\"begin\"><w:ffData>{data}</w:ffData></w:fldChar></w:r>\
         <w:r><w:instrText> {code} </w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"
    )
}

#[test]
fn form_fields_of_word_are_read_by_their_state() {
    let boxed = |state: &str| field(&format!("<w:checkBox>{state}</w:checkBox>"), "FORMCHECKBOX");
    let levels = |states: [&str; 3]| {
        let [public, secret, confidential] = states.map(boxed);
        let line = [run("密级："), public, run("公开 "), secret, run("机密 "), confidential, run("秘密")];
        verdict("a.docx", docx(&line.concat()))
    };
    let off = "<w:default w:val=\"0\"/>";
    assert_eq!(levels([off, "<w:default w:val=\"1\"/>", off]), Verdict::Block);
    assert_eq!(levels([off, "<w:default w:val=\"0\"/><w:checked/>", off]), Verdict::Block);
    // Nobody has ticked one, and somebody has ticked the first.
    assert_eq!(levels([off, off, off]), Verdict::Pass);
    assert_eq!(levels([off, "<w:default w:val=\"1\"/><w:checked w:val=\"0\"/>", off]), Verdict::Pass);
    assert_eq!(levels(["<w:checked/>", off, ""]), Verdict::Pass);

    let list = |chosen: &str| {
        let entries = ["公开", "机密"].map(|entry| format!("<w:listEntry w:val=\"{entry}\"/>"));
        let data = format!("<w:ddList>{chosen}{}</w:ddList>", entries.concat());
        verdict("a.docx", docx(&(run("密级：") + &field(&data, "FORMDROPDOWN"))))
    };
    assert_eq!(list("<w:result w:val=\"1\"/>"), Verdict::Block);
    assert_eq!(list("<w:default w:val=\"1\"/>"), Verdict::Block);
    assert_eq!(list(""), Verdict::Pass);
    assert_eq!(list("<w:result w:val=\"0\"/><w:default w:val=\"1\"/>"), Verdict::Pass);
}

#[test]
fn controls_of_pages_are_read_by_their_state() {
    let page = |body: &str| {
        let page = format!("<!DOCTYPE html><meta charset=utf-8><p>{SENTENCE}</p>{body}<p>{SENTENCE}</p>");
        verdict("a.html", page.into_bytes())
    };
    for kind in ["checkbox", "RADIO"] {
        let levels = |public: &str, secret: &str| {
            page(&format!(
                "<p>密级：<input type={kind} name=m {public}>公开 <input type={kind} name=m {secret}>机密 \
                 <input type={kind} name=m>秘密</p>"
            ))
        };
        assert_eq!(levels("", "checked"), Verdict::Block, "{kind}");
        assert_eq!(levels("", ""), Verdict::Pass, "{kind}");
        assert_eq!(levels("checked", ""), Verdict::Pass, "{kind}");
    }
    let list = |public: &str, secret: &str| {
        page(&format!(
            "<label>密级</label><select><option {public}>公开</option><option {secret}>机密</option></select>"
        ))
    };
    assert_eq!(list("", "selected"), Verdict::Block);
    assert_eq!(list("", ""), Verdict::Pass);
    assert_eq!(list("selected", ""), Verdict::Pass);
    let untouched = "<label>密级</label><select><option>绝密</option><option>机密</option></select>";
    assert_eq!(page(untouched), Verdict::Pass);
}

#[test]
fn equations_show_their_words() {
    let equations = |codes: &[&str], rest: &str| {
        let field = |code: &&str| {
            format!(
                "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText> eq {code} </w:instrText></w:r>\
                 <w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"
            )
        };
        let fields: String = codes.iter().map(field).collect();
        verdict("a.docx", docx(&(fields + &run(rest))))
    };
    assert_eq!(equations(&[r"\o\ac(○,机)", r"\o\ac(○,密)"], "★10年"), Verdict::Block);
    assert_eq!(
        equations(&[r"\* jc2 \* hps10 \o\ad(\s\up 9(jī),机)", r"\* jc2 \o\ad(\s\up 9(mì),密)"], "★10年"),
        Verdict::Block
    );
    assert_eq!(equations(&[r"\o\ac(○,保)", r"\o\ac(○,密)"], "是全体干部职工的义务。"), Verdict::Pass);
    assert_eq!(equations(&[r"\f(1,2)", r"\o\ac(○,印)"], "后附图示。"), Verdict::Pass);

    let rtf = |field: &str| {
        let text: String = field
            .chars()
            .map(|c| if c.is_ascii() { c.into() } else { format!("\\u{} ?", c as u32) })
            .collect();
        verdict("a.rtf", format!("{{\\rtf1\\ansi {text}\\par}}").into_bytes())
    };
    let circled = |c: char| format!(r"{{\field{{\*\fldinst eq \\o\\ac(○,{c})}}{{\fldrslt}}}}");
    assert_eq!(rtf(&(circled('机') + &circled('密') + "★10年")), Verdict::Block);
    assert_eq!(rtf(&(circled('印') + &circled('章') + "10年")), Verdict::Pass);
    let boxed = |state: u8| {
        format!(
            r"{{\field{{\*\fldinst FORMCHECKBOX {{\*\formfield{{\fftype1\ffres25\ffdefres{state}}}}}}}{{\fldrslt}}}}"
        )
    };
    let levels =
        |public, secret| rtf(&format!("密级：{}公开 {}机密 {}秘密", boxed(public), boxed(secret), boxed(0)));
    assert_eq!(levels(0, 1), Verdict::Block);
    assert_eq!(levels(0, 0), Verdict::Pass);
    assert_eq!(levels(1, 0), Verdict::Pass);
}

#[test]
fn a_word_in_one_drawing_or_frame_a_character_is_a_word() {
    let shapes = |word: &str| {
        let shape = |c| {
            format!(
                "<w:r><w:pict><v:shape xmlns:v=\"urn:schemas-microsoft-com:vml\"><v:textpath string=\"{c}\"/></v:shape></w:pict></w:r>"
            )
        };
        verdict("a.docx", docx(&word.chars().map(shape).collect::<String>()))
    };
    assert_eq!(shapes("机密★10年"), Verdict::Block);
    assert_eq!(shapes("会议通知"), Verdict::Pass);

    let slides = |word: &str| {
        let frame = |c| {
            format!(
                "<draw:frame draw:name=\"文本框 3\"><draw:text-box><text:p>{c}</text:p></draw:text-box></draw:frame>"
            )
        };
        let frames: String = word.chars().map(frame).collect();
        let content = format!(
            "<office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:draw=\"d\" \
             xmlns:text=\"t\"><office:body><office:presentation><draw:page><draw:frame><draw:text-box><text:p>{SENTENCE}</text:p>\
             </draw:text-box></draw:frame>{frames}</draw:page></office:presentation></office:body></office:document-content>"
        );
        let kind: &[u8] = b"application/vnd.oasis.opendocument.presentation";
        verdict("a.odp", package(&[("mimetype", kind), ("content.xml", content.as_bytes())]))
    };
    assert_eq!(slides("机密★10年"), Verdict::Block);
    assert_eq!(slides("年终总结"), Verdict::Pass);
}

#[test]
fn letters_of_symbol_fonts_are_what_they_look_like() {
    let odt = |font: &str| {
        let content = format!(
            "<office:document xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:style=\"s\" \
             xmlns:svg=\"g\" xmlns:text=\"t\" office:mimetype=\"application/vnd.oasis.opendocument.text\">\
             <office:font-face-decls><style:font-face style:name=\"W1\" svg:font-family=\"&apos;{font}&apos;\"/></office:font-face-decls>\
             <office:automatic-styles><style:style style:name=\"T1\" style:family=\"text\"><style:text-properties style:font-name=\"W1\"/>\
             </style:style></office:automatic-styles><office:body><office:text>\
             <text:p>机密<text:span text:style-name=\"T1\">«</text:span>20年</text:p><text:p>{SENTENCE}</text:p>\
             </office:text></office:body></office:document>"
        );
        text("a.fodt", content.into_bytes())
    };
    assert!(odt("Wingdings").contains("机密★20年"));
    assert!(odt("Arial").contains("机密«20年"));
    let rtf = |star: &str| {
        let font = r"{\fonttbl{\f0 Arial;}{\f1\fcharset2 Wingdings;}}";
        text("a.rtf", format!(r"{{\rtf1\ansi{font}\u26426 ?\u23494 ?{star}20\u24180 ?\par}}").into_bytes())
    };
    assert!(rtf(r"{\f1 \'ab}").contains("机密★20年"));
    assert!(rtf(r"{\f1 \u171 ?}").contains("机密★20年"));
    assert!(rtf(r"{\f1 \u-3925 ?}").contains("机密★20年"));
    assert!(rtf(r"{\f0 \u171 ?}").contains("机密«20年"));
}

#[test]
fn heads_of_workbooks_in_one_file_are_heads() {
    let book = |head: &str| {
        let book = format!(
            "<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" \
             xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><Worksheet><WorksheetOptions><PageSetup><Header x:Data=\"{head}\"/>\
             </PageSetup></WorksheetOptions></Worksheet></Workbook>"
        );
        verdict("a.xml", book.into_bytes())
    };
    assert_eq!(book("&amp;L机密&amp;R第&amp;P页"), Verdict::Block);
    assert_eq!(book("&amp;L预算表&amp;R第&amp;P页"), Verdict::Pass);
}
