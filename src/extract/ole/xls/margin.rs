//! Headers and footers of sheets: three texts with codes in them.

use crate::text::Zone;

/// Splits a header (`is_top`) or footer into what it shows on the left, in the middle and on the
/// right, without the codes.
pub(super) fn sections(coded: &str, is_top: bool) -> Vec<(Zone, String)> {
    let zones = if is_top { Zone::TOP } else { Zone::FOOT };
    let mut sections = zones.map(|zone| (zone, String::new()));
    // What stands before the first section is centred.
    let mut current = 1;
    let mut rest = coded.chars().peekable();
    while let Some(c) = rest.next() {
        let mut text = None;
        if c != '&' {
            text = Some(c);
        } else {
            match rest.next() {
                Some('L' | 'l') => current = 0,
                Some('C' | 'c') => current = 1,
                Some('R' | 'r') => current = 2,
                Some('&') => text = Some('&'),
                Some('"') => while rest.next().is_some_and(|c| c != '"') {},
                Some('0'..='9') => while rest.next_if(char::is_ascii_digit).is_some() {},
                Some('K' | 'k') => {
                    for _ in 0..6 {
                        let _ = rest.next_if(|c| c.is_ascii_hexdigit() || matches!(c, '+' | '-'));
                    }
                }
                // Numbers of pages, dates, names: not known here. Styles: nothing to see.
                _ => {}
            }
        }
        if let (Some(c), Some((_, section))) = (text, sections.get_mut(current)) {
            section.push(c);
        }
    }
    sections.into_iter().filter(|(_, text)| !text.trim().is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_left_out() {
        let coded = "&L&\"黑体,Bold\"&16机密&&A&C第&P页&R&KFF0000秘密★10年";
        let expected = [
            (Zone::TopLeft, "机密&A".to_owned()),
            (Zone::TopCentre, "第页".to_owned()),
            (Zone::TopRight, "秘密★10年".to_owned()),
        ];
        assert_eq!(sections(coded, true), expected);
        assert_eq!(sections("内部", false), [(Zone::FootCentre, "内部".to_owned())]);
    }
}
