//! Characters of symbol fonts: what a `w:sym` or a letter set in Wingdings looks like.

/// The character that code `code` of `font` shows, where it is a symbol font and the code is one
/// that matters to a reader.
pub(crate) fn symbol(font: &str, code: u32) -> Option<char> {
    // Symbol fonts repeat their 8-bit codes at U+F000.
    let code = if (0xf000..=0xf0ff).contains(&code) { code - 0xf000 } else { code };
    let font = font.trim().to_ascii_lowercase();
    match font.as_str() {
        "wingdings" => wingdings(code),
        "wingdings 2" => wingdings2(code),
        "wingdings 3" | "webdings" => None,
        "symbol" => greek(code),
        _ => None,
    }
}

/// Whether letters set in this font are pictures.
pub(crate) fn is_symbol_font(font: &str) -> bool {
    symbol_font(font).is_some()
}

/// The symbol font that this names, quoted or with what ends a list of names behind it.
pub(crate) fn symbol_font(font: &str) -> Option<&'static str> {
    let font = font.trim_matches([' ', '\'', '"', ';']);
    ["Wingdings", "Wingdings 2", "Wingdings 3", "Webdings", "Symbol"]
        .into_iter()
        .find(|known| font.eq_ignore_ascii_case(known))
}

/// Text in a symbol font as it looks; what the font shows otherwise stays as it is.
pub(crate) fn pictured(font: &str, text: &str) -> String {
    text.chars().map(|c| symbol(font, c.into()).unwrap_or(c)).collect()
}

fn wingdings(code: u32) -> Option<char> {
    let character = match code {
        0x28 => '☎',
        0x2a => '✉',
        0x4a => '☺',
        0x4c => '☹',
        0x6c => '●',
        0x6d => '❍',
        0x6e => '■',
        0x6f | 0x70 | 0xa8 => '□',
        0x71 => '❑',
        0x72 => '❒',
        0x74 => '⧫',
        0x75 => '◆',
        0x76 => '❖',
        0x80 => '⓪',
        0x81..=0x8a => char::from_u32('①' as u32 + (code - 0x81))?,
        0x8c..=0x95 => char::from_u32('❶' as u32 + (code - 0x8c))?,
        0x9e => '·',
        0x9f => '•',
        0xa1 => '○',
        0xa7 => '▪',
        0xaa => '✦',
        0xab => '★',
        0xac => '✶',
        0xad => '✴',
        0xae => '✹',
        0xaf => '✵',
        0xb5 => '✪',
        0xb6 => '✰',
        0xd8 => '➢',
        0xdf => '←',
        0xe0 => '→',
        0xe1 => '↑',
        0xe2 => '↓',
        0xfb => '✗',
        0xfc => '✓',
        0xfd => '☒',
        0xfe => '☑',
        _ => return None,
    };
    Some(character)
}

fn wingdings2(code: u32) -> Option<char> {
    let character = match code {
        0x4f => '✗',
        0x50 => '✓',
        0x51 | 0x53 | 0x54 => '☒',
        0x52 => '☑',
        0x97 | 0x98 => '●',
        0xa3 => '□',
        // Stars and asterisks of three to sixteen points, one beside the other.
        0xdd..=0xf4 => '✶',
        _ => return None,
    };
    Some(character)
}

fn greek(code: u32) -> Option<char> {
    let character = match code {
        0x2a => '∗',
        0x2d => '−',
        0x61 => 'α',
        0x62 => 'β',
        0x67 => 'γ',
        0x6d => 'μ',
        0x70 => 'π',
        0xa3 => '≤',
        0xa5 => '∞',
        0xab => '↔',
        0xac => '←',
        0xae => '→',
        0xb0 => '°',
        0xb1 => '±',
        0xb3 => '≥',
        0xb4 => '×',
        0xb7 => '•',
        0xb8 => '÷',
        0xb9 => '≠',
        0xd7 => '·',
        _ => return None,
    };
    Some(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_star_is_a_star() {
        assert_eq!(symbol("Wingdings", 0xf0ab), Some('★'));
        assert_eq!(symbol("Wingdings", 0xab), Some('★'));
        assert_eq!(symbol("Wingdings", 0xf083), Some('③'));
        assert_eq!(symbol("Wingdings", 0x8e), Some('❸'));
        assert_eq!(symbol("Arial", 0xab), None);
        assert_eq!(symbol_font("'wingdings 2'; "), Some("Wingdings 2"));
        assert_eq!(symbol_font("Wing"), None);
        assert_eq!(pictured("Wingdings", "«年"), "★年");
    }
}
