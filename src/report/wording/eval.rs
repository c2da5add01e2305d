//! The words of `mijian eval`.

use super::{Lang, documents_count};

/// The headings and names of figures.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum EvalLabel {
    /// The corner of the confusion table.
    Table,
    Recall,
    FalseBlocks,
    FalseReviews,
    FalseAlarms,
    Caught,
    /// The heading of the groups that are listed because something went wrong in them.
    GroupsWithMisses,
    AllGroups,
    Misses,
    /// The words that the label says should be found.
    Expected,
    /// No rule hit anything.
    NoHit,
}

/// A heading or the name of a figure.
pub fn eval_label(label: EvalLabel, lang: Lang) -> &'static str {
    match label {
        EvalLabel::Table => lang.pick("应为 / 实为", "expected/got"),
        EvalLabel::Recall => lang.pick("禁发召回", "block recall"),
        EvalLabel::FalseBlocks => lang.pick("误禁发", "false blocks"),
        EvalLabel::FalseReviews => lang.pick("误待审", "false reviews"),
        EvalLabel::FalseAlarms => lang.pick("误报合计", "false alarms in all"),
        EvalLabel::Caught => lang.pick("待审检出（待审或禁发）", "review cases caught (review or block)"),
        EvalLabel::GroupsWithMisses => lang.pick("有差错的分组", "groups with misses"),
        EvalLabel::AllGroups => lang.pick("全部分组", "all groups"),
        EvalLabel::Misses => lang.pick("与标注不符的文件", "answers that are not those on the labels"),
        EvalLabel::Expected => lang.pick("标注内容：", "labelled: "),
        EvalLabel::NoHit => lang.pick("没有任何规则命中", "no rule hit anything"),
    }
}

/// How many documents were screened, and how many of the answers are not those on the labels.
pub fn eval_total(documents: u64, misses: u64, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("共 {documents} 份标注文件，其中 {misses} 份的结论与标注不符"),
        Lang::En => format!("{} labelled, {misses} answered otherwise", documents_count(documents)),
    }
}

/// A threshold that was missed: the share found and the one asked for, both from 0 to 1.
pub fn eval_missed(recall: bool, found: f64, asked: f64, lang: Lang) -> String {
    let (found, asked) = (found * 100.0, asked * 100.0);
    match (lang, recall) {
        (Lang::Zh, true) => format!("禁发召回 {found:.2}% 低于 --min-recall 要求的 {asked:.2}%"),
        (Lang::Zh, false) => format!("误报合计 {found:.2}% 高于 --max-false 允许的 {asked:.2}%"),
        (Lang::En, true) => format!("block recall {found:.2} % is below --min-recall {asked:.2} %"),
        (Lang::En, false) => format!("false alarms {found:.2} % are above --max-false {asked:.2} %"),
    }
}
