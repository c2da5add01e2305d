//! Handling instructions: what a warning consists of, clause by clause.
//!
//! Offices word their warnings freely, 内部文件（讨论用），阅后收回，严禁外传, but of few kinds of clauses:
//! what it is, for whom, what may not be done with it, how to keep it and where it goes afterwards. A
//! cell, a value or a comment that holds nothing else is a warning, however it is worded.

use std::sync::LazyLock;

use regex::Regex;

use super::fixed;
use super::line::{BORDERS, COMMENTS, core};
use super::shape::Shape;
use crate::fold::{Fold, fold_char};
use crate::text::Place;

/// Characters that a unit of such clauses has at most.
const UNIT_CHARS: usize = 90;

/// Characters of a label in front of it, and the colon.
const LABEL_CHARS: usize = 3;

/// What it is; this alone tells that it is not for everybody.
const NATURE: &str = r"(?:本公司|我司|我公司|公司|企业|集团|单位|部门|本院|本所|核心|普通|重要)?(?:绝密|机密|秘密|密件|涉密|内部|商业秘密|商业机密|工作秘密|商密|核心商密|普通商密|非公开|受控)(?:\p{Han}{0,4}(?:文件|资料|材料|刊物|读物|信息|数据|事项|件|文稿|图纸|图件|档案|邮件|通报|简报|报告|清单|名单|稿|文档|课件|教材|讲义|参考|传阅|使用|发行|掌握|交流|学习|讨论|表格?|台账|纪要|方案|手册))?级?(?:\((?:供?\p{Han}{1,8}用|\p{Han}{0,6}稿)\))?";
/// For whom; this does, too.
const AUDIENCE: &str = r"(?:仅|只|专|请)?[供限](?:于|在|由)?(?:本|我|各|全)?\p{Han}{0,10}(?:内部|领导|成员|党组|党委|常委|委员|班子|干部|专班|小组|评委|负责人|人员|本人|同志|单位|部门|系统|科室|机关|局内|院内|校内|司内|处内|集团内|公司内)(?:之间|范围|以?内)?(?:参考|参阅|阅知|阅示|审阅|传阅|查阅|阅读|阅|使用|掌握|知悉|交流|讨论|审议|学习|知晓|查看)?";
/// What may not be done.
const FORBIDDEN: &str = r"(?:未经\p{Han}{0,12}(?:同意|批准|许可|授权|允许|审批),?)?(?:请|均|一律)?(?:不得|严禁|请勿|切勿|禁止|不准|不许|不可|不要|谢绝|不宜|勿|莫|不)(?:擅自|随意|私自|对外|向外|上网|以任何形式|以任何方式|向\p{Han}{1,8})*\p{Han}{0,2}(?:外传|外泄|外流|外借|外发|外带|外露|泄露|泄漏|扩散|传播|传阅|转发|转载|转借|转送|转交|复制|复印|翻印|翻拍|拍照|拍摄|摘抄|摘录|抄录|引用|公开|发布|公布|上网|上传|带出|带离|提供|散发|散布|张贴|留存|遗失|丢失|截屏|截图|录音|录像|登报|广播|刊登)(?:[、和或及](?:擅自|对外)?\p{Han}{2,3}){0,4}";
/// How to keep it.
const CARE: &str = r"(?:请|须|务必|应)?(?:注意|妥善|妥为|严格|专人|小心|加强)(?:保存|保管|保密|收存|存放|传递|送达|送阅|负责)";
/// Where it goes afterwards.
const AFTERWARDS: &str = r"(?:请|于|在)?(?:阅|用|会|看|传阅|使用|学习|讨论|会议结束|审议)[后毕完](?:请|须|即|立即|及时|一律|当场|由\p{Han}{1,6})*(?:收回|退回|交回|交还|退还|归还|返还|销毁|焚毁|删除|即焚|即毁|粉碎|清退|缴回|上交)";

/// The document, or what is sent with this message.
const SUBJECT: &str = r"(?:本|此|该|以下|上述|所附|随信)?(?:附件|文件|资料|材料|内容|表|图|信息|邮件|数据|页|稿)(?:均)?(?:为|系|是|属于?)";
/// Group 1 is what stands in front; behind it what it is, then what follows from that. What a colon
/// follows is being defined: 内部：仅限内部使用.
static UNIT: LazyLock<Regex> = LazyLock::new(|| {
    let limits = [AUDIENCE, FORBIDDEN, CARE, AFTERWARDS].join("|");
    let between = r"[ ,.;:!、。()\[\]]*";
    fixed(&format!(
        r"^(@[\p{{Han}}\w]{{1,8}} +(?:{SUBJECT})?|{SUBJECT}|\p{{Han}}{{2,14}}[ :]+)??(?:{NATURE}|{AUDIENCE})[ ,.;!、。()\[\]]*(?:(?:{NATURE}){between})?(?:(?:{limits}){between})(?:(?:{limits}|{NATURE}){between})*$"
    ))
});

/// Whether a text is made of such clauses alone, two of them at least, of which the first tells that it is
/// not for everybody; the name of whoever says so may stand in front.
pub(super) fn is_unit(text: &str) -> bool {
    let text = core(text);
    if text.chars().count() > UNIT_CHARS {
        return false;
    }
    let is = |text: &str| {
        UNIT.captures(text).is_some_and(|parts| {
            // A label may be a word that elsewhere talks about what follows: 标注：.
            let labels = |front: &str| front.ends_with(':') && front.chars().count() <= LABEL_CHARS;
            let talks = |front: &str| !labels(front) && super::talk::talk(front).is_some();
            !parts.get(1).is_some_and(|front| talks(front.as_str()))
        })
    };
    let mut spaced = String::new();
    for c in text.chars() {
        match fold_char(c) {
            // A value and its name in data.
            _ if c == '=' => spaced.push(':'),
            Fold::Char(c) => spaced.push(c),
            Fold::Sequence(sequence) => spaced.push_str(sequence),
            Fold::Gap if !spaced.ends_with(' ') => spaced.push(' '),
            Fold::Gap | Fold::Vanish => {}
        }
    }
    // 内 部 资 料 is one word.
    is(&spaced) || spaced.contains(' ') && is(&spaced.replace(' ', ""))
}

/// Whether all that holds a hit, its cell, comment or value, is such a text, and the cells around it are not
/// others: a list of examples.
pub(super) fn fills_unit(shape: &Shape) -> bool {
    // Of a list of words, too, all of the value.
    let (before, after) = match shape.segment.at.place {
        Place::Property | Place::Attribute | Place::Form => {
            let value = shape.line_before.split_once([':', '：', '=']).map(|(_, value)| value);
            (value.unwrap_or(shape.line_before), shape.line_after)
        }
        _ => (shape.before, shape.after),
    };
    let front = COMMENTS.iter().fold(before.trim_start(), |front, sign| front.trim_start_matches(sign));
    let whole = [front, shape.hit, after].concat();
    if !is_unit(&whole) {
        return false;
    }
    let column = shape.column();
    let own = core(&whole);
    let others = |line: &str| {
        let cells = shape.cells() > 1;
        line.split(BORDERS)
            .enumerate()
            .any(|(index, cell)| (!cells || index != column) && core(cell) != own && is_unit(cell))
    };
    let beside = shape.cells() > 1 && others(&[shape.line_before, shape.hit, shape.line_after].concat());
    let around = [shape.previous(), shape.next()]
        .into_iter()
        .any(|line| line.split(BORDERS).nth(column).is_some_and(|cell| core(cell) != own && is_unit(cell)));
    !beside && !around
}

#[cfg(test)]
mod tests {
    use super::is_unit;

    #[test]
    fn units() {
        for text in [
            "内部文件（讨论用），阅后收回，严禁外传",
            "公司绝密 仅限董事会成员",
            "公司机密，未经许可不得复制",
            "密件 專人傳遞 不得複印",
            "工作秘密,未经批准不得公开、不得外传",
            "东江制药 商业秘密 不得复印 不得外传",
            "@所有人 附件系内部资料，注意保密，不得外传",
            "以下附件为内部资料，注意保密",
            "内部事项　注意保管",
            "内部刊物 仅供局领导参阅 严禁外传",
            "内 部 资 料  注 意 保 存",
            "标注=内部⽂件资料 请勿外传",
            "（仅限评委内部使用，会后由工作人员收回，请勿拍照、转发）",
        ] {
            assert!(is_unit(text), "{text}");
        }
        for text in [
            "内部资料",
            "不得复印，不得外传",
            "仅供参考，不得转载",
            "内部文件同样不得外传",
            "标有 内部资料 注意保存",
            "内部控制制度不得违反",
            "严禁在互联网发布内部资料",
            "内部资料不得外传，违者追究责任",
            "A. 内部资料 注意保存",
            "绝密级、机密级、秘密级",
            "培训资料仅供学员使用，未经许可不得转载",
            "商业秘密保护，未经许可不得使用他人商标",
            "机密文件柜 不得遗失钥匙",
        ] {
            assert!(!is_unit(text), "{text}");
        }
    }
}
