//! Equation fields (`EQ`): what they show, put together from their switches.
//!
//! Word sets a character in a circle, pinyin above a word, two lines in one and fractions with them, and keeps no
//! result beside the code.

use std::iter::Peekable;
use std::str::Chars;

/// Bytes of a code that are read.
pub(crate) const CODE_BYTES: usize = 2_000;
/// Elements within elements that are read by their own kind.
const MAX_DEPTH: usize = 16;
/// What only surrounds or crosses out another character.
const FRAMES: &str = "○〇◯□△▲◇◎";

/// What the field with this code shows, where it is an equation.
pub(crate) fn shown(code: &str) -> Option<String> {
    let code = code.trim_start();
    let (name, rest) = code.split_at_checked(2)?;
    if !name.eq_ignore_ascii_case("eq") || rest.starts_with(|c: char| c.is_alphanumeric()) {
        return None;
    }
    let shown = Equation { chars: rest.chars().peekable() }.element(0).text;
    Some(shown.trim().to_owned()).filter(|shown| !shown.is_empty())
}

struct Equation<'c> {
    chars: Peekable<Chars<'c>>,
}

/// One of the elements in the brackets of a switch.
#[derive(Default)]
struct Element {
    text: String,
    /// All of it stands above or below the line.
    is_raised: bool,
}

impl Equation<'_> {
    /// Reads until the end of an element: a separator or a bracket that is not written as a character.
    fn element(&mut self, depth: usize) -> Element {
        let mut element = Element { text: String::new(), is_raised: true };
        // The switch whose brackets come next.
        let mut switch = None;
        while let Some(&c) = self.chars.peek() {
            match c {
                ',' | ';' | ')' if depth > 0 => break,
                '\\' => {
                    self.chars.next();
                    match self.chars.next() {
                        Some('*') => self.skip_argument(),
                        Some(letter) if letter.is_ascii_alphabetic() => {
                            let kind = self.switch(letter.to_ascii_lowercase());
                            switch = switch.or(kind);
                        }
                        Some(written) => {
                            element.text.push(written);
                            element.is_raised = false;
                        }
                        None => {}
                    }
                }
                '(' if depth < MAX_DEPTH => {
                    self.chars.next();
                    let text = combined(switch, &self.elements(depth + 1));
                    element.is_raised &= switch == Some('s') || text.is_empty();
                    element.text.push_str(&text);
                    switch = None;
                }
                _ => {
                    self.chars.next();
                    // Blanks part switches.
                    if !c.is_whitespace() || switch.is_none() && depth > 0 {
                        element.text.push(c);
                        element.is_raised &= c.is_whitespace();
                    }
                }
            }
        }
        element
    }

    fn elements(&mut self, depth: usize) -> Vec<Element> {
        let mut elements = vec![self.element(depth)];
        while let Some(',' | ';') = self.chars.next() {
            elements.push(self.element(depth));
        }
        elements
    }

    /// Reads a switch that begins with this letter; which one it is, if brackets belong to it.
    fn switch(&mut self, first: char) -> Option<char> {
        let mut name = String::from(first);
        while let Some(letter) = self.chars.next_if(char::is_ascii_alphabetic) {
            name.push(letter.to_ascii_lowercase());
        }
        while self.chars.next_if(|c| c.is_ascii_digit() || *c == ' ').is_some() {}
        if matches!(&*name, "lc" | "rc" | "bc" | "fc" | "vc") && self.chars.next_if_eq(&'\\').is_some() {
            // The sign that is drawn.
            self.chars.next();
        }
        Some(first).filter(|_| name.len() == 1)
    }

    /// Passes over what a `\*` says of the looks.
    fn skip_argument(&mut self) {
        while self.chars.next_if(|c| c.is_whitespace()).is_some() {}
        let is_quoted = self.chars.next_if_eq(&'"').is_some();
        let ends = |c: char| if is_quoted { c == '"' } else { c.is_whitespace() || c == '\\' };
        while self.chars.next_if(|c| !ends(*c)).is_some() {}
        if is_quoted {
            self.chars.next();
        }
    }
}

/// What the elements of a switch look like together.
fn combined(switch: Option<char>, elements: &[Element]) -> String {
    let joined = |elements: &[&Element], by: &str| {
        elements.iter().map(|element| element.text.as_str()).collect::<Vec<_>>().join(by)
    };
    let all: Vec<&Element> = elements.iter().collect();
    match switch {
        // One above the other: the word, and neither its frame nor its pronunciation.
        Some('o') => {
            let says =
                |element: &Element| element.text.chars().any(|c| c.is_alphanumeric() && !FRAMES.contains(c));
            let words: Vec<&Element> = all.iter().copied().filter(|element| says(element)).collect();
            let base: Vec<&Element> = words.iter().copied().filter(|element| !element.is_raised).collect();
            let shown = [base, words, all].into_iter().find(|elements| !elements.is_empty());
            joined(&shown.unwrap_or_default(), "")
        }
        Some('f') => joined(&all, "/"),
        Some('a' | 's') => joined(&all, " "),
        Some('d') => joined(&all, ""),
        Some('x' | 'i' | 'r' | 'l') => joined(&all, ","),
        _ => format!("({})", joined(&all, ",")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(code: &str) -> String {
        shown(code).unwrap_or_default()
    }

    #[test]
    fn characters_in_frames_and_under_their_pronunciation() {
        assert_eq!(told(r" eq \o\ac(○,机) "), "机");
        assert_eq!(told(r"EQ \o\ac(□,秘)\o\ac(〇;密)"), "秘密");
        assert_eq!(told(r#" EQ \* jc2 \* "Font:宋体" \* hps10 \o\ad(\s\up 9(jī mì),机密) "#), "机密");
        assert_eq!(told(r"EQ \o(机密,——)"), "机密");
        // Two lines in one.
        assert_eq!(told(r"EQ \o(\s\up 8(内部),\s\do 3(资料))"), "内部资料");
        assert_eq!(told(r"EQ \o\ac(○,△)"), "○△");
        assert_eq!(told(r"EQ \o\ac(○,\(一\))"), "(一)");
    }

    #[test]
    fn formulas_keep_their_words() {
        assert_eq!(told(r"EQ \x(机密★20年)"), "机密★20年");
        assert_eq!(told(r"EQ \f(1,2)x\s\up4(2) "), "1/2x2");
        assert_eq!(told(r"EQ \b\lc\{\rc\}(\a\al\co2(a,b,c,d))"), "(a b c d)");
        assert_eq!(told(r"EQ \r(3,x\,y)"), "3,x,y");
    }

    #[test]
    fn what_is_no_equation_or_breaks_off() {
        assert_eq!(shown("EQUATION \\o(a)"), None);
        assert_eq!(shown("QUOTE \\o(a)"), None);
        assert_eq!(shown("密级"), None);
        assert_eq!(shown("EQ"), None);
        assert_eq!(told(r"EQ \o(机"), "机");
        assert_eq!(told("EQ \\"), "");
        // However deep it goes.
        assert!(!told(&format!("EQ {}", "\\o(".repeat(5_000))).contains('o'));
        assert_eq!(told(&format!("EQ {}甲", "(".repeat(20))).matches('甲').count(), 1);
    }
}
