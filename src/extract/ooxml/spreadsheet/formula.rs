//! What a formula says in words: its string literals and the names it quotes.

/// The quoted parts of a formula that hold a letter: strings in double marks, names of sheets and
/// books in single ones, doubled marks made one. Strings that the formula joins are one.
pub(super) fn literals(formula: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = formula;
    while let Some(start) = rest.find(['"', '\'']) {
        let mark = if rest.get(start..).is_some_and(|quoted| quoted.starts_with('"')) { '"' } else { '\'' };
        rest = rest.get(start + 1..).unwrap_or_default();
        let mut literal = String::new();
        loop {
            let Some((piece, behind)) = rest.split_once(mark) else {
                literal.push_str(rest);
                rest = "";
                break;
            };
            literal.push_str(piece);
            rest = behind;
            if let Some(behind) = rest.strip_prefix(mark) {
                literal.push(mark);
                rest = behind;
            } else if let Some(behind) = joined(rest).filter(|_| mark == '"') {
                rest = behind;
            } else {
                break;
            }
        }
        if literal.chars().any(char::is_alphabetic) {
            found.push(literal);
        }
    }
    found
}

/// What follows the mark of a string that is joined to the one before it.
fn joined(rest: &str) -> Option<&str> {
    rest.trim_start().strip_prefix('&')?.trim_start().strip_prefix('"')
}

#[cfg(test)]
mod tests {
    use super::literals;

    #[test]
    fn what_is_quoted_is_told() {
        assert_eq!(literals("IF(A1=\"机密\",\"a\"\"b\",\"-\")"), ["机密", "a\"b"]);
        assert_eq!(literals("'内部 表'!A1&\"x"), ["内部 表", "x"]);
        assert_eq!(literals("\"机\" & \"密★\"&\"10年\"&A1&\"x\""), ["机密★10年", "x"]);
        assert!(literals("SUM(A1:A9)").is_empty());
    }
}
