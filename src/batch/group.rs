//! What one thread does with a few entries: reads them, has the documents looked into together, and
//! decides.

use std::time::Instant;

use super::Batch;
use super::crew::{Crew, Hand};
use super::queue::Queue;
use crate::document::Document;
use crate::filetype::FileType;
use crate::finding::{Screening, Unread, Verdict};
use crate::isolate::{GROUP, GROUP_BYTES, NoWorker};
use crate::limits::Gap;
use crate::screen::sha256;
use crate::source::Entry;

/// Bytes from which a document is read only once a worker is free: no more of them are held than
/// there are workers.
const LARGE_BYTES: u64 = 4 << 20;

/// Entries that are handed over together.
pub(super) struct Group<'c, 'a> {
    /// Their numbers in the listing.
    pub(super) numbers: Vec<usize>,
    read: Vec<Read>,
    /// Who looks into them; nobody where nothing has to be looked into, or where this process looks.
    hand: Option<Hand<'c, 'a>>,
}

/// An entry that has been read.
enum Read {
    /// It has been screened before.
    Known(Box<Screening>),
    New(Document),
    /// It could not be read, and why; the document is empty.
    Not(Document, Gap),
}

impl<'c, 'a> Group<'c, 'a> {
    /// Reads documents, `first` before all, until they are worth handing over, and waits for a worker;
    /// also without workers, since each group wakes the thread that answers.
    pub(super) fn read(
        batch: &Batch<'_>,
        queue: &Queue,
        first: (usize, Entry),
        crew: Option<&'c Crew<'a>>,
    ) -> Self {
        let mut group = Self { numbers: Vec::new(), read: Vec::new(), hand: None };
        let (mut documents, mut bytes) = (0, 0);
        let mut next = Some(first);
        let take = |documents| crew.map(|crew| crew.take(documents, || queue.len()));
        while let Some((number, entry)) = next {
            let read = Read::entry(batch, entry, |size| {
                if size >= LARGE_BYTES && group.hand.is_none() {
                    group.hand = take(documents + 1);
                }
            });
            if let Read::New(document) = &read {
                bytes += document.bytes.len() as u64;
            }
            documents += usize::from(!matches!(read, Read::Known(_)));
            group.numbers.push(number);
            group.read.push(read);
            let full = group.read.len() >= GROUP || bytes >= GROUP_BYTES;
            next = if full { None } else { queue.take_share(batch.threads(), group.read.len()) };
        }
        if group.hand.is_none() && documents > 0 {
            group.hand = take(documents);
        }
        group
    }

    /// The answers, in the order of the entries.
    ///
    /// # Errors
    /// No worker can be started.
    pub(super) fn screen(self, batch: &Batch<'_>) -> Result<Vec<Screening>, NoWorker> {
        let mut documents = Vec::new();
        let mut known = Vec::new();
        for read in self.read {
            known.push(match read {
                Read::Known(screening) => Ok(*screening),
                Read::New(document) => {
                    documents.push(document);
                    Err(None)
                }
                Read::Not(document, gap) => {
                    documents.push(document);
                    Err(Some(gap))
                }
            });
        }
        let seen = match self.hand {
            Some(hand) => look(hand, &documents)?,
            None => documents.iter().map(|document| batch.screener.look(document)).collect(),
        };
        let mut seen = seen.into_iter();
        let mut screenings = Vec::with_capacity(known.len());
        for known in known {
            let mut screening = match known {
                Ok(screening) => screening,
                Err(gap) => {
                    // There is one for each document: without it the next would be taken for it.
                    let mut screening = seen.next().ok_or_else(|| NoWorker("no answer".to_owned()))?;
                    match (gap, batch.cache) {
                        (Some(gap), _) => {
                            screening.sha256 = None;
                            make_unread(&mut screening, gap);
                        }
                        (None, Some(cache)) => cache.put(&screening),
                        (None, None) => {}
                    }
                    screening
                }
            };
            batch.screener.decide(&mut screening);
            screenings.push(screening);
        }
        Ok(screenings)
    }
}

impl Read {
    /// Reads an entry; `sized` is told how large it is before.
    fn entry(batch: &Batch<'_>, entry: Entry, sized: impl FnOnce(u64)) -> Self {
        let start = Instant::now();
        match entry.read_sized(batch.screener.limits().file, sized) {
            Ok(bytes) => {
                let known = batch.cache.and_then(|cache| cache.get(&entry.name, &sha256(&bytes)));
                match known {
                    Some(known) => {
                        Self::Known(Box::new(Screening { ms: start.elapsed().as_secs_f64() * 1e3, ..known }))
                    }
                    None => Self::New(Document::new(entry.name, bytes)),
                }
            }
            Err(gap) => Self::Not(Document::new(entry.name, []), gap),
        }
    }
}

/// What a worker sees. Of a document that workers fail on, the name is looked at all the same.
fn look(mut hand: Hand<'_, '_>, documents: &[Document]) -> Result<Vec<Screening>, NoWorker> {
    let seen = hand.look(documents)?;
    let whole = |(document, seen): (&Document, Result<Screening, Gap>)| {
        seen.or_else(|gap| {
            let named = hand.look(&[Document::new(&*document.name, [])])?.pop().and_then(Result::ok);
            let mut screening = named.unwrap_or_else(|| Screening::unseen(&document.name));
            screening.sha256 = Some(sha256(&document.bytes));
            screening.bytes = document.bytes.len() as u64;
            make_unread(&mut screening, gap);
            Ok(screening)
        })
    };
    documents.iter().zip(seen).map(whole).collect()
}

/// Makes what was seen of a document's name alone the answer about the document.
fn make_unread(screening: &mut Screening, gap: Gap) {
    screening.file_type = FileType::Unknown.as_str().into();
    screening.named_as = None;
    screening.no_text = false;
    screening.unread = vec![Unread { verdict: Verdict::Review, gap, inner: None }];
}
