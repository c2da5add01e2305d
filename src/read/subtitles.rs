//! Subtitles and words of songs: the text of a line without the times, styles and positions within it.
//!
//! ASS and SSA name ten fields of which the last is shown; it and SRT have overrides in braces (`{\an8}`,
//! `{\k20}`), WebVTT and LRC times within a line. Line ends that a line writes (`\N`), and that which parts events
//! of ASS, count when lines are numbered.

use std::sync::LazyLock;

use regex::Regex;

/// Overrides of ASS, which SRT has too.
static OVERRIDES: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\{\\[^{}\n]*\}").ok());
/// Voices, classes, times and looks of WebVTT and SRT, times of LRC.
static MARKS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"</?(?:c|v|lang|ruby|rt|b|i|u|font)(?:[. ][^<>\n]*)?>|<[\d:.]{5,13}>").ok());
/// The time in front of a line of LRC; several where it is sung again.
static SUNG: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?m)^(?:\[\d{1,3}:\d{2}(?:[.:]\d{1,3})?\])+").ok());
/// When a subtitle is shown.
static TIMES: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\d{2}:\d{2}[,.]\d{3} +--> +\d").ok());
/// Fields of an event in front of its text.
const FIELDS: usize = 9;

/// The text as it is shown; `None` when it is none of these.
pub(crate) fn read(text: &str) -> Option<String> {
    let (overrides, marks, sung) = (OVERRIDES.as_ref()?, MARKS.as_ref()?, SUNG.as_ref()?);
    let is_script = text.trim_start().starts_with("[Script Info]") || text.contains("\nDialogue: ");
    if is_script && text.contains("Dialogue: ") {
        return Some(events(text, overrides, marks));
    }
    if text.contains("-->") && TIMES.as_ref()?.is_match(text) {
        let plain = marks.replace_all(text, "");
        return Some(overrides.replace_all(&plain, "").into_owned());
    }
    sung.is_match(text).then(|| marks.replace_all(&sung.replace_all(text, ""), "").into_owned())
}

/// The lines of a script; those of its events begin with what is shown, apart from the others.
fn events(text: &str, overrides: &Regex, marks: &Regex) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let event = line.strip_prefix("Dialogue:").or_else(|| line.strip_prefix("Comment:"));
        let Some(event) = event.filter(|event| event.matches(',').count() >= FIELDS) else {
            out.push_str(line);
            continue;
        };
        let mut fields = event.splitn(FIELDS + 1, ',');
        let named: Vec<&str> = fields.by_ref().take(FIELDS).filter(|field| !field.is_ascii()).collect();
        let shown = overrides.replace_all(fields.next().unwrap_or_default(), "");
        let shown =
            marks.replace_all(&shown, "").replace("\\N", "\n").replace("\\n", "\n").replace("\\h", " ");
        out.push('\n');
        out.push_str(shown.trim_end_matches(['\r', '\n']));
        for name in named {
            out.push('\t');
            out.push_str(name);
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_begin_with_what_is_shown() {
        let script = |text: &str| {
            read(&format!(
                "[Script Info]\n[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{text}\r\n"
            ))
        };
        for (written, shown) in [
            ("{\\an8}机密", "机密"),
            ("{\\k20}机{\\k20}密{\\k20}★20年", "机密★20年"),
            ("{\\an7\\fs20}内部资料\\N注意,\\h保存", "内部资料\n注意, 保存"),
            ("<font face=\"黑体\">没有</font>样式", "没有样式"),
        ] {
            let expected = format!("[Script Info]\n[Events]\n\n{shown}\n");
            assert_eq!(script(written).as_deref(), Some(&*expected), "{written}");
        }
        let named = "[Script Info]\nDialogue: 0,0,0,Default,张三,0,0,0,,甲\n";
        assert_eq!(read(named).as_deref(), Some("[Script Info]\n\n甲\t张三\n"));
    }

    #[test]
    fn times_and_overrides_part_no_words() {
        for (written, shown) in [
            ("1\n00:00:01,000 --> 00:00:02,000\n{\\an8}机{\\i1}密", "1\n00:00:01,000 --> 00:00:02,000\n机密"),
            (
                "WEBVTT\n\n00:01.000 --> 00:02.000\n<v 甲>机<00:01.500><c.red>密</c></v>",
                "WEBVTT\n\n00:01.000 --> 00:02.000\n机密",
            ),
            ("[ti:方案]\n[00:02.00]<00:02.00>机<00:02.10>密", "[ti:方案]\n机密"),
            ("[00:02.00][01:02.00]机密", "机密"),
        ] {
            assert_eq!(read(written).as_deref(), Some(shown), "{written}");
        }
        for other in
            ["{\\an8}机密", "[第1章] 总则", "见 [12] 和 <v 甲>", "Dialogue: 甲和乙", "error --> src/{\\a}.rs"]
        {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
