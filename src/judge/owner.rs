//! Whose a mark is: the organisation in front of it, 某某集团 核心商密★长期; and sentences that end with
//! such a word, 保守公司秘密.

use std::sync::LazyLock;

use regex::Regex;

use super::line::core;
use super::{fixed, talk};
use crate::fold::fold;

/// Characters of an owner's name.
const OWNER_CHARS: usize = 24;
/// Characters of a short name of one.
const NAME_CHARS: usize = 10;
/// With what the name of an organisation ends.
pub(super) const ENDS: [&str; 26] = [
    "集团",
    "公司",
    "厂",
    "事务所",
    "协会",
    "基金会",
    "股份",
    "研究院",
    "研究所",
    "设计院",
    "银行",
    "大学",
    "中心",
    "科技",
    "学院",
    "医院",
    "局",
    "厅",
    "委员会",
    "办公室",
    "人民政府",
    "党委",
    "市委",
    "县委",
    "省委",
    "区委",
];
/// What joins such a word to the words in front of it.
const JOINS: [&str; 8] = ["与", "和", "及", "或", "的", "对", "把", "在"];
/// What no name of an organisation holds: verbs, and what titles ask.
#[rustfmt::skip]
const NO_NAME: [&str; 71] = [
    "严守", "坚守", "守住", "守好", "守护", "保护", "维护", "遵守", "侵犯", "出卖", "盗取", "盗窃", "偷窃", "偷看",
    "获取", "接触", "掌握", "知道", "外泄", "透露", "散布", "披露", "揭开", "揭秘", "揭露", "揭示", "解开", "打开",
    "破解", "解密", "解读", "走进", "走近", "探访", "探秘", "探寻", "寻找", "发现", "告诉", "讲述", "告别", "浅谈",
    "浅析", "浅论", "试论", "漫谈", "什么", "哪些", "如何", "怎样", "为何", "为什么", "认识", "了解", "管好", "员工",
    "倒卖", "卖掉", "带走", "偷走", "偷了", "偷走了", "盯上", "保管", "识别", "渗透", "怎么", "保守", "泄密", "保密",
    "故事",
];
/// What none begins with.
#[rustfmt::skip]
const NO_BEGINNING: [&str; 11] = [
    "论", "谈", "不", "勿", "关于", "学习", "做好", "加强", "公开", "这", "那",
];
/// What numbers a heading.
static NUMBERED: LazyLock<Regex> =
    LazyLock::new(|| fixed(r"^第?[一二三四五六七八九十百\d]{1,4}[章节讲条课回集部编篇]"));

/// The organisation in front of a mark: 某某集团 核心商密★长期.
pub(super) fn owner(before: &str) -> Option<String> {
    let name = core(before);
    if name.len() > OWNER_CHARS * 8 {
        return None;
    }
    // 某　某　公　司 is one word.
    let name: String = name.chars().filter(|c| !c.is_whitespace()).collect();
    (name.chars().count() <= OWNER_CHARS
        && name.chars().all(|c| c.is_alphanumeric() || c.is_whitespace() || "()（）·".contains(c))
        && ENDS.iter().any(|end| name.ends_with(end)))
    .then_some(name)
}

/// Whether that organisation has a name of its own where nothing parts it from a bare `level`:
/// 某某集团机密, but not 保守公司秘密, 科研人员与公司秘密. 科技秘密 is a kind of secret.
pub(super) fn owns(before: &str, level: &str) -> bool {
    let Some(owner) = owner(before) else { return false };
    if before.ends_with(char::is_whitespace) {
        return true;
    }
    if level == "秘密" && owner.ends_with("科技") {
        return false;
    }
    let Some(end) = ENDS.iter().filter(|end| owner.ends_with(*end)).max_by_key(|end| end.len()) else {
        return false;
    };
    let name = fold(owner.strip_suffix(end).unwrap_or(&owner));
    !JOINS.iter().any(|join| name.ends_with(join))
        && !NO_NAME.iter().any(|word| name.contains(word))
        && !NO_BEGINNING.iter().any(|word| name.starts_with(word))
        && !NUMBERED.is_match(&name)
        && talk::talk(&name).is_none()
}

/// Whether a short name and a gap are all that stands in front: 某某重工 核心商密*10年.
pub(super) fn is_named(before: &str) -> bool {
    let name = core(before);
    before.ends_with(char::is_whitespace)
        && (2..=NAME_CHARS).contains(&name.chars().count())
        && name.chars().all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_owners() {
        for name in ["海川集团", "中共某某市委", "某某市人民政府", "第三研究所", "我公司", "海川科技 "]
        {
            assert!(owns(name, "秘密"), "{name}");
        }
        assert!(owns("海川科技", "机密"));
    }

    #[test]
    fn sentences_that_end_like_one() {
        for front in [
            "保守公司",
            "人人保守公司",
            "严守公司",
            "保護公司",
            "员工与公司",
            "走进研究院",
            "浅谈大学",
            "论大学",
            "科研人员与科技",
            "国防科技",
            "不说公司",
            "海川公司的",
            "第三章 保护公司",
            "第三节公司",
            "前员工倒卖公司",
            "员工怎么保护公司",
            "间谍渗透科研中心",
        ] {
            assert!(!owns(front, "秘密"), "{front}");
        }
    }
}
