//! Words about exceptions and about the part of a repository that was screened.

use super::{Lang, documents_count, gap, location};
use crate::finding::{Range, Stale, StaleException};
use crate::report::escape::escape;
use crate::report::record::ExceptedRecord;

/// Digits of a commit that are shown.
const SHORT: usize = 12;

/// Whose decision lets something go out.
pub fn approval(excepted: &ExceptedRecord, lang: Lang) -> String {
    let ExceptedRecord { reason, approver, created, until, .. } = excepted;
    let (reason, approver) = (escape(reason), escape(approver));
    lang.pick(
        format!("批准人 {approver}，{created} 起至 {until}：{reason}"),
        format!("approved by {approver}, {created} to {until}: {reason}"),
    )
}

/// What an exception lets go out: where, what and the rule.
pub fn excepted(excepted: &ExceptedRecord, lang: Lang) -> String {
    let what = match (&excepted.finding, &excepted.unread) {
        (Some(finding), _) => {
            let place = location(&finding.at(), finding.inner.as_deref(), lang);
            match finding.matched.as_deref().map(escape) {
                Some(matched) => {
                    lang.pick(format!("{place}：“{matched}”"), format!("{place}: \"{matched}\""))
                }
                None => place,
            }
        }
        (None, Some(unread)) => gap(&unread.gap(), unread.inner.as_deref(), lang),
        (None, None) => String::new(),
    };
    format!("{what} ({})", escape(excepted.rule()))
}

/// An exception to renew or take out.
pub fn stale(stale: &StaleException, lang: Lang) -> String {
    let StaleException { file, line, rule, name, until, why } = stale;
    let (file, rule, name) = (escape(file), escape(rule), escape(name));
    match (why, lang) {
        (Stale::Expired, Lang::Zh) => {
            format!("{file}:{line}：例外已于 {until} 到期，未生效（{rule}，{name}）。请重新审批或删除该行")
        }
        (Stale::Expired, Lang::En) => {
            format!(
                "{file}:{line}: the exception ended on {until} and was not applied ({rule}, {name}); approve it anew or delete the line"
            )
        }
        (Stale::Unused, Lang::Zh) => {
            format!("{file}:{line}：例外没有用到（{rule}，{name}）。文件已改动或删除时，请删除该行")
        }
        (Stale::Unused, Lang::En) => {
            format!(
                "{file}:{line}: nothing needed the exception ({rule}, {name}); delete the line if the document changed or is gone"
            )
        }
    }
}

/// What of a repository was screened, and why that.
pub fn range(range: &Range, lang: Lang) -> String {
    match range {
        Range::Changed { since, target, merge_base, head } => {
            let since = escape(since);
            let [target, base, head] =
                [target, merge_base, head].map(|id| escape(id.get(..SHORT).unwrap_or(id)));
            lang.pick(
                format!("检查范围：{head} 自分叉点 {base} 以来改动的文件（与 {since} 的共同祖先，{since} 此后的改动不计）；仓库内的配置、词表和例外取自 {since}（{target}）"),
                format!("screened: what {head} changed since {base}, where it left {since} (what {since} got meanwhile is not its doing); configuration, lists and exceptions in the repository as of {since} ({target})"),
            )
        }
        Range::Staged => lang
            .pick("检查范围：已暂存、尚未提交的文件", "screened: what is staged for the next commit")
            .to_owned(),
    }
}

/// Settings that the change under examination brings along itself.
pub fn own_settings(file: &str, lang: Lang) -> String {
    let file = escape(file);
    lang.pick(
        format!("{file} 在仓库内，按目标版本中的内容使用"),
        format!("{file} lies in the repository: used as it is in the target revision"),
    )
}

/// Exceptions were written.
pub fn approved(count: usize, file: &str, lang: Lang) -> String {
    let file = escape(file);
    match lang {
        Lang::Zh => format!("已写入 {count} 条例外：{file}"),
        Lang::En => format!("{count} exception{} written to {file}", if count == 1 { "" } else { "s" }),
    }
}

/// A baseline was taken.
pub fn baselined(documents: u64, excepted: u64, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("检查了 {documents} 份文件，其中 {excepted} 份的现有问题已列为例外"),
        Lang::En => {
            format!("{} screened, what is in {excepted} of them is excepted", documents_count(documents))
        }
    }
}

/// There was nothing to write an exception for.
pub fn nothing_to_approve(lang: Lang) -> &'static str {
    lang.pick("没有需要批准的内容，未写入例外", "nothing to approve; no exception was written")
}

/// Something unread whose content is not known.
pub fn unapprovable(name: &str, rule: &str, lang: Lang) -> String {
    let (name, rule) = (escape(name), escape(rule));
    lang.pick(
        format!("{name}：内容未知（{rule}），无法列为例外。请设法读取，或在 [policy] 中规定"),
        format!("{name}: its content is not known ({rule}), so no exception can cover it; make it readable, or decide in [policy]"),
    )
}

/// How the file of exceptions merges without conflicts.
pub fn merge_hint(file: &str, lang: Lang) -> String {
    let file = escape(file);
    lang.pick(
        format!("新建了 {file}。请在 .gitattributes 中加一行，使两个分支各自新增例外时合并不冲突：{file} merge=union"),
        format!("{file} is new; a line in .gitattributes lets branches that add exceptions merge without conflict: {file} merge=union"),
    )
}
