//! Archives and mail through the whole pipeline: what is inside is found under its inner name, what
//! lies or can't be read is a gap, and nothing takes long.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

#[path = "support/package.rs"]
mod package;

use std::io::Write as _;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use encoding_rs::{BIG5, GB18030};
use mijian::document::Document;
use mijian::finding::{Screening, Verdict};
use mijian::limits::{GapKind, Limits};
use mijian::policy::Policy;
use mijian::rules::RuleSet;
use mijian::screen::Screener;
use package::package;

const MARKED: &str = "机密★20年\n关于进一步做好有关工作的通知\n";
const HARMLESS: &str = "关于做好春季植树工作的通知\n各科室：现将有关事项通知如下。\n";
/// Time that no document of these tests may take in a build without optimisation.
const PATIENCE: Duration = Duration::from_secs(60);

/// Archives by py7zr, streams by Python's own modules and zstd: two texts, the second one marked,
/// and an empty file; in the streams the marked one alone.
const ARCHIVES: [(&str, &str); 13] = [
    (
        "lzma2",
        "\
    N3q8ryccAAQTuRB01wAAAAAAAAAVAAAAAAAAAJPdAq3gAGEAUF0AcqFSbkX/4hGadjkflI5Bo3RNE0SbKZj9zO+Q2hDp3BE8RVoh\
    jyEUU6iKLM+2ZThxtlz+WlRHK7PdkU3DDWXhmVY9qANN7FE+hRtSrHADqAAA4ACcAHddAACBMweuD9Moqf1Au5RkHH7rYmP2uZeS\
    Kt430eyW/YpizJbjzkM+9VBx+eskGuSebxSFu4+GNQcZBxkx34cREgd/VjRcQMOL5Nev1TRlkZ3Lv/Lieh4HMJ/mGThPiZptihAH\
    beJrvlD2kL+PWjVlMra2J5htAAAAABcGWAEJfwAHCwEAASEhARgMgJ0AAA==",
    ),
    (
        "bcj",
        "\
    N3q8ryccAAQfH1rc3wAAAAAAAAAWAAAAAAAAADuWCzYAcqFSbkX/4hGadjkflI5Bo3RNE0SbKZj9zO+Q2hDp3BE8RVohjyEUU6iK\
    LM+2ZThxtlz+WlRHK7PdkU3DDWXhmVY9qANN7FE+hRtSrIskB///8okAAOAAqACBXQAAgTMHrg/TDtt9QLuUZC1pJjIeSf5dZfp+\
    31vLLjyPCzPvn1JrN8VJRrjMXh0CNS2K7Q8GpL/F2e1uDUE43oU2E6+00JPZUgODh3I+bAA3OeYV/alnCLGzSZAr+1jxkTn58fmC\
    vHvBvgTaMRJm7jmMFRAJno7EpM+ka21eZhL8AAAAFwZWAQmAiQAHCwEAASEhARgMgKkAAA==",
    ),
    (
        "bzip2",
        "\
    N3q8ryccAAQpS4FM8AAAAAAAAAAVAAAAAAAAABUFm5VCWmg5MUFZJlNZ6J5HeQAAJch5ABBQAGcjIFzOAozyl+AgAFQlU9QAAAAB\
    jUEqmTIADTQaAMg3RCpvjZ4wYmLXF3I7yHo0aQUQFie0dFg8VdGtGLzXxyIXoai9tUhGp4M5IN43M0JXLxcUFSn4u5IpwoSHRPI7\
    yOAAlABxXQAAgTMHrg/UuK0lQhX2ryvLdvZMSWd0BtWremY/MM7eiGZGkUJwvJ4cY+x1BjLHjBFJr9Iit9GiEQ6lmAVEF43f+UVN\
    Cil+H9aLvVsr/qtPgvh5NteGPZMCTSLXsix6+Yq+KzRcu488Xc9ddMEJiAAAAAAXBncBCXkABwsBAAEhIQEYDICVAAA=",
    ),
    (
        "deflate",
        "\
    N3q8ryccAATnIDRnzAAAAAAAAAAVAAAAAAAAAON+d1p72rr5ya6+p42zni7d+2zG0qdrFz9b0vtswcSn25c+2Tvn+ayWlw2zns9f\
    yvVszq6n69sezWg1Mni6cwvXU7C2F/tnP9nR8GztUqj+OZ1AcXSdAOAAlABxXQAAgTMHrg/S6CW9QMCQzuXLMp8S1Vljw5k1BxCI\
    UDJf/HPs3tNVe1xvpxv5eYcAlr/rfXY/2PckCXo62KQAwAgFCWt7+L82vgty0BNNY/Z1nQP9FnPztsNMM+hBvwornVHfcBeIwxzh\
    A4harKk0dAAAAAAXBlMBCXkABwsBAAEhIQEYDICVAAA=",
    ),
    (
        "zstd",
        "\
    N3q8ryccAATGDenn3gAAAAAAAAAWAAAAAAAAAAJ7+nootS/9AFiVAgBUBOWFs+S6juWBmuWlveaYpeWto+akjeagkeW3peS9nOea\
    hOmAmuefpQrmnLrlr4bimIUyMOW5tArov5vkuIDmraWcieWFswMAXZEeQj6nBwUF4ACgAHtdAACBMweuD9NPX71AwJDTZw7yZgnT\
    ZfjlVBy3YQeWiT2Q5uoQ44emqBqDYo5n8C8FP7/Z/qImyaBk/xTvQBpRNjV7QvpAI2EEISjHAZprjMHWAG6sQX/zujMKpL18UfEq\
    1dpRFG5pZUqASFpBkmBK4Nbe3NVzzo4UWAAAAAAXBlsBCYCDAAcLAQABISEBGAyAoQAA",
    ),
    (
        "copy",
        "\
    N3q8ryccAAR8zB933AAAAAAAAAAVAAAAAAAAADP+gZjlhbPkuo7lgZrlpb3mmKXlraPmpI3moJHlt6XkvZznmoTpgJrnn6UK5py6\
    5a+G4piFMjDlubQK5YWz5LqO6L+b5LiA5q2l5YGa5aW95pyJ5YWz5bel5L2c55qE6YCa55+lCuAAmAByXQAAgTMHrg/TqbJ9QMCQ\
    8a3BUq85HrhwY17qAQDPWKp1YNGUW8UKBmVXcSyFPrGekbgpuWm8arFxUryuwKONSe2ms1qRpx7O75u11Agtv9ZT2jOykwRZHPG9\
    1iF6SAAT/d9f0RZfURgP2oUImvThJmwAAAAAFwZiAQl6AAcLAQABISEBGAyAmQAA",
    ),
    (
        "ppmd",
        "\
    N3q8ryccAATPbxNkyAAAAAAAAAAWAAAAAAAAAOs1LDEA5J6DeFJcQ5/G8o+CtniXzyttLQ8bpQ/KVJ36yjP6ObXgrsqfEanVwWy8\
    jsn/sFcxXLbowK0wcUmXBrc3pNuGphtFY8iXvQDgAJwAeF0AAIEzB64P0lo1/UDAkNNDxSotA6AQdp+6Q6Zt8GRkfstPQpYRGF7R\
    1XWL0AzegWGm1VWncMZA8RDCoLOTEBCW5l4b4jdpe/BQZCsDmDaglxZSWrOcKlLY1dawr29G1WRriDDf5aEbiAqnaSfsHWG5CF3f\
    EMvIAAAAABcGSAEJgIAABwsBAAEhIQEYDICdAAA=",
    ),
    (
        "aes",
        "\
    N3q8ryccAAQ9Nh30/gAAAAAAAAAWAAAAAAAAAFuV6k/mHTaHGDKZmfHmRC8eauUEiUQY7f9TRo1cK/6lLBQtwMD2hvgg7SXlfyor\
    4KA3wqLPfgOvHQJfJZOEZfKOozvKgKcpgNa+oI/1EtDTNOeZOBqZ/iwmgks1kiIF7HYw53/gALgAll0AAIEzB64P05AmXGkx3zj7\
    6IwqEJAWijnetCyX9my5j5nd8Cf+PofK0uuDXI0C3YV4GBErJGbarZSt/on0sYWRNf2fFOWO99MH/YVsEjbVND6wZ/DdMrTdQbGp\
    HB1Xj1zaO1tRftgo+axzfIkBqDLGRcNciRMunbMPAO3lHJ0VXejdAzZQC1HpE+6veHb5exbn7w+QAAAAABcGYAEJgJ4ABwsBAAEh\
    IQEYDIC5AAA=",
    ),
    (
        "aesheader",
        "\
    N3q8ryccAASHqs85IAEAAAAAAAAqAAAAAAAAAITxOaTwoX8BOKpmPHtpoIuNUZb9SpXudH+Ca4es0+J2QpDEBfu6hgNQDvfNWcYZ\
    GOWUR7KRJFD0JHN5uOyujxdspg0qkOgGkaNF+Z6N04WBM6FLPS14x/IKZO2U7QUJi5NMaXX2h5QOGtP3lVBSv7ohsLZtI6gHK5nd\
    4/ilxd4yi3TLpI3kGloXWsAX3HZiynw9UIn+utycAcXFcwMxAera/fDIfHE0RmdA6GKhXSmnnUrnmo2mNwcBSuwk14HRNZcIWIMr\
    vHgrL29AMChP1tsRarqnVjN+x9Q/pZBheSBZx8M5oAklhbvlkdb6SYU12WquTqrEsj0a3ipczQE+wEhIkAYc5UpS4LyJFKP7OIU3\
    b6EYi5BcYjAKxOUvLE7dbLTTJlsXBmABCYDAAAcLAQABJAbxBwESUw8NFQy/lqSHyfSqd561ipZ7DIC5AAA=",
    ),
    (
        "xz",
        "\
    /Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQA55py65a+G4piFMjDlubQK5YWz5LqO6L+b5LiA5q2l5YGa5aW95pyJ5YWz5bel5L2c\
    55qE6YCa55+lCgAAAFLlxkQ9GZ0EAAFSOk9TB24ftvN9AQAAAAAEWVo=",
    ),
    (
        "xzf",
        "\
    /Td6WFoAAArh+wyhAwIDAQEEACEBFgAAgJg4zAEAOeac1En1oTMSo5qrs4nPUTF7zl8Hqi4xsyUdnC4tvzjctWQL2EHfo0n8zmAE\
    wC0YuCr+nU/8sWcFvmsAAAA68QH1LA80uIrUhWJbyLxfh2hgg3WDjJ17ruXqZLmkpgABbjqwKvQdGJtLmgEAAAAAClla",
    ),
    (
        "bz2",
        "\
    QlpoOTFBWSZTWSy+MvQAABpIeQAQUABnIQBcggKM8pfgIABUYwJhGmAAART0mQAek0aNHkykifg00InB1KhrGKKFYe5od1vAVcoj\
    uM2NWeBrTuGXlj95vfBdyRThQkCy+MvQ",
    ),
    (
        "zst",
        "\
    KLUv/QRo0QEA5py65a+G4piFMjDlubQK5YWz5LqO6L+b5LiA5q2l5YGa5aW95pyJ5YWz5bel5L2c55qE6YCa55+lCkPmC4c=",
    ),
];

fn screener(limits: Limits) -> Screener {
    Screener::new(RuleSet::builtin().unwrap(), Policy::default(), limits, jiff::civil::date(2025, 6, 1))
}

fn screen_with(screener: &Screener, name: &str, bytes: &[u8]) -> Screening {
    let start = Instant::now();
    let screening = screener.screen(&Document::new(name, bytes));
    assert!(start.elapsed() < PATIENCE, "{name} took {:?}", start.elapsed());
    screening
}

fn screen_as(name: &str, bytes: &[u8]) -> Screening {
    static SCREENER: LazyLock<Screener> = LazyLock::new(|| screener(Limits::default()));
    screen_with(&SCREENER, name, bytes)
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
    let screening = screen(&package(&[("a.txt", HARMLESS.as_bytes()), ("b/", b"")]));
    assert_eq!((screening.verdict, gaps(&screening)), (Verdict::Pass, vec![]));
    let empty = screen(&package(&[]));
    assert_eq!((empty.verdict, gaps(&empty)), (Verdict::Pass, vec![]));
}

#[test]
fn names_of_folders_and_of_unreadable_entries_are_text() {
    let screening = screen(&package(&[("绝密★30年 会议材料/a.txt", HARMLESS.as_bytes())]));
    assert_eq!(found_in(&screening), ["绝密★30年 会议材料/a.txt"]);
    let screening = screen(&package(&[("绝密★30年 会议材料/", b"")]));
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
    // The entry reaches to the end of the file, so the directory is part of it: an archive again.
    let screening = screen(&archive.finish());
    assert_eq!(found_in(&screening), ["a.txt!prefix"]);
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
        bytes = package(&[("x", &bytes)]);
    }
    let screening = screen(&bytes);
    assert_eq!(gaps(&screening), [(GapKind::Limit, ["x"; 7].join("!"))]);
    assert_eq!(screening.unread[0].gap.detail, "depth 6");
    assert_eq!(screening.verdict, Verdict::Review);
    let mut bytes = MARKED.as_bytes().to_vec();
    for _ in 0..6 {
        bytes = package(&[("x", &bytes)]);
    }
    assert_eq!(found_in(&screen(&bytes)), [["x"; 6].join("!")]);
}

#[test]
fn bombs_that_fan_out_are_limits() {
    // 16 archives of 16 files of 4 MiB: a gigabyte in half a megabyte.
    let zeros = vec![0; 4 << 20];
    let files: Vec<(String, &[u8])> = (0..16).map(|n| (format!("{n}"), zeros.as_slice())).collect();
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    let inside = package(&files);
    let archives: Vec<(String, &[u8])> = (0..16).map(|n| (format!("{n}.zip"), inside.as_slice())).collect();
    let archives: Vec<(&str, &[u8])> = archives.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    let limits = Limits { inflated: 16 << 20, ..Limits::default() };
    let screening = screen_with(&screener(limits), "sample", &package(&archives));
    assert_eq!(screening.verdict, Verdict::Review);
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
    let screening = screen_with(&screener(limits), "sample", &archive.finish());
    assert_eq!(screening.verdict, Verdict::Review);
    assert_eq!(screening.unread[0].gap.detail, "more than 16777216 inflated bytes");
}

#[test]
fn what_stands_in_front_of_an_archive_is_read_too() {
    let mut bytes = b"MZ\x90\0\x03\0\0\0 unpacks itself".to_vec();
    bytes.extend(package(&[("a.txt", MARKED.as_bytes())]));
    let screening = screen_as("setup.exe", &bytes);
    assert_eq!(&*screening.file_type, "zip");
    assert_eq!(found_in(&screening), ["a.txt"]);
    assert_eq!(gaps(&screening), [(GapKind::Unsupported, "prefix".to_owned())]);
}

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base64(bytes: &[u8]) -> String {
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
}

fn unbase64(text: &str) -> Vec<u8> {
    let digits = text.bytes().filter_map(|b| DIGITS.iter().position(|&digit| digit == b));
    let bits: Vec<usize> = digits.flat_map(|digit| (0..6).rev().map(move |bit| digit >> bit & 1)).collect();
    let bytes = bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |value, bit| value << 1 | bit));
    bytes.map(|byte| u8::try_from(byte).unwrap()).collect()
}

fn archive(name: &str) -> Vec<u8> {
    unbase64(ARCHIVES.iter().find(|(known, _)| *known == name).unwrap().1)
}

#[test]
fn a_mail_with_everything() {
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
        attachment = base64(&package(&[("会议.txt", MARKED.as_bytes())])),
    );
    let screening = screen_as("x.eml", mail.as_bytes());
    assert_eq!(&*screening.file_type, "eml");
    assert_eq!(gaps(&screening), []);
    let marks: Vec<(String, &str, String)> = screening
        .findings
        .iter()
        .filter(|f| f.rule.starts_with("mark."))
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
    let warned =
        |f: &mijian::finding::Finding| &*f.rule == "internal.warning" && f.matched.starts_with("内部资料");
    assert!(screening.findings.iter().any(warned), "{:?}", screening.findings);
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
    assert_eq!((&*screening.file_type, found_in(&screening)), ("mht", vec!["body.html".to_owned()]));
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

#[test]
fn seven_zip_with_every_method() {
    for method in ["lzma2", "bcj", "bzip2", "deflate", "zstd", "copy", "ppmd"] {
        let screening = screen(&archive(method));
        assert_eq!(&*screening.file_type, "7z");
        assert_eq!(
            (found_in(&screening), gaps(&screening)),
            (vec!["附件/会议材料.txt".to_owned()], vec![]),
            "{method}"
        );
    }
    let screening = screen(&archive("aes"));
    assert!(kinds(&screening).iter().all(|&found| found == GapKind::Encrypted));
    assert!(screening.unread[1].gap.detail.contains("会议材料.txt"));
    assert_eq!(kinds(&screen(&archive("aesheader"))), [GapKind::Encrypted]);
}

#[test]
fn streams_and_what_stands_behind_them() {
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all(MARKED.as_bytes()).unwrap();
    let gz = gz.finish().unwrap();
    for (name, bytes) in [
        ("gz", gz),
        ("xz", archive("xz")),
        ("xz", archive("xzf")),
        ("bz2", archive("bz2")),
        ("zst", archive("zst")),
    ] {
        let screening = screen(&bytes);
        assert_eq!(&*screening.file_type, name);
        assert_eq!((found_in(&screening), gaps(&screening)), (vec!["content".to_owned()], vec![]), "{name}");
        let padded = [&bytes[..], &[0; 8]].concat();
        assert_eq!(gaps(&screen(&padded)), [], "{name}");
        let behind = [&bytes[..], b"something else"].concat();
        assert_eq!(kinds(&screen(&behind)), [GapKind::Damaged], "{name}");
        let cut = &bytes[..bytes.len() - bytes.len() / 3];
        assert!(kinds(&screen(cut)).contains(&GapKind::Damaged), "{name}");
        // Two streams are one document.
        let twice = [&bytes[..], &bytes].concat();
        let screening = screen(&twice);
        assert_eq!((screening.unread.len(), screening.verdict), (0, Verdict::Block), "{name}");
    }
}

#[test]
fn a_stream_tells_the_name_of_its_document() {
    let name = GB18030.encode("绝密★30年.txt").0.into_owned();
    let gz = flate2::GzBuilder::new().filename(name).comment("内部资料，注意保存");
    let mut gz = gz.write(Vec::new(), flate2::Compression::default());
    gz.write_all(HARMLESS.as_bytes()).unwrap();
    let screening = screen(&gz.finish().unwrap());
    assert_eq!(found_in(&screening), ["", "绝密★30年.txt"]);
}

fn tar_entry(name: &[u8], kind: u8, data: &[u8]) -> Vec<u8> {
    let mut block = vec![0; 512];
    block[..name.len()].copy_from_slice(name);
    block[124..135].copy_from_slice(format!("{:011o}", data.len()).as_bytes());
    block[156] = kind;
    block[257..265].copy_from_slice(b"ustar\x0000");
    block[148..156].fill(b' ');
    let sum: u32 = block.iter().map(|&b| u32::from(b)).sum();
    block[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    block.extend(data);
    block.resize(block.len().next_multiple_of(512), 0);
    block
}

#[test]
fn tar_with_long_names_links_and_damage() {
    let end = vec![0; 1024];
    let gbk = GB18030.encode("附件/会议.txt").0.into_owned();
    let long = format!("{}/长名.txt\0", "d/".repeat(60));
    let pax = "27 path=很长的名字.txt\n";
    let whole = [
        tar_entry(b"plain/", b'5', b""),
        tar_entry("绝密★30年/".as_bytes(), b'5', b""),
        tar_entry(&gbk, b'0', MARKED.as_bytes()),
        tar_entry(b"././@LongLink", b'L', long.as_bytes()),
        tar_entry(b"short", b'0', MARKED.as_bytes()),
        tar_entry(b"pax", b'x', pax.as_bytes()),
        tar_entry(b"short", b'0', MARKED.as_bytes()),
        tar_entry(b"link", b'2', b""),
    ]
    .concat();
    let screening = screen(&[whole.clone(), end.clone()].concat());
    let long = long.trim_end_matches('\0');
    assert_eq!(found_in(&screening), ["", "附件/会议.txt", long, "很长的名字.txt"]);
    assert_eq!(gaps(&screening), []);

    // A broken header hides no other; what stands behind the end is read.
    let mut broken = whole.clone();
    broken[512 * 2 + 150] = b'8';
    let screening = screen(&[broken, end.clone(), tar_entry(b"behind", b'0', MARKED.as_bytes())].concat());
    assert_eq!(found_in(&screening), ["", long, "很长的名字.txt", "behind"]);
    assert_eq!(kinds(&screening), [GapKind::Damaged]);
    let cut = &whole[..whole.len() - 512 * 2 - 300];
    assert!(kinds(&screen(cut)).contains(&GapKind::Damaged));
}

#[test]
fn random_bytes_behind_a_right_beginning_are_never_clean() {
    let mut state = 1_u64;
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 53).to_le_bytes()[0]
    };
    let beginnings: [&[u8]; 14] = [
        b"PK\x03\x04",
        b"7z\xbc\xaf\x27\x1c\0\x04",
        b"\x1f\x8b\x08\0",
        b"BZh91AY&SY",
        b"\xfd7zXZ\0\0\x04",
        b"\x28\xb5\x2f\xfd",
        b"Rar!\x1a\x07\x01\0",
        b"MSCF\0\0\0\0",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0",
        b"GIF89a",
        b"II*\0",
        b"SQLite format 3\0",
        b"\x7fELF",
    ];
    for beginning in beginnings {
        for length in [0, 1, 30, 500, 20_000] {
            let bytes: Vec<u8> = beginning.iter().copied().chain((0..length).map(|_| random())).collect();
            let screening = screen(&bytes);
            let text = screening.file_type == "text";
            assert!(text || screening.verdict >= Verdict::Review, "{beginning:?} {length}");
        }
    }
}

#[test]
fn any_changed_byte_of_an_archive_is_survived() {
    for name in ["lzma2", "bcj", "copy", "xzf", "bz2", "zst"] {
        let whole = archive(name);
        for at in 0..whole.len() {
            let mut mutant = whole.clone();
            mutant[at] ^= 0x55;
            let screening = screen(&mutant);
            assert!(kinds(&screening).iter().all(|&kind| kind != GapKind::Crashed), "{name} {at}");
            screen(&whole[..at]);
        }
    }
}

#[test]
fn strings_of_an_unknown_binary_block_when_they_are_complete() {
    let around =
        |text: &[u8]| [b"\x00\x01\x02\xfe\xff\x00\x90".as_slice(), text, b"\x00\x80\x01\x00\xff"].concat();
    for bytes in [MARKED.as_bytes().to_vec(), GB18030.encode(MARKED).0.into_owned()] {
        let screening = screen(&around(&bytes));
        assert_eq!((&*screening.file_type, screening.verdict), ("unknown", Verdict::Block));
    }
    let bare = screen(&around("机密".as_bytes()));
    assert_eq!(bare.verdict, Verdict::Review);
    assert_eq!(kinds(&bare), [GapKind::Unsupported]);
}

#[test]
fn rare_charsets_and_kinds_of_parts() {
    let subject = format!("=?utf-8?B?{}?=", base64("绝密★30年 附件".as_bytes()));
    // UTF-7: 机密 is 0x673A 0x5BC6, ★ is 0x2605, 年 is 0x5E74.
    let mail = format!(
        "From: a@b.cn\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain; charset=utf-7\r\n\r\n+ZzpbxiYF-20+XnQ-\r\n\
         --b\r\nContent-Type: text/rfc822-headers\r\n\r\nFrom: c@d.cn\r\nTo: e@f.cn\r\nSubject: {subject}\r\n\
         --b\r\nContent-Type: text/x-vcard; charset=utf-8\r\n\r\nBEGIN:VCARD\r\nVERSION:2.1\r\n\
         NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:=E7=A7=98=E5=AF=86=E2=98=85=\r\n7=E5=B9=B4\r\nEND:VCARD\r\n\
         --b--\r\n"
    );
    let screening = screen_as("x.eml", mail.as_bytes());
    let marks: Vec<(&str, &str)> = screening
        .findings
        .iter()
        .filter_map(|f| Some((f.mark.as_ref()?.level.as_str(), f.mark.as_ref()?.period.as_deref()?)))
        .collect();
    assert_eq!(marks, [("机密", "20年"), ("绝密", "30年"), ("秘密", "7年")]);
    assert_eq!(gaps(&screening), []);
}

#[test]
fn files_that_stand_for_another_in_letters_and_digits() {
    let docx = package(&[
        (
            "[Content_Types].xml",
            b"<Types><Override PartName='/x' ContentType='application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml'/></Types>",
        ),
        (
            "word/document.xml",
            "<w:document xmlns:w='w'><w:body><w:p><w:r><w:t>机密★10年</w:t></w:r></w:p></w:body></w:document>".as_bytes(),
        ),
    ]);
    let coded = base64(&docx);
    let lines: Vec<&str> =
        coded.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    let hex: String = docx.iter().map(|byte| format!("{byte:02x} ")).collect();
    let files = [
        ("a.txt", coded.clone()),
        ("a.md", lines.join("\n")),
        ("a.html", lines.join("\r\n")),
        (
            "a",
            format!("-----BEGIN CERTIFICATE-----\r\n{}\r\n-----END CERTIFICATE-----\r\n", lines.join("\r\n")),
        ),
        ("a.log", format!("data:application/octet-stream;base64,{coded}")),
        ("a.txt", hex),
        ("a.txt", "begin 644 b.txt\n.YIRZY:^&XIB%,3#EN;0*\n`\nend\n".to_owned()),
        ("a.txt", base64("机密★10年\n关于某事的通知，请各单位认真研究落实。\n".as_bytes())),
    ];
    for (name, text) in &files {
        let screening = screen_as(name, text.as_bytes());
        assert_eq!(screening.verdict, Verdict::Block, "{name}: {text}");
        assert_eq!(screening.findings[0].inner.as_deref(), Some("decoded"), "{name}");
    }
    // Keys and checksums stand for nothing that anybody reads.
    let key: Vec<u8> = (0..48_u8).map(|byte| byte.wrapping_mul(167) ^ 0x5a).collect();
    let digest: String = key[..32].iter().map(|byte| format!("{byte:02x}")).collect();
    for text in [base64(&key), digest, "password".repeat(8), "十六进制 e69cbae5af86".to_owned()] {
        assert_eq!(screen_as("key.txt", text.as_bytes()).verdict, Verdict::Pass, "{text}");
    }
}
