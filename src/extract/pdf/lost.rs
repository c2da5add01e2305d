//! What no cross-reference section lists: lost objects, superseded ones, bytes between objects.
//!
//! Viewers don't look there, but everything in the file goes online with it. All that listed objects
//! cover is known from reading them; the rest is walked token by token. Objects found there are read
//! through the library's own search for objects, which needs a copy of the file without
//! cross-reference sections; where a later version stands in the way, it is blanked in the copy.

use std::collections::{BTreeMap, HashSet};

use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, FromBytes, Name};

use super::around::Around;
use super::open::{MAKESHIFT, Opened};
use super::said::Said;
use super::streams::is_file;
use super::syntax::{integer, skip_space, stream_data};
use super::words::{find, is_ideograph, prose};
use crate::document::Inner;
use crate::limits::GapKind;
use crate::text::Place;

/// Bytes of copies of the file that are opened for what it lost.
const COPIED_BYTES: u64 = 512 << 20;
/// Versions of one object that are read.
const VERSIONS: usize = 16;
/// Objects that can't be parsed; behind so many nothing is looked for.
const BROKEN: usize = 256;
/// Bytes in which the second line stands.
const HEAD_BYTES: usize = 32;
/// Bytes outside all objects that are too few to be a file.
const STRAY_BYTES: usize = 256;

/// An object that was found by searching.
#[derive(Debug, Clone, PartialEq)]
struct Found {
    number: u64,
    /// Where its number stands.
    start: usize,
    /// Where its value begins, and where it ends.
    body: usize,
    end: usize,
}

/// What a walk through unknown bytes found.
#[derive(Debug, Default)]
struct Walk {
    objects: Vec<Found>,
    /// Comments and bytes that are no PDF.
    stray: Vec<(usize, usize)>,
    comments: Vec<(usize, usize)>,
    broken: usize,
}

/// What is left of `0..length` without `covered`.
fn uncovered(length: usize, covered: &mut [(usize, usize)]) -> Vec<(usize, usize)> {
    covered.sort_unstable();
    let (mut at, mut left) = (0, Vec::new());
    for &mut (start, end) in covered {
        if start > at {
            left.push((at, start.min(length)));
        }
        at = at.max(end);
    }
    if at < length {
        left.push((at, length));
    }
    left
}

fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0c | b'\r' | b' ')
}

impl Walk {
    /// Walks through `from..to` of `bytes`; objects may reach beyond `to`. Tells where it ended.
    fn region(&mut self, bytes: &[u8], from: usize, to: usize, listed: &[usize]) -> usize {
        let mut at = from;
        while at < to && self.broken < BROKEN {
            let Some(&byte) = bytes.get(at) else { break };
            let rest = bytes.get(at..).unwrap_or_default();
            if is_space(byte) {
                at += 1;
            } else if byte == b'%' {
                let end = rest.iter().position(|b| matches!(b, b'\r' | b'\n')).unwrap_or(rest.len());
                self.comments.push((at, at + end.min(to - at)));
                at += end;
            } else if byte.is_ascii_digit() {
                at = self.number(bytes, at, to, listed);
            } else if rest.starts_with(b"<<") {
                // A trailer, or a dictionary that lost its number.
                match Dict::from_bytes(rest) {
                    Some(dict) => {
                        if !dict.contains_key("Root") && !dict.contains_key("Size") {
                            self.broken += 1;
                        }
                        at += dict.data().len().max(2);
                    }
                    None => {
                        self.broken += 1;
                        at += 2;
                    }
                }
            } else {
                let end = rest.iter().position(|&b| is_space(b) || b == b'<' || b == b'%');
                let end = end.unwrap_or(rest.len()).max(1);
                let word = rest.get(..end).unwrap_or_default();
                if !is_keyword(word) {
                    match self.stray.last_mut() {
                        // Stray words between which nothing was recognised are one run.
                        Some(last) if at - last.1 < 16 => last.1 = (at + end).min(to),
                        _ => self.stray.push((at, (at + end).min(to))),
                    }
                }
                at += end;
            }
        }
        at
    }

    /// A number, perhaps the one of an object.
    fn number(&mut self, bytes: &[u8], start: usize, to: usize, listed: &[usize]) -> usize {
        let mut at = start;
        let number = integer(bytes, &mut at);
        let behind = at.max(start + 1);
        let (Some(number), Some(_)) = (number, integer(bytes, &mut at)) else { return behind };
        let keyword = skip_space(bytes, at);
        if !bytes.get(keyword..).unwrap_or_default().starts_with(b"obj") {
            return behind;
        }
        let body = skip_space(bytes, keyword + 3);
        if body >= to {
            // What the number belongs to is covered.
            return body;
        }
        let rest = bytes.get(body..).unwrap_or_default();
        match rest.first() {
            Some(b'<') if rest.starts_with(b"<<") => {
                let Some(dict) = Dict::from_bytes(rest) else {
                    self.broken += 1;
                    return body + 2;
                };
                let end = body + dict.data().len().max(2);
                let end = stream_data(bytes, end).map_or(end, |data| {
                    let tail = bytes.get(data..).unwrap_or_default();
                    find(tail, b"endstream").map_or(bytes.len(), |at| data + at + 9)
                });
                // Sections themselves need not be listed.
                let section = dict.get::<Name<'_>>("Type").is_some_and(|name| name.as_ref() == b"XRef");
                if !section {
                    self.objects.push(Found { number, start, body, end });
                }
                end
            }
            Some(b'[') => {
                let end = body + Array::from_bytes(rest).map_or(1, |array| array.data().len() + 2);
                if listed.binary_search(&start).is_err() {
                    self.objects.push(Found { number, start, body, end });
                }
                end
            }
            Some(b'(' | b'<') => {
                let end = find(rest, b"endobj").unwrap_or(rest.len());
                if listed.binary_search(&start).is_err() {
                    self.objects.push(Found { number, start, body, end: body + end });
                }
                body + end
            }
            _ => body,
        }
    }
}

fn is_keyword(word: &[u8]) -> bool {
    matches!(
        word,
        b"endobj"
            | b"endstream"
            | b"xref"
            | b"trailer"
            | b"startxref"
            | b"obj"
            | b"stream"
            | b"f"
            | b"n"
            | b"null"
            | b"true"
            | b"false"
            | b"R"
    ) || matches!(word.first(), Some(b'/' | b'+' | b'-' | b'.'))
        || word == b"endobjxref"
}

impl Around<'_, '_, '_> {
    /// Reads what no object covers that was read so far.
    pub(super) fn lost(&mut self, pdf: &Pdf, opened: &Opened<'_>, said: &mut Said) {
        let (file, sections) = (pdf.data().as_ref(), &opened.listed.offsets);
        let mut walk = Walk::default();
        walk.region(opened.junk, 0, opened.junk.len(), sections);
        self.stray(opened.junk, &walk, said);
        let mut walk = Walk::default();
        let mut reached = 0;
        for (from, to) in uncovered(file.len(), &mut self.shared.covered) {
            reached = walk.region(file, from.max(reached), to, sections);
        }
        self.stray(file, &walk, said);
        if walk.broken > 0 {
            self.shared.gaps.add(GapKind::Damaged, "objects that can't be read");
        }
        if walk.objects.is_empty() {
            return;
        }
        let mut copies = COPIED_BYTES;
        let whole = without_sections(file);
        self.copy(whole.clone(), &opened.password, None, &mut copies, said);
        // Versions of one object: the last one was seen just now.
        let mut versions: BTreeMap<u64, Vec<(usize, usize)>> = BTreeMap::new();
        for object in &walk.objects {
            versions.entry(object.number).or_default();
        }
        for object in self.all(file) {
            if let Some(list) = versions.get_mut(&object.number) {
                list.push((object.start, object.end));
            }
        }
        versions.retain(|_, list| list.len() > 1);
        let most = versions.values().map(|list| list.len() - 1).max().unwrap_or(0);
        if most > VERSIONS {
            self.shared.gaps.add(GapKind::Limit, format!("versions of an object: {VERSIONS}"));
        }
        for back in 1..=most.min(VERSIONS) {
            let mut older = whole.clone();
            for list in versions.values() {
                let hidden = back.min(list.len() - 1);
                for &(start, end) in list.iter().rev().take(hidden) {
                    older.get_mut(start..end).unwrap_or_default().fill(b' ');
                }
            }
            self.copy(older, &opened.password, Some(Place::Revision), &mut copies, said);
        }
        let covered: HashSet<usize> = self.shared.covered.iter().map(|(start, _)| *start).collect();
        let unread = |object: &&Found| {
            file.get(object.body..).unwrap_or_default().starts_with(b"<<") && !covered.contains(&object.body)
        };
        if walk.objects.iter().any(|object| unread(&object)) {
            self.shared.gaps.add(GapKind::Damaged, "objects that no section lists can't be read");
        }
    }

    /// Every object in the file, those within the data of streams left out.
    fn all(&self, file: &[u8]) -> Vec<Found> {
        let mut walk = Walk::default();
        walk.region(file, 0, file.len(), &[]);
        walk.objects
    }

    /// Opens a copy and reads what is new in it.
    fn copy(
        &mut self,
        bytes: Vec<u8>,
        password: &str,
        place: Option<Place>,
        left: &mut u64,
        said: &mut Said,
    ) {
        if *left < bytes.len() as u64 {
            self.shared.gaps.add(GapKind::Limit, format!("bytes of copies of the file: {COPIED_BYTES}"));
            return;
        }
        *left -= bytes.len() as u64;
        let pdf = Pdf::new_with_password(bytes.clone(), password).or_else(|_| {
            let mut mended = bytes;
            mended.extend_from_slice(MAKESHIFT);
            Pdf::new(mended)
        });
        match pdf {
            Ok(pdf) => {
                self.shared.turn_to(pdf.data().as_ref());
                self.sweep(&pdf, place, said);
            }
            Err(_) => self.shared.gaps.add(GapKind::Damaged, "objects that no section lists"),
        }
    }

    /// Comments, and bytes outside all objects.
    fn stray(&mut self, file: &[u8], walk: &Walk, said: &mut Said) {
        let mut last = String::new();
        for &(start, end) in &walk.comments {
            let comment = file.get(start..end).unwrap_or_default();
            if [&b"%PDF-"[..], b"%%EOF"].iter().any(|own| comment.starts_with(own)) {
                continue;
            }
            let Some(words) = comment.get(1..).and_then(prose) else { continue };
            // The second line says that the file is binary: with letters that no one reads.
            if start < HEAD_BYTES
                && !(std::str::from_utf8(comment).is_ok() && words.chars().any(is_ideograph))
            {
                continue;
            }
            // Comments that only count on say nothing new.
            let bare: String = words.chars().filter(|c| !c.is_ascii_digit()).collect();
            if bare != last {
                self.add(Place::Hidden, None, &words, said);
                last = bare;
            }
        }
        let total: usize = walk.stray.iter().map(|(start, end)| end - start).sum();
        let Some((first, _)) = walk.stray.first() else { return };
        let until = walk.stray.last().map_or(*first, |(_, end)| *end);
        for &(start, end) in &walk.stray {
            let run = file.get(start..end).unwrap_or_default();
            if is_file(run) {
                let rest = file.get(start..until).unwrap_or_default().to_vec();
                self.inner.push(Inner { name: "stray".to_owned(), bytes: rest });
                return;
            }
        }
        let mut unknown = 0;
        for &(start, end) in &walk.stray {
            let run = file.get(start..end).unwrap_or_default();
            match prose(run) {
                Some(words) => self.add(Place::Hidden, None, &words, said),
                None => unknown += run.len(),
            }
        }
        if unknown > STRAY_BYTES || total > STRAY_BYTES && unknown * 2 > total {
            self.shared.gaps.add(GapKind::Unsupported, "bytes outside all objects");
        }
    }
}

/// A copy without the way to the sections, so that all objects are searched for.
fn without_sections(file: &[u8]) -> Vec<u8> {
    const KEYWORD: &[u8] = b"startxref";
    let mut copy = file.to_vec();
    let mut at = 0;
    while let Some(found) = copy.get(at..).and_then(|rest| find(rest, KEYWORD)) {
        let start = at + found;
        copy.get_mut(start..start + KEYWORD.len()).unwrap_or_default().fill(b' ');
        at = start + KEYWORD.len();
    }
    copy
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_between_covered_stretches() {
        assert_eq!(uncovered(10, &mut [(4, 6), (0, 2), (5, 8)]), [(2, 4), (8, 10)]);
        assert_eq!(uncovered(3, &mut []), [(0, 3)]);
    }

    #[test]
    fn a_walk_finds_objects_and_stray_bytes() {
        let file = b"%PDF-1.7\n1 0 obj <</A 1>> endobj 2 0 obj [1 2] endobj 3 0 obj 5 endobj\n\
            4 0 obj <</Length 3>> stream\n9 0 obj endstream endobj xref\n0 1\n0000000000 65535 f \ntrailer <</Root 1 0 R>>\n\
            startxref 9 %%EOF\nPK\x03\x04 and more";
        let mut walk = Walk::default();
        walk.region(file, 0, file.len(), &[]);
        assert_eq!(walk.objects.iter().map(|o| o.number).collect::<Vec<_>>(), [1, 2, 4]);
        assert_eq!(walk.stray.len(), 1);
        let (start, end) = walk.stray[0];
        assert_eq!(&file[start..end], b"PK\x03\x04 and more");
        assert_eq!(walk.broken, 0);
    }
}
