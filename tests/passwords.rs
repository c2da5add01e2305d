//! Encrypted archives and documents: opened where a password is at hand, a gap where none is.

#![expect(clippy::unwrap_used, reason = "a fixture that can't be built is a failed test")]

use mijian::document::Document;
use mijian::finding::{Screening, Verdict};
use mijian::limits::{GapKind, Limits};
use mijian::policy::Policy;
use mijian::rules::RuleSet;
use mijian::screen::Screener;

/// One marked text, encrypted by 7-Zip and Info-ZIP: 7z with 密码1, ZIP with mima.
const ARCHIVES: [(&str, &str); 7] = [
    (
        "7z, names too",
        "\
     N3q8ryccAAScXoBBoAAAAAAAAAAuAAAAAAAAAOYsao1pITkwkgircmYMpG3ylGJ82sMLo2VITQ3QUFoRBjamx0jxT3OAf1t6gUQi\
     EWQVICrddMKUHRQ6dj+0fWwYD4SII3rOnErunpNK0jXWsjXGbJ5TdTdTo7HaEJ16up2AdIAZkf+sFs/6vpdz3otRd+GRAVdDdT/i\
     V0IdtmNjrUa+j66GbaPf0tU4BudVOnkW29PqBtkxFUrAzuGy5rmPmBDJFwYwAQlwAAcLAQABJAbxBwESUw9U/7V/du7Io0KyJcwl\
     CwMlDGoKARmZ6UwAAA==",
    ),
    (
        "7z",
        "\
     N3q8ryccAAQwZ4GQMAAAAAAAAABqAAAAAAAAALlKK7QT1BKREr4Mi63Jz9VcG2p7TXMcEeylj5wd12g3IIpwh5un8QMjO/n/dW7U\
     3ktcQc8BBAYAAQkwAAcLAQACJAbxBwESUw/dzycUVCSAyHelKbzqn+5cISEBAAEADComAAgKAdhpndcAAAUBGQEAEQ8AGpDldy4A\
     dAB4AHQAAAAZBAAAAAAUCgEAla/ouEV/3QEVBgEAIICkgQAA",
    ),
    (
        "7z, stored",
        "\
     N3q8ryccAASA3rr6MAAAAAAAAABqAAAAAAAAAGRSdWyIM5IXG1jBKrenSTZJnZiI1u/8unxyWj9U648zFDMbqCjQ5ED5NO/Wfq6p\
     s5oGk4wBBAYAAQkwAAcLAQACJAbxBwESUw+zD8D9JOIIQz9uTvnShfHuAQABAAwmJgAICgHYaZ3XAAAFARkDAAAAEQ8AGpDldy4A\
     dAB4AHQAAAAZBAAAAAAUCgEAla/ouEV/3QEVBgEAIICkgQAA",
    ),
    (
        "zip, AES",
        "\
     UEsDBDMAAQhjAHF0fF0AAAAAQgAAACYAAAAKAAsA6YCa55+lLnR4dAGZBwACAEFFAwAAIn7Az8VgQq2INOs/DgTBpN0gbrgLztoj\
     YE1L59djBBGuzHd5ELseHdVUjiyyDpziF4BtKYDOU1jvICBavXJHzIxkUEsBAj8DMwABCGMAcXR8XQAAAABCAAAAJgAAAAoALwAA\
     AAAAAAAggKSBAAAAAOmAmuefpS50eHQKACAAAAAAAAEAGACVr+i4RX/dAQAAAAAAAAAAAAAAAAAAAAABmQcAAgBBRQMAAFBLBQYA\
     AAAAAQABAGcAAAB1AAAAAAA=",
    ),
    (
        "zip, old",
        "\
     UEsDBBQAAQgAAHF0fF3YaZ3XMgAAACYAAAAKAAAA6YCa55+lLnR4dIPc7BdQfra53vGYnBRq9kA5LOUt1jRXGNPFqvzCL7IjnrZL\
     PvxVkd/5JXESZsH6s8gYUEsBAj8DFAABCAAAcXR8XdhpndcyAAAAJgAAAAoAJAAAAAAAAAAggKSBAAAAAOmAmuefpS50eHQKACAA\
     AAAAAAEAGACVr+i4RX/dAQAAAAAAAAAAAAAAAAAAAABQSwUGAAAAAAEAAQBcAAAAWgAAAAAA",
    ),
    (
        "zip, old by Info-ZIP",
        "\
     UEsDBAoACQAAAHB0fF3YaZ3XMgAAACYAAAAKABwA6YCa55+lLnR4dFVUCQADtOYKa7TmCmt1eAsAAQQAAAAABAAAAADwrsUyXStu\
     bxTcN39AI2Sl6p/i8oCiDq5XH+aU+sBIJBTdjMoLrUmax1JfZsZT40vXl1BLBwjYaZ3XMgAAACYAAABQSwECHgMKAAkAAABwdHxd\
     2Gmd1zIAAAAmAAAACgAYAAAAAAABAAAApIEAAAAA6YCa55+lLnR4dFVUBQADtOYKa3V4CwABBAAAAAAEAAAAAFBLBQYAAAAAAQAB\
     AFAAAACGAAAAAAA=",
    ),
    (
        "zip, old, as a stream",
        "\
     UEsDBC0ACQAAAHB0fF3YaZ3X//////////8BABQALQEAEAAmAAAAAAAAADIAAAAAAAAA7XOJKnFw7KH+cFETbynHWt4s3xxU53EQ\
     TJyE5ZyYeA3dEsDiuxxMEDs7QfFphiSCEjdQSwcI2Gmd1zIAAAAAAAAAJgAAAAAAAABQSwECHgMtAAkAAABwdHxd2Gmd1zIAAAAm\
     AAAAAQAAAAAAAAABAAAAgBEAAAAALVBLBgYsAAAAAAAAAB4DLQAAAAAAAAAAAAEAAAAAAAAAAQAAAAAAAAAvAAAAAAAAAH0AAAAA\
     AAAAUEsGBwAAAACsAAAAAAAAAAEAAABQSwUGAAAAAAEAAQAvAAAAfQAAAAAA",
    ),
];

/// Numbers of a program around a marked text, by 7-Zip with BCJ2 and three LZMA streams.
const BCJ2: &str = "\
     N3q8ryccAAQsD+v6awAAAAAAAACCAAAAAAAAAEKGPtEAdGAIAXywso+68hrkwTcLx/abuz7EZJORXM3FhQR+guTk8mAH1h6ZhlUs\
     tJP6T9MT8T9qi9kXJ9o1ybZnXutmt2xDKzL5rXAAACr1mPoMAAAAAAAAAABoFMCzTcuQfFOUyKhoXMxceRbIAAEEBgAECUkHBRYA\
     BwsBAAQjAwEBBV0AEAAAIwMBAQVdABAAACMDAQEFXQAQAAAUAwMBGwQBBQAEAQMCAgYBAAwgAICOgK4ACAoB9wpQawAABQEZCQAA\
     AAAAAAAAABENAHAALgBiAGkAbgAAABQKAQCOlCK5RX/dARUGAQAggKSBAAA=";

fn screener(passwords: &[&str]) -> Screener {
    let passwords = passwords.iter().map(|&password| password.to_owned()).collect();
    let limits = Limits { passwords, ..Limits::default() };
    Screener::new(RuleSet::builtin().unwrap(), Policy::default(), limits, jiff::civil::date(2026, 6, 1))
}

fn screen(screener: &Screener, bytes: &[u8]) -> Screening {
    screener.screen(&Document::new("x", bytes))
}

fn kinds(screening: &Screening) -> Vec<GapKind> {
    screening.unread.iter().map(|unread| unread.gap.kind).collect()
}

fn unbase64(text: &str) -> Vec<u8> {
    let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let values: Vec<u32> = text
        .bytes()
        .filter_map(|byte| digits.iter().position(|&digit| digit == byte))
        .map(|value| u32::try_from(value).unwrap())
        .collect();
    let group = |four: &[u32]| {
        let bits = four.iter().enumerate().fold(0, |bits, (n, value)| bits | value << (18 - 6 * n));
        bits.to_be_bytes()[1..four.len()].to_vec()
    };
    values.chunks(4).flat_map(group).collect()
}

#[test]
fn archives_open_with_the_right_password_only() {
    let (right, none, wrong) = (screener(&["foo", "mima", "密码1"]), screener(&[]), screener(&["foo"]));
    for (name, archive) in ARCHIVES {
        let bytes = unbase64(archive);
        let opened = screen(&right, &bytes);
        assert_eq!(opened.verdict, Verdict::Block, "{name}: {:?}", opened.unread);
        assert_eq!(kinds(&opened), [], "{name}: {:?}", opened.unread);
        for wrong in [&none, &wrong] {
            let closed = screen(wrong, &bytes);
            assert!(closed.findings.is_empty(), "{name}");
            assert!(kinds(&closed).contains(&GapKind::Encrypted), "{name}: {:?}", closed.unread);
        }
        for cut in (11..bytes.len()).step_by(23) {
            assert!(screen(&right, &bytes[..cut]).verdict > Verdict::Pass, "{name} {cut}");
        }
    }
}

#[test]
fn rar_opens_with_its_password() {
    let (right, wrong) = (screener(&["foo", "密码1"]), screener(&["foo"]));
    let kinds_of_rar = [
        (rars::ArchiveVersion::Rar50, false),
        (rars::ArchiveVersion::Rar50, true),
        (rars::ArchiveVersion::Rar29, false),
    ];
    for (version, headers) in kinds_of_rar {
        let mut builder = rars::Builder::new(version)
            .password(Some("密码1".as_bytes().to_vec()))
            .header_encryption(headers);
        builder.add_bytes("通知.txt".into(), "机密★10年\n".into(), None, None).unwrap();
        builder.add_bytes(b"b.txt".to_vec(), "第二个".into(), None, None).unwrap();
        let bytes = builder.to_bytes().unwrap();
        let opened = screen(&right, &bytes);
        assert_eq!((opened.verdict, kinds(&opened)), (Verdict::Block, vec![]), "{:?}", opened.unread);
        let closed = screen(&wrong, &bytes);
        assert!(closed.findings.is_empty() && kinds(&closed).contains(&GapKind::Encrypted));
    }
}

#[test]
fn a_folder_whose_coders_form_a_tree_is_read() {
    let screener = screener(&[]);
    let bytes = unbase64(BCJ2);
    let read = screen(&screener, &bytes);
    // The file itself is a binary that nobody knows; its strings are whole.
    assert_eq!((read.verdict, kinds(&read)), (Verdict::Block, vec![GapKind::Unsupported]));
    assert_eq!(read.findings[0].inner.as_deref(), Some("p.bin"));
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 0x15;
        assert!(screen(&screener, &changed).verdict > Verdict::Pass, "{at}");
    }
}

/// Written by LibreOffice with a header 机密★10年, or a cell 机密★11年.
#[test]
fn old_documents_open_with_the_default_password_and_with_a_given_one() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    for (name, passwords, period) in [
        ("default-password.doc", &[][..], "10年"),
        ("default-password.xls", &[], "11年"),
        ("password-mima.doc", &["foo", "mima"], "10年"),
    ] {
        let opened = screen(&screener(passwords), &std::fs::read(folder.join(name)).unwrap());
        assert_eq!(kinds(&opened), [], "{name}: {:?}", opened.unread);
        assert_eq!(opened.mark.unwrap().period.as_deref(), Some(period), "{name}");
    }
    let closed = screen(&screener(&["foo"]), &std::fs::read(folder.join("password-mima.doc")).unwrap());
    assert_eq!((closed.verdict, kinds(&closed)), (Verdict::Review, vec![GapKind::Encrypted]));
}
