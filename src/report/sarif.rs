//! SARIF 2.1.0, for services that show findings beside the files of a repository.
//!
//! The rules in force stand in front with their help, then one result a finding or unread part.
//! Never a snippet or surroundings. Where a file has lines of its own, the region has them; else
//! the place is named as a logical location.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use serde_json::{Value, json};

use super::escape::{escape, escape_json};
use super::mask::MASK;
use super::record::{FindingRecord, Record, UnreadRecord, rounded};
use super::wording;
use super::{Options, Reporter};
use crate::finding::{Summary, Verdict};
use crate::limits::GapKind;
use crate::source::original_name;

/// Where the schema is published.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// What paths are relative to: the root of the repository.
const ROOT: &str = "%SRCROOT%";

/// Writes SARIF.
pub(super) struct Sarif<'a> {
    out: Box<dyn Write + 'a>,
    options: Options<'a>,
    /// Place of each rule in the table.
    index: BTreeMap<String, usize>,
    begun: bool,
    written: u64,
}

impl<'a> Sarif<'a> {
    pub(super) fn new(out: Box<dyn Write + 'a>, options: Options<'a>) -> Self {
        Self { out, options, index: BTreeMap::new(), begun: false, written: 0 }
    }

    /// Everything in front of the results.
    fn begin(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.begun, true) {
            return Ok(());
        }
        let lang = self.options.lang;
        let known = self.options.rules.iter().map(|rule| {
            let (why, advice) = (lang.of(&rule.why), lang.of(&rule.advice));
            described(&rule.id, lang.of(&rule.title), why, advice, rule.verdict)
        });
        let unread = GapKind::ALL.into_iter().map(|kind| {
            let gap = crate::limits::Gap::new(kind, "");
            let what = wording::gap(&gap, None, lang);
            let title = format!("{}{}", wording::label(wording::Label::Unread, lang), what);
            described(kind.rule(), &title, &what, wording::remedy(kind, lang), Verdict::Review)
        });
        let rules: Vec<Value> = known.chain(unread).collect();
        for (at, rule) in rules.iter().enumerate() {
            self.index.insert(rule["id"].as_str().unwrap_or_default().to_owned(), at);
        }
        let version = if self.options.run.version.is_empty() {
            env!("CARGO_PKG_VERSION")
        } else {
            &self.options.run.version
        };
        let tool = json!({"driver": {
            "name": "mijian",
            "fullName": lang.pick("密检 mijian：发布前内容检查", "mijian: content screening before publication"),
            "version": version,
            "semanticVersion": version,
            "language": lang.pick("zh-CN", "en-US"),
            "rules": rules,
        }});
        let tool = escape_json(&tool.to_string()).into_owned();
        let mask = serde_json::to_string(MASK)?;
        write!(
            self.out,
            "{{\"$schema\":\"{SCHEMA}\",\"version\":\"2.1.0\",\"runs\":[{{\"tool\":{tool},\n\
             \"columnKind\":\"unicodeCodePoints\",\"redactionTokens\":[{mask}],\n\
             \"originalUriBaseIds\":{{\"{ROOT}\":{{\"description\":{{\"text\":\"the root of the repository\"}}}}}},\n\
             \"results\":["
        )
    }

    fn result(&mut self, mut result: Value) -> io::Result<()> {
        if let Some(index) = result["ruleId"].as_str().and_then(|id| self.index.get(id)) {
            result["ruleIndex"] = json!(index);
        }
        self.out.write_all(if self.written == 0 { b"\n" } else { b",\n" })?;
        self.written += 1;
        self.out.write_all(escape_json(&result.to_string()).as_bytes())
    }

    fn found(&self, finding: &FindingRecord, record: &Record, occurrence: usize) -> Value {
        let lang = self.options.lang;
        let mut physical = self.file(record);
        if let Some((line, column)) = record.line_of(finding) {
            physical["region"] = json!({"startLine": line, "startColumn": column});
        }
        let mut qualified = escape(finding.inner.as_deref().unwrap_or_default()).into_owned();
        if !qualified.is_empty() {
            qualified.push('!');
        }
        qualified.push_str(finding.place.as_str());
        if let Some(page) = finding.page {
            let _ = write!(qualified, "/page {page}");
        }
        let _ = write!(qualified, "/line {}", finding.line);
        let title = escape(&finding.title);
        let text = format!("{title}{}{}", lang.pick("。", ". "), wording::finding_line(finding, lang));
        json!({
            "ruleId": escape(&finding.rule),
            "level": level(finding.verdict),
            "message": {"text": text},
            "locations": [{
                "physicalLocation": physical,
                "logicalLocations": [{
                    "name": wording::place(finding.place, lang),
                    "fullyQualifiedName": qualified,
                    "kind": "element",
                }],
            }],
            "partialFingerprints": {
                "mijian/v1": finding.fingerprint,
                "primaryLocationLineHash": format!("{}:{}", finding.fingerprint, occurrence + 1),
            },
            "properties": {
                "verdict": finding.verdict.as_str(),
                "confidence": finding.confidence.as_str(),
                "documentVerdict": record.verdict.as_str(),
            },
        })
    }

    fn unread(&self, unread: &UnreadRecord, record: &Record) -> Value {
        let lang = self.options.lang;
        let identity = unread.identity();
        let mut location = json!({"physicalLocation": self.file(record)});
        let page = unread.page.map(|page| format!("page {page}"));
        let parts: Vec<String> =
            unread.inner.as_deref().map(|inner| escape(inner).into_owned()).into_iter().chain(page).collect();
        if !parts.is_empty() {
            location["logicalLocations"] =
                json!([{"fullyQualifiedName": parts.join("/"), "kind": "element"}]);
        }
        json!({
            "ruleId": unread.kind.rule(),
            "level": level(unread.verdict),
            "message": {"text": wording::unread_line(unread, lang)},
            "locations": [location],
            "partialFingerprints": {
                "mijian/v1": identity,
                "primaryLocationLineHash": format!("{identity}:1"),
            },
            "properties": {"verdict": unread.verdict.as_str(), "documentVerdict": record.verdict.as_str()},
        })
    }

    fn file(&self, record: &Record) -> Value {
        let uri = uri(&self.options.run.path(&record.name));
        json!({"artifactLocation": {"uri": uri, "uriBaseId": ROOT}})
    }
}

impl Reporter for Sarif<'_> {
    fn document(&mut self, record: &Record) -> io::Result<()> {
        self.begin()?;
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for finding in record.open_findings() {
            let occurrence = seen.entry(&finding.fingerprint).or_default();
            let result = self.found(finding, record, *occurrence);
            *occurrence += 1;
            self.result(result)?;
        }
        for unread in record.open_unread() {
            self.result(self.unread(unread, record))?;
        }
        for excepted in &record.excepted {
            let mut result = match (&excepted.finding, &excepted.unread) {
                (Some(finding), _) => self.found(finding, record, 0),
                (None, Some(unread)) => self.unread(unread, record),
                (None, None) => continue,
            };
            // A service that knows no suppressions must not stop what a person let go.
            result["level"] = json!("note");
            let justification = wording::approval(excepted, self.options.lang);
            result["suppressions"] =
                json!([{"kind": "external", "status": "accepted", "justification": justification}]);
            self.result(result)?;
        }
        Ok(())
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        self.begin()?;
        let seconds = rounded(summary.seconds, 1000.0);
        let totals = serde_json::to_value(Summary { seconds, ..summary.clone() })?;
        let lang = self.options.lang;
        let stale = summary
            .stale
            .iter()
            .map(|stale| json!({"level": "warning", "message": {"text": wording::stale(stale, lang)}}));
        let mut notes: Vec<Value> = stale.collect();
        if summary.interrupted {
            notes.push(json!({"level": "error", "message": {"text": wording::interrupted(lang)}}));
        }
        let end = json!([{
            "executionSuccessful": !summary.interrupted,
            "toolConfigurationNotifications": notes,
            "properties": {"summary": totals},
        }]);
        writeln!(self.out, "\n],\"invocations\":{}}}]}}", escape_json(&end.to_string()))?;
        self.out.flush()
    }
}

fn level(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "note",
        Verdict::Review => "warning",
        Verdict::Block => "error",
    }
}

/// A rule of the table.
fn described(id: &str, title: &str, why: &str, advice: &str, verdict: Verdict) -> Value {
    let (title, why, advice) = (escape(title), escape(why), escape(advice));
    let why = if why.is_empty() { title.clone() } else { why };
    let help = if advice.is_empty() { why.clone() } else { advice };
    json!({
        "id": escape(id),
        "shortDescription": {"text": title},
        "fullDescription": {"text": why},
        "help": {"text": help},
        "defaultConfiguration": {"level": level(verdict)},
        "properties": {"tags": ["confidentiality"]},
    })
}

/// A relative URI reference: the bytes of the path, all but unreserved characters encoded.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in original_name(path) {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            byte => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris_of_their_bytes() {
        assert_eq!(uri("site/a b#1?.docx"), "site/a%20b%231%3F.docx");
        assert_eq!(uri("密.txt"), "%E5%AF%86.txt");
        assert_eq!(uri("a:b/100%.txt"), "a%3Ab/100%25.txt");
        // A byte that is no UTF-8, as names show it.
        assert_eq!(uri("%C3.txt"), "%C3.txt");
    }
}
