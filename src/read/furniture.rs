//! Headers and footers of sheets: one string with codes for its three parts, fonts and fields.

use crate::text::{Align, At, Break, Place, Zone};

/// The texts of a header (`top`) or footer: left, centre and right, codes taken out.
pub(crate) fn furniture(top: bool, code: &str) -> Vec<(At, String)> {
    let mut parts = [String::new(), String::new(), String::new()];
    // What stands before any code for a part is in the middle.
    let mut part = 1;
    let mut chars = code.chars().peekable();
    while let Some(c) = chars.next() {
        let Some(text) = parts.get_mut(part) else { break };
        if c != '&' {
            text.push(c);
            continue;
        }
        match chars.next() {
            Some('L' | 'l') => part = 0,
            Some('C' | 'c') => part = 1,
            Some('R' | 'r') => part = 2,
            Some('&') => text.push('&'),
            // A font and its style.
            Some('"') => chars.by_ref().take_while(|&c| c != '"').for_each(drop),
            // A size.
            Some('0'..='9') => while chars.next_if(char::is_ascii_digit).is_some() {},
            // A colour: six digits, or a theme's colour and its tint.
            Some('K' | 'k') => {
                let digits = chars.clone().take(6).take_while(|c| c.is_ascii_hexdigit() || "+-".contains(*c));
                let digits = digits.count();
                chars.by_ref().take(digits).for_each(drop);
            }
            // Page, pages, date, time, path, file, sheet, picture; bold and the like say nothing.
            Some(_) | None => {}
        }
    }
    let (place, zones) = match top {
        true => (Place::Header, Zone::TOP),
        false => (Place::Footer, Zone::FOOT),
    };
    let aligns = [Align::Left, Align::Centre, Align::Right];
    let ats = zones.into_iter().zip(aligns).map(|(zone, align)| At {
        zone: Some(zone),
        align: Some(align),
        ..At::new(place).parted(Break::Part)
    });
    ats.zip(parts).filter(|(_, text)| !text.trim().is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(code: &str) -> Vec<(Align, String)> {
        furniture(true, code).into_iter().filter_map(|(at, text)| Some((at.align?, text))).collect()
    }

    #[test]
    fn codes_are_taken_out() {
        let code = "&L&\"黑体,加粗\"&16机密★10年&C第&P页&R&K01+023A&&B&D";
        let expected = [
            (Align::Left, "机密★10年".to_owned()),
            (Align::Centre, "第页".to_owned()),
            (Align::Right, "A&B".to_owned()),
        ];
        assert_eq!(texts(code), expected);
        assert_eq!(texts("&KFF0000内部"), [(Align::Centre, "内部".to_owned())]);
        assert_eq!(texts("&\"open"), []);
    }

    #[test]
    fn split_by_a_code_a_word_stays_whole() {
        assert_eq!(texts("&R机&B密"), [(Align::Right, "机密".to_owned())]);
        assert_eq!(furniture(false, "x")[0].0.zone, Some(Zone::FootCentre));
    }
}
