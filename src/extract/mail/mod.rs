//! Mail and saved web pages (EML, MHT): headers, every part of every kind, attachments.
//!
//! Headers are properties, texts and pages are body, everything else is an inner document. Parts
//! are found by their boundaries alone, so broken nesting loses nothing; an attachment that can't
//! be decoded is read as it stands.

mod header;
mod transfer;

use header::{Header, Headers};
use transfer::Encoding;

use super::Extracted;
use crate::document::Inner;
use crate::limits::{Budget, Gap, GapKind};
use crate::read::encoding;
use crate::read::html::Page;
use crate::read::uuencode;
use crate::text::{At, Break, Place, Text, Zone};

/// Multiparts within multiparts; what is nested deeper is read as text.
const MULTIPART_DEPTH: usize = 32;
/// Lines with text at the start of a body that count as the top of the page.
const HEAD_LINES: usize = 8;
/// Bytes of a body up to which it is text of the mail; a longer one is a document within it.
const BODY_BYTES: usize = 8 << 20;
/// Bytes that may not be base64 in a part that says it is, per thousand.
const FOREIGN_PER_MILLE: usize = 5;

/// Reads a mail, several of them in one file, or a saved web page.
pub(super) fn extract(bytes: &[u8], budget: &mut Budget) -> Extracted {
    let wide = bytes.iter().take(64).any(|&b| b == 0);
    let transcoded = wide.then(|| encoding::decode(bytes).best.text);
    let bytes = transcoded.as_deref().map_or(bytes, str::as_bytes);
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = Reader { page: Page::default(), alternatives: Vec::new(), budget };
    match mailbox(bytes) {
        messages if messages.len() > 1 => {
            for (number, message) in messages.into_iter().enumerate() {
                reader.keep(format!("message-{}.eml", number + 1), message.to_vec());
            }
        }
        _ => reader.message(bytes.trim_ascii_start()),
    }
    let Reader { page, alternatives, .. } = reader;
    Extracted { text: page.text, alternatives, inner: page.inner, gaps: page.gaps, ..Extracted::default() }
}

/// The messages of a mailbox file: each begins with a line `From ` behind an empty one.
fn mailbox(bytes: &[u8]) -> Vec<&[u8]> {
    let mut messages = Vec::new();
    if !bytes.starts_with(b"From ") {
        return messages;
    }
    let (mut start, mut at, mut blank) = (0, 0, false);
    for line in bytes.split_inclusive(|&b| b == b'\n') {
        if blank && line.starts_with(b"From ") {
            messages.extend(bytes.get(start..at));
            start = at;
        }
        blank = line.trim_ascii().is_empty();
        at += line.len();
    }
    messages.extend(bytes.get(start..));
    messages
}

struct Reader<'b> {
    page: Page,
    alternatives: Vec<Text>,
    budget: &'b mut Budget,
}

impl Reader<'_> {
    fn message(&mut self, bytes: &[u8]) {
        // Parts still to be read, the next one last, with how deep they are nested.
        let mut waiting = vec![(0, bytes)];
        let mut number = 0;
        while let Some((depth, part)) = waiting.pop() {
            if number > 0 && !self.spend_entry() {
                break;
            }
            number += 1;
            let (headers, body) = header::split(part);
            for header in &headers.all {
                self.header(header);
            }
            if headers.is_encrypted() {
                self.gap(GapKind::Encrypted, format!("mail: part {number}: {}", headers.media_type));
                continue;
            }
            let is_multipart = headers.media_type.starts_with("multipart/");
            let named = headers.boundary().filter(|_| is_multipart);
            if is_multipart && named.is_none() {
                self.gap(GapKind::Damaged, format!("mail: part {number}: no boundary is named"));
            }
            let Some(boundary) = named.or_else(|| likely_boundary(body).filter(|_| is_multipart)) else {
                self.leaf(&headers, body, number);
                continue;
            };
            if depth == MULTIPART_DEPTH {
                self.gap(GapKind::Limit, format!("mail: more than {MULTIPART_DEPTH} nested multiparts"));
                self.text(body, None);
                continue;
            }
            let parts = split_parts(body, &boundary);
            if !parts.closed {
                self.gap(GapKind::Damaged, format!("mail: part {number}: the boundary is not closed"));
            }
            for outside in parts.outside {
                let text = encoding::decode(outside).best.text;
                self.page.push(At::new(Place::Hidden), text.trim(), self.budget);
            }
            waiting.extend(parts.inside.into_iter().rev().map(|part| (depth + 1, part)));
        }
    }

    fn header(&mut self, header: &Header<'_>) {
        let piece = format!("{}: {}", header.name, header.text());
        self.page.push(At::new(Place::Property), &piece, self.budget);
    }

    /// A part that holds no others.
    fn leaf(&mut self, headers: &Headers<'_>, body: &[u8], number: usize) {
        let encoding = Encoding::named(&headers.transfer_encoding);
        let name = headers.file_name();
        if encoding.least_bytes(body) as u64 > self.budget.inflated {
            let name = name.unwrap_or_else(|| format!("part-{number}"));
            return self.refuse(&name);
        }
        let decoded = transfer::decode(body, encoding);
        if decoded.foreign * 1000 > FOREIGN_PER_MILLE * body.len() {
            self.gap(GapKind::Damaged, format!("mail: part {number}: {}", headers.transfer_encoding));
            let raw = encoding::decode(body).best.text;
            self.page.push(At::new(Place::Hidden), &raw, self.budget);
        }
        let charset = headers.charset();
        match headers.media_type.as_str() {
            // Of such a length, it is read by and by.
            media_type if is_text(media_type) && decoded.bytes.len() > BODY_BYTES => {
                let end = if media_type == "text/html" { "html" } else { "txt" };
                self.keep(name.unwrap_or_else(|| format!("part-{number}.{end}")), decoded.bytes);
            }
            "text/html" if name.is_none() || headers.is_shown() => match &charset {
                Some(charset) => self.html(&decoded.bytes, charset),
                None => self.keep(name.unwrap_or_else(|| "body.html".to_owned()), decoded.bytes),
            },
            "message/rfc822" | "message/global" | "message/news" | "text/rfc822-headers" => {
                self.keep(name.unwrap_or_else(|| format!("message-{number}.eml")), decoded.bytes);
            }
            "text/x-vcard" | "text/vcard" | "text/directory" => {
                self.keep(name.unwrap_or_else(|| format!("part-{number}.vcf")), decoded.bytes);
            }
            media_type if name.is_none() && is_text(media_type) => {
                self.text(&decoded.bytes, charset.as_deref());
            }
            _ => self.keep(name.unwrap_or_else(|| format!("part-{number}")), decoded.bytes),
        }
    }

    fn html(&mut self, bytes: &[u8], charset: &str) {
        let decoded = encoding::decode_labelled(bytes, Some(charset));
        self.page.gaps.extend(decoded.best.gap());
        self.page.text.guessed |= decoded.guessed;
        self.page.read(&decoded.best.text, self.budget);
        for other in decoded.others {
            let mut reading = Page::default();
            reading.text.guessed = true;
            reading.read(&other.text, self.budget);
            self.alternatives.push(reading.text);
        }
    }

    /// A text for people, with the files that an old mailer wrote into it.
    fn text(&mut self, bytes: &[u8], charset: Option<&str>) {
        let (bytes, files) = uuencode::take(bytes);
        let decoded = encoding::decode_labelled(&bytes, charset);
        self.page.gaps.extend(decoded.best.gap());
        self.page.text.guessed |= decoded.guessed;
        if decoded.best.text.contains("-----BEGIN PGP MESSAGE-----") {
            self.gap(GapKind::Encrypted, "mail: PGP message");
        }
        for (at, lines) in laid_out(&decoded.best.text) {
            self.page.push(at, &lines, self.budget);
        }
        for other in decoded.others {
            let mut reading = Page::default();
            reading.text.guessed = true;
            for (at, lines) in laid_out(&other.text) {
                reading.push(at, &lines, self.budget);
            }
            self.page.gaps.append(&mut reading.gaps);
            self.alternatives.push(reading.text);
        }
        for (name, bytes) in files {
            if self.spend_entry() {
                self.keep(name, bytes);
            }
        }
    }

    fn keep(&mut self, name: String, bytes: Vec<u8>) {
        let size = bytes.len() as u64;
        if size > self.budget.inflated {
            return self.refuse(&name);
        }
        self.budget.spend_inflated(size);
        self.page.inner.push(Inner { name, bytes });
    }

    /// A part that there is no room for.
    fn refuse(&mut self, name: &str) {
        let most = self.budget.limits.inflated;
        self.gap(GapKind::Limit, format!("mail: {name}: more than {most} decoded bytes"));
        self.page.push(At::new(Place::Name), name, self.budget);
    }

    fn spend_entry(&mut self) -> bool {
        let left = self.budget.spend_entry();
        if !left {
            self.gap(GapKind::Limit, format!("more than {} entries", self.budget.limits.entries));
        }
        left
    }

    fn gap(&mut self, kind: GapKind, detail: impl Into<String>) {
        let gap = Gap::new(kind, detail);
        if !self.page.gaps.contains(&gap) {
            self.page.gaps.push(gap);
        }
    }
}

fn is_text(media_type: &str) -> bool {
    media_type.starts_with("text/")
        || media_type.starts_with("message/")
        || media_type.starts_with("multipart/")
}

/// The first lines of a text one by one, as the top of a page, then the rest.
fn laid_out(text: &str) -> Vec<(At, String)> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut pieces = Vec::new();
    let mut rest = text.as_str();
    let line = At::new(Place::Body).parted(Break::Line);
    for number in 0..HEAD_LINES {
        let start = rest.len() - rest.trim_start().len();
        let end = rest.get(start..).and_then(|r| r.find('\n')).map_or(rest.len(), |end| start + end);
        let (head, tail) = rest.split_at(end);
        let parted = if number == 0 || start > 1 { Break::Paragraph } else { Break::Line };
        pieces.push((
            At { zone: Some(Zone::TopLeft), ..line.parted(parted) },
            head.trim_start_matches('\n').to_owned(),
        ));
        rest = tail;
    }
    pieces.push((line, rest.trim_start_matches('\n').to_owned()));
    pieces
}

/// The boundary of a body whose header names none: its first line that looks like one.
fn likely_boundary(body: &[u8]) -> Option<Vec<u8>> {
    let mut lines = body.split(|&b| b == b'\n').map(<[u8]>::trim_ascii);
    let line = lines.find(|line| line.len() > 2 && line.starts_with(b"--"))?;
    line.get(2..).map(<[u8]>::to_vec)
}

/// The parts of a multipart body.
struct Parts<'a> {
    inside: Vec<&'a [u8]>,
    /// What stands before the first part and behind the last one.
    outside: Vec<&'a [u8]>,
    /// The closing boundary is there.
    closed: bool,
}

fn split_parts<'a>(body: &'a [u8], boundary: &[u8]) -> Parts<'a> {
    let mut parts = Parts { inside: Vec::new(), outside: Vec::new(), closed: false };
    let (mut start, mut at) = (0, 0);
    let mut inside = false;
    for line in body.split_inclusive(|&b| b == b'\n') {
        let behind = line.strip_prefix(b"--").and_then(|rest| rest.strip_prefix(boundary));
        let kind = match behind.map(<[u8]>::trim_ascii) {
            Some(b"") => Some(true),
            Some(b"--") => Some(false),
            _ => None,
        };
        if let Some(opens) = kind {
            let part = body.get(start..at).unwrap_or_default();
            if inside { &mut parts.inside } else { &mut parts.outside }.push(part);
            inside = opens;
            parts.closed |= !opens;
            start = at + line.len();
        }
        at += line.len();
    }
    let rest = body.get(start..).unwrap_or_default();
    if inside { &mut parts.inside } else { &mut parts.outside }.push(rest);
    parts.closed &= !inside;
    parts
}
