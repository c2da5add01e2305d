//! Labels that announce a level: 密级：, 保密等级 | , Classification:.

use super::grammar::tail_chars;
use crate::fold::{Fold, fold, fold_char};

/// Labels that announce a level.
const LABELS: [&str; 53] = [
    "密级",
    "密别",
    "定密级别",
    "定密",
    "定密等级",
    "密级标识",
    "密级标志",
    "保密等级",
    "保密级别",
    "保密类别",
    "秘密等级",
    "秘密级别",
    "涉密等级",
    "涉密级别",
    "机密等级",
    "机密级别",
    "安全等级",
    "文件等级",
    "文档级别",
    "密级及保密期限",
    "密级、保密期限",
    "密级保密期限",
    "密级期限",
    "distribution",
    "marking",
    "markings",
    "sharing",
    "密级及期限",
    "文件属性",
    "文档属性",
    "资料属性",
    "密级类别",
    "密级程度",
    "秘级",
    "标密",
    "密等",
    "资料等级",
    "材料等级",
    "信息等级",
    "机密程度",
    "涉密程度",
    "保密程度",
    "保密要求",
    "安全级别",
    "商密级别",
    "国家秘密标志",
    "密级和保密期限",
    "classification",
    "securitylevel",
    "secretlevel",
    "seclevel",
    "secrecylevel",
    "confidentiality",
];

/// Labels only as they stand alone at the head of a line, with a colon.
const EXACT_LABELS: [&str; 2] = ["等级", "classified"];

/// The label that ends `before` (the text of the same line or cell in front of a level).
///
/// A colon, an opening bracket or quotation mark may stand between the two; without a colon the
/// label counts only where a gap parts them.
pub(super) fn label(before: &str) -> Option<&'static str> {
    let trimmed = before.trim_end_matches(|c: char| {
        "\"“”'‘’「『【[(（《<☑√✓✔■☒●◉◼▣⊠✅★☆⭐※◆▲".contains(c)
            || matches!(fold_char(c), Fold::Gap | Fold::Vanish)
    });
    let parted = trimmed.len() < before.len();
    let bare = trimmed.trim_end_matches([':', '：', '=', '﹕', '︰', '|', '｜', '—', '】', '〕', ']']);
    let quoted = before.get(trimmed.len()..).is_some_and(|s| s.contains(['"', '“', '”', '「', '『', '《']));
    let colon = bare.len() < trimmed.len();
    let bare = if colon { bare.trim_end_matches('为') } else { bare };
    if !colon && (!parted || quoted) {
        return None;
    }
    let folded = fold(tail_chars(bare, 24));
    let folded = folded.trim_end_matches(['"', '”', '》', ')', ']', '】']);
    if colon && let Some(exact) = EXACT_LABELS.into_iter().find(|label| *label == folded) {
        return Some(exact);
    }
    LABELS.into_iter().filter(|label| folded.ends_with(label)).max_by_key(|label| label.len())
}

/// Whether the folded text names a level's label.
pub(super) fn names_level(folded: &str) -> bool {
    LABELS.iter().any(|label| folded.contains(label))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels() {
        for (before, wanted) in [
            ("密级：", Some("密级")),
            ("编号：3 密 级 : ", Some("密级")),
            ("密级：【", Some("密级")),
            ("密级：____", Some("密级")),
            ("密级：★", Some("密级")),
            ("秘级：", Some("秘级")),
            ("\"密级\": \"", Some("密级")),
            ("密级和保密期限：", Some("密级和保密期限")),
            ("Classification: ", Some("classification")),
            ("密级", None),
            ("检索“密级”“", None),
            ("不属于国家", None),
        ] {
            assert_eq!(label(before), wanted, "{before}");
        }
    }
}
