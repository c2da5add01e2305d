//! The words of the page for browsers.

use super::Lang;
use crate::finding::{Summary, Verdict};
use crate::report::record::Run;

/// A word or sentence of the page.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum PageWord {
    Title,
    Documents,
    Findings,
    Unread,
    Counts,
    ByLevel,
    ByRule,
    ByType,
    ByFolder,
    Level,
    Rule,
    RuleOrLevel,
    Type,
    Folder,
    Verdict,
    Results,
    All,
    Search,
    Sort,
    ByGravity,
    ByName,
    ByCount,
    Reset,
    Back,
    Next,
    Shown,
    View,
    AllItems,
    AllRows,
    NoScript,
    Footer,
}

impl PageWord {
    /// What the page's script says, under the names it has there.
    pub const SCRIPT: [(&'static str, Self); 11] = [
        ("documents", Self::Documents),
        ("findings", Self::Findings),
        ("unread", Self::Unread),
        ("level", Self::Level),
        ("rule", Self::Rule),
        ("type", Self::Type),
        ("folder", Self::Folder),
        ("shown", Self::Shown),
        ("view", Self::View),
        ("all", Self::AllItems),
        ("rows", Self::AllRows),
    ];
}

/// A word or sentence of the page. `{d}`, `{n}` and `{f}` are numbers that its script puts in.
pub fn page_word(word: PageWord, lang: Lang) -> &'static str {
    let (zh, en) = match word {
        PageWord::Title => ("发布前保密检查报告", "Screening before publication"),
        PageWord::Documents => ("文件", "documents"),
        PageWord::Findings => ("处", "findings"),
        PageWord::Unread => ("未能全部读取", "not read completely"),
        PageWord::Counts => ("统计", "Counts"),
        PageWord::ByLevel => ("按密级", "By level"),
        PageWord::ByRule => ("按规则（处）", "By rule (findings)"),
        PageWord::ByType => ("按文件格式（份）", "By format (documents)"),
        PageWord::ByFolder => ("按目录（份）", "By folder (documents)"),
        PageWord::Level => ("密级", "level"),
        PageWord::Rule => ("规则", "rule"),
        PageWord::RuleOrLevel => ("规则或密级", "rule or level"),
        PageWord::Type => ("格式", "format"),
        PageWord::Folder => ("目录", "folder"),
        PageWord::Verdict => ("结论", "verdict"),
        PageWord::Results => ("须处理的文件", "Documents that need a decision"),
        PageWord::All => ("全部", "all"),
        PageWord::Search => ("搜索文件名和内容", "search names and text"),
        PageWord::Sort => ("排序", "order"),
        PageWord::ByGravity => ("轻重", "gravity"),
        PageWord::ByName => ("目录顺序", "listing"),
        PageWord::ByCount => ("处数", "number of findings"),
        PageWord::Reset => ("清除筛选", "clear"),
        PageWord::Back => ("上一页", "back"),
        PageWord::Next => ("下一页", "next"),
        PageWord::Shown => {
            ("显示 {d} 份文件（共 {n} 份须处理），{f} 处", "{d} of {n} documents, {f} findings")
        }
        PageWord::View => ("筛选条件：", "filtered by: "),
        PageWord::AllItems => ("显示全部 {n} 处", "show all {n}"),
        PageWord::AllRows => ("显示全部 {n} 行", "show all {n} lines"),
        PageWord::NoScript => (
            "浏览器禁用了脚本，明细不能显示；可用 --format docx 或 csv 生成其他形式的报告。",
            "Scripts are off, so the details can't be shown; --format docx or csv make other reports.",
        ),
        PageWord::Footer => (
            "结论是按规则给出的建议，不代替定密和发布审批；通过检查的文件仍须履行本单位规定的审批手续。\
             本报告含文件名和标志用语，请按内部资料保管，不得公开。",
            "Verdicts are advice by rules and replace no approval. The report holds names of documents \
             and wording of marks: keep it internal.",
        ),
    };
    lang.pick(zh, en)
}

/// The verdict of a whole run.
pub fn of_run(summary: &Summary) -> Verdict {
    match summary {
        Summary { block: 1.., .. } => Verdict::Block,
        Summary { review: 1.., .. } => Verdict::Review,
        _ => Verdict::Pass,
    }
}

/// What was screened, when and with what, in short phrases.
pub fn about_run(run: &Run, lang: Lang) -> Vec<String> {
    let mut about = Vec::new();
    if !run.scope.is_empty() {
        let scope = run.scope.join(lang.pick("、", ", "));
        about.push(lang.pick(format!("范围：{scope}"), format!("scope: {scope}")));
    }
    if let Some(date) = run.date {
        about.push(lang.pick(format!("检查日期：{date}"), format!("date: {date}")));
    }
    if run.rules > 0 {
        about.push(lang.pick(format!("规则 {} 条", run.rules), format!("{} rules", run.rules)));
    }
    about.push(format!("mijian {}", run.version));
    about
}
