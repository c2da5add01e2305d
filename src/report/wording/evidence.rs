//! Evidence and reasons in words.

use super::{Lang, judged, place, zone};
use crate::finding::{Evidence, Reason};
use crate::report::escape::escape;
use crate::text::Break;

/// A reason in one sentence: the judgement, then what speaks for it. Without `data` the words that
/// come from the document are left out.
pub fn reason(reason: &Reason, lang: Lang, data: bool) -> String {
    let mut said: Vec<String> = Vec::new();
    for evidence in reason.evidence.iter().map(|e| evidence(e, lang, data)) {
        if !said.contains(&evidence) {
            said.push(evidence);
        }
    }
    let judged = judged(reason.judged, lang);
    if said.is_empty() {
        return judged.to_owned();
    }
    let said = said.join(lang.pick("，", ", "));
    lang.pick(format!("{judged}：{said}"), format!("{judged}: {said}"))
}

/// One piece of evidence. Without `data` the words that come from the document are left out.
pub fn evidence(evidence: &Evidence, lang: Lang, data: bool) -> String {
    // A phrase, with the document's own words behind it.
    let with = |zh: &str, en: &str, words: &str| {
        let phrase = lang.pick(zh, en);
        match escape(words) {
            words if words.is_empty() || !data => phrase.to_owned(),
            words => lang.pick(format!("{phrase}“{words}”"), format!("{phrase} \"{words}\"")),
        }
    };
    let plain = |zh: &str, en: &str| lang.pick(zh, en).to_owned();
    match evidence {
        Evidence::Star => plain("带有★", "with a star"),
        Evidence::Period => plain("写明期限、日期或条件", "with a period, date or condition"),
        Evidence::Label(words) => with("前有标签", "labelled", words),
        Evidence::Wording => plain("用语完整", "complete wording"),
        Evidence::Nearby(words) => with("附近有", "nearby", words),
        Evidence::OwnLine => plain("独占一行", "alone on its line"),
        Evidence::FirstLines => plain("在开头几行", "among the first lines"),
        Evidence::InZone(at) => lang.pick(format!("位于{}", zone(*at, lang)), zone(*at, lang).to_owned()),
        Evidence::InPlace(at) => {
            lang.pick(format!("位于{}", place(*at, lang)), format!("in: {}", place(*at, lang)))
        }
        Evidence::EveryPage(pages) => {
            lang.pick(format!("在 {pages} 页上独占一行"), format!("alone on its line on {pages} pages"))
        }
        Evidence::Bracketed => plain("段末或标题后的括号内", "in brackets behind a paragraph or heading"),
        Evidence::Letterhead(words) => with("旁有公文版头要素", "beside a letterhead element", words),
        Evidence::Disguised(words) => with("写法经过变形", "written in a disguised way", words),
        Evidence::Quoted => plain("在引号或书名号内", "quoted"),
        Evidence::Enumerated => plain("在列举之中", "one of an enumeration"),
        Evidence::HeadNoun(words) => with("后接中心词", "part of a longer term", words),
        Evidence::TalkedAbout(words) => with("前有谈论用语", "talked about", words),
        Evidence::Negated(words) => with("被否定", "denied", words),
        Evidence::Stated => plain("文件如此自述", "the document says so of itself"),
        Evidence::OtherThing(words) => with("说的不是文件，而是", "not about a document, but about", words),
        Evidence::Headword => {
            plain("是词条、标题或词语清单中的一项", "a head word, a title or one of a list of words")
        }
        Evidence::InSentence => plain("在句子中间", "inside a sentence"),
        Evidence::WordsSplit(words) => with("字符分属两个词", "its characters belong to two words", words),
        Evidence::BrokenBy(hard) => {
            let (zh, en) = break_name(*hard);
            lang.pick(format!("中间隔着{zh}"), format!("broken by {en}"))
        }
        Evidence::Subject(per_thousand) => lang.pick(
            format!("全文以保密为主题（每千字 {per_thousand} 处）"),
            format!("the document is about secrecy ({per_thousand} hits per 1000 characters)"),
        ),
        Evidence::GuessedEncoding => plain("编码系推测，可能是偶合", "the encoding is guessed"),
        Evidence::Withdrawn(words) => with("已注明撤销", "withdrawn", words),
        Evidence::Expired(made, ended) => {
            if data {
                lang.pick(
                    format!("成文于 {made}，已于 {ended} 期满"),
                    format!("made on {made}, expired on {ended}"),
                )
            } else {
                plain("保密期限已满", "expired")
            }
        }
        Evidence::ExamPaper => {
            plain("试卷，所列条件通常已成就", "an examination paper whose condition has usually passed")
        }
        Evidence::Licensed(words) => with("有内部资料准印证号", "licensed internal publication", words),
        Evidence::Count(found, needed) => lang.pick(
            format!("共 {found} 处，达到 {needed} 处即报告"),
            format!("{found} found, reported from {needed}"),
        ),
        Evidence::Checksum => plain("校验码正确", "the check character is right"),
        Evidence::Allowed(words) => with("属于允许的用语", "an allowed term", words),
        Evidence::Contradicts(words) => {
            with("与文件自称可公开相矛盾", "the document also says it may be published", words)
        }
    }
}

fn break_name(hard: Break) -> (&'static str, &'static str) {
    match hard {
        Break::None => ("空白", "blanks"),
        Break::Cell => ("单元格边界", "a cell border"),
        Break::Line => ("换行", "a line end"),
        Break::Paragraph => ("段落", "a paragraph end"),
        Break::Page => ("换页", "a page end"),
        Break::Part => ("不同部分", "the border of two parts"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Judged;

    #[test]
    fn a_reason_is_one_sentence_and_its_words_can_be_left_out() {
        let mark = Reason {
            judged: Judged::Mark,
            evidence: vec![Evidence::Star, Evidence::Label("密级".into()), Evidence::OwnLine],
        };
        assert_eq!(reason(&mark, Lang::Zh, true), "文件上的标志：带有★，前有标签“密级”，独占一行");
        assert_eq!(
            reason(&mark, Lang::En, true),
            "a mark on the document: with a star, labelled \"密级\", alone on its line"
        );
        assert_eq!(reason(&mark, Lang::Zh, false), "文件上的标志：带有★，前有标签，独占一行");
    }
}
