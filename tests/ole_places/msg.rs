//! An Outlook message made by hand with something in every place that holds text.

use super::{assert_found, compound, read, screener, wide, words};
use mijian::document::Document;
use mijian::finding::Verdict;

fn msg() -> Vec<u8> {
    let rtf = b"{\\rtf1\\ansi\\ansicpg936 RTF\\'d5\\'fd\\'ce\\'c4}";
    let stored = u32::try_from(rtf.len()).unwrap();
    let stored = [words(&[stored + 12, stored]), b"MELA".to_vec(), words(&[0]), rtf.to_vec()].concat();
    compound(&[
        ("__recip_version1.0_#00000000/__substg1.0_3001001F", wide("收件人甲")),
        ("__recip_version1.0_#00000000/__substg1.0_39FE001F", wide("jia@example.cn")),
        ("__attach_version1.0_#00000000/__substg1.0_3707001F", wide("附件名.txt")),
        ("__attach_version1.0_#00000000/__substg1.0_37010102", "附件内容".into()),
        ("__attach_version1.0_#00000001/__substg1.0_3707001F", wide("链接附件.txt")),
        ("__attach_version1.0_#00000001/__substg1.0_370D001F", wide("\\\\服务器\\密件.doc")),
        ("__properties_version1.0", vec![0; 32]),
        ("__substg1.0_0037001F", wide("主题内容")),
        ("__substg1.0_007D001F", wide("Subject: 信头内容\r\nX-A: b\r\n")),
        ("__substg1.0_0C1A001F", wide("发件人乙")),
        ("__substg1.0_0E04001F", wide("收件人丙")),
        ("__substg1.0_0E03001F", wide("抄送人丁")),
        ("__substg1.0_0E02001F", wide("密送人戊")),
        ("__substg1.0_1000001F", wide("正文内容")),
        ("__substg1.0_10090102", stored),
        ("__substg1.0_10130102", "<p>网页正文".into()),
        ("__substg1.0_3004001F", wide("备注内容")),
        ("__substg1.0_8001001F", wide("自定义属性")),
    ])
}

#[test]
fn every_place_of_an_msg() {
    let found = read(msg());
    assert_found(
        &found,
        &[
            "property subject: 主题内容",
            "property from: 发件人乙",
            "property to: 收件人丙",
            "property cc: 抄送人丁",
            "property bcc: 密送人戊",
            "property comment: 备注内容",
            "property 自定义属性",
            "property recipient: 收件人甲",
            "property recipient: jia@example.cn",
            "attribute Subject: 信头内容\nX-A: b",
            "attribute \\\\服务器\\密件.doc",
            "body 正文内容",
            "body.rtf! body RTF正文",
            "body.html! body 网页正文",
            "附件名.txt! body 附件内容",
        ],
    );
    assert!(!found.iter().any(|line| line.contains("gap")), "{found:#?}");
    let whole = msg();
    for end in (8..whole.len()).step_by(173) {
        let screening = screener().screen(&Document::new("x.msg", &whole[..end]));
        // The last entries of the table are of no sector: without them all is read.
        assert!(screening.verdict > Verdict::Pass || read(whole[..end].to_vec()) == found, "{end}");
    }
}
