//! RAR of all versions, through a reader that is told how much memory and output it may take.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use rars::{
    Archive, ArchiveMember, ArchiveReadOptions, ArchiveReader, Error, ErrorKind, ExtractionDecision,
    ExtractionErrorAction,
};

use super::Sink;
use crate::extract::Extracted;
use crate::limits::{Budget, GapKind};
use crate::read::encoding;
use crate::text::Place;

/// Bytes of memory that the decoder may take beside what it yields.
const WORKSPACE_BYTES: u64 = 128 << 20;
/// Bytes of a dictionary that is believed to be needed.
const DICTIONARY_BYTES: u64 = 64 << 20;
/// Bytes of all headers together.
const HEADER_BYTES: u64 = 16 << 20;

/// What became of the member that was opened last.
type Open = Rc<RefCell<Option<(String, Vec<u8>)>>>;

/// Reads a RAR archive.
pub(in crate::extract) fn extract(bytes: &[u8], budget: &mut Budget) -> Extracted {
    let most = budget.inflatable(bytes.len() as u64);
    let mut sink = Sink::new(budget);
    let options = ArchiveReadOptions::new()
        .with_max_header_count(u64::from(sink.budget.limits.entries) * 2)
        .with_max_header_bytes(HEADER_BYTES)
        .with_max_reader_workspace_bytes(WORKSPACE_BYTES)
        .with_rar50_dictionary_size_limit(DICTIONARY_BYTES)
        .with_max_total_output_bytes(most);
    let passwords = sink.budget.limits.passwords.clone();
    match open(bytes, options, &passwords) {
        Ok((archive, options)) => members(&archive, options, &mut sink),
        Err(error) => sink.gap(kind(&error), "rar: headers"),
    }
    sink.out
}

/// The archive, and the options with the password that opens it, if it needs one and one is at hand.
fn open<'a>(
    bytes: &[u8],
    mut options: ArchiveReadOptions<'a>,
    passwords: &'a [String],
) -> Result<(Archive, ArchiveReadOptions<'a>), Error> {
    let plain = options;
    let mut read = ArchiveReader::read_with_options(bytes, options);
    if read.as_ref().is_err_and(|error| kind(error) == GapKind::Encrypted) {
        // Old archives don't tell a wrong password from damage.
        for password in passwords {
            options.password = Some(password.as_bytes());
            if let Ok(archive) = ArchiveReader::read_with_options(bytes, options) {
                read = Ok(archive);
                break;
            }
        }
    }
    let archive = read?;
    let whole = |member: &ArchiveMember| !member.meta.is_split_before && !member.meta.is_split_after;
    let locked = archive.members().position(|member| member.meta.is_encrypted && whole(&member));
    if let (None, Some(index)) = (options.password, locked) {
        for password in passwords {
            options.password = Some(password.as_bytes());
            if archive.read_member_at_with_options(index, options).is_ok() {
                return Ok((archive, options));
            }
        }
        options = plain;
    }
    Ok((archive, options))
}

fn members(archive: &Archive, options: ArchiveReadOptions<'_>, sink: &mut Sink<'_>) {
    if let Ok(Some(comment)) = archive.comment_with_options(options) {
        sink.tell(Place::Property, &encoding::decode(&comment).best.text);
    }
    let open: Open = Rc::default();
    let sink = RefCell::new(sink);
    let refused = RefCell::new(Vec::new());
    let close = |open: &Open| {
        if let Some((name, content)) = open.borrow_mut().take() {
            let sink = &mut *sink.borrow_mut();
            sink.budget.spend_inflated(content.len() as u64);
            sink.inner(&name, content);
        }
    };
    let decide = |member: &ArchiveMember| {
        close(&open);
        let (meta, name) = (&member.meta, name(member));
        let sink = &mut *sink.borrow_mut();
        if !sink.spend_entry() {
            return Ok(ExtractionDecision::Stop);
        }
        if meta.is_directory || meta.is_redirection {
            sink.name(&name);
            return Ok(ExtractionDecision::Skip);
        }
        let locked = meta.is_encrypted && options.password.is_none();
        if locked || meta.is_split_before || meta.is_split_after {
            let kind = if locked { GapKind::Encrypted } else { GapKind::Damaged };
            refused.borrow_mut().push(name.clone());
            sink.name(&name);
            let why = if locked { "encrypted" } else { "one volume of several" };
            sink.gap(kind, format!("rar: {name}: {why}"));
            return Ok(ExtractionDecision::Skip);
        }
        *open.borrow_mut() = Some((name, Vec::new()));
        Ok(ExtractionDecision::Extract(Box::new(Member(Rc::clone(&open)))))
    };
    let failed = |member: &ArchiveMember, error: &Error| {
        let name = name(member);
        let sink = &mut *sink.borrow_mut();
        sink.name(&name);
        sink.gap(kind(error), format!("rar: {name}: compressed data"));
        Ok(ExtractionErrorAction::Continue)
    };
    let end = archive.extract_with_control_and_errors(options, decide, failed);
    let at = open.borrow().as_ref().map(|(name, _)| name.clone());
    close(&open);
    if let Err(error) = end {
        // In a solid archive everything behind a broken member is lost.
        let sink = &mut *sink.borrow_mut();
        let mut behind = false;
        for member in archive.members() {
            let name = name(&member);
            behind |= at.as_ref() == Some(&name);
            if behind || at.is_none() {
                sink.name(&name);
            }
        }
        sink.gap(kind(&error), "rar: the archive was not read to its end");
    }
}

/// What is written goes to the member that is open.
struct Member(Open);

impl Write for Member {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some((_, content)) = self.0.borrow_mut().as_mut() {
            content.extend_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn name(member: &ArchiveMember) -> String {
    let bytes = member.decoded_name(None).map_or_else(|_| member.meta.name.clone(), |name| name.into_owned());
    encoding::decode(&bytes).best.text
}

fn kind(error: &Error) -> GapKind {
    match error.kind() {
        ErrorKind::PasswordRequired | ErrorKind::BadPassword => GapKind::Encrypted,
        ErrorKind::UnsupportedFormat | ErrorKind::UnsupportedFeature => GapKind::Unsupported,
        ErrorKind::ResourceLimit => GapKind::Limit,
        _ => GapKind::Damaged,
    }
}
