//! The words of the self-inspection report (自查报告).

use super::{Lang, confidence, location};
use crate::finding::Summary;
use crate::report::escape::escape;
use crate::report::record::{FindingRecord, Run};

/// A heading, label or sentence of the report.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum InspectionWord {
    Title,
    Basics,
    Method,
    MethodText,
    Counts,
    Item,
    All,
    Documents,
    Findings,
    UnreadCount,
    NoText,
    Skipped,
    Level,
    Kind,
    ByLevel,
    ByRule,
    ByFolder,
    Folder,
    Number,
    Document,
    What,
    Blocked,
    NoneBlocked,
    Doubtful,
    NoneDoubtful,
    Unread,
    NoneUnread,
    Excepted,
    NoneExcepted,
    Measures,
    MeasureBlocked,
    MeasureUnread,
    MeasureKeep,
    Conclusion,
    Disclaimer,
}

/// A heading, label or sentence of the report.
pub fn inspection_word(word: InspectionWord, lang: Lang) -> &'static str {
    use InspectionWord as W;
    let (zh, en) = match word {
        W::Title => ("信息公开发布前保密自查报告", "Self-inspection before publication"),
        W::Basics => ("一、基本情况", "1. Scope"),
        W::Method => ("二、检查方法", "2. Method"),
        W::MethodText => (
            "使用密检（mijian）对范围内的文件逐份读取，包括页眉页脚、批注、修订、隐藏文字、文档属性、\
             附件和压缩包内的文件，按标志用语、警示用语、工作秘密和商业秘密、个人信息以及本单位自定词条检查，\
             区分文件上的标志和文中的提及，逐份给出通过、待审或禁发的结论。未能读取的部分单独列出，一律由人工处理。",
            "Every document in scope was read by mijian: headers and footers, comments, tracked changes, hidden \
             text, properties, attachments and archives included. It looks for marks, warnings, work and \
             business secrets, personal data and the office's own terms, tells marks from mentions, and answers \
             pass, review or block for each document. What could not be read is listed and left to a person.",
        ),
        W::Counts => ("三、检查结果", "3. Results"),
        W::Item => ("项目", "item"),
        W::All => ("检查文件总数", "documents screened"),
        W::Documents => ("文件（份）", "documents"),
        W::Findings => ("出现（处）", "findings"),
        W::UnreadCount => ("其中未能全部读取", "of these not read completely"),
        W::NoText => ("其中不含文字的类型", "of these of types without text"),
        W::Skipped => ("按约定跳过", "skipped on purpose"),
        W::Level => ("密级字样", "level"),
        W::Kind => ("类别", "kind"),
        W::ByLevel => ("按密级字样统计", "By level"),
        W::ByRule => ("按类别统计（处）", "By kind (findings)"),
        W::ByFolder => (
            "按目录统计（份，只列有文件不得发布或须审核的目录）",
            "By folder (documents; folders where all pass are left out)",
        ),
        W::Folder => ("目录", "folder"),
        W::Number => ("序号", "no."),
        W::Document => ("文件", "document"),
        W::What => ("位置、内容和依据", "where, what and why"),
        W::Blocked => ("四、不得发布的文件", "4. Documents that must not be published"),
        W::NoneBlocked => ("未发现不得发布的文件。", "None."),
        W::Doubtful => ("五、须人工审核的文件", "5. Documents that need a person's decision"),
        W::NoneDoubtful => ("没有须人工审核的文件。", "None."),
        W::Unread => ("六、未能全部读取的文件", "6. Documents not read completely"),
        W::NoneUnread => ("全部文件均已完整读取。", "None: every document was read completely."),
        W::Excepted => ("七、经批准放行的内容", "7. What was let go by a person's decision"),
        W::NoneExcepted => ("没有经批准放行的内容。", "None."),
        W::Measures => ("八、处置措施", "8. Measures"),
        W::MeasureBlocked => (
            "第四部分所列文件停止发布；已经发布的立即撤下，并按规定报告。",
            "The documents in section 4 are not published; those already published are withdrawn at once and reported.",
        ),
        W::MeasureUnread => (
            "第五、六部分所列文件由承办人逐份审核，签署意见后再行决定。",
            "The documents in sections 5 and 6 are read by a person, who signs the decision.",
        ),
        W::MeasureKeep => (
            "整改完成后重新检查，本报告连同检查记录归档，按内部资料保管。",
            "After correction the documents are screened again; this report is filed and kept internal.",
        ),
        W::Conclusion => ("九、检查结论", "9. Conclusion"),
        W::Disclaimer => (
            "以上结论是按规则给出的建议，不代替定密、解密和发布审批。",
            "The verdicts are advice by rules; they replace neither classification nor approval.",
        ),
    };
    lang.pick(zh, en)
}

/// Who inspected what, when and with what: one paragraph each.
pub fn inspection_basics(run: &Run, summary: &Summary, lang: Lang) -> Vec<String> {
    let blank = "＿＿＿＿＿＿＿＿＿＿＿＿";
    let scope = match run.scope.is_empty() {
        true => blank.to_owned(),
        false => {
            let quoted = run.scope.iter().map(|path| {
                let path = escape(path);
                lang.pick(format!("“{path}”"), format!("\"{path}\""))
            });
            quoted.collect::<Vec<_>>().join(lang.pick("、", ", "))
        }
    };
    let date = match (run.date, lang) {
        (Some(date), Lang::Zh) => format!("{}年{}月{}日", date.year(), date.month(), date.day()),
        (Some(date), Lang::En) => date.to_string(),
        (None, _) => blank.to_owned(),
    };
    let (documents, rules, version) = (summary.documents, run.rules, escape(&run.version));
    match lang {
        Lang::Zh => vec![
            format!("检查单位：{blank}"),
            format!("检查范围：{scope}，共 {documents} 份文件。"),
            format!("检查日期：{date}。保密期限和有效期按该日计算。"),
            format!("检查工具：密检（mijian）{version}，启用规则 {rules} 条。"),
        ],
        Lang::En => vec![
            "Office: ____________________".to_owned(),
            format!("Scope: {scope}; {documents} documents."),
            format!("Date: {date}. Periods are reckoned against this day."),
            format!("Tool: mijian {version}, {rules} rules in force."),
        ],
    }
}

/// A finding in a cell of the table.
pub fn inspection_finding(finding: &FindingRecord, lang: Lang) -> String {
    let place = location(&finding.at(), finding.inner.as_deref(), lang);
    let title = escape(&finding.title);
    let (reason, sure) = (escape(&finding.reason), confidence(finding.confidence, lang));
    match (lang, finding.matched.as_deref().map(escape)) {
        (Lang::Zh, Some(matched)) => format!("{title}：在{place}写有“{matched}”字样。{reason}，{sure}。"),
        (Lang::Zh, None) => format!("{title}：在{place}。{reason}，{sure}。"),
        (Lang::En, Some(matched)) => format!("{title}: {place}: the words \"{matched}\"; {reason}; {sure}."),
        (Lang::En, None) => format!("{title}: {place}; {reason}; {sure}."),
    }
}

/// Documents that a table has no room for.
pub fn inspection_left_out(count: u64, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("另有 {count} 份未列入本表，见同次检查的 CSV 或 HTML 明细。"),
        Lang::En => format!("{count} more documents are in the CSV or HTML report of the same run."),
    }
}

/// The lines to sign.
pub fn inspection_signatures(lang: Lang) -> [&'static str; 4] {
    lang.pick(
        [
            "检查人（签字）：＿＿＿＿＿＿＿＿　　年　　月　　日",
            "审核人（签字）：＿＿＿＿＿＿＿＿　　年　　月　　日",
            "保密工作机构负责人（签字）：＿＿＿＿　年　　月　　日",
            "单位（盖章）：",
        ],
        [
            "Inspected by: ______________________   Date: ______________",
            "Checked by: ________________________   Date: ______________",
            "Head of the security office: __________   Date: ______________",
            "Seal:",
        ],
    )
}
