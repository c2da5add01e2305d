//! Marks of boards (BBCode) in plain text: `[b]内部[/b]资料` shows 内部资料.

use std::sync::LazyLock;

use regex::Regex;

/// The marks that only say how a text looks, each by its name.
const NAMES: [&str; 14] = [
    "b",
    "i",
    "u",
    "s",
    "color",
    "size",
    "font",
    "center",
    "left",
    "right",
    "align",
    "quote",
    "backcolor",
    "sub",
];
/// A mark with its value, which is no text of its own.
static MARK: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?i)\[(/?)([a-z]{1,9})(?:=[a-z0-9#.,%"' -]{0,40})?\]"#).ok());

/// The text without its marks, where one begins and ends; `None` where none does.
pub(crate) fn read(text: &str) -> Option<String> {
    text.contains("[/").then_some(())?;
    let mark = MARK.as_ref()?;
    let mut stand = [(false, false); NAMES.len()];
    let number = |name: &str| NAMES.iter().position(|known| known.eq_ignore_ascii_case(name));
    for found in mark.captures_iter(text) {
        let (_, [slash, name]) = found.extract();
        if let Some((begins, ends)) = number(name).and_then(|number| stand.get_mut(number)) {
            *(if slash.is_empty() { begins } else { ends }) = true;
        }
    }
    let is_pair = |name: &str| number(name).and_then(|number| stand.get(number)) == Some(&(true, true));
    stand.contains(&(true, true)).then(|| {
        let plain = mark.replace_all(text, |found: &regex::Captures<'_>| match is_pair(&found[2]) {
            true => String::new(),
            false => found[0].to_owned(),
        });
        plain.into_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_that_begin_and_end_are_left_out() {
        for (written, shown) in [
            ("[color=red]内部[/color]资料 [b]注意保存[/b]\n正文", "内部资料 注意保存\n正文"),
            (
                "[B]机密[/B]★20年\n[size=3]方案[/size][url=http://a]链[/url]",
                "机密★20年\n方案[url=http://a]链[/url]",
            ),
            ("[b]机[/b]密[i]x", "机密[i]x"),
        ] {
            assert_eq!(read(written).as_deref(), Some(shown), "{written}");
        }
        for other in ["a[i] = b[i] / c", "[b]\nkey=1", "[/etc/passwd] [i]", "[color=机密]甲[/color]", "[/b]"]
        {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
