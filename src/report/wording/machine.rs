//! What reports for other programs say about one finding, and the heads of their tables.

use super::{Lang, confidence, gap, location, remedy, verdict};
use crate::report::escape::escape;
use crate::report::record::{ExceptedRecord, FindingRecord, UnreadRecord};

/// A finding in one line, without its title: where, what, why.
pub fn finding_line(finding: &FindingRecord, lang: Lang) -> String {
    let place = location(&finding.at(), finding.inner.as_deref(), lang);
    let matched = finding.matched.as_deref().map(escape).unwrap_or_default();
    let reason = escape(&finding.reason);
    let sure = confidence(finding.confidence, lang);
    match (lang, matched.is_empty()) {
        (Lang::Zh, true) => format!("{place}：{reason}（{sure}）"),
        (Lang::Zh, false) => format!("{place}：“{matched}”，{reason}（{sure}）"),
        (Lang::En, true) => format!("{place}: {reason} ({sure})"),
        (Lang::En, false) => format!("{place}: \"{matched}\", {reason} ({sure})"),
    }
}

/// Something unread in one line: where and why, and what to do.
pub fn unread_line(unread: &UnreadRecord, lang: Lang) -> String {
    let what = gap(&unread.gap(), unread.inner.as_deref(), lang);
    let remedy = remedy(unread.kind, lang);
    lang.pick(format!("未读：{what}；{remedy}"), format!("not read: {what}; {remedy}"))
}

/// The title of something unread.
pub fn unread_title(lang: Lang) -> &'static str {
    lang.pick("未能读取", "Not read")
}

/// What a person's decision lets go out, and whose it is, in one line.
pub fn excepted_line(excepted: &ExceptedRecord, lang: Lang) -> String {
    let (what, whose) = (super::excepted(excepted, lang), super::approval(excepted, lang));
    lang.pick(format!("{what}；{whose}"), format!("{what}; {whose}"))
}

/// The title of what a person's decision lets go out.
pub fn excepted_title(lang: Lang) -> &'static str {
    lang.pick("例外放行", "Excepted")
}

/// A verdict with the title of what led to it: `禁发：国家秘密标志`.
pub fn headline(of: crate::finding::Verdict, title: &str, lang: Lang) -> String {
    let title = escape(title);
    lang.pick(format!("{}：{title}", verdict(of, lang)), format!("{}: {title}", verdict(of, lang)))
}

/// A line of a long list that is not written out.
pub fn left_out(count: u64, lang: Lang) -> String {
    lang.pick(format!("另有 {count} 处未列出"), format!("{count} more not listed"))
}

/// What a run that was stopped has to say for itself.
pub fn interrupted(lang: Lang) -> &'static str {
    lang.pick(
        "检查中途停止，以下只是已检查部分的结果",
        "The run was stopped: these are the results up to there",
    )
}

/// The heads of the table with one line a finding.
pub fn columns(lang: Lang) -> [&'static str; 19] {
    lang.pick(
        [
            "文件",
            "内嵌文件",
            "类型",
            "文件结论",
            "处置",
            "规则",
            "名称",
            "内容",
            "密级",
            "保密期限",
            "位置",
            "页",
            "页面区域",
            "行",
            "列",
            "依据",
            "处理",
            "标识",
            "SHA-256",
        ],
        [
            "document",
            "inner document",
            "type",
            "document verdict",
            "verdict",
            "rule",
            "title",
            "match",
            "level",
            "period",
            "place",
            "page",
            "zone",
            "line",
            "column",
            "reason",
            "advice",
            "fingerprint",
            "sha256",
        ],
    )
}
