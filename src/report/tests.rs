//! One set of documents through every format: masking, escaping, and the exact fields.

use std::io;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};

use super::*;
use crate::finding::{
    Approval, Confidence, Evidence, Excepted, ExceptedItem, Finding, Judged, Mark, Reason, Screening, Unread,
    Verdict,
};
use crate::limits::{Gap, GapKind};
use crate::text::{Location, Place, Zone};

/// An output that can be looked at afterwards.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<u8>>>);

impl Write for Seen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn at(place: Place, line: u32) -> Location {
    let number = |n| NonZeroU32::new(n).unwrap();
    Location { place, page: None, zone: None, line: number(line), column: number(1), cell: None }
}

/// A mark, an own term and its neighbour on one line, and a picture, in a document with a name that
/// tries to act.
fn screening() -> Screening {
    let mark = Finding {
        rule: "mark.state".into(),
        verdict: Verdict::Block,
        confidence: Confidence::High,
        matched: "机密★20年".into(),
        masked: false,
        mark: Some(Mark { level: "机密".into(), period: Some("20年".into()), ..Mark::default() }),
        at: Location { page: NonZeroU32::new(1), zone: Some(Zone::TopLeft), ..at(Place::Header, 2) },
        inner: Some("附件.zip!x.docx".into()),
        context: ("份号 ".into(), " \u{1b}[2J特急".into()),
        reason: Reason {
            judged: Judged::Mark,
            evidence: vec![Evidence::Star, Evidence::Letterhead("特急".into())],
        },
        lapses: None,
        fingerprint: "0123456789abcdef".into(),
    };
    let term = |matched: &str, before: &str, behind: &str| Finding {
        rule: "term.own".into(),
        verdict: Verdict::Review,
        confidence: Confidence::Medium,
        matched: matched.into(),
        masked: true,
        mark: None,
        at: at(Place::Body, 7),
        inner: None,
        context: (before.into(), behind.into()),
        reason: Reason { judged: Judged::Unsure, evidence: vec![Evidence::Nearby("蓝鲸工程".into())] },
        ..mark.clone()
    };
    let findings =
        vec![mark.clone(), term("青龙计划", "关于", "与蓝鲸工程的"), term("蓝鲸工程", "龙计划与", "的通知")];
    let approval = Approval {
        reason: "已解密\u{202e}".into(),
        approver: "=保密办".into(),
        created: jiff::civil::date(2026, 1, 1),
        until: jiff::civil::date(2026, 6, 30),
        line: 3,
    };
    let released = term("赤兔行动", "由", "和青龙计划组成");
    let excepted = vec![Excepted { item: ExceptedItem::Finding(released), approval }];
    let image = Gap { page: NonZeroU32::new(3), ..Gap::new(GapKind::Image, "612x792") };
    Screening {
        name: "a/\u{1b}[31mx\u{202e}fdp\u{200b}.docx".into(),
        sha256: Some("00".repeat(32)),
        bytes: 12_345,
        file_type: "docx".into(),
        named_as: Some("pdf".into()),
        verdict: Verdict::Block,
        findings,
        unread: vec![Unread { gap: image, verdict: Verdict::Review, inner: None }],
        excepted,
        mark: None,
        no_text: false,
        ms: 3.1249,
    }
}

fn run() -> Run {
    Run {
        version: "0.1.0".into(),
        date: Some(jiff::civil::date(2026, 1, 31)),
        scope: vec!["site".into()],
        base: "site/".into(),
        rules: 1,
    }
}

fn report(format: Format, show: Show, lang: Lang) -> String {
    let seen = Seen::default();
    let rules = RuleSet::builtin().unwrap();
    let run = run();
    let options = Options { rules: &rules, lang, show, colour: false, run: &run };
    let mut reporter = format.reporter(Box::new(seen.clone()), options);
    let mut summary = Summary { seconds: 1.23456, skipped: 2, ..Summary::default() };
    let clean = Screening {
        name: "clean.txt".into(),
        verdict: Verdict::Pass,
        findings: vec![],
        unread: vec![],
        excepted: vec![],
        ..screening()
    };
    for screening in [screening(), clean] {
        summary.add(&screening);
        reporter.document(&Record::new(&screening, &options)).unwrap();
    }
    reporter.end(&summary).unwrap();
    let bytes = seen.0.lock().unwrap().clone();
    if format == Format::Docx { unpacked(bytes) } else { String::from_utf8(bytes).unwrap() }
}

/// All parts of a package behind each other.
fn unpacked(bytes: Vec<u8>) -> String {
    let mut package = zip::ZipArchive::new(io::Cursor::new(bytes)).unwrap();
    let mut parts = String::new();
    for index in 0..package.len() {
        io::Read::read_to_string(&mut package.by_index(index).unwrap(), &mut parts).unwrap();
        parts.push('\n');
    }
    parts.replace('\r', "")
}

#[test]
fn own_terms_are_masked_in_every_format_however_much_is_shown() {
    for format in Format::ALL {
        for show in [Show::None, Show::Match, Show::Context] {
            for lang in [Lang::Zh, Lang::En] {
                let report = report(format, show, lang);
                let what = format!("{format:?} {show:?} {lang:?}: {report}");
                for part in ["青龙", "龙计划", "蓝鲸", "鲸工程", "赤兔", "兔行动"] {
                    assert!(!report.contains(part), "{part} in {what}");
                }
                assert_eq!(report.contains("机密★20年"), show > Show::None, "{what}");
                assert_eq!(report.contains("特急"), show > Show::None, "{what}");
                let masks = report.contains(mask::MASK) || report.contains("&#42;&#42;&#42;");
                // SARIF names its mask in any case.
                assert!(masks == (show > Show::None) || format == Format::Sarif, "{what}");
                let surroundings =
                    show == Show::Context && matches!(format, Format::Human | Format::Jsonl | Format::Html);
                assert_eq!(report.contains("份号"), surroundings, "{what}");
            }
        }
    }
}

#[test]
fn what_a_person_let_go_is_told_in_every_format() {
    for format in Format::ALL {
        let report = report(format, Show::Match, Lang::Zh);
        assert!(report.contains("保密办") && report.contains("2026-06-30"), "{format:?}: {report}");
    }
}

#[test]
fn nothing_from_a_document_acts_on_a_terminal() {
    for format in Format::ALL {
        for lang in [Lang::Zh, Lang::En] {
            let report = report(format, Show::Context, lang);
            // Spreadsheets want a byte order mark and their own line ends.
            let text = match format {
                Format::Csv => report.trim_start_matches('\u{feff}').replace("\r\n", "\n"),
                _ => report.clone(),
            };
            let acting: Vec<char> = text
                .chars()
                .filter(|c| *c != '\n' && escape::escape(&c.to_string()) != c.to_string())
                .collect();
            assert_eq!(acting, [], "{format:?}: {report}");
        }
    }
}

#[test]
fn the_human_report_says_what_where_why_and_what_to_do() {
    let zh = report(Format::Human, Show::Match, Lang::Zh);
    let head: Vec<&str> = zh.lines().take(5).collect();
    assert_eq!(
        head,
        [
            "[禁发] a/\\u{1b}[31mx\\u{202e}fdp\\u{200b}.docx",
            "    扩展名为 pdf，内容是 docx",
            "  附件.zip!x.docx，页眉，第1页，页面左上，第2行第1字：“机密★20年”",
            "      禁发 · 国家秘密标志 (mark.state)",
            "      依据：文件上的标志：带有★，旁有公文版头要素“特急” · 把握高",
        ]
    );
    assert!(zh.contains("  未读：第3页，图片中可能有文字，未识别（612x792） (unread.image)\n"), "{zh}");
    assert!(zh.contains("  处理：由人工查看图片\n"), "{zh}");
    assert!(!zh.contains("clean.txt"), "{zh}");
    assert!(zh.ends_with("结论：1 份文件不得发布。\n"), "{zh}");
    assert!(zh.contains("共 2 份文件，用时 1.2 秒：禁发 1，待审 0，通过 1；未能全部读取 1；"), "{zh}");
    let en = report(Format::Human, Show::Match, Lang::En);
    assert!(en.starts_with("[BLOCK] a/"), "{en}");
    assert!(en.ends_with("\n1 document must not be published.\n"), "{en}");
}

#[test]
fn colours_come_only_when_asked_for() {
    let rules = RuleSet::default();
    for colour in [false, true] {
        let seen = Seen::default();
        let options = Options { rules: &rules, lang: Lang::En, show: Show::Match, colour, run: &run() };
        let mut reporter = Format::Human.reporter(Box::new(seen.clone()), options);
        reporter.document(&Record::new(&screening(), &options)).unwrap();
        assert_eq!(seen.0.lock().unwrap().contains(&0x1b), colour);
    }
}

#[test]
fn long_lists_are_cut_with_the_gravest_kept() {
    let mut many = screening();
    let (mark, term) = (many.findings[0].clone(), many.findings[1].clone());
    many.findings = vec![term; 50];
    many.findings.push(mark);
    let seen = Seen::default();
    let rules = RuleSet::default();
    let options = Options { rules: &rules, lang: Lang::En, show: Show::Match, colour: false, run: &run() };
    let record = Record::new(&many, &options);
    Format::Human.reporter(Box::new(seen.clone()), options).document(&record).unwrap();
    let report = String::from_utf8(seen.0.lock().unwrap().clone()).unwrap();
    assert!(report.contains("机密★20年") && report.contains("31 more"), "{report}");
}

#[test]
fn a_json_line_has_the_fields_of_the_contract() {
    let report = report(Format::Jsonl, Show::Match, Lang::Zh);
    let lines: Vec<serde_json::Value> =
        report.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut first = lines[0].clone();
    let title = first["findings"][0]["title"].take();
    assert_eq!(title, "国家秘密标志");
    assert_eq!(
        first["findings"][0],
        serde_json::json!({
            "rule": "mark.state", "title": null, "verdict": "block", "confidence": "high",
            "match": "机密★20年", "mark": {"level": "机密", "period": "20年"}, "place": "header",
            "inner": "附件.zip!x.docx", "page": 1, "zone": "top-left", "line": 2, "column": 1,
            "reason": "文件上的标志：带有★，旁有公文版头要素“特急”", "fingerprint": "0123456789abcdef",
        })
    );
    let excepted = first["excepted"].take();
    assert_eq!(
        excepted[0]["finding"]["match"].as_str().zip(excepted[0]["approver"].as_str()),
        Some(("***", "=保密办"))
    );
    assert_eq!(
        (&excepted[0]["created"], &excepted[0]["until"]),
        (&"2026-01-01".into(), &"2026-06-30".into())
    );
    first["findings"] = serde_json::Value::Null;
    assert_eq!(
        first,
        serde_json::json!({
            "v": 1, "name": "a/\u{1b}[31mx\u{202e}fdp\u{200b}.docx", "sha256": "00".repeat(32),
            "bytes": 12_345, "type": "docx", "named_as": "pdf", "verdict": "block", "findings": null, "excepted": null,
            "unread": [{"rule": "unread.image", "verdict": "review", "page": 3, "detail": "612x792"}],
            "ms": 3.1,
        })
    );
    assert_eq!(
        lines[2],
        serde_json::json!({"v": 1, "run": {
            "version": "0.1.0", "date": "2026-01-31", "scope": ["site"], "base": "site/", "rules": 1,
        }, "summary": {
            "documents": 2, "pass": 1, "review": 0, "block": 1, "unread": 1, "unread_open": 1, "excepted": 1,
            "skipped": 2, "no_text": 0, "bytes": 24_690, "seconds": 1.235,
        }, "folders": [
            {"folder": ".", "documents": 1, "pass": 1, "review": 0, "block": 0, "unread": 0},
            {"folder": "a", "documents": 1, "pass": 0, "review": 0, "block": 1, "unread": 1},
        ]})
    );
    assert_eq!(lines.len(), 3);
}
