//! Archives and mail through the whole pipeline: what is inside is found under its inner name, what
//! lies or can't be read is a gap, and nothing takes long.

use std::io::{Cursor, Write};
use std::time::{Duration, Instant};

use encoding_rs::{BIG5, GB18030};
use mijian::document::Document;
use mijian::finding::{Screening, Verdict};
use mijian::limits::{GapKind, Limits};
use mijian::policy::Policy;
use mijian::rules::RuleSet;
use mijian::screen::Screener;
use zip::write::SimpleFileOptions;

const MARKED: &str = "机密★20年\n关于进一步做好有关工作的通知\n";
const HARMLESS: &str = "关于做好春季植树工作的通知\n各科室：现将有关事项通知如下。\n";
/// Time that no document of these tests may take in a build without optimisation.
const PATIENCE: Duration = Duration::from_secs(60);

fn screen_as(name: &str, bytes: &[u8]) -> Screening {
    screen_within(Limits::default(), name, bytes)
}

fn screen_within(limits: Limits, name: &str, bytes: &[u8]) -> Screening {
    let rules = RuleSet::builtin().unwrap();
    let screener = Screener::new(rules, Policy::default(), limits, jiff::civil::date(2025, 6, 1));
    let start = Instant::now();
    let screening = screener.screen(&Document::new(name, bytes));
    assert!(start.elapsed() < PATIENCE, "{name} took {:?}", start.elapsed());
    screening
}

fn screen(bytes: &[u8]) -> Screening {
    screen_as("sample", bytes)
}

/// Inner names of what was found, without doubles.
fn found_in(screening: &Screening) -> Vec<String> {
    let blocking = screening.findings.iter().filter(|finding| finding.verdict == Verdict::Block);
    let mut names: Vec<String> = blocking.map(|finding| finding.inner.clone().unwrap_or_default()).collect();
    names.dedup();
    names
}

/// What was not read, with its inner name.
fn gaps(screening: &Screening) -> Vec<(GapKind, String)> {
    screening.unread.iter().map(|u| (u.gap.kind, u.inner.clone().unwrap_or_default())).collect()
}

fn kinds(screening: &Screening) -> Vec<GapKind> {
    screening.unread.iter().map(|unread| unread.gap.kind).collect()
}

fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A ZIP without the crate's opinions: stored entries, names as given, sizes as claimed.
struct RawZip {
    bytes: Vec<u8>,
    directory: Vec<u8>,
    count: u16,
}

struct RawEntry<'a> {
    name: &'a [u8],
    flags: u16,
    method: u16,
    data: &'a [u8],
    claimed: u32,
}

impl RawZip {
    fn new() -> Self {
        Self { bytes: Vec::new(), directory: Vec::new(), count: 0 }
    }

    fn stored(&mut self, name: &[u8], data: &[u8]) {
        let claimed = u32::try_from(data.len()).unwrap();
        self.add(&RawEntry { name, flags: 0, method: 0, data, claimed });
    }

    fn add(&mut self, entry: &RawEntry<'_>) {
        let at = u32::try_from(self.bytes.len()).unwrap();
        let mut crc = flate2::Crc::new();
        crc.update(entry.data);
        let common = |out: &mut Vec<u8>| {
            for value in [20, entry.flags, entry.method, 0, 0] {
                out.extend(value.to_le_bytes());
            }
            for value in [crc.sum(), entry.claimed, entry.claimed] {
                out.extend(value.to_le_bytes());
            }
            out.extend(u16::try_from(entry.name.len()).unwrap().to_le_bytes());
            out.extend([0, 0]);
        };
        self.bytes.extend(b"PK\x03\x04");
        common(&mut self.bytes);
        self.bytes.extend(entry.name);
        self.bytes.extend(entry.data);
        self.directory.extend(b"PK\x01\x02\x14\x00");
        common(&mut self.directory);
        self.directory.extend([0; 10]);
        self.directory.extend(at.to_le_bytes());
        self.directory.extend(entry.name);
        self.count += 1;
    }

    fn finish(mut self) -> Vec<u8> {
        let start = u32::try_from(self.bytes.len()).unwrap();
        let size = u32::try_from(self.directory.len()).unwrap();
        self.bytes.append(&mut self.directory);
        self.bytes.extend(b"PK\x05\x06\0\0\0\0");
        self.bytes.extend(self.count.to_le_bytes());
        self.bytes.extend(self.count.to_le_bytes());
        self.bytes.extend(size.to_le_bytes());
        self.bytes.extend(start.to_le_bytes());
        self.bytes.extend([0, 0]);
        self.bytes
    }
}

#[test]
fn a_marked_document_in_a_zip_is_blocked_under_its_gbk_name() {
    let mut archive = RawZip::new();
    archive.stored(&GB18030.encode("附件/会议材料.txt").0, MARKED.as_bytes());
    archive.stored(&GB18030.encode("附件/植树.txt").0, HARMLESS.as_bytes());
    let screening = screen(&archive.finish());
    assert_eq!(screening.verdict, Verdict::Block);
    assert_eq!(found_in(&screening), ["附件/会议材料.txt"]);
    assert_eq!(gaps(&screening), []);
}

#[test]
fn harmless_archives_pass() {
    let screening = screen(&zip(&[("a.txt", HARMLESS.as_bytes()), ("b/", b"")]));
    assert_eq!((screening.verdict, gaps(&screening)), (Verdict::Pass, vec![]));
    let empty = screen(&zip(&[]));
    assert_eq!((empty.verdict, gaps(&empty)), (Verdict::Pass, vec![]));
}

#[test]
fn names_of_folders_and_of_unreadable_entries_are_text() {
    let screening = screen(&zip(&[("绝密★30年 会议材料/a.txt", HARMLESS.as_bytes())]));
    assert_eq!(found_in(&screening), ["绝密★30年 会议材料/a.txt"]);
    let screening = screen(&zip(&[("绝密★30年 会议材料/", b"")]));
    assert_eq!(found_in(&screening), [""]);
    let mut archive = RawZip::new();
    let name = "绝密★30年 会议材料.docx".as_bytes();
    archive.add(&RawEntry { name, flags: 1, method: 8, data: b"0123456789abcdef", claimed: 16 });
    let screening = screen(&archive.finish());
    assert_eq!(found_in(&screening), [""]);
    assert_eq!(kinds(&screening), [GapKind::Encrypted]);
    assert!(screening.unread[0].gap.detail.contains("会议材料.docx"));
}

#[test]
fn names_are_only_names() {
    let mut archive = RawZip::new();
    for name in ["../../etc/passwd", "/etc/shadow", "C:\\windows\\x", "", "a!b.txt"] {
        archive.stored(name.as_bytes(), MARKED.as_bytes());
    }
    let screening = screen(&archive.finish());
    let expected = ["../../etc/passwd", "/etc/shadow", "C:\\windows\\x", "unnamed", "a！b.txt"];
    assert_eq!(found_in(&screening), expected);
    assert_eq!(gaps(&screening), []);
}

#[test]
fn of_two_entries_with_one_name_both_are_read() {
    let mut archive = RawZip::new();
    archive.stored(b"a.txt", HARMLESS.as_bytes());
    archive.stored(b"a.txt", MARKED.as_bytes());
    assert_eq!(found_in(&screen(&archive.finish())), ["a.txt"]);
}

#[test]
fn lying_sizes_and_lost_directories() {
    let mut archive = RawZip::new();
    archive.add(&RawEntry {
        name: b"a.txt",
        flags: 0,
        method: 0,
        data: MARKED.as_bytes(),
        claimed: u32::MAX - 1,
    });
    let screening = screen(&archive.finish());
    assert_eq!(found_in(&screening), ["a.txt"]);
    assert!(kinds(&screening).contains(&GapKind::Damaged));

    let mut archive = RawZip::new();
    archive.stored(b"a.txt", MARKED.as_bytes());
    archive.directory.clear();
    let bytes = archive.bytes;
    let screening = screen(&bytes);
    assert_eq!(found_in(&screening), ["a.txt"]);
    assert_eq!(gaps(&screening), [(GapKind::Damaged, String::new())]);
}

#[test]
fn unknown_methods_and_missing_volumes_are_gaps() {
    let mut archive = RawZip::new();
    archive.add(&RawEntry { name: b"a.txt", flags: 0, method: 98, data: b"xxxx", claimed: 4 });
    assert_eq!(kinds(&screen(&archive.finish())), [GapKind::Unsupported]);
    let mut archive = RawZip::new();
    archive.stored(b"a.txt", HARMLESS.as_bytes());
    let mut bytes = archive.finish();
    let end = bytes.len() - 22;
    bytes[end + 4] = 2;
    assert_eq!(kinds(&screen(&bytes)), [GapKind::Unsupported]);
}

#[test]
fn many_entries_end_in_a_limit() {
    let mut archive = RawZip::new();
    for number in 0..60_000_u32 {
        archive.stored(format!("{number}").as_bytes(), b"x");
    }
    let screening = screen(&archive.finish());
    assert_eq!(gaps(&screening), [(GapKind::Limit, String::new())]);
    assert_eq!(screening.unread[0].gap.detail, "more than 20000 entries");
}

#[test]
fn nesting_ends_at_its_limit() {
    let mut bytes = MARKED.as_bytes().to_vec();
    for _ in 0..50 {
        bytes = zip(&[("x", &bytes)]);
    }
    let screening = screen(&bytes);
    assert_eq!(gaps(&screening), [(GapKind::Limit, ["x"; 7].join("!"))]);
    assert_eq!(screening.unread[0].gap.detail, "depth 6");
    assert_eq!(screening.verdict, Verdict::Review);
    let mut bytes = MARKED.as_bytes().to_vec();
    for _ in 0..6 {
        bytes = zip(&[("x", &bytes)]);
    }
    assert_eq!(found_in(&screen(&bytes)), [["x"; 6].join("!")]);
}

#[test]
fn bombs_that_fan_out_are_limits() {
    // 16 archives of 16 files of 4 MiB: a gigabyte in half a megabyte.
    let zeros = vec![0; 4 << 20];
    let files: Vec<(String, &[u8])> = (0..16).map(|n| (format!("{n}"), zeros.as_slice())).collect();
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    let inside = zip(&files);
    let archives: Vec<(String, &[u8])> = (0..16).map(|n| (format!("{n}.zip"), inside.as_slice())).collect();
    let archives: Vec<(&str, &[u8])> = archives.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    let limits = Limits { inflated: 16 << 20, ..Limits::default() };
    let screening = screen_within(limits, "sample", &zip(&archives));
    assert_eq!(screening.verdict, Verdict::Review);
    assert!(screening.unread.iter().all(|unread| unread.gap.kind == GapKind::Limit));
    assert!(screening.unread.iter().any(|unread| unread.gap.detail == "more than 16777216 inflated bytes"));
}

#[test]
fn overlapping_entries_are_each_read_within_the_limits() {
    // Every entry of the directory points to the same local header.
    let mut archive = RawZip::new();
    archive.stored(b"a", &vec![b' '; 1 << 20]);
    let one = archive.directory.clone();
    for _ in 0..999 {
        archive.directory.extend(&one);
    }
    archive.count = 1000;
    let limits = Limits { inflated: 16 << 20, ..Limits::default() };
    let screening = screen_within(limits, "sample", &archive.finish());
    assert_eq!(screening.verdict, Verdict::Review);
    assert_eq!(screening.unread[0].gap.detail, "more than 16777216 inflated bytes");
}

#[test]
fn what_stands_in_front_of_an_archive_is_read_too() {
    let mut bytes = b"MZ\x90\0\x03\0\0\0 unpacks itself".to_vec();
    bytes.extend(zip(&[("a.txt", MARKED.as_bytes())]));
    let screening = screen_as("setup.exe", &bytes);
    assert_eq!(screening.file_type, "zip");
    assert_eq!(found_in(&screening), ["a.txt"]);
    assert_eq!(gaps(&screening), [(GapKind::Unsupported, "prefix".to_owned())]);
}

#[test]
fn a_mail_with_everything() {
    let base64 = |bytes: &[u8]| {
        const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut out = String::new();
        for group in bytes.chunks(3) {
            let at = |n: usize| u32::from(group.get(n).copied().unwrap_or(0));
            let bits = at(0) << 16 | at(1) << 8 | at(2);
            for n in 0..4 {
                let digit = char::from(DIGITS[(bits >> (18 - 6 * n)) as usize & 63]);
                out.push(if n > group.len() { '=' } else { digit });
            }
        }
        out
    };
    let inner_mail = format!("From: a@b\r\nSubject: inner\r\nMessage-ID: <2>\r\n\r\n{MARKED}");
    let mail = format!(
        "From: =?gb2312?B?{from}?= <a@b.cn>\r\nTo: c@d.cn\r\nMessage-ID: <1>\r\nMIME-Version: 1.0\r\n\
         Subject: =?gbk?B?{subject}?=\r\nContent-Type: multipart/mixed; boundary=\"outer\"\r\n\r\n\
         --outer\r\nContent-Type: multipart/alternative; boundary=inner\r\n\r\n\
         --inner\r\nContent-Type: text/plain; charset=gb18030\r\nContent-Transfer-Encoding: base64\r\n\r\n{text}\r\n\
         --inner\r\nContent-Type: text/html; charset=big5\r\nContent-Transfer-Encoding: base64\r\n\r\n{html}\r\n\
         --inner--\r\n\
         --outer\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment; filename*=gbk''%B8%BD%BC%FE.zip\r\n\r\n{attachment}\r\n\
         --outer\r\nContent-Type: message/rfc822\r\n\r\n{inner_mail}\r\n\
         --outer--\r\n",
        from = base64(&GB18030.encode("办公室").0),
        subject = base64(&GB18030.encode("秘密★10年 通知").0),
        text = base64(&GB18030.encode("内部资料，注意保存\n正文").0),
        html = base64(&BIG5.encode("<p>絕密★30年</p>").0),
        attachment = base64(&zip(&[("会议.txt", MARKED.as_bytes())])),
    );
    let screening = screen_as("x.eml", mail.as_bytes());
    assert_eq!(screening.file_type, "eml");
    assert_eq!(gaps(&screening), []);
    let marks: Vec<(String, &str, String)> = screening
        .findings
        .iter()
        .filter_map(|f| {
            Some((f.mark.as_ref()?.level.clone(), f.at.place.as_str(), f.inner.clone().unwrap_or_default()))
        })
        .collect();
    let expected = [
        ("秘密", "property", ""),
        ("绝密", "body", ""),
        ("机密", "body", "附件.zip!会议.txt"),
        ("机密", "body", "message-6.eml"),
    ];
    assert_eq!(marks, expected.map(|(level, place, inner)| (level.to_owned(), place, inner.to_owned())));
    assert!(screening.findings.iter().any(|f| f.matched.starts_with("内部资料")), "{:?}", screening.findings);
}

#[test]
fn encrypted_and_truncated_mail_is_unread() {
    let smime = "From: a@b\r\nSubject: x\r\nMIME-Version: 1.0\r\n\
        Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\n\
        Content-Transfer-Encoding: base64\r\n\r\nMIIB\r\n";
    assert_eq!(kinds(&screen(smime.as_bytes())), [GapKind::Encrypted]);
    let pgp =
        "From: a@b\r\nSubject: x\r\nMIME-Version: 1.0\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n";
    assert_eq!(kinds(&screen(pgp.as_bytes())), [GapKind::Encrypted]);
    let cut = "From: a@b\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n\
        --x\r\n\r\nbeginning\r\n";
    assert_eq!(kinds(&screen(cut.as_bytes())), [GapKind::Damaged]);
}

#[test]
fn a_saved_page_and_a_mailbox() {
    let page = format!(
        "From: <Saved by Blink>\r\nSnapshot-Content-Location: http://x/\r\nSubject: page\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/related; type=\"text/html\"; boundary=\"b\"\r\n\r\n\
         --b\r\nContent-Type: text/html\r\nContent-Location: http://x/\r\n\r\n<p>{MARKED}</p>\r\n\
         --b\r\nContent-Type: text/css\r\nContent-Location: http://x/a.css\r\n\r\np {{ color: red }}\r\n--b--\r\n"
    );
    let screening = screen_as("x.mht", page.as_bytes());
    assert_eq!((screening.file_type, found_in(&screening)), ("mht", vec!["body.html".to_owned()]));
    let message = format!("From a@b Mon Jun  2\nFrom: a@b\nSubject: x\nMessage-ID: <1>\n\n{HARMLESS}\n");
    let second = message.replace(HARMLESS, MARKED);
    let screening = screen((message + &second).as_bytes());
    assert_eq!(found_in(&screening), ["message-2.eml"]);
}

#[test]
fn deep_and_endless_multiparts_end() {
    let mut mail = "From: a@b\r\nSubject: x\r\nMIME-Version: 1.0\r\n".to_owned();
    for depth in 0..2000 {
        mail += &format!("Content-Type: multipart/mixed; boundary=b{depth}\r\n\r\n--b{depth}\r\n");
    }
    mail += MARKED;
    let screening = screen(mail.as_bytes());
    assert!(kinds(&screening).contains(&GapKind::Limit), "{:?}", screening.unread);
    assert_eq!(found_in(&screening), [""]);
    let many = format!(
        "From: a@b\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{}--b--\r\n",
        "--b\r\n\r\n\r\n".repeat(100_000)
    );
    assert_eq!(gaps(&screen(many.as_bytes())), [(GapKind::Limit, String::new())]);
}
