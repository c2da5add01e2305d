//! Every word that people read, in Chinese and English: the only place where language is chosen.
//!
//! The engine answers with data; these functions say it. What comes from a document is escaped here
//! before it becomes part of a sentence. Errors of a run are in [`Problem`].

mod doctor;
mod eval;
mod evidence;
mod exceptions;
mod inspection;
mod machine;
mod page;
mod problem;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::escape::escape;
use crate::finding::{Confidence, Judged, Summary, Verdict};
use crate::limits::{Gap, GapKind};
use crate::rules::Bilingual;
use crate::text::{Location, Place, Zone};

pub use doctor::{DoctorLabel, doctor_label, in_force, isolation, no_configuration, time_limits};
pub use eval::{EvalLabel, eval_label, eval_missed, eval_total};
pub use evidence::{evidence, reason};
pub use exceptions::{
    approval, approved, baselined, excepted, merge_hint, nothing_to_approve, own_settings, range, stale,
    unapprovable,
};
pub use inspection::{
    InspectionWord, inspection_basics, inspection_finding, inspection_left_out, inspection_signatures,
    inspection_word,
};
pub use machine::{
    columns, excepted_line, excepted_title, finding_line, headline, interrupted, left_out, unread_line,
    unread_title,
};
pub use page::{PageWord, about_run, of_run, page_word};
pub use problem::{Problem, more_warnings, rule_warning};

/// A language of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Chinese.
    Zh,
    /// English.
    En,
}

impl Lang {
    /// The language of a locale such as `zh_CN.UTF-8`: Chinese for Chinese ones, else English.
    /// `variables` are the values of LC_ALL, LC_MESSAGES and LANG; the first that is set counts.
    pub fn of_locale(variables: [Option<String>; 3]) -> Self {
        let locale = variables.into_iter().flatten().find(|value| !value.is_empty());
        match locale {
            Some(locale) if locale.to_ascii_lowercase().starts_with("zh") => Self::Zh,
            _ => Self::En,
        }
    }

    /// The text in this language.
    pub fn of(self, text: &Bilingual) -> &str {
        self.pick(&text.zh, &text.en)
    }

    /// One of two values.
    pub fn pick<T>(self, zh: T, en: T) -> T {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }
}

/// The tag of a document or finding with this verdict.
pub fn verdict(verdict: Verdict, lang: Lang) -> &'static str {
    match verdict {
        Verdict::Pass => lang.pick("通过", "PASS"),
        Verdict::Review => lang.pick("待审", "REVIEW"),
        Verdict::Block => lang.pick("禁发", "BLOCK"),
    }
}

/// How sure the judge is.
pub fn confidence(confidence: Confidence, lang: Lang) -> &'static str {
    match confidence {
        Confidence::Low => lang.pick("把握低", "low confidence"),
        Confidence::Medium => lang.pick("把握中", "medium confidence"),
        Confidence::High => lang.pick("把握高", "high confidence"),
    }
}

/// What a hit turned out to be.
pub fn judged(judged: Judged, lang: Lang) -> &'static str {
    match judged {
        Judged::Noise => lang.pick("偶合字符", "chance characters"),
        Judged::Mention => lang.pick("只是提及", "a mention"),
        Judged::Unsure => lang.pick("难以确定", "unclear, a person decides"),
        Judged::Mark => lang.pick("文件上的标志", "a mark on the document"),
    }
}

/// The part of a document.
pub fn place(place: Place, lang: Lang) -> &'static str {
    match place {
        Place::Name => lang.pick("文件名", "file name"),
        Place::Body => lang.pick("正文", "body"),
        Place::Header => lang.pick("页眉", "header"),
        Place::Footer => lang.pick("页脚", "footer"),
        Place::Textbox => lang.pick("文本框", "text box"),
        Place::Table => lang.pick("表格", "table"),
        Place::Note => lang.pick("脚注尾注", "footnote or endnote"),
        Place::Comment => lang.pick("批注", "comment"),
        Place::Deleted => lang.pick("修订中删除的文字", "tracked deletion"),
        Place::Hidden => lang.pick("隐藏文字", "hidden text"),
        Place::Watermark => lang.pick("水印", "watermark"),
        Place::Property => lang.pick("文档属性", "document property"),
        Place::Annotation => lang.pick("注释", "annotation"),
        Place::Form => lang.pick("表单域", "form field"),
        Place::Bookmark => lang.pick("书签", "bookmark"),
        Place::AltText => lang.pick("替代文字", "alternative text"),
        Place::Field => lang.pick("域代码", "field code"),
        Place::Attribute => lang.pick("标签属性", "attribute"),
        Place::Script => lang.pick("脚本", "script"),
        Place::SheetName => lang.pick("工作表名", "sheet name"),
        Place::Notes => lang.pick("演讲者备注", "speaker notes"),
        Place::Master => lang.pick("母版", "slide master"),
        Place::Revision => lang.pick("文件的旧版本", "earlier revision of the file"),
        Place::ImageText => lang.pick("图片中的文字", "text in an image"),
    }
}

/// The zone of the page.
pub fn zone(zone: Zone, lang: Lang) -> &'static str {
    match zone {
        Zone::TopLeft => lang.pick("页面左上", "top left"),
        Zone::TopCentre => lang.pick("页面上方居中", "top centre"),
        Zone::TopRight => lang.pick("页面右上", "top right"),
        Zone::Body => lang.pick("版心", "middle of the page"),
        Zone::FootLeft => lang.pick("页面左下", "bottom left"),
        Zone::FootCentre => lang.pick("页面下方居中", "bottom centre"),
        Zone::FootRight => lang.pick("页面右下", "bottom right"),
        Zone::Margin => lang.pick("页边", "margin"),
    }
}

/// Where something stands: inner document, part, page, zone, line and column.
pub fn location(at: &Location, inner: Option<&str>, lang: Lang) -> String {
    let mut parts = Vec::new();
    if let Some(inner) = inner.filter(|inner| !inner.is_empty()) {
        parts.push(escape(inner).into_owned());
    }
    parts.push(place(at.place, lang).to_owned());
    if let Some(page) = at.page {
        parts.push(page_number(page.get(), lang));
    }
    if let Some(at) = at.zone.filter(|at| *at != Zone::Body) {
        parts.push(zone(at, lang).to_owned());
    }
    if let Some(cell) = at.cell {
        parts.push(format!("{} {cell}", lang.pick("单元格", "cell")));
    } else if at.place != Place::Name {
        parts.push(match lang {
            Lang::Zh => format!("第{}行第{}字", at.line, at.column),
            Lang::En => format!("line {}, column {}", at.line, at.column),
        });
    }
    parts.join(lang.pick("，", ", "))
}

/// A page by its number, from 1.
pub fn page_number(page: u32, lang: Lang) -> String {
    lang.pick(format!("第{page}页"), format!("page {page}"))
}

/// The short labels of the human report and of `explain` and `rules`.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Label {
    Why,
    Todo,
    Unread,
    Around,
    Hit,
    Miss,
    Verdict,
    For,
    Alternative,
    Dropped,
    Excepted,
    Folders,
}

/// A label with its colon.
pub fn label(label: Label, lang: Lang) -> &'static str {
    match label {
        Label::Why => lang.pick("依据：", "why: "),
        Label::Todo => lang.pick("处理：", "do: "),
        Label::Unread => lang.pick("未读：", "not read: "),
        Label::Around => lang.pick("上下文：", "context: "),
        Label::Hit => lang.pick("命中示例：", "finds: "),
        Label::Miss => lang.pick("不命中示例：", "does not find: "),
        Label::Verdict => lang.pick("默认处置：", "verdict: "),
        Label::For => lang.pick("判断：", "judged: "),
        Label::Alternative => lang.pick("同一内容的另一种读法", "another reading of the same content"),
        Label::Dropped => lang.pick("不计", "DROPPED"),
        Label::Excepted => lang.pick("例外放行：", "excepted: "),
        Label::Folders => lang.pick("按目录：", "By folder:"),
    }
}

/// Why something was not read.
pub fn gap_kind(kind: GapKind, lang: Lang) -> &'static str {
    match kind {
        GapKind::Unsupported => lang.pick("这种文件类型还不能读取", "this type of file can't be read yet"),
        GapKind::Encrypted => lang.pick("已加密，无法打开", "encrypted, and no password opens it"),
        GapKind::Damaged => lang.pick("文件损坏，未能全部读取", "damaged, not all of it could be read"),
        GapKind::Limit => lang.pick("超出限额，未全部读取", "over a limit, not all of it was read"),
        GapKind::Image => lang.pick("图片中可能有文字，未识别", "a picture that may hold text"),
        GapKind::Glyphs => lang.pick("部分字形无法还原为文字", "glyphs whose characters are unknown"),
        GapKind::Io => lang.pick("无法从磁盘读取", "could not be read from the disk"),
        GapKind::Link => lang.pick("链接未跟随", "a link that is not followed"),
        GapKind::Crashed => lang.pick("读取时程序出错", "the reader failed on it"),
        GapKind::Timeout => lang.pick("超出单份文件的时限", "took longer than a document may take"),
        GapKind::Memory => lang.pick("超出单份文件的内存限额", "took more memory than a document may take"),
    }
}

/// What was not read, and why.
pub fn gap(gap: &Gap, inner: Option<&str>, lang: Lang) -> String {
    let what = gap_kind(gap.kind, lang);
    let mut parts = Vec::new();
    if let Some(inner) = inner.filter(|inner| !inner.is_empty()) {
        parts.push(escape(inner).into_owned());
    }
    if let Some(page) = gap.page {
        parts.push(page_number(page.get(), lang));
    }
    parts.push(what.to_owned());
    let whole = parts.join(lang.pick("，", ", "));
    match detail(&gap.detail, lang) {
        detail if detail.is_empty() => whole,
        detail => lang.pick(format!("{whole}（{detail}）"), format!("{whole} ({detail})")),
    }
}

/// The details of a gap that the program itself writes, in the reader's language.
fn detail(detail: &str, lang: Lang) -> String {
    let known = match detail {
        "permission denied" => "没有读取权限",
        "no longer there" => "文件已不存在",
        "named pipe" => "命名管道",
        "socket" => "套接字",
        "device" => "设备文件",
        "dangling" => "目标不存在",
        "out of the tree" => "目标在检查范围之外",
        "submodule" => "子模块，内容在另一个仓库",
        "LFS pointer" => "Git LFS 指针，内容不在仓库中",
        "unmerged" => "暂存区中有未解决的合并冲突",
        "object missing" => "仓库中缺少该对象，请完整获取",
        "object unreadable" => "git 无法读取该对象",
        _ => return escape(detail).into_owned(),
    };
    lang.pick(known, detail).to_owned()
}

/// What to do about something unread.
pub fn remedy(kind: GapKind, lang: Lang) -> &'static str {
    match kind {
        GapKind::Unsupported => lang.pick(
            "转换为 DOCX、PDF 或文本后重新检查，或由人工审读",
            "convert it to DOCX, PDF or text and screen that, or have a person read it",
        ),
        GapKind::Encrypted => {
            lang.pick("去除密码后重新检查，或由人工审读", "remove the password and screen it again")
        }
        GapKind::Damaged => lang.pick(
            "用原软件打开另存后重新检查，或由人工审读",
            "open it in the program that made it, save it anew and screen that",
        ),
        GapKind::Limit => lang.pick(
            "拆分文件，或在 mijian.toml 的 [limits] 中提高限额后重新检查",
            "split the file, or raise the limit under [limits] in mijian.toml",
        ),
        GapKind::Image => lang.pick("由人工查看图片", "have a person look at the picture"),
        GapKind::Glyphs => lang.pick(
            "由人工审读该页，或从原始文件重新导出",
            "have a person read that page, or export the file anew from its source",
        ),
        GapKind::Io => lang.pick("检查权限和磁盘后重新检查", "check permissions and disk, then screen again"),
        GapKind::Link => lang.pick(
            "对链接的目标单独检查，或删除链接",
            "screen the link's target by itself, or remove the link",
        ),
        GapKind::Timeout => lang.pick(
            "由人工审读，或在 mijian.toml 的 [limits] 中提高 cpu-seconds 或 wall-seconds 后重新检查",
            "have a person read it, or raise cpu-seconds or wall-seconds under [limits] in mijian.toml",
        ),
        GapKind::Memory => lang.pick(
            "由人工审读，或在 mijian.toml 的 [limits] 中提高 memory-mib 后重新检查",
            "have a person read it, or raise memory-mib under [limits] in mijian.toml",
        ),
        GapKind::Crashed => lang.pick(
            "由人工审读，并请将文件类型和版本报告给维护者",
            "have a person read it, and tell the maintainers",
        ),
    }
}

/// A document that carries no text, where the policy does not let it pass.
pub fn no_text(lang: Lang) -> &'static str {
    lang.pick("这种类型不含文字，按策略处置", "a type without text, judged by the policy")
}

/// A document named as another type than it is.
pub fn named_as(is: &str, named: &str, lang: Lang) -> String {
    let named = escape(named);
    match lang {
        Lang::Zh => format!("扩展名为 {named}，内容是 {is}"),
        Lang::En => format!("named {named}, but its content is {is}"),
    }
}

/// The highest level and the longest period of all marks in a document.
pub fn highest(level: &str, period: Option<&str>, lang: Lang) -> String {
    match (lang, period) {
        (Lang::Zh, Some(period)) => format!("其中最高密级 {level}，最长保密期限 {period}"),
        (Lang::Zh, None) => format!("其中最高密级 {level}"),
        (Lang::En, Some(period)) => format!("highest level in it {level}, longest period {period}"),
        (Lang::En, None) => format!("highest level in it {level}"),
    }
}

/// Findings and unread parts that are not listed one by one.
pub fn more(count: usize, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("另有 {count} 处，见 --format jsonl"),
        Lang::En => format!("{count} more, see --format jsonl"),
    }
}

/// What follows the name of a folder: how its documents came out.
pub fn folder(documents: u64, block: u64, review: u64, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("：共 {documents} 份，禁发 {block}，待审 {review}"),
        Lang::En => {
            format!(": {}, {block} blocked, {review} to review", documents_count(documents))
        }
    }
}

/// The totals in one line.
pub fn totals(summary: &Summary, lang: Lang) -> String {
    let Summary { documents, pass, review, block, unread, excepted, skipped, no_text, seconds, .. } =
        *summary;
    let mut line = match lang {
        Lang::Zh => {
            format!("共 {documents} 份文件，用时 {seconds:.1} 秒：禁发 {block}，待审 {review}，通过 {pass}")
        }
        Lang::En => {
            let documents = documents_count(documents);
            format!("{documents} in {seconds:.1} s: {block} blocked, {review} to review, {pass} passed")
        }
    };
    let more = [
        (unread, "未能全部读取", "not read completely"),
        (excepted, "有例外放行内容", "with exceptions"),
        (no_text, "不含文字的类型", "of types without text"),
        (summary.excluded, "按 --include、--exclude 未检查", "left out by --include or --exclude"),
        (skipped, "按约定跳过（版本库目录、树内链接）", "skipped (version control, links within the tree)"),
    ];
    for (count, zh, en) in more.into_iter().filter(|(count, ..)| *count > 0) {
        line.push_str(&lang.pick(format!("；{zh} {count}"), format!("; {count} {en}")));
    }
    if summary.interrupted {
        line.push_str(
            lang.pick("；检查被中断，其后的文件未检查", "; interrupted, what comes behind was not screened"),
        );
    }
    line
}

/// What follows from the totals: whether the documents may be published.
pub fn conclusion(summary: &Summary, lang: Lang) -> String {
    let (block, review) = (summary.block, summary.review);
    if summary.interrupted && block == 0 && review == 0 {
        return lang
            .pick("结论：检查未完成，不得据此发布。", "Not finished: nothing follows for publishing.")
            .to_owned();
    }
    match lang {
        Lang::Zh => match (summary.documents, block, review) {
            (0, ..) => "没有需要检查的文件。".to_owned(),
            (n, 0, 0) => format!("结论：{n} 份文件均未发现问题，可以进入发布审批。"),
            (_, 0, review) => format!("结论：{review} 份文件须人工审核后才能发布。"),
            (_, block, 0) => format!("结论：{block} 份文件不得发布。"),
            (_, block, review) => {
                format!("结论：{block} 份文件不得发布，另有 {review} 份须人工审核后才能发布。")
            }
        },
        Lang::En => match (summary.documents, block, review) {
            (0, ..) => "No documents to screen.".to_owned(),
            (n, 0, 0) => format!("Nothing found that forbids publishing: {} passed.", documents_count(n)),
            (_, 0, review) => format!("{} a person's decision before publishing.", needs(review)),
            (_, block, 0) => format!("{} must not be published.", documents_count(block)),
            (_, block, review) => format!(
                "{} must not be published; {} a person's decision first.",
                documents_count(block),
                needs(review)
            ),
        },
    }
}

fn documents_count(count: u64) -> String {
    format!("{count} document{}", if count == 1 { "" } else { "s" })
}

fn needs(count: u64) -> String {
    format!("{} need{}", documents_count(count), if count == 1 { "s" } else { "" })
}

/// What the progress bar says: documents done, how many of them are blocked and to review, how fast
/// it goes, and how long it takes yet, where the `total` is known.
pub fn progress(summary: &Summary, total: u64, lang: Lang) -> String {
    let Summary { documents, review, block, seconds, .. } = *summary;
    let of = if total > documents { format!("/{total}") } else { String::new() };
    let mut line = match lang {
        Lang::Zh => format!("已检查 {documents}{of} 份，禁发 {block}，待审 {review}"),
        Lang::En => format!("{documents}{of} screened, {block} blocked, {review} to review"),
    };
    if seconds >= 1.0 && documents > 0 {
        let rate = documents as f64 / seconds;
        line.push_str(&lang.pick(format!("，每秒 {rate:.0} 份"), format!(", {rate:.0} a second")));
        if total > documents {
            let rest = Duration::from_secs_f64((total - documents) as f64 / rate).as_secs();
            let (minutes, seconds) = (rest / 60, rest % 60);
            line.push_str(&lang.pick(
                format!("，约剩 {minutes} 分 {seconds} 秒"),
                format!(", about {minutes} min {seconds} s left"),
            ));
        }
    }
    line
}

/// The cache can't be used, or not written.
pub fn cache_unused(why: &str, lang: Lang) -> String {
    let why = escape(why);
    lang.pick(
        format!("缓存不可用（{why}），本次全部重新检查或未能保存。可删除该缓存文件后再试"),
        format!("the cache can't be used ({why}): all documents are screened, or what was seen is not kept; try again without that file"),
    )
}

/// Why `--show context` has no effect.
pub fn no_context_on_ci(lang: Lang) -> &'static str {
    lang.pick(
        "持续集成日志人人可见：--show context 按 match 处理",
        "logs on CI are read by many: --show context is taken as match",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_locale_variable_that_is_set_counts() {
        let of = |all: &str, messages: &str, lang: &str| {
            Lang::of_locale([all, messages, lang].map(|value| Some(value.to_owned())))
        };
        assert_eq!(of("", "", "zh_CN.UTF-8"), Lang::Zh);
        assert_eq!(of("C", "", "zh_CN.UTF-8"), Lang::En);
        assert_eq!(of("", "zh_TW", "en_US.UTF-8"), Lang::Zh);
        assert_eq!(Lang::of_locale([None, None, None]), Lang::En);
    }

    #[test]
    fn the_conclusion_says_what_may_go_out() {
        let summary = Summary { documents: 5, pass: 1, review: 1, block: 3, ..Summary::default() };
        assert_eq!(
            conclusion(&summary, Lang::En),
            "3 documents must not be published; 1 document needs a person's decision first."
        );
        assert_eq!(conclusion(&summary, Lang::Zh), "结论：3 份文件不得发布，另有 1 份须人工审核后才能发布。");
        let clean = Summary { documents: 1, pass: 1, ..Summary::default() };
        assert_eq!(conclusion(&clean, Lang::En), "Nothing found that forbids publishing: 1 document passed.");
    }

    #[test]
    fn gaps_say_where_and_why_and_hold_no_control_characters() {
        let image = Gap { page: std::num::NonZeroU32::new(3), ..Gap::new(GapKind::Image, "") };
        assert_eq!(
            gap(&image, Some("附件.zip!x.pdf"), Lang::Zh),
            "附件.zip!x.pdf，第3页，图片中可能有文字，未识别"
        );
        let link = Gap::new(GapKind::Link, "out of the tree");
        assert_eq!(gap(&link, None, Lang::Zh), "链接未跟随（目标在检查范围之外）");
        let odd = Gap::new(GapKind::Damaged, "filter \u{1b}[2J");
        assert!(gap(&odd, None, Lang::En).ends_with("(filter \\u{1b}[2J)"));
    }
}
