//! The judge on tables: what stands on a document and what only talks about it.
//!
//! Each line of a table under judge/ is a document with its verdict. The classes are those of the
//! domain (levels, warnings, declarations, foreign marks, mentions), not single files. The
//! disguises are a table of their own: each one over several marks, standing on a document and
//! quoted in a rule.

use jiff::civil::date;
use mijian::document::Document;
use mijian::finding::{Screening, Verdict};
use mijian::limits::Limits;
use mijian::policy::Policy;
use mijian::rules::RuleSet;
use mijian::screen::Screener;

/// The tables: what each holds, the least number of its lines, and its text.
const TABLES: [(&str, usize, &str); 13] = [
    ("cases", 260, include_str!("judge/cases.tsv")),
    ("levels", 160, include_str!("judge/levels.tsv")),
    ("foreign", 110, include_str!("judge/foreign.tsv")),
    ("internal", 125, include_str!("judge/internal.tsv")),
    ("misc", 190, include_str!("judge/misc.tsv")),
    ("disguise", 160, include_str!("judge/disguise.tsv")),
    ("harmless", 220, include_str!("judge/harmless.tsv")),
    ("data", 125, include_str!("judge/data.tsv")),
    ("mixed_marks", 125, include_str!("judge/mixed_marks.tsv")),
    ("wordings", 200, include_str!("judge/wordings.tsv")),
    ("files", 95, include_str!("judge/files.tsv")),
    ("running", 160, include_str!("judge/running.tsv")),
    ("mixed_harmless", 110, include_str!("judge/mixed_harmless.tsv")),
];

/// What stands below the first lines of a document.
const BODIES: [(&str, &str); 7] = [
    (
        "{notice}",
        "关于做好2026年下半年重点工作的通知\n各县（市、区）人民政府，市直各部门：\n　　为做好下半年重点工作，现将有关事项通知如下。\n　　一、提高认识，加强组织领导。各单位要把这项工作摆上重要位置，主要负责同志亲自抓。\n　　二、明确分工，压实工作责任。请于9月底前将落实情况报市政府办公室。\n某某市人民政府办公室\n2026年8月12日",
    ),
    (
        "{report}",
        "一、总体情况\n本年度共完成项目十二个，投入资金三千余万元，按期完工率为百分之九十六，比上年提高两个百分点。\n二、存在的问题\n部分项目前期工作不够扎实，个别单位配合不够主动，需要在下一步工作中加以改进。\n三、下一步打算\n（一）加强统筹。（二）狠抓落实。",
    ),
    (
        "{minutes}",
        "会议由局长主持，各科室负责人参加。会议听取了上半年工作情况的报告，研究了下半年工作安排，要求各科室按照分工抓好落实。",
    ),
    (
        "{english}",
        "The committee met on Tuesday and reviewed the schedule for the coming quarter. Deliveries will begin in May and continue through the summer.\nThe next meeting takes place in September.",
    ),
    (
        "{rules}",
        "第一条 为了规范信息发布工作，根据有关法律法规，制定本办法。\n第二条 本办法适用于本单位各部门。\n第三条 发布信息应当遵守国家有关保密规定，不得发布涉及国家秘密、工作秘密、商业秘密的信息。\n第四条 信息发布实行先审查后公开、谁发布谁负责的原则。\n第五条 本办法自印发之日起施行。",
    ),
    // The header of a page, up to and from its text, in a flat OpenDocument file.
    (
        "{header}",
        "<?xml version=\"1.0\"?><office:document xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" office:mimetype=\"application/vnd.oasis.opendocument.text\"><office:master-styles><style:master-page style:name=\"Standard\"><style:header><text:p>",
    ),
    (
        "{/header}",
        "</text:p></style:header></style:master-page></office:master-styles><office:body><office:text><text:p>关于重点工作的汇报</text:p><text:p>各科室已按分工完成上半年任务，下一步将加强统筹。</text:p></office:text></office:body></office:document>",
    ),
];

fn screener() -> Screener {
    let rules = RuleSet::builtin().expect("the built-in rules are sound");
    Screener::new(rules, Policy::default(), Limits::default(), date(2026, 11, 23))
}

/// `\n`, `\t`, `\u{…}`, `\\` and the names of bodies as the tables write them.
fn unescaped(written: &str) -> String {
    let mut text = String::new();
    let mut rest = written;
    while let Some((head, escape)) = rest.split_once('\\') {
        text.push_str(head);
        let (c, tail) = match escape.chars().next() {
            Some('n') => ('\n', &escape[1..]),
            Some('t') => ('\t', &escape[1..]),
            Some('\\') => ('\\', &escape[1..]),
            Some('u') if escape.starts_with("u{") => {
                let (code, tail) = escape[2..].split_once('}').expect("a closed \\u{…}");
                let c = u32::from_str_radix(code, 16).ok().and_then(char::from_u32);
                (c.expect("a character"), tail)
            }
            _ => ('\\', escape),
        };
        text.push(c);
        rest = tail;
    }
    text.push_str(rest);
    for (name, body) in BODIES {
        text = text.replace(name, body);
    }
    text
}

/// What an answer consists of, for a person who looks at a wrong one.
fn told(screening: &Screening) -> String {
    let found: Vec<_> = screening.findings.iter().map(|f| (&f.rule, &f.matched, &f.reason)).collect();
    format!("{found:?} {:?}", screening.unread)
}

#[test]
fn the_tables_hold() {
    let screener = screener();
    let mut wrong = Vec::new();
    for (table, least, lines) in TABLES {
        let mut cases = 0;
        for line in lines.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let mut columns = line.split('\t');
            let (Some(expected), Some(written)) = (columns.next(), columns.next()) else {
                panic!("{table}: {line}");
            };
            let name = columns.next().unwrap_or("x.txt");
            cases += 1;
            let screening = screener.screen(&Document::new(name, unescaped(written)));
            if screening.verdict.as_str() != expected {
                let got = screening.verdict.as_str();
                wrong.push(format!("{table}: {expected}, got {got}: {written}\n    {}", told(&screening)));
            }
        }
        assert!(cases >= least, "{table}: only {cases} cases");
    }
    assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong.join("\n"));
}

/// Puts `between` between all characters.
fn spaced(mark: &str, between: &str) -> String {
    let chars: Vec<String> = mark.chars().filter(|c| *c != ' ').map(String::from).collect();
    chars.join(between)
}

/// Replaces characters by others.
fn replaced(mark: &str, pairs: &[(char, &str)]) -> String {
    mark.chars()
        .map(|c| pairs.iter().find(|(from, _)| *from == c).map_or(c.to_string(), |(_, to)| (*to).to_owned()))
        .collect()
}

/// Full-width digits and letters.
fn wide(mark: &str) -> String {
    mark.chars()
        .map(|c| if c.is_ascii_digit() { char::from_u32(c as u32 + 0xfee0).unwrap_or(c) } else { c })
        .collect()
}

const TRADITIONAL: [(char, &str); 12] = [
    ('绝', "絕"),
    ('机', "機"),
    ('秘', "祕"),
    ('内', "內"),
    ('资', "資"),
    ('长', "長"),
    ('严', "嚴"),
    ('传', "傳"),
    ('业', "業"),
    ('个', "個"),
    ('注', "註"),
    ('发', "發"),
];
const RADICALS: [(char, &str); 6] =
    [('工', "⼯"), ('文', "⽂"), ('心', "⼼"), ('月', "⽉"), ('长', "⻓"), ('用', "⽤")];

/// A disguise: its name and what it makes of a mark.
type Disguise = (&'static str, fn(&str) -> String);

const DISGUISES: [Disguise; 24] = [
    ("plain", |m| m.to_owned()),
    ("a blank between all characters", |m| spaced(m, " ")),
    ("two blanks", |m| spaced(m, "  ")),
    ("full-width blanks", |m| spaced(m, "\u{3000}")),
    ("no-break spaces", |m| spaced(m, "\u{a0}")),
    ("thin spaces", |m| spaced(m, "\u{2009}")),
    ("zero-width spaces", |m| spaced(m, "\u{200b}")),
    ("zero-width joiners", |m| spaced(m, "\u{200d}")),
    ("byte order marks", |m| spaced(m, "\u{feff}")),
    ("soft hyphens", |m| spaced(m, "\u{ad}")),
    ("combining strokes", |m| spaced(m, "\u{336}")),
    ("bidi controls", |m| format!("\u{202d}{m}\u{202c}")),
    ("tabs", |m| spaced(m, "\t")),
    ("one character a line", |m| spaced(m, "\n")),
    ("hyphens", |m| spaced(m, "-")),
    ("dots", |m| spaced(m, ".")),
    ("middle dots", |m| spaced(m, "·")),
    ("underscores", |m| spaced(m, "_")),
    ("full width", wide),
    ("traditional characters", |m| replaced(m, &TRADITIONAL)),
    ("radicals", |m| replaced(m, &RADICALS)),
    ("white star", |m| replaced(m, &[('★', "☆")])),
    ("emoji star", |m| replaced(m, &[('★', "⭐\u{fe0f}")])),
    ("asterisk", |m| replaced(m, &[('★', "*")])),
];

const MARKS: [&str; 10] = [
    "机密★20年",
    "绝密★长期",
    "秘密★6个月",
    "秘密★2031年12月31日",
    "工作秘密★6个月",
    "核心商密★10年",
    "内部资料 注意保存",
    "内部文件 严禁外传",
    "内部刊物 注意保管",
    "内部资料",
];

#[test]
fn each_disguise_of_each_mark_is_seen_through() {
    let screener = screener();
    let mut wrong = Vec::new();
    for (name, disguise) in DISGUISES {
        for mark in MARKS {
            let text = unescaped(&format!("{}\n\n{{notice}}", disguise(mark)));
            let screening = screener.screen(&Document::new("x.txt", text));
            if screening.verdict != Verdict::Block {
                wrong.push(format!("{name}: {mark}: {}", told(&screening)));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), DISGUISES.len() * MARKS.len(), wrong.join("\n"));
}

#[test]
fn a_disguised_mark_that_is_quoted_stays_a_mention() {
    let screener = screener();
    let contexts =
        ["涉密文件应当在首页左上角标明“{mark}”字样。", "该文件标有“{mark}”，不得上网。", "例如“{mark}”。"];
    let mut wrong = Vec::new();
    for (name, disguise) in DISGUISES {
        if ["tabs", "one character a line"].contains(&name) {
            // Nobody quotes in this way.
            continue;
        }
        for mark in MARKS {
            for context in contexts {
                let text = unescaped(&format!("{{rules}}\n{}", context.replace("{mark}", &disguise(mark))));
                let screening = screener.screen(&Document::new("x.txt", text));
                if screening.verdict != Verdict::Pass {
                    wrong.push(format!("{name}: {mark} in {context}: {}", told(&screening)));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong.join("\n"));
}
