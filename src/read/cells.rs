//! Tables in plain text: fields parted by commas or semicolons, rows of TeX.
//!
//! What parts two cells becomes a tab, which is what parts them in every other format; line ends stay,
//! so that line numbers do. Texts that only happen to have commas are left alone.

use std::sync::LazyLock;

use regex::Regex;

/// Lines that are looked at.
const SAMPLE_LINES: usize = 64;
/// Share of them, in per cent, that has to have equally many fields.
const ALIKE_PER_CENT: usize = 80;
/// Lines from which two fields a line make a table, and from which three or more do.
const FEWEST_LINES: (usize, usize) = (3, 2);

/// Commands that only set characters apart, with a length that can hold no text.
static SPACING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let length = r"\{\s*(?:-?[\d.]+\s?[a-z]{2}|\\[a-z]+)\s*\}";
    Regex::new(&format!(r"\\(?:[hv]space\*?{length}|q?quad\b ?|[,;:! ]|kern-?[\d.]+\s?(?:em|pt|mm))")).ok()
});
/// Names of commands, with the letters that say where a header or a figure stands. Other options stay:
/// they are text in `\item[…]` and `\section[…]`.
static COMMANDS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\\[A-Za-z@]+\*?(?:\[[LRCOEhtbp!,]{1,5}\])?").ok());

/// Commands whose text goes on nothing that stands before it on the line.
static APART: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\}\s*\\((?:[lcr](?:head|foot)|fancy(?:head|foot)|mark(?:both|right)|title|author|date|(?:sub)*section|chapter|maketitle|begin|end|SetWatermarkText)\b)").ok()
});

/// The text with its cells parted by tabs; `None` when it holds no table that is known.
pub(crate) fn read(text: &str) -> Option<String> {
    if text.contains("\\begin{") || text.contains("\\documentclass") {
        return Some(tex(text));
    }
    [',', ';']
        .into_iter()
        .find(|&separator| is_table(text, separator))
        .map(|separator| fields(text, separator))
}

fn is_table(text: &str, separator: char) -> bool {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(SAMPLE_LINES).collect();
    let counts: Vec<usize> = lines.iter().map(|line| separators(line, separator).count()).collect();
    let Some(&usual) = counts.iter().max_by_key(|&&n| counts.iter().filter(|&&m| m == n).count()) else {
        return false;
    };
    let alike = counts.iter().filter(|&&n| n == usual).count();
    let fewest = if usual == 1 { FEWEST_LINES.0 } else { FEWEST_LINES.1 };
    // In prose a blank follows, in programs and JSON the line ends there, or begins with a bracket.
    let program = |line: &&&str| {
        line.trim_start().starts_with(['{', '[', '<', '(', '#', '/', '\\', '}', ']', '*'])
            || line.contains("\": ")
            || usual == 1 && line.trim_end().ends_with(separator)
            || separators(line, separator)
                .any(|at| line.get(at + 1..).is_some_and(|rest| rest.starts_with(' ')))
    };
    usual > 0
        && alike >= fewest
        && alike * 100 >= counts.len() * ALIKE_PER_CENT
        && lines.iter().filter(program).count() * 4 <= lines.len()
}

/// Where the separators of a line stand, those in quotation marks left out.
fn separators(line: &str, separator: char) -> impl Iterator<Item = usize> {
    let mut quoted = false;
    line.char_indices().filter_map(move |(at, c)| {
        quoted ^= c == '"';
        (c == separator && !quoted).then_some(at)
    })
}

/// Fields without the quotation marks around them.
fn fields(text: &str, separator: char) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut quoted, mut start) = (false, true);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if start => quoted = true,
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                out.push('"');
            }
            '"' if quoted => quoted = false,
            _ if c == separator && !quoted => out.push('\t'),
            _ => out.push(c),
        }
        start = !quoted && (c == separator || c == '\n');
    }
    out
}

/// Signs that TeX has commands for, between dollars or not. The longer come first.
const SIGNS: [(&str, &str); 12] = [
    ("$\\bigstar$", "★"),
    ("\\bigstar", "★"),
    ("$\\star$", "☆"),
    ("\\FiveStarOpen", "☆"),
    ("\\FiveStar", "★"),
    ("\\ding{72}", "★"),
    ("\\ding{73}", "☆"),
    ("\\faStar", "★"),
    ("\\textbigstar", "★"),
    ("$\\ast$", "*"),
    ("\\textasteriskcentered", "*"),
    ("$*$", "*"),
];

/// Cells of tables parted by tabs, names of commands and the braces of groups left out.
fn tex(text: &str) -> String {
    let (Some(spacing), Some(commands), Some(apart)) = (&*SPACING, &*COMMANDS, &*APART) else {
        return text.to_owned();
    };
    let spaced = spacing.replace_all(text, " ");
    let mut out = String::with_capacity(spaced.len());
    for line in spaced.split_inclusive('\n') {
        let (row, end) = match line.trim_end().strip_suffix("\\\\") {
            Some(row) => (row, if line.ends_with('\n') { "\n" } else { "" }),
            None => (line, ""),
        };
        let plain = row.replace("\\&", "＆").replace(" & ", "\t").replace('&', "\t");
        let plain = SIGNS.iter().fold(plain, |plain, (command, sign)| plain.replace(command, sign));
        let plain = apart.replace_all(&plain, "}\t\\$1");
        // Groups part nothing: \textbf{机}{密}.
        out.push_str(&commands.replace_all(&plain, "").replace(['{', '}'], ""));
        out.push_str(end);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_become_cells() {
        let table = "姓名,职务,\"备注, 其他\"\n甲某,主任,\"他说\"\"好\"\"\"\n乙某,,无\n";
        assert_eq!(
            read(table).as_deref(),
            Some("姓名\t职务\t备注, 其他\n甲某\t主任\t他说\"好\"\n乙某\t\t无\n")
        );
        assert_eq!(read("密级;机密\n编号;3\n版本;1").as_deref(), Some("密级\t机密\n编号\t3\n版本\t1"));
    }

    #[test]
    fn what_only_has_commas_is_left_alone() {
        for text in [
            "Dear all, please find\nattached, as agreed, the\nminutes, thank you",
            "{\n\"a\": 1,\n\"b\": 2,\n\"c\": 3\n}",
            "会议要求,各单位要高度重视,加强领导.\n要落实责任.\n一是明确分工,二是按时完成,三是加强督查,四是总结.",
            "let a = f(x, y);\nlet b = g(x, y);\n",
            "一行,两列",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn rows_of_tex() {
        let source = "\\documentclass{article}\n\\begin{tabular}{ll}\n密级 & 机密 \\\\\n\\end{tabular}\n\\fancyhead[L]{秘\\hspace{1em}密}\n机\\,密\\,$\\bigstar$\\,20年\n";
        let options = read("\\begin{document}\n\\item[TOP SECRET//SI] x\\hspace{SECRET//NOFORN}");
        assert_eq!(options.as_deref(), Some("document\n[TOP SECRET//SI] xSECRET//NOFORN"));
        assert_eq!(
            read(source).as_deref(),
            Some("article\ntabularll\n密级\t机密 \ntabular\n秘 密\n机 密 ★ 20年\n")
        );
    }
}
