//! Each rule's own examples: what it must find and what it must leave alone.

use jiff::civil::date;
use mijian::document::Document;
use mijian::finding::Verdict;
use mijian::limits::Limits;
use mijian::policy::Policy;
use mijian::rules::RuleSet;
use mijian::screen::Screener;

#[test]
fn every_rule_finds_its_examples_and_nothing_else() {
    let rules = RuleSet::builtin().expect("the built-in rules are sound");
    let screener = Screener::new(rules.clone(), Policy::default(), Limits::default(), date(2026, 6, 1));
    let mut wrong = Vec::new();
    let mut examples = 0;
    for rule in rules.iter() {
        if rule.verdict > Verdict::Pass {
            assert!(!rule.hit.is_empty() && !rule.miss.is_empty(), "{} has no examples", rule.id);
        }
        for (text, expected) in rule.hit.iter().map(|t| (t, true)).chain(rule.miss.iter().map(|t| (t, false)))
        {
            examples += 1;
            let screening = screener.screen(&Document::new("example.txt", text.as_bytes()));
            let found = screening.findings.iter().any(|f| f.rule == rule.id && f.verdict > Verdict::Pass);
            if found != expected || !screening.unread.is_empty() {
                wrong.push(format!(
                    "{} should{} find: {text:?}",
                    rule.id,
                    if expected { "" } else { " not" }
                ));
            }
        }
    }
    assert!(examples > 60, "only {examples} examples were run");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
