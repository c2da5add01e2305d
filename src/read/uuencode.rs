//! Files written into a text by uuencode, as old mailers do.

/// A text without the files written into it (`begin 644 name` to `end`), and these files.
pub(crate) fn take(body: &[u8]) -> (Vec<u8>, Vec<(String, Vec<u8>)>) {
    let mut text = Vec::new();
    let mut files = Vec::new();
    let mut open: Option<(String, Vec<u8>)> = None;
    for line in body.split_inclusive(|&b| b == b'\n') {
        let bare = line.trim_ascii_end();
        open = match open {
            None => match begin(bare) {
                Some(name) => Some((name, Vec::new())),
                None => {
                    text.extend_from_slice(line);
                    None
                }
            },
            Some(file) if bare == b"end" => {
                files.push(file);
                None
            }
            Some((name, mut bytes)) => match uu_line(bare, &mut bytes) {
                true => Some((name, bytes)),
                // No line of such a file: it broke off.
                false => {
                    text.extend_from_slice(line);
                    files.push((name, bytes));
                    None
                }
            },
        };
    }
    files.extend(open);
    (text, files)
}

fn begin(line: &[u8]) -> Option<String> {
    let rest = line.strip_prefix(b"begin ")?;
    let (mode, name) = rest.split_at_checked(rest.iter().position(|&b| b == b' ')?)?;
    let is_mode = (3..=4).contains(&mode.len()) && mode.iter().all(|b| (b'0'..=b'7').contains(b));
    let name = super::encoding::decode(name.trim_ascii()).best.text;
    (is_mode && !name.is_empty()).then_some(name)
}

/// One line: its length, then four characters for three bytes each.
fn uu_line(line: &[u8], out: &mut Vec<u8>) -> bool {
    let Some((&first, digits)) = line.split_first() else { return true };
    if !(b' '..=b'`').contains(&first) || digits.iter().any(|b| !(b' '..=b'`').contains(b)) {
        return false;
    }
    let length = usize::from((first - b' ') & 0x3f);
    let start = out.len();
    for group in digits.chunks(4) {
        // Trailing spaces are zeros and may be gone.
        let at = |index: usize| u32::from(group.get(index).map_or(0, |&b| (b - b' ') & 0x3f));
        let bits = at(0) << 18 | at(1) << 12 | at(2) << 6 | at(3);
        out.extend_from_slice(bits.to_be_bytes().get(1..).unwrap_or_default());
    }
    out.truncate(start + length);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_in_a_text() {
        let body = b"before\nbegin 644 a.txt\n#86)C\n`\nend\nafter\n";
        let (text, files) = take(body);
        assert_eq!(text, b"before\nafter\n");
        assert_eq!(files, [("a.txt".to_owned(), b"abc".to_vec())]);
        assert_eq!(take(b"begin with me\nbegin 64 x").1, []);
    }
}
