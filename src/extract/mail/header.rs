//! Header fields: folded lines, encoded words in any charset, parameters in all their spellings.

use super::transfer;
use crate::read::{base64, encoding};

/// Bytes of the header of one part; what is longer is body.
const HEADER_BYTES: usize = 1 << 20;

/// The header fields of one part.
#[derive(Debug, Default)]
pub(super) struct Headers<'a> {
    /// Every field, in order.
    pub(super) all: Vec<Header<'a>>,
    /// `text/plain` where nothing is said; in lower case.
    pub(super) media_type: String,
    /// In lower case; empty where nothing is said.
    pub(super) transfer_encoding: String,
    /// Parameters of `Content-Type`.
    type_parameters: Vec<(String, Vec<u8>)>,
    /// `attachment`, `inline` or nothing, and its parameters.
    disposition: (String, Vec<(String, Vec<u8>)>),
}

/// One field.
#[derive(Debug)]
pub(super) struct Header<'a> {
    /// As written.
    pub(super) name: &'a str,
    /// Unfolded.
    value: Vec<u8>,
}

impl Header<'_> {
    /// The value for people.
    pub(super) fn text(&self) -> String {
        decode_words(&self.value)
    }
}

/// Cuts a part into its header and its body. A part without a header is all body.
pub(super) fn split(part: &[u8]) -> (Headers<'_>, &[u8]) {
    let mut headers = Headers { media_type: "text/plain".to_owned(), ..Headers::default() };
    let mut at = 0;
    for line in part.split_inclusive(|&b| b == b'\n') {
        let bare = line.strip_suffix(b"\n").unwrap_or(line);
        let bare = bare.strip_suffix(b"\r").unwrap_or(bare);
        if bare.trim_ascii().is_empty() {
            at += line.len();
            break;
        }
        let folded = bare.starts_with(b" ") || bare.starts_with(b"\t");
        match headers.all.last_mut() {
            Some(last) if folded => last.value.extend_from_slice(bare),
            _ => match field(bare) {
                Some(header) => headers.all.push(header),
                // The line of a mailbox file.
                None if at == 0 && bare.starts_with(b"From ") => {}
                None => break,
            },
        }
        at += line.len();
        if at > HEADER_BYTES {
            break;
        }
    }
    headers.understand();
    (headers, part.get(at..).unwrap_or_default())
}

fn field(line: &[u8]) -> Option<Header<'_>> {
    let colon = line.iter().position(|&b| b == b':')?;
    let (name, value) = line.split_at_checked(colon)?;
    let name = std::str::from_utf8(name).ok()?.trim_end();
    let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_graphic());
    is_name.then(|| Header { name, value: value.get(1..).unwrap_or_default().trim_ascii().to_vec() })
}

impl Headers<'_> {
    fn understand(&mut self) {
        let value = |name: &str| {
            let found = self.all.iter().find(|header| header.name.eq_ignore_ascii_case(name));
            found.map(|header| header.value.as_slice()).unwrap_or_default()
        };
        let (media_type, type_parameters) = parameters(value("content-type"));
        let disposition = parameters(value("content-disposition"));
        let transfer_encoding = parameters(value("content-transfer-encoding")).0;
        if media_type.contains('/') {
            self.media_type = media_type;
        } else if !media_type.is_empty() {
            self.media_type = format!("{media_type}/");
        }
        self.type_parameters = type_parameters;
        self.disposition = disposition;
        self.transfer_encoding = transfer_encoding;
    }

    fn type_parameter(&self, name: &str) -> Option<&[u8]> {
        get(&self.type_parameters, name)
    }

    /// What parts a multipart body.
    pub(super) fn boundary(&self) -> Option<Vec<u8>> {
        self.type_parameter("boundary").map(|b| b.trim_ascii_end().to_vec()).filter(|b| !b.is_empty())
    }

    /// The charset that the part says it is in.
    pub(super) fn charset(&self) -> Option<String> {
        self.type_parameter("charset").map(|value| String::from_utf8_lossy(value).into_owned())
    }

    /// Whether a mail program shows the part with the text.
    pub(super) fn is_shown(&self) -> bool {
        self.disposition.0 != "attachment"
    }

    /// The name of an attachment, or of a part of a saved page.
    pub(super) fn file_name(&self) -> Option<String> {
        let named = get(&self.disposition.1, "filename").or_else(|| self.type_parameter("name"));
        if let Some(name) = named.map(decode_words).filter(|name| !name.trim().is_empty()) {
            return Some(name);
        }
        let location = self.all.iter().find(|header| header.name.eq_ignore_ascii_case("content-location"))?;
        let path = location.value.split(|&b| matches!(b, b'?' | b'#')).next().unwrap_or_default();
        let last = path.rsplit(|&b| b == b'/').next().unwrap_or_default();
        Some(decode_words(&transfer::unpercent(last))).filter(|name| !name.trim().is_empty())
    }

    /// S/MIME and PGP: the part, and all in it, is for one reader.
    pub(super) fn is_encrypted(&self) -> bool {
        match self.media_type.as_str() {
            "multipart/encrypted" => true,
            "application/pkcs7-mime" | "application/x-pkcs7-mime" => {
                let kind = self.type_parameter("smime-type").unwrap_or(b"enveloped-data");
                kind.eq_ignore_ascii_case(b"enveloped-data")
                    || kind.eq_ignore_ascii_case(b"authenveloped-data")
            }
            _ => false,
        }
    }
}

fn get<'p>(parameters: &'p [(String, Vec<u8>)], name: &str) -> Option<&'p [u8]> {
    parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_slice())
}

/// `type; key=value; key="quoted"; key*=charset''%E6; key*0=long; key*1=er`: the type in lower
/// case, keys in lower case without their stars, values as bytes or as encoded words.
fn parameters(value: &[u8]) -> (String, Vec<(String, Vec<u8>)>) {
    let mut pieces = split_unquoted(value).into_iter();
    let first = pieces.next().unwrap_or_default();
    let main = String::from_utf8_lossy(first.trim_ascii()).to_ascii_lowercase();
    let main = main.split(|c: char| c.is_whitespace()).next().unwrap_or_default().to_owned();
    let mut found: Vec<(String, Vec<u8>)> = Vec::new();
    let mut charsets: Vec<(String, String)> = Vec::new();
    for piece in pieces {
        let Some(equals) = piece.iter().position(|&b| b == b'=') else { continue };
        let (key, value) = piece.split_at(equals);
        let value = unquoted(value.get(1..).unwrap_or_default().trim_ascii());
        let key = String::from_utf8_lossy(key.trim_ascii()).to_ascii_lowercase();
        let extended = key.ends_with('*');
        let name = key.split('*').next().unwrap_or_default().to_owned();
        let first = !found.iter().any(|(key, _)| *key == name);
        let value = match extended {
            true => {
                let mut parts = value.splitn(3, |&b| b == b'\'');
                let tagged = (parts.next(), parts.nth(1));
                match tagged {
                    (Some(charset), Some(text)) if first => {
                        charsets.push((name.clone(), String::from_utf8_lossy(charset).into_owned()));
                        transfer::unpercent(text)
                    }
                    _ => transfer::unpercent(&value),
                }
            }
            false => value,
        };
        match found.iter_mut().find(|(key, _)| *key == name) {
            Some((_, whole)) if key.contains('*') => whole.extend_from_slice(&value),
            Some(_) => {}
            None => found.push((name, value)),
        }
    }
    for (name, charset) in charsets {
        if let Some((_, value)) = found.iter_mut().find(|(key, _)| *key == name) {
            *value = encoding::decode_labelled(value, Some(&charset)).best.text.into_bytes();
        }
    }
    (main, found)
}

/// Cuts at the semicolons outside of quotation marks.
fn split_unquoted(value: &[u8]) -> Vec<&[u8]> {
    let (mut pieces, mut start, mut quoted, mut escaped) = (Vec::new(), 0, false, false);
    for (at, &byte) in value.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b';' if !quoted => {
                pieces.extend(value.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    pieces.extend(value.get(start..));
    pieces
}

fn unquoted(value: &[u8]) -> Vec<u8> {
    let Some(inner) = value.strip_prefix(b"\"") else { return value.to_vec() };
    let mut out = Vec::with_capacity(inner.len());
    let mut bytes = inner.iter();
    while let Some(&byte) = bytes.next() {
        match byte {
            b'"' => break,
            b'\\' => out.extend(bytes.next()),
            _ => out.push(byte),
        }
    }
    out
}

/// Text with its encoded words resolved (`=?gb2312?B?...?=`). Neighbours in one charset are decoded
/// together, since mailers cut characters in half between them; all else is read in whatever
/// encoding it is.
fn decode_words(value: &[u8]) -> String {
    let mut out = String::new();
    let mut word: Option<(String, Vec<u8>)> = None;
    let mut rest = value;
    let flush = |word: &mut Option<(String, Vec<u8>)>, out: &mut String| {
        if let Some((charset, bytes)) = word.take() {
            out.push_str(&encoding::decode_labelled(&bytes, Some(&charset)).best.text);
        }
    };
    loop {
        let start = rest.windows(2).position(|pair| pair == b"=?");
        let found = start.and_then(|at| Some((at, encoded_word(rest.get(at..)?)?)));
        let Some((at, (charset, bytes, length))) = found else {
            // A mark without a word behind it is text, and a word may follow.
            let plain = start.map_or(rest.len(), |at| at + 2);
            let (head, tail) = rest.split_at(plain);
            flush(&mut word, &mut out);
            out.push_str(&encoding::decode(head).best.text);
            rest = tail;
            if tail.is_empty() {
                return out;
            }
            continue;
        };
        let between = rest.get(..at).unwrap_or_default();
        match &mut word {
            Some((last, all)) if between.trim_ascii().is_empty() && last.eq_ignore_ascii_case(&charset) => {
                all.extend(bytes);
            }
            _ => {
                let spaced = word.is_some() && between.trim_ascii().is_empty();
                flush(&mut word, &mut out);
                if !spaced {
                    out.push_str(&encoding::decode(between).best.text);
                }
                word = Some((charset, bytes));
            }
        }
        rest = rest.get(at + length..).unwrap_or_default();
    }
}

/// The charset, the bytes and the length of the encoded word at the start of `text`.
fn encoded_word(text: &[u8]) -> Option<(String, Vec<u8>, usize)> {
    let mut fields = text.get(2..)?.splitn(3, |&b| b == b'?');
    let (charset, kind, rest) = (fields.next()?, fields.next()?, fields.next()?);
    let end = rest.windows(2).position(|pair| pair == b"?=")?;
    let payload = rest.get(..end)?;
    let bytes = match kind {
        b"B" | b"b" => base64::decode(payload),
        b"Q" | b"q" => {
            let spaced: Vec<u8> = payload.iter().map(|&b| if b == b'_' { b' ' } else { b }).collect();
            let mut bytes = Vec::new();
            transfer::unquote(&spaced, &mut bytes);
            bytes
        }
        _ => return None,
    };
    // A language may follow the charset.
    let charset =
        String::from_utf8_lossy(charset.split(|&b| b == b'*').next().unwrap_or_default()).into_owned();
    Some((charset, bytes, 2 + charset_length(text)? + kind.len() + 2 + end + 2))
}

fn charset_length(text: &[u8]) -> Option<usize> {
    text.get(2..)?.iter().position(|&b| b == b'?')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(headers: &str) -> Option<String> {
        split(headers.as_bytes()).0.file_name()
    }

    #[test]
    fn encoded_words() {
        assert_eq!(decode_words(b"=?utf-8?B?5py65a+G?= plain =?utf-8?Q?=E6=9C=BA_x?="), "机密 plain 机 x");
        // 机密 in GB 2312, cut in the middle of 密.
        assert_eq!(decode_words(b"=?gb2312?B?u/rD?=\t =?GB2312?B?3A==?="), "机密");
        assert_eq!(decode_words(b"=?big5?B?vvexSw==?= =?utf-8?B?5py6?="), "機密机");
        assert_eq!(decode_words(b"a =?x b =?utf-8?B?5py6?="), "a =?x b 机");
        assert_eq!(decode_words("内部资料 raw".as_bytes()), "内部资料 raw");
    }

    #[test]
    fn names_of_attachments() {
        assert_eq!(
            name("Content-Disposition: attachment; filename=\"=?gbk?B?u/rD3A==?=.doc\"\n"),
            Some("机密.doc".into())
        );
        assert_eq!(
            name("Content-Disposition: attachment;\r\n filename*=gb18030''%BB%FA%C3%DC.doc\n"),
            Some("机密.doc".into())
        );
        assert_eq!(
            name(
                "Content-Disposition: attachment; filename*0*=utf-8''%E6%9C%BA; filename*1=\"x;y\"; filename*2*=%E5%AF%86\n"
            ),
            Some("机x;y密".into())
        );
        assert_eq!(name("Content-Type: image/png; name=a.png\n"), Some("a.png".into()));
        assert_eq!(name("Content-Location: http://x/y/%E6%9C%BA.css?v=1\n"), Some("机.css".into()));
        assert_eq!(name("Content-Type: text/plain\n"), None);
    }

    #[test]
    fn header_and_body() {
        let (headers, body) =
            split(b"Subject: a\r\n b\r\nContent-Type: TEXT/Html; Charset=\"GB2312\"\r\n\r\nbody\r\n");
        assert_eq!(headers.all.len(), 2);
        assert_eq!(headers.all[0].text(), "a b");
        assert_eq!(
            (headers.media_type.as_str(), headers.charset().as_deref()),
            ("text/html", Some("GB2312"))
        );
        assert_eq!(body, b"body\r\n");
        let (headers, body) = split("没有信头\n".as_bytes());
        assert!(headers.all.is_empty());
        assert_eq!(body, "没有信头\n".as_bytes());
    }
}
