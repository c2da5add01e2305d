//! Exceptions: what they cover, what they never cover, and how their file fares.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use jiff::civil::{Date, date};
use mijian::document::Document;
use mijian::finding::{Screening, Stale, Verdict};
use mijian::limits::Limits;
use mijian::policy::{Decision, ExceptionProblem, Exceptions, Policy, Usage};
use mijian::rules::{List, RuleSet};
use mijian::screen::Screener;

const TODAY: Date = date(2026, 11, 23);

fn screener() -> Screener {
    let list = List {
        name: "own.txt".into(),
        content: "青龙计划\n蓝鲸工程\n".into(),
        options: Verdict::Block.into(),
    };
    let rules = RuleSet::with_lists(&[list]).unwrap();
    Screener::new(rules, Policy::default(), Limits::default(), TODAY)
}

fn decision(until: Date) -> Decision {
    let (reason, approver) = ("已公开发布".to_owned(), "张三".to_owned());
    Decision { reason, approver, created: TODAY, until }
}

/// The file of exceptions that lets this document pass.
fn approved(screening: &Screening) -> String {
    let (new, unknown) = decision(date(2027, 5, 31)).exceptions(screening, str::to_owned);
    assert!(unknown.is_empty() && !new.is_empty(), "{screening:?}");
    Exceptions::added("", &new)
}

/// A screener with a baseline of this document.
fn baselined(name: &str, content: &str) -> Screener {
    let screener = screener();
    let text = approved(&screener.screen(&Document::new(name, content)));
    let screener = screener.with_exceptions(Exceptions::parse("mijian.exceptions", &text).unwrap());
    let again = screener.screen(&Document::new(name, content));
    assert_eq!((again.verdict, again.excepted.is_empty()), (Verdict::Pass, false), "{again:?}");
    screener
}

/// An identity number with the right check character.
fn identity(sequence: u32) -> String {
    let digits = format!("11010119100101{sequence:03}");
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = digits.chars().zip(weights).map(|(c, weight)| c.to_digit(10).unwrap() * weight).sum();
    format!("{digits}{}", "10X98765432".chars().nth((sum % 11) as usize).unwrap())
}

fn article() -> String {
    let lines = (1..=60).map(|n| match n {
        20 => "会议听取了青龙计划的进展情况汇报。\n".to_owned(),
        40 => format!("联系人身份证号：{}\n", identity(7)),
        n => format!("第{n}段：今日天气晴朗，各项工作有序推进。\n"),
    });
    lines.collect()
}

#[test]
fn a_hundred_line_shifts_never_alert_again() {
    let screener = baselined("a.txt", &article());
    for shift in 1..=100 {
        let above: String = (0..shift).map(|n| format!("新增第{n}行。\n")).collect();
        let screening = screener.screen(&Document::new("a.txt", above + &article()));
        assert_eq!(screening.verdict, Verdict::Pass, "{shift}: {:?}", screening.findings);
        assert_eq!(screening.excepted.len(), 2);
    }
}

#[test]
fn of_a_thousand_changes_none_is_hidden() {
    let screener = baselined("a.txt", &article());
    let lines: Vec<String> = article().lines().map(str::to_owned).collect();
    // Numbers that are as good as chance and the same every time.
    let mut state: u64 = 20_261_123;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    for change in 0..1_000 {
        let mut lines = lines.clone();
        let at = next(lines.len());
        let what = match change % 5 {
            // The line of the known term says something else around it.
            0 => {
                lines[19] = format!("会议听取了第{change}期青龙计划的进展情况汇报。");
                "around the term"
            }
            1 => {
                lines.insert(at, format!("第{change}次会议同时讨论蓝鲸工程事宜。"));
                "another term"
            }
            2 => {
                lines.insert(
                    at,
                    format!("补充联系人身份证号：{}", identity(100 + u32::try_from(change % 800).unwrap())),
                );
                "another person"
            }
            3 => {
                lines.insert(0, format!("机密★{}年", 1 + change % 20));
                "a mark"
            }
            _ => {
                lines[19] = format!("编号{change}：会议听取了青龙计划的进展情况汇报，及青龙计划二期。");
                "the known term once more"
            }
        };
        let screening = screener.screen(&Document::new("a.txt", lines.join("\n")));
        assert!(screening.verdict > Verdict::Pass, "{change}, line {at}: {what} was hidden");
    }
}

#[test]
fn the_same_header_over_another_body_still_blocks() {
    let header = "秘密★10年\n特急\n\n";
    let old = format!("{header}关于2005年工作的通知\n");
    let screener = baselined("a.txt", &old);
    for body in ["关于2026年工作的通知\n", "关于2005年工作的通知 \n", ""] {
        let screening = screener.screen(&Document::new("a.txt", format!("{header}{body}")));
        assert_eq!((screening.verdict, screening.excepted.len()), (Verdict::Block, 0), "{body}");
    }
    // The same file elsewhere is the same file.
    assert_eq!(screener.screen(&Document::new("b/c.txt", old.clone())).verdict, Verdict::Pass);
    // But its new name is text of its own.
    assert_eq!(screener.screen(&Document::new("机密★20年.txt", old)).verdict, Verdict::Block);
}

#[test]
fn a_look_is_excepted_in_one_document_and_place_only() {
    let screener = baselined("a.txt", &article());
    assert_eq!(screener.screen(&Document::new("b.txt", article())).verdict, Verdict::Block);
    let hidden =
        article().replace("会议听取了青龙计划的进展情况汇报。", "<!--会议听取了青龙计划的进展情况汇报。-->");
    let markdown = baselined("a.md", &article());
    assert_eq!(markdown.screen(&Document::new("a.md", hidden)).verdict, Verdict::Block);
}

/// Of very many numbers only some are listed; those must not stand for the others.
#[test]
fn findings_that_stand_for_others_are_excepted_by_the_content() {
    let list = |count| (0..count).map(|n| format!("甲{n} {}\n", identity(n))).collect::<String>();
    let many = screener().screen(&Document::new("a.txt", list(40)));
    assert!(many.findings.len() < 40, "{}", many.findings.len());
    let screener = baselined("a.txt", &list(40));
    let more = screener.screen(&Document::new("a.txt", list(41)));
    assert!(more.verdict > Verdict::Pass, "{:?}", more.excepted);
}

#[test]
fn what_is_unread_is_excepted_by_its_content() {
    let bytes = b"\x00\x01\x02\x03\xff\xfe\xfd\x00\x00".to_vec();
    let screener = screener();
    let text = approved(&screener.screen(&Document::new("a.bin", bytes.clone())));
    assert!(text.contains("\"sha256\"") && text.contains("\"unread.unsupported\""), "{text}");
    let screener = screener.with_exceptions(Exceptions::parse("x", &text).unwrap());
    assert_eq!(screener.screen(&Document::new("b.bin", bytes.clone())).verdict, Verdict::Pass);
    let other = screener.screen(&Document::new("a.bin", [&bytes[..], b"\x01"].concat()));
    assert_eq!((other.verdict, other.unread.len()), (Verdict::Review, 1));
}

#[test]
fn exceptions_end_and_are_told_when_nothing_needs_them() {
    let screener = screener();
    let seen = screener.screen(&Document::new("a.txt", article()));
    let (new, _) = decision(date(2026, 11, 30)).exceptions(&seen, str::to_owned);
    let text = Exceptions::added("# 由保密办维护\n", &new);
    let exceptions = Exceptions::parse("e", &text).unwrap();
    let on = |day: Date, content: &str, whole| {
        let rules = RuleSet::with_lists(&[List {
            name: "own.txt".into(),
            content: "青龙计划\n".into(),
            options: Verdict::Block.into(),
        }]);
        let screener = Screener::new(rules.unwrap(), Policy::default(), Limits::default(), day)
            .with_exceptions(exceptions.clone());
        let screening = screener.screen(&Document::new("a.txt", content));
        let mut usage = Usage::default();
        usage.note(&exceptions, &screening);
        let stale = usage.stale(&exceptions, whole, day);
        (screening.verdict, stale.iter().map(|stale| (stale.line, stale.why)).collect::<Vec<_>>())
    };
    assert_eq!(on(date(2026, 11, 30), &article(), true), (Verdict::Pass, vec![]));
    let ended = Stale::Expired;
    assert_eq!(on(date(2026, 12, 1), &article(), true), (Verdict::Block, vec![(2, ended), (3, ended)]));
    // A decision of tomorrow's tomorrow is none yet.
    assert_eq!(on(date(2026, 11, 21), &article(), false).0, Verdict::Block);
    let clean = (Verdict::Pass, vec![(2, Stale::Unused), (3, Stale::Unused)]);
    assert_eq!(on(TODAY, "今日天气晴朗。", true), clean);
    assert_eq!(on(TODAY, "今日天气晴朗。", false), clean, "its document was screened");
    // A run about other documents says nothing about these.
    assert_eq!(Usage::default().stale(&exceptions, false, TODAY), []);
}

#[test]
fn a_broken_line_is_named_with_what_is_wrong() {
    let look = r#"{"fingerprint":"0123456789abcdef","rule":"term.own","place":"body","name":"a.txt","reason":"公开","approver":"张三","created":"2026-11-23","until":"2027-11-23"}"#;
    let sha =
        look.replace("\"fingerprint\":\"0123456789abcdef\"", &format!("\"sha256\":\"{}\"", "0".repeat(64)));
    for right in [look, &sha] {
        assert!(Exceptions::parse("e", &format!("# a\n\n{right}\n{right}\n")).is_ok(), "{right}");
    }
    let cases = [
        (look.replace("公开", " "), ExceptionProblem::Missing("reason")),
        (look.replace("\"reason\":\"公开\",", ""), ExceptionProblem::Missing("reason")),
        (look.replace("\"approver\":\"张三\",", ""), ExceptionProblem::Missing("approver")),
        (look.replace(",\"until\":\"2027-11-23\"", ""), ExceptionProblem::Missing("until")),
        (look.replace("\"created\":\"2026-11-23\",", ""), ExceptionProblem::Missing("created")),
        (look.replace("\"name\":\"a.txt\",", ""), ExceptionProblem::Missing("name")),
        (look.replace("\"rule\":\"term.own\",", ""), ExceptionProblem::Missing("rule")),
        (look.replace("\"place\":\"body\",", ""), ExceptionProblem::Missing("place")),
        (look.replace("2027-11-23", "2027-11-24"), ExceptionProblem::TooLong(date(2027, 11, 23))),
        (look.replace("2027-11-23", "2027-02-30"), ExceptionProblem::Date("until")),
        (look.replace("0123456789abcdef", "0123"), ExceptionProblem::Hash("fingerprint")),
        (sha.replace(&"0".repeat(64), &"F".repeat(64)), ExceptionProblem::Hash("sha256")),
        (look.replace("\"fingerprint\":\"0123456789abcdef\",", ""), ExceptionProblem::About),
    ];
    for (line, problem) in cases {
        let error = Exceptions::parse("e", &format!("\n{line}\n")).unwrap_err();
        assert_eq!((error.line, error.problem), (2, problem), "{line}");
    }
    for line in ["<<<<<<< HEAD", &look.replace("\"rule\"", "\"line\":7,\"rule\""), "[]", "7"] {
        let error = Exceptions::parse("e", line).unwrap_err();
        assert!(matches!(error.problem, ExceptionProblem::Syntax(_)), "{line}");
    }
}

/// As editors of other systems leave the file: byte order mark, line ends of two bytes, a line twice.
#[test]
fn a_file_from_another_editor_says_the_same() {
    let marked = Document::new("a.txt", "机密★20年\n\n关于开展检查的通知\n");
    let lines = approved(&screener().screen(&marked));
    assert_eq!(lines.lines().count(), 1, "{lines}");
    let foreign = format!("\u{feff}{lines}# 注\n\n{lines}").replace('\n', "\r\n");
    for text in [lines, foreign] {
        let exceptions = Exceptions::parse("e", &text).unwrap();
        let screening = screener().with_exceptions(exceptions.clone()).screen(&marked);
        assert_eq!((screening.verdict, screening.excepted.len()), (Verdict::Pass, 1), "{text:?}");
        let mut usage = Usage::default();
        usage.note(&exceptions, &screening);
        assert!(usage.stale(&exceptions, true, date(2026, 11, 24)).is_empty(), "{text:?}");
    }
}

// The command line.

fn mijian(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mijian"));
    command.current_dir(folder).args(arguments).env("LC_ALL", "C").env_remove("CI");
    command.output().unwrap()
}

fn git(folder: &Path, arguments: &[&str]) {
    let mut git = Command::new("git");
    git.current_dir(folder).args(["-c", "user.name=t", "-c", "user.email=t@example.org"]).args(arguments);
    let output = git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1").output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stdout) + &text(&output.stderr));
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

const MARKED: &str = "机密★20年\n特急\n\n关于开展年度检查工作的通知\n";
const BY: [&str; 6] = ["--reason", "已解密", "--approver", "张三", "--until", "2027-05-31"];
const ON: [&str; 2] = ["--today", "2026-11-23"];

#[test]
fn approve_and_baseline_write_what_a_scan_then_honours() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    fs::create_dir(root.join("site")).unwrap();
    fs::write(root.join("site/a.txt"), MARKED).unwrap();
    fs::write(root.join("own.txt"), "青龙计划\n").unwrap();
    fs::write(root.join("mijian.toml"), "wordlists = [{ path = 'own.txt' }]\n").unwrap();
    fs::write(root.join("site/b.html"), "<p>会议听取了青龙计划的进展。</p>").unwrap();
    fs::write(root.join("site/c.bin"), b"\x00\x01\x02\x03\xff\xfe\xfd\x00\x00").unwrap();
    let scan = |more: &[&str]| {
        mijian(root, &[&["scan", "site/a.txt", "site/b.html", "site/c.bin"], &ON[..], more].concat())
    };
    assert_eq!(scan(&[]).status.code(), Some(1));

    let approve = mijian(root, &[&["approve", "site/a.txt"], &BY[..], &ON].concat());
    assert_eq!(approve.status.code(), Some(0), "{}", text(&approve.stderr));
    assert!(text(&approve.stdout).contains("机密★20年"), "what is approved is not shown");
    assert!(
        text(&approve.stderr).contains("1 exception written")
            && text(&approve.stderr).contains("merge=union")
    );
    assert_eq!(scan(&[]).status.code(), Some(3));

    let baseline = mijian(root, &[&["baseline", "site/b.html", "site/c.bin"], &BY[..], &ON].concat());
    assert_eq!(baseline.status.code(), Some(0), "{}", text(&baseline.stderr));
    let file = fs::read_to_string(root.join("mijian.exceptions")).unwrap();
    assert_eq!(file.lines().count(), 3);
    assert!(file.lines().is_sorted() && file.contains("\"name\":\"site/b.html\""), "{file}");
    let after = scan(&["--fail-on-unused"]);
    assert_eq!(after.status.code(), Some(0), "{}", text(&after.stdout));
    assert!(text(&after.stdout).contains("approved by 张三, 2026-11-23 to 2027-05-31: 已解密"));
    assert!(!text(&after.stdout).contains("青龙"), "an own term in the report");

    // Renewed in place, and a second baseline adds nothing.
    let renewed = [&["approve", "site/a.txt"], &BY[..4], &["--until", "2027-06-30"], &ON].concat();
    assert_eq!(mijian(root, &renewed).status.code(), Some(0));
    let file = fs::read_to_string(root.join("mijian.exceptions")).unwrap();
    assert_eq!((file.lines().count(), file.matches("2027-06-30").count()), (3, 1));
    mijian(root, &[&["baseline", "site/b.html", "site/c.bin"], &BY[..], &ON].concat());
    assert_eq!(fs::read_to_string(root.join("mijian.exceptions")).unwrap(), file);

    // Unused and expired ones are told, and fail the run where that is asked for.
    fs::write(root.join("site/c.bin"), "今日天气晴朗。").unwrap();
    let unused = scan(&[]);
    assert!(text(&unused.stdout).contains("nothing needed the exception (unread.unsupported, site/c.bin)"));
    assert_eq!((unused.status.code(), scan(&["--fail-on-unused"]).status.code()), (Some(0), Some(2)));
    let late = mijian(root, &["scan", "site/a.txt", "--today", "2027-08-01"]);
    assert_eq!(late.status.code(), Some(1));
    assert!(text(&late.stdout).contains("ended on 2027-06-30"), "{}", text(&late.stdout));
}

#[test]
fn approvals_without_reason_person_or_end_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    fs::write(root.join("a.txt"), MARKED).unwrap();
    let refused = |by: &[&str], says: &str| {
        let output = mijian(root, &[&["approve", "a.txt"], by, &ON].concat());
        assert_eq!(output.status.code(), Some(2), "{by:?}");
        assert!(text(&output.stderr).contains(says), "{by:?}: {}", text(&output.stderr));
        assert!(!root.join("mijian.exceptions").exists());
    };
    refused(&BY[2..], "--reason");
    refused(&[&BY[..2], &BY[4..]].concat(), "--approver");
    refused(&BY[..4], "--until");
    refused(&[&["--reason", "  "], &BY[2..]].concat(), "--reason is empty");
    refused(&[&BY[..4], &["--until", "2027-11-24"]].concat(), "2027-11-23 at the latest");
    refused(&[&BY[..4], &["--until", "2026-11-22"]].concat(), "today at the earliest");
    let elsewhere = tempfile::tempdir().unwrap();
    fs::write(elsewhere.path().join("a.txt"), MARKED).unwrap();
    let file = elsewhere.path().join("a.txt");
    let output = mijian(root, &[&["approve", file.to_str().unwrap()], &BY[..], &ON].concat());
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("--root"), "{}", text(&output.stderr));
}

#[test]
fn a_broken_file_of_exceptions_fails_the_run_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), "今日天气晴朗。").unwrap();
    fs::write(folder.path().join("mijian.exceptions"), "# x\n{\"rule\":\"mark\"}\n").unwrap();
    let output = mijian(folder.path(), &["scan", "a.txt"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("mijian.exceptions:2: name is missing"),
        "{}",
        text(&output.stderr)
    );
    let named = mijian(folder.path(), &["scan", "a.txt", "--exceptions", "none"]);
    assert_eq!(named.status.code(), Some(2));
}

/// Two branches approve different documents; either is merged into the other without a conflict, and
/// the exceptions of both hold.
#[test]
fn branches_that_add_exceptions_merge_without_conflict() {
    for (known, onto) in [(false, "one"), (false, "two"), (true, "one"), (true, "two")] {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        git(root, &["init", "-q", "-b", "main"]);
        fs::write(root.join(".gitattributes"), "mijian.exceptions merge=union\n").unwrap();
        for name in ["old", "one", "two"] {
            for n in 0..8 {
                fs::write(root.join(format!("{name}{n}.txt")), format!("{MARKED}{name}{n}\n")).unwrap();
            }
        }
        let approve = |name: &str| {
            let files: Vec<String> = (0..8).map(|n| format!("{name}{n}.txt")).collect();
            let files: Vec<&str> = files.iter().map(String::as_str).collect();
            let output = mijian(root, &[&["approve"], &files[..], &BY, &ON].concat());
            assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
            git(root, &["add", "."]);
            git(root, &["commit", "-q", "-m", name]);
        };
        if known {
            approve("old");
        } else {
            git(root, &["add", "."]);
            git(root, &["commit", "-q", "-m", "old"]);
        }
        for branch in ["one", "two"] {
            git(root, &["checkout", "-q", "-b", branch, "main"]);
            approve(branch);
        }
        let other = if onto == "one" { "two" } else { "one" };
        git(root, &["checkout", "-q", onto]);
        git(root, &["merge", "-q", "--no-edit", other]);
        let file = fs::read_to_string(root.join("mijian.exceptions")).unwrap();
        // A line that both sides have may be there twice; that changes nothing.
        let lines: BTreeSet<&str> = file.lines().collect();
        assert_eq!(lines.len(), if known { 24 } else { 16 }, "{file}");
        for n in 0..8 {
            let both = [format!("one{n}.txt"), format!("two{n}.txt")];
            let output = mijian(root, &[&["scan", &both[0], &both[1]], &ON[..]].concat());
            assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
        }
    }
}
