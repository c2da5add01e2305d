//! Documents that editors keep as JSON: notebooks, mind maps, rich text. Their text stands there in runs, a bold
//! word being one, between names and brackets: what it says is another reading, a blank line between two paragraphs.
//!
//! Only shapes that say what they are; other JSON is data and stays as it is.

use serde_json::Value;

use super::{Extracted, markdown, plain};
use crate::filetype::FileType;
use crate::limits::{Budget, Gap, GapKind, MARKDOWN_BYTES};
use crate::text::count;

/// Bytes of memory that a document may take when it is taken apart.
const PARSED_BYTES: usize = 128 << 20;
/// Bytes that an object takes in it whatever it holds, and every other value.
const OBJECT_BYTES: usize = 640;
const VALUE_BYTES: usize = 48;
/// One of these stands in each such document; of the first ones nothing else has any.
const SIGNS: [&str; 7] = [
    "\"nbformat\"",
    "\"rootTopic\"",
    "\"excalidraw\"",
    "\"insert\"",
    "\"children\"",
    "\"content\"",
    "\"blocks\"",
];
const CERTAIN_SIGNS: usize = 3;

/// Adds what such a document says.
pub(super) fn read(extracted: &mut Extracted, file_type: FileType, budget: &mut Budget) {
    let source = extracted.text.as_str();
    let is_json = file_type == FileType::Text
        && extracted.rest.is_none()
        && source.trim_start().starts_with(['{', '[']);
    let Some(sign) = is_json.then(|| SIGNS.iter().position(|sign| source.contains(sign))).flatten() else {
        return;
    };
    let count = |sign: u8| count(source.as_bytes(), |byte| byte == sign);
    let parsed = source.len() + count(b'{') * OBJECT_BYTES + (count(b',') + count(b'[')) * VALUE_BYTES;
    if parsed > PARSED_BYTES {
        // Data of any other kind is read as it stands.
        if sign < CERTAIN_SIGNS {
            let detail = format!("JSON that takes {PARSED_BYTES} bytes of memory");
            extracted.gaps.push(Gap::new(GapKind::Limit, detail));
        }
        return;
    }
    let Ok(document) = serde_json::from_str::<Value>(source) else { return };
    let Some(paragraphs) = paragraphs(&document) else { return };
    drop(document);
    // Cells of notebooks are written in Markdown.
    let is_markdown = sign == 0 && paragraphs.len() <= MARKDOWN_BYTES;
    let mut said = match is_markdown {
        true => markdown::extract(paragraphs.as_bytes(), budget),
        false => match budget.text.checked_sub(paragraphs.len()) {
            Some(left) => {
                budget.text = left;
                Extracted { text: plain::laid(&paragraphs), ..Extracted::default() }
            }
            None => {
                let gap = Gap::new(GapKind::Limit, format!("{} bytes of text", budget.limits.text));
                Extracted { gaps: vec![gap], ..Extracted::default() }
            }
        },
    };
    said.text.guessed = extracted.text.guessed;
    // What breaks off in a cell has been read as it stands.
    said.gaps.retain(|gap| gap.kind == GapKind::Limit);
    extracted.gaps.append(&mut said.gaps);
    extracted.inner.append(&mut said.inner);
    if !said.text.is_empty() {
        extracted.alternatives.push(said.text);
    }
}

/// What the document says, blank lines between its paragraphs; `None` where it is of no known shape. Parsing has bounded how
/// deep it is.
fn paragraphs(document: &Value) -> Option<String> {
    let mut out = String::new();
    if document.get("nbformat").is_some() {
        cells(document.get("cells")?.as_array()?, &mut out);
    } else if let Some(Value::Array(inserts)) = document.get("ops") {
        let texts = inserts.iter().filter_map(|insert| insert.get("insert"));
        texts.filter_map(Value::as_str).for_each(|text| out.push_str(text));
    } else if let Some(Value::Array(blocks)) = document.get("blocks") {
        let text = |block: &Value| block.get("text").or_else(|| block.get("data")?.get("text")).cloned();
        blocks.iter().filter_map(text).for_each(|text| line(&text, &mut out));
    } else if let Value::Array(sheets) = document
        && sheets.iter().any(|sheet| sheet.get("rootTopic").is_some())
    {
        sheets.iter().for_each(|sheet| topics(sheet, &mut out));
    } else if let Some(Value::Array(elements)) =
        document.get("elements").filter(|_| is_of(document, "excalidraw"))
    {
        elements.iter().filter_map(|element| element.get("text")).for_each(|text| line(text, &mut out));
    } else {
        let nodes = match document {
            Value::Array(_) => Some(document),
            _ if is_of(document, "doc") => document.get("content"),
            _ => document.get("root")?.get("children"),
        };
        let nodes = nodes?.as_array()?;
        if nodes.is_empty() || !nodes.iter().all(|node| children(node).is_some() && is_tree(node)) {
            return None;
        }
        nodes.iter().for_each(|node| block(node, &mut out));
    }
    Some(out)
}

fn is_of(value: &Value, kind: &str) -> bool {
    value.get("type").and_then(Value::as_str) == Some(kind)
}

/// A text, or the lines of one, as a paragraph of its own.
fn line(text: &Value, out: &mut String) {
    match text {
        Value::String(text) => out.push_str(text),
        Value::Array(parts) => parts.iter().filter_map(Value::as_str).for_each(|part| out.push_str(part)),
        _ => return,
    }
    out.push_str("\n\n");
}

/// The cells of a notebook as Markdown, what they show behind them.
fn cells(cells: &[Value], out: &mut String) {
    const FENCE: &str = "\n~~~~~~~~\n";
    let mut fenced = |text: Option<&Value>, fence: &str| {
        let Some(text) = text else { return };
        out.push_str(fence);
        line(text, out);
        out.push_str(fence);
        out.push('\n');
    };
    for cell in cells {
        let is_code = cell.get("cell_type").and_then(Value::as_str) == Some("code");
        fenced(cell.get("source"), if is_code { FENCE } else { "\n" });
        for output in cell.get("outputs").and_then(Value::as_array).into_iter().flatten() {
            fenced(output.get("text"), FENCE);
            let data = output.get("data");
            fenced(data.and_then(|data| data.get("text/plain")), FENCE);
            fenced(data.and_then(|data| data.get("text/html")), "\n");
            fenced(data.and_then(|data| data.get("text/markdown")), "\n");
        }
    }
}

/// The titles, labels and notes of a mind map.
fn topics(value: &Value, out: &mut String) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| topics(value, out)),
        Value::Object(fields) => {
            // The title comes first, wherever its name is.
            ["title", "content"].iter().filter_map(|name| fields.get(*name)).for_each(|text| line(text, out));
            let labels = fields.get("labels").and_then(Value::as_array);
            labels.into_iter().flatten().for_each(|label| line(label, out));
            let rest = fields.iter().filter(|(name, _)| *name != "labels");
            rest.for_each(|(_, value)| topics(value, out));
        }
        _ => {}
    }
}

/// What stands in a node of rich text.
fn children(node: &Value) -> Option<&Vec<Value>> {
    node.get("children").or_else(|| node.get("content"))?.as_array()
}

/// Whether texts stand in leaves only: trees of menus have them at every node.
fn is_tree(node: &Value) -> bool {
    let inner = children(node);
    node.is_object()
        && (inner.is_none() || node.get("text").is_none())
        && inner.into_iter().flatten().all(is_tree)
}

/// The paragraphs of a node: it is one where texts stand in it.
fn block(node: &Value, out: &mut String) {
    let inner = || children(node).into_iter().flatten();
    if inner().any(|child| child.get("text").is_some()) {
        inner().for_each(|child| run(child, out));
        out.push_str("\n\n");
    } else {
        inner().for_each(|child| block(child, out));
    }
}

/// The text of a run, or of those in it (links).
fn run(node: &Value, out: &mut String) {
    if let Some(text) = node.get("text").and_then(Value::as_str) {
        out.push_str(text);
    }
    if node.get("type").and_then(Value::as_str).is_some_and(|kind| matches!(kind, "hardBreak" | "linebreak"))
    {
        out.push('\n');
    }
    children(node).into_iter().flatten().for_each(|child| run(child, out));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filetype::FileType;
    use crate::limits::Limits;

    /// What the document says as another reading.
    fn said(json: &str) -> Option<String> {
        let mut budget = Budget::new(&Limits::default());
        let mut extracted = plain::extract(json.as_bytes(), plain::Rest::default(), &mut budget);
        // In an encoding that so few bytes may be in, too.
        let others = extracted.alternatives.len();
        read(&mut extracted, FileType::Text, &mut budget);
        assert_eq!(extracted.gaps, []);
        extracted.alternatives.get(others).map(|text| text.as_str().to_owned())
    }

    #[test]
    fn runs_of_a_paragraph_are_one_line() {
        for (name, json) in [
            (
                "quill",
                r#"{"ops":[{"insert":"机","attributes":{"bold":true}},{"insert":"密★20年\n"},{"insert":{"image":"x"}},{"insert":"正文"}]}"#,
            ),
            (
                "prosemirror",
                r#"{"type":"doc","content":[{"type":"paragraph","content":[{"type":"text","text":"机","marks":[{"type":"bold"}]},{"type":"text","text":"密★20年"}]},{"type":"bulletList","content":[{"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"正文"}]}]}]}]}"#,
            ),
            (
                "slate",
                r#"[{"type":"paragraph","children":[{"text":"机","bold":true},{"type":"link","children":[{"text":"密★20年"}]}]},{"children":[{"text":"正文"}]}]"#,
            ),
            (
                "lexical",
                r#"{"root":{"children":[{"children":[{"text":"机"},{"text":"密★20年"}],"type":"paragraph"},{"children":[{"text":"正文"}]}]}}"#,
            ),
            ("draft", r#"{"blocks":[{"key":"a","text":"机密★20年"},{"text":"正文"}],"entityMap":{}}"#),
            (
                "editorjs",
                r#"{"blocks":[{"type":"header","data":{"text":"机密★20年"}},{"data":{"text":"正文"}}]}"#,
            ),
            (
                "excalidraw",
                r#"{"type":"excalidraw","elements":[{"type":"text","text":"机密★20年"},{"type":"text","text":"正文"}]}"#,
            ),
            (
                "xmind",
                r#"[{"class":"sheet","rootTopic":{"title":"机密★20年","children":{"attached":[{"title":"正文"}]}}}]"#,
            ),
        ] {
            let said = said(json).unwrap_or_default();
            assert_eq!(
                said.lines().filter(|line| !line.is_empty()).collect::<Vec<_>>(),
                ["机密★20年", "正文"],
                "{name}"
            );
        }
    }

    #[test]
    fn cells_of_a_notebook_are_markdown() {
        let notebook = r##"{"cells":[{"cell_type":"markdown","source":["# 方案\n","\n","**机密**★20","年"]},
            {"cell_type":"code","source":"# 注\nx = 1","outputs":[{"text":["甲\n","乙"]},
            {"data":{"text/html":["<b>内部</b>","资料"]}}]}],"metadata":{},"nbformat":4}"##;
        assert_eq!(said(notebook).as_deref(), Some("方案\n机密★20年\n# 注\nx = 1\n甲\n乙\n内部资料"));
    }

    #[test]
    fn what_takes_too_much_memory_is_a_gap_where_it_is_no_data() {
        let many =
            |sign: &str| format!("{{\"{sign}\":[{}0]}}", "{\"a\":0},".repeat(PARSED_BYTES / OBJECT_BYTES));
        for (sign, gaps) in [("rootTopic", 1), ("content", 0)] {
            let mut budget = Budget::new(&Limits::default());
            let mut extracted = plain::extract(many(sign).as_bytes(), plain::Rest::default(), &mut budget);
            read(&mut extracted, FileType::Text, &mut budget);
            assert_eq!((extracted.gaps.len(), extracted.alternatives.len()), (gaps, 0), "{sign}");
        }
    }

    #[test]
    fn other_data_stays_as_it_is() {
        for json in [
            r#"[{"id":1,"text":"机密","children":[{"text":"目录"}]}]"#,
            r#"{"content":[{"text":"机密"}],"code":0}"#,
            r#"{"data":{"children":[{"text":"机密"}]}}"#,
            r#"[{"children":1}]"#,
            "[]",
            r#"{"content": broken"#,
            "{ 机密 \"children\"",
        ] {
            assert_eq!(said(json), None, "{json}");
        }
    }
}
