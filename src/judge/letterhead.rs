//! What a letterhead consists of beside a mark: copy number, urgency, document and page numbers,
//! other stamps.
//!
//! Nearly every hit is asked whether it stands among such things and nearly none does, so the
//! character beside it is looked at before the expression is tried.

use std::sync::LazyLock;

use regex::Regex;

use super::fixed;
use super::line::{core, is_letter};
use crate::fold::{Fold, fold, fold_char};

/// Characters of what may stand beside a mark.
const REACH_CHARS: usize = 60;
/// Characters of a line that is one of a letterhead.
const LINE_CHARS: usize = 24;
/// Characters of the name in front of a document's number: 某政发〔2021〕3号.
const NAME_CHARS: usize = 12;

/// Stamps that stand beside another one on its line: 公司机密 严禁外传.
const STAMPS: &str = "国家秘密|工作秘密|商业秘密|(?:本?公司|企业)(?:绝密|机密|秘密)|内部事项|仅[限供](?:本单位|单位|公司|系统)?内部\\p{Han}{2,4}|绝密|机密|秘密|内部资料|内部文件|内部材料|密件|(?:注意|汪意|留意)(?:保[存管密仔]?|[存管密])|妥善保[存管]|翻印必究|(?:不得|严禁|请勿|切勿|禁止|勿)(?:擅自|随意|私自)?(?:对外)?(?:外传|外泄|泄露|泄漏|复印|翻印|复制|转发|转载|引用|上网|公开|扩散|传播|提供)|阅[后毕](?:收回|即焚|销毁|退回|退还)|会后收回|用后收回|不登报|不广播|发电|发至.{2,6}级|companyconfidential|strictlyconfidential|topsecret|confidential|secret|internaluseonly|donotdistribute";

static LETTERHEAD: LazyLock<Regex> = LazyLock::new(|| {
    fixed(&format!(
        r"^(?:[,;]?(?:{STAMPS}|\d{{6,7}}|no[.:]?[a-z]{{0,2}}\d{{1,20}}|(?:份号|编号|副本号|序号)[.:]?[a-z0-9]{{1,20}}|第\d{{1,4}}份(?:共\d{{1,4}}份)?|(?:共印|印数|印发|印制)[:.]?\d{{1,5}}份|[正副]本|草案|草稿|初稿|定稿|终稿|修订稿|征求意见稿|讨论稿|送审稿|报批稿|(?:(?:发电)?等级|缓急程度|紧急程度):?(?:特提|特急|加急|平急|急)|(?:等级:?)?特急明发|明发|特急|加急|急件|平急|特提|急|限时办理|第\d{{1,4}}页(?:共\d{{1,4}}页)?|\d{{1,4}}/\d{{1,4}}|共\d{{1,4}}[页份]|(?:(?:19|20)\d{{2}}年)?第\d{{1,6}}(?:号|份|期)|[(（]?总第\d{{1,6}}期[)）]?|\p{{Han}}{{1,12}}[〔(\[]\d{{4}}[〕)\]]\d{{1,5}}号|(?:19|20)\d{{2}}年\d{{1,2}}月(?:\d{{1,2}}日)?|[(]?(?:\p{{Han}}{{1,3}}(?:连续性内部资料|内部资料|内资|新出|出|文))?准印证?(?:字|号|\d|[〔\[(:.第]|$)[\p{{Han}}a-z0-9〔\[(\])〕:.-]{{0,40}}|page\d{{1,4}}(?:of\d{{1,4}})?))+[.。!]?$"
    ))
});

static DECIMAL: LazyLock<Regex> = LazyLock::new(|| fixed(r"\d[.．]\d"));

/// Whether a line holds nothing but ornaments and parts of a letterhead.
pub(super) fn is_letterhead(line: &str) -> bool {
    beside("", line).is_some()
}

/// Whether a line, which may be long, is one of a letterhead.
pub(super) fn is_line(line: &str) -> bool {
    let line = core(line);
    if line.is_empty() || !may_begin(line) {
        return false;
    }
    let folded = fold(line);
    folded.chars().count() <= LINE_CHARS && LETTERHEAD.is_match(&folded)
}

/// `Some` when both sides of a mark are empty or hold only parts of a letterhead, which it names.
pub(super) fn beside(before: &str, after: &str) -> Option<Option<String>> {
    let (front, behind) = (core(before), core(without_note(after)));
    if front.is_empty() && behind.is_empty() {
        return Some(None);
    }
    let matches =
        |s: &str| s.is_empty() || may_begin(s) && !DECIMAL.is_match(s) && LETTERHEAD.is_match(&fold(s));
    (front.chars().count() <= REACH_CHARS
        && behind.chars().count() <= REACH_CHARS
        && matches(front)
        && matches(behind))
    .then(|| Some(format!("{front} {behind}").trim().to_owned()))
}

/// What stands behind a mark without the note in brackets that tells of the copy: 内部明电（传真）.
fn without_note(after: &str) -> &str {
    const NOTES: [&str; 8] = ["传真", "传真件", "补发", "重发", "抄件", "复印件", "影印件", "翻印件"];
    let inner = after.trim_start().strip_prefix(['(', '（']);
    let noted = inner.and_then(|inner| inner.split_once([')', '）']));
    noted.filter(|(note, _)| NOTES.contains(&note.trim())).map_or(after, |(_, behind)| behind)
}

/// Whether no letterhead goes on with the letter directly in front of a mark or the one behind it,
/// where there are such letters.
pub(super) fn is_ruled_out(before: &str, after: &str) -> bool {
    let letter = |c: &char| is_letter(*c) || c.is_numeric();
    before.chars().next_back().filter(letter).is_some_and(|c| !is_last(c))
        || after.chars().next().filter(letter).is_some_and(|_| !may_begin(after))
}

/// Whether a text may begin with a part of a letterhead; one that is empty may.
fn may_begin(text: &str) -> bool {
    let mut shown = text.chars().map(fold_char).filter(|folded| !matches!(folded, Fold::Gap | Fold::Vanish));
    match shown.next() {
        Some(Fold::Char(c)) if !is_first(c) => {
            // The name in front of a document's number can begin with any letter.
            shown.take(NAME_CHARS).any(|folded| match folded {
                Fold::Char(c) => matches!(c, '〔' | '(' | '['),
                _ => true,
            })
        }
        _ => true,
    }
}

/// Whether a part of a letterhead other than a document's number can begin with this character.
#[rustfmt::skip]
fn is_first(c: char) -> bool {
    c.is_ascii() || c.is_numeric()
        || matches!(
            c,
            '国' | '绝' | '机' | '秘' | '内' | '密' | '注' | '汪' | '留' | '妥' | '翻' | '不' | '严' | '请' | '切'
            | '禁' | '勿' | '阅' | '会' | '用' | '发' | '份' | '编' | '副' | '序' | '第' | '共' | '印' | '正'
            | '草' | '初' | '定' | '终' | '修' | '征' | '讨' | '送' | '报' | '等' | '特' | '明' | '加' | '急'
            | '平' | '缓' | '紧' | '限' | '总' | '准' | '工' | '商' | '本' | '公' | '企' | '仅'
        )
}

/// Whether a part of a letterhead can end with this character, as it stands in the text.
#[rustfmt::skip]
fn is_last(c: char) -> bool {
    let folded = match fold_char(c) {
        Fold::Char(folded) => folded,
        _ => return true,
    };
    folded.is_ascii() || folded.is_numeric()
        || matches!(
            folded,
            '密' | '料' | '件' | '存' | '管' | '仔' | '究' | '传' | '泄' | '露' | '漏' | '印' | '制' | '发' | '载'
            | '用' | '网' | '开' | '散' | '播' | '供' | '回' | '焚' | '毁' | '还' | '报' | '级' | '电' | '份' | '阅' | '考' | '项'
            | '本' | '案' | '稿' | '急' | '提' | '理' | '页' | '号' | '期' | '年' | '月' | '日'
        )
}
