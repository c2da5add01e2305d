//! An office's own lists: which of its terms are found, and with which verdict.

use jiff::civil::date;
use mijian::document::Document;
use mijian::finding::Verdict;
use mijian::fold::{Fold, fold_char};
use mijian::limits::Limits;
use mijian::policy::Policy;
use mijian::rules::{List, ListOptions, Overlap, RedundantTerm, RuleSet, RuleWarning};
use mijian::screen::Screener;

/// What is found with these lists: rule, match, verdict.
fn found<O: Into<ListOptions> + Copy>(
    lists: &[(&str, &str, O)],
    text: &str,
) -> Vec<(String, String, Verdict)> {
    let mut rules = RuleSet::builtin().expect("the built-in rules are sound");
    for (name, list, options) in lists {
        rules.add_list(name, list.as_bytes(), *options).expect("a sound list");
    }
    let screener = Screener::new(rules, Policy::default(), Limits::default(), date(2026, 11, 23));
    let screening = screener.screen(&Document::new("a.txt", text.as_bytes()));
    let findings = screening.findings.into_iter();
    findings.map(|finding| (finding.rule.to_string(), finding.matched, finding.verdict)).collect()
}

fn matched(list: &str, text: &str) -> Vec<String> {
    found(&[("own.txt", list, Verdict::Review)], text).into_iter().map(|(_, matched, _)| matched).collect()
}

#[test]
fn each_list_has_its_verdict() {
    let lists = [("甲.txt", "青龙计划", Verdict::Block), ("乙.txt", "蓝鲸工程", Verdict::Review)];
    let expected = [
        ("term.甲".to_owned(), "青龙计划".to_owned(), Verdict::Block),
        ("term.乙".to_owned(), "蓝鲸工程".to_owned(), Verdict::Review),
    ];
    assert_eq!(found(&lists, "青龙计划和蓝鲸工程的进展。"), expected);
}

#[test]
fn of_terms_inside_each_other_the_longest_wins() {
    assert_eq!(matched("青龙\n青龙计划\n龙计\n计划", "现将青龙计划的进展报告如下。"), ["青龙计划"]);
    assert_eq!(matched("青龙\n青龙计划", "青龙计划之外，青龙另有安排。"), ["青龙计划", "青龙"]);
    // Neither lies in the other.
    assert_eq!(matched("青龙计划\n计划书", "青龙计划书已收到。"), ["青龙计划", "计划书"]);
    // A shorter one that weighs more is no part of the longer one.
    let lists = [("long.txt", "青龙计划", Verdict::Review), ("short.txt", "青龙", Verdict::Block)];
    let verdicts: Vec<Verdict> = found(&lists, "青龙计划已收到。").into_iter().map(|f| f.2).collect();
    assert_eq!(verdicts, [Verdict::Review, Verdict::Block]);
}

#[test]
fn a_list_may_have_every_hit_reported() {
    let all = |overlap| ListOptions { overlap, ..Verdict::Review.into() };
    let list = |overlap| [("own.txt", "青龙\n青龙计划\n龙计\n!青龙镇", all(overlap))];
    let matched = |overlap| -> Vec<String> {
        let found = found(&list(overlap), "青龙计划的进展，青龙镇除外。").into_iter();
        found.map(|(_, matched, _)| matched).collect()
    };
    assert_eq!(matched(Overlap::Longest), ["青龙计划"]);
    assert_eq!(matched(Overlap::All), ["青龙计划", "青龙", "龙计"]);
    // Another list that does not ask is not asked for.
    let lists =
        [("all.txt", "青龙", all(Overlap::All)), ("own.txt", "青龙计划\n计划", Verdict::Review.into())];
    let rules: Vec<String> = found(&lists, "青龙计划已收到。").into_iter().map(|f| f.0).collect();
    assert_eq!(rules, ["term.own", "term.all"]);
}

#[test]
fn a_term_of_two_lists_is_told_and_has_the_graver_verdict() {
    let list = |name: &str, content: &str, verdict: Verdict| List {
        name: name.to_owned(),
        content: content.as_bytes().to_vec(),
        options: verdict.into(),
    };
    let lists = [
        list("a/甲.txt", "# 甲\n青龙计划\n!青龙镇\n蓝鲸", Verdict::Review),
        list("乙.txt", "\u{feff}赤兔\n青 龍 計劃\n!青龙镇\n!蓝鲸", Verdict::Block),
    ];
    let mut rules = RuleSet::with_lists(&lists).expect("sound lists");
    assert!(rules.warnings().is_empty());
    rules.warn_of_repeated(&lists);
    let told = |line, term: &str, first| RuleWarning {
        file: "乙.txt".to_owned(),
        line,
        term: term.to_owned(),
        problem: RedundantTerm::Elsewhere { file: "a/甲.txt".to_owned(), line: first },
    };
    assert_eq!(rules.warnings(), [told(2, "青 龍 計劃", 2), told(3, "青龙镇", 3)]);

    for (first, second) in [(Verdict::Review, Verdict::Block), (Verdict::Block, Verdict::Review)] {
        let found = found(&[("甲.txt", "青龙计划", first), ("乙.txt", "青龙计划", second)], "青龙计划。");
        assert_eq!(found.iter().map(|f| f.2).collect::<Vec<_>>(), [Verdict::Block]);
    }
}

#[test]
fn a_list_may_ask_for_the_sound_of_its_terms() {
    let spelt = |list: &str, text: &str| -> Vec<String> {
        let options = ListOptions { pinyin: true, ..Verdict::Block.into() };
        found(&[("own.txt", list, options)], text).into_iter().map(|(_, matched, _)| matched).collect()
    };
    for text in [
        "青龙计划",
        "qinglongjihua",
        "qinglong jihua",
        "Qing Long Ji Hua",
        "qīng lóng jì huà",
        "QĪNGLÓNG JÌHUÀ",
        "qing-long-ji-hua",
        "Qīnglóng Jìhuà",
    ] {
        assert_eq!(spelt("青龙计划", &format!("关于{text}的进展")), [text], "{text}");
        assert_eq!(spelt("青龙计划", &format!("See {text}, page 3.")), [text], "{text}");
    }
    for text in ["lv se", "lü se", "lǜsè", "LÜ SE", "lvse"] {
        assert_eq!(spelt("绿色", &format!("the {text} plan")), [text], "{text}");
    }
    // Inside a syllable, inside a word, a single character, other words.
    for text in
        ["qin glong jihua", "q i n g long ji hua", "xqinglongjihua", "qinglongjihuan", "qing long hua ji"]
    {
        assert!(spelt("青龙计划", text).is_empty(), "{text}");
    }
    assert!(spelt("计划", "jìhuàn, jihuà\u{1e3f}, ǹjìhuà").is_empty());
    assert!(spelt("龙", "long, lóng").is_empty());
    // Allowed terms too, but not those that only sound like another.
    assert!(spelt("青龙\n!青龙镇", "qinglong zhen").is_empty());
    assert_eq!(spelt("青龙\n!清龙", "qinglong"), ["qinglong"]);
    // Only when asked for.
    assert!(matched("青龙计划", "qinglong jihua").is_empty());
    // Written as a term too, or with another term of the same sound: one finding.
    assert_eq!(spelt("青龙\nqinglong\n清龙", "qinglong"), ["qinglong"]);

    let mut rules = RuleSet::default();
    let options = ListOptions { pinyin: true, ..Verdict::Block.into() };
    let long = "划".repeat(8);
    rules.add_list("own.txt", format!("青龙\n{long}").as_bytes(), options).expect("a sound list");
    let told: Vec<_> = rules.warnings().iter().map(|w| (w.line, &w.problem)).collect();
    assert_eq!(told, [(2, &RedundantTerm::Unspelt)]);
    assert!(rules.add_list("own.toml", b"rule = []", options).is_err());
}

#[test]
fn an_allowed_term_beats_the_shorter_ones_inside_it_and_no_others() {
    assert_eq!(matched("青龙\n!青龙镇", "青龙镇集市的青龙标志。"), ["青龙"]);
    assert_eq!(matched("青龙镇集市\n!青龙镇", "青龙镇集市开张。"), ["青龙镇集市"]);
    assert!(matched("秘密\n!神秘密室", "神 秘 密 室今日开放。").is_empty());
}

#[test]
fn a_hundred_thousand_terms_are_all_found() {
    let own_form = |c: &char| fold_char(*c) == Fold::Char(*c);
    let letters: Vec<char> = ('\u{4e00}'..).filter(own_form).take(50).collect();
    let term = |n: usize| [letters[n % 50], letters[n / 50 % 50], letters[n / 2500]].iter().collect();
    let terms: Vec<String> = (0..100_000).map(term).collect();
    let mut rules = RuleSet::default();
    rules.add_list("own.txt", terms.join("\n").as_bytes(), Verdict::Block).expect("a sound list");
    assert_eq!((rules.terms().len(), rules.warnings().len()), (100_000, 0));
    let screener = Screener::new(rules, Policy::default(), Limits::default(), date(2026, 11, 23));
    for n in [0, 1, 49_999, 77_777, 99_999] {
        let screening = screener.screen(&Document::new("a", terms[n].as_bytes()));
        assert_eq!(screening.findings.len(), 1, "{n}");
    }
}
