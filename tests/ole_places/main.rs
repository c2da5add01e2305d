//! Old binary documents made by hand, byte by byte, with something in every place that holds text:
//! all of it is found and says where it stood.

#![expect(clippy::unwrap_used, reason = "a test that cannot build its file has failed")]

mod msg;
mod ppt;
#[path = "../support/screened.rs"]
mod screened;

use std::collections::BTreeSet;

use mijian::document::Document;
use mijian::finding::Verdict;
use mijian::limits::GapKind;
use mijian::text::Zone;
use screened::screener;

/// The same as [`screened::read`].
fn read(bytes: Vec<u8>) -> BTreeSet<String> {
    screened::read(&bytes)
}

fn assert_found(found: &BTreeSet<String>, expected: &[&str]) {
    for expected in expected {
        assert!(found.contains(*expected), "{expected:?} is not among {found:#?}");
    }
}

fn words(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

fn halves(numbers: &[u16]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn length(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap()
}

/// Name, kind, children, stream.
type Entry<'a> = (&'a str, u8, Vec<usize>, Option<&'a [u8]>);

/// A compound file with these streams, at most one storage deep: header, directory, streams, table.
fn compound(streams: &[(&str, Vec<u8>)]) -> Vec<u8> {
    const END: u32 = 0xffff_fffe;
    const NONE: u32 = u32::MAX;
    let mut storages: Vec<&str> =
        streams.iter().filter_map(|(path, _)| Some(path.split_once('/')?.0)).collect();
    storages.dedup();
    let mut entries: Vec<Entry<'_>> = vec![("Root Entry", 5, vec![], None)];
    for storage in &storages {
        entries.push((storage, 1, vec![], None));
    }
    entries[0].2 = (1..=storages.len()).collect();
    for (path, bytes) in streams {
        let number = entries.len();
        let (parent, name) = match path.split_once('/') {
            Some((storage, name)) => (1 + storages.iter().position(|s| *s == storage).unwrap(), name),
            None => (0, *path),
        };
        entries[parent].2.push(number);
        entries.push((name, 2, vec![], Some(bytes)));
    }
    let mut next = vec![NONE; entries.len()];
    for (_, _, children, _) in &entries {
        for pair in children.windows(2) {
            next[pair[0]] = u32::try_from(pair[1]).unwrap();
        }
    }
    let directory_sectors = entries.len().div_ceil(4);
    let chain = |from: usize, count: usize| -> Vec<u32> {
        (0..count).map(|i| if i + 1 < count { u32::try_from(from + i + 1).unwrap() } else { END }).collect()
    };
    let mut table = chain(0, directory_sectors);
    let (mut directory, mut content) = (Vec::new(), Vec::new());
    for (index, (name, kind, children, bytes)) in entries.iter().enumerate() {
        let bytes = bytes.unwrap_or_default();
        let start = if bytes.is_empty() { END } else { u32::try_from(table.len()).unwrap() };
        table.extend(chain(table.len(), bytes.len().div_ceil(512)));
        content.extend(bytes);
        content.resize(content.len().next_multiple_of(512), 0);
        let mut entry = wide(name);
        let name_bytes = u16::try_from(entry.len() + 2).unwrap();
        entry.resize(64, 0);
        entry.extend(name_bytes.to_le_bytes());
        entry.extend([*kind, 1]);
        let child = children.first().map_or(NONE, |&child| u32::try_from(child).unwrap());
        entry.extend(words(&[NONE, next[index], child]));
        entry.extend([0; 36]);
        entry.extend(words(&[start, length(bytes), 0]));
        directory.extend(entry);
    }
    directory.resize(directory_sectors * 512, 0);
    let table_start = table.len();
    let table_sectors = (table.len() + 1).div_ceil(128);
    assert!(table.len() + table_sectors <= table_sectors * 128, "one more sector is needed");
    table.extend(vec![0xffff_fffd; table_sectors]);
    table.resize(table_sectors * 128, NONE);
    let mut header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    header.resize(24, 0);
    header.extend(halves(&[0x3e, 3, 0xfffe, 9, 6]));
    header.resize(44, 0);
    header.extend(words(&[u32::try_from(table_sectors).unwrap(), 0, 0, 0, END, 0, END, 0]));
    for index in 0..109 {
        header.extend(if index < table_sectors {
            u32::try_from(table_start + index).unwrap().to_le_bytes()
        } else {
            NONE.to_le_bytes()
        });
    }
    [header, directory, content, words(&table)].concat()
}

/// A table of strings as Word writes it.
fn strings(all: &[&str]) -> Vec<u8> {
    let mut bytes = halves(&[0xffff, u16::try_from(all.len()).unwrap(), 0]);
    for text in all {
        bytes.extend(halves(&[u16::try_from(wide(text).len() / 2).unwrap()]));
        bytes.extend(wide(text));
    }
    bytes
}

/// A property set with a title and one custom property.
fn property_sets() -> (Vec<u8>, Vec<u8>) {
    let head = |format: u8, second: bool| {
        let count = 1 + u32::from(second);
        let mut bytes = words(&[0xfffe, 0, 0, 0, 0, 0, count]);
        bytes.extend([format; 16]);
        bytes.extend(words(&[28 + 20 * count]));
        bytes
    };
    let title =
        [words(&[0, 2, 1, 24, 2, 32, 2, 936, 0x1e, 6]), b"\xb1\xea\xcc\xe2\0\0\0\0".to_vec()].concat();
    let mut custom = head(2, true);
    custom.extend([5; 16]);
    custom.extend(words(&[68 + 8]));
    custom.extend(words(&[8, 0]));
    let mut own = words(&[0, 3, 0, 32, 1, 52, 2, 60, 1, 2, 5]);
    own.extend(b"\xc3\xdc\xbc\xb6\0\0\0\0");
    own.extend(words(&[2, 936, 0x1e, 5]));
    own.extend(b"\xbb\xfa\xc3\xdc\0\0\0\0");
    custom.extend(own);
    ([head(0xe0, false), title].concat(), custom)
}

fn doc() -> Vec<u8> {
    let parts = [
        "正文第一段\r姓名\u{7}张三\u{7}\u{7}\u{13} QUOTE 域代码 \u{14}域结果\u{15}\r隐去可见\r",
        "脚注\r",
        "页眉\r\r页脚\r\r",
        "",
        "\u{5}批注\r",
        "尾注\r",
        "文本框\r",
        "页眉框\r",
    ];
    let deleted = "删去的一段文字";
    let text: String = parts.concat();
    let main = wide(parts[0]).len();
    let start = 0x400;
    // The first part, what was deleted from the file's point of view, the others.
    let mut word = vec![0; start];
    word.extend(wide(parts[0]));
    word.extend(wide(deleted));
    let rest = word.len();
    word.extend(wide(&parts[1..].concat()));
    let end = word.len();
    // One page of character formatting: two characters are hidden.
    let hidden = start + 2 * parts[0].encode_utf16().take_while(|&unit| unit != 0x9690).count();
    let page = word.len().next_multiple_of(512);
    word.resize(page + 512, 0);
    let bounds = words(&[start, hidden, hidden + 4, end].map(|bound| u32::try_from(bound).unwrap()));
    word[page..page + 16].copy_from_slice(&bounds);
    word[page + 17] = 100; // in words: where the changes of the second run lie
    word[page + 200..page + 204].copy_from_slice(&[3, 0x3c, 0x08, 1]);
    word[page + 511] = 3;

    let mut tables = Vec::new();
    let mut pairs = [(0_u32, 0_u32); 80];
    let mut table = |number: usize, bytes: Vec<u8>| {
        pairs[number] = (length(&tables), length(&bytes));
        tables.extend(bytes);
    };
    let units = |bytes: usize| u32::try_from(bytes / 2).unwrap();
    let pieces = [
        vec![2],
        words(&[28, 0, units(main), units(wide(&text).len())]),
        [halves(&[0]), words(&[u32::try_from(start).unwrap()]), halves(&[0])].concat(),
        [halves(&[0]), words(&[u32::try_from(rest).unwrap()]), halves(&[0])].concat(),
    ];
    table(33, pieces.concat());
    table(11, words(&[0, 0, 0, 0, 0, 0, 0, 0, 4, 4, 8, 8, 8, 8]));
    let characters = [start, end, page / 512].map(|n| u32::try_from(n).unwrap());
    table(12, words(&characters));
    table(21, strings(&["书签", "_Toc1"]));
    table(32, strings(&["", "", "旧标题"]));
    table(71, strings(&["某人", "D:\\秘密\\方案.doc"]));
    let style = |name: &str| {
        let text =
            [vec![0; 10], halves(&[u16::try_from(name.chars().count()).unwrap()]), wide(name), halves(&[0])]
                .concat();
        [halves(&[u16::try_from(text.len()).unwrap()]), text].concat()
    };
    table(1, [halves(&[4, 3, 10]), style("Normal"), halves(&[0]), style("红头样式")].concat());
    table(36, [halves(&[3]), wide("批注人")].concat());
    table(51, strings(&["Unknown", "修订人"]));
    // A list of one level, which follows its table: fixed part, properties, text.
    table(73, [halves(&[1]), vec![0; 26], vec![1, 0]].concat());
    let level = [vec![0; 24], vec![2, 3], vec![0; 2 + 5], halves(&[6]), wide("机密第\0号文")];
    table(0, level.concat());
    table(74, vec![0; 4]);
    let letters = wide("水印\0");
    let list = [halves(&[0xc0c0]), words(&[length(&letters)]), letters].concat();
    table(50, [halves(&[0x13, 0xf00b]), words(&[length(&list)]), list].concat());

    let mut put = |at: usize, bytes: &[u8]| word[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &halves(&[0xa5ec, 0xc1]));
    put(10, &halves(&[0x0204])); // saved fast, tables in 1Table
    put(0x18, &words(&[u32::try_from(start).unwrap(), u32::try_from(end).unwrap()]));
    for (number, part) in parts.iter().enumerate() {
        put(0x4c + 4 * number, &words(&[units(wide(part).len())]));
    }
    for (number, (offset, length)) in pairs.into_iter().enumerate() {
        put(0x9a + 8 * number, &words(&[offset, length]));
    }
    let (summary, document_summary) = property_sets();
    let native =
        b"\x40\0\0\0\x02\0a.txt\0C:\\a.txt\0\0\0\x03\0\x06\0\0\0C:\\a.t\0\x06\0\0\0\xe5\x86\x85\xe5\xb1\x82";
    compound(&[
        ("ObjectPool1/\u{1}Ole10Native", native.to_vec()),
        ("WordDocument", word),
        ("1Table", tables),
        ("\u{5}SummaryInformation", summary),
        ("\u{5}DocumentSummaryInformation", document_summary),
    ])
}

#[test]
fn every_place_of_a_doc() {
    let found = read(doc());
    assert_found(
        &found,
        &[
            "body 正文第一段",
            "table 姓名",
            "table 张三",
            "field  QUOTE 域代码 ",
            "body 域结果",
            "body 可见",
            "hidden 隐去可见",
            "note 脚注",
            "header 页眉",
            "footer 页脚",
            "comment 批注",
            "note 尾注",
            "textbox 文本框",
            "header 页眉框",
            "deleted 删去的一段文字",
            "bookmark 书签",
            "property 旧标题",
            "property D:\\秘密\\方案.doc",
            "property 某人",
            "attribute 红头样式",
            "attribute 批注人",
            "attribute 修订人",
            "field 机密第号文",
            "watermark 水印",
            "property title: 标题",
            "property 密级: 机密",
            "a.txt! body 内层",
        ],
    );
    assert!(!found.iter().any(|line| line.contains("gap") || line.contains("_Toc1")), "{found:#?}");
}

#[test]
fn a_cut_or_encrypted_doc_is_not_clean() {
    let whole = doc();
    for end in (8..whole.len()).step_by(173) {
        let screening = screener().screen(&Document::new("x.doc", &whole[..end]));
        assert!(screening.verdict > Verdict::Pass, "{end}");
    }
    let at = whole.windows(4).position(|bytes| bytes == [0xec, 0xa5, 0xc1, 0]).unwrap();
    let mut encrypted = whole.clone();
    encrypted[at + 11] |= 1;
    let screening = screener().screen(&Document::new("x.doc", encrypted));
    assert!(screening.unread.iter().any(|unread| unread.gap.kind == GapKind::Encrypted));
    let mut empty = whole;
    empty[at + 0x9a + 8 * 33 + 4..at + 0x9a + 8 * 33 + 8].fill(0); // no piece table
    let screening = screener().screen(&Document::new("x.doc", empty));
    assert!(screening.unread.iter().any(|unread| unread.gap.kind == GapKind::Damaged));
}

fn record(kind: u16, body: &[u8]) -> Vec<u8> {
    [halves(&[kind, u16::try_from(body.len()).unwrap()]), body.to_vec()].concat()
}

/// A string with its length and its width.
fn unicode(text: &str) -> Vec<u8> {
    let units = wide(text);
    [halves(&[u16::try_from(units.len() / 2).unwrap()]), vec![1], units].concat()
}

fn short(text: &str) -> Vec<u8> {
    let units = wide(text);
    [vec![u8::try_from(units.len() / 2).unwrap(), 1], units].concat()
}

fn xls() -> Vec<u8> {
    let begin = |kind: u16| record(0x809, &halves(&[0x600, kind, 0, 0, 0, 0, 0, 0]));
    let end = record(0x0a, &[]);
    let cell = |row: u16, column: u16, rest: &[u8]| [halves(&[row, column, 0]), rest.to_vec()].concat();
    let sheet = [
        begin(0x10),
        record(0x14, &unicode("&L&\"黑体\"&14机密&R第&P页")),
        record(0x208, &[halves(&[1, 0, 2, 300, 0, 0]), words(&[0x20])].concat()),
        record(0xfd, &cell(0, 0, &words(&[0]))),
        record(0x203, &cell(0, 1, &110_101_190_001_011_f64.to_le_bytes())),
        record(0xfd, &cell(1, 0, &words(&[1]))),
        record(
            0x06,
            &[
                cell(2, 0, &[0, 0, 0, 0, 0, 0, 0xff, 0xff]),
                vec![0; 6],
                halves(&[9]),
                vec![0x17],
                short("常量"),
            ]
            .concat(),
        ),
        record(0x207, &unicode("结果")),
        record(0x5d, &halves(&[0x15, 0x12, 0x19, 1])),
        record(0x1b6, &halves(&[0, 0, 0, 0, 0, 2, 0, 0, 0])),
        record(0x3c, &[vec![1], wide("批注")].concat()),
        record(0x5d, &halves(&[0x15, 0x12, 0x06, 2])),
        record(0x1b6, &halves(&[0, 0, 0, 0, 0, 3, 0, 0, 0])),
        record(0x3c, &[vec![1], wide("文本框")].concat()),
        record(0x1c, &[halves(&[0, 0, 0, 1]), unicode("批注人")].concat()),
        record(
            0xaf,
            &[vec![1, 0, 0, 0, 3, 3, 2], short("方案甲")[1..].to_vec(), unicode("用户"), unicode("方案注")]
                .concat(),
        ),
        record(0xb0, &[vec![0; 40], halves(&[2, 0]), short("透视")[1..].to_vec()].concat()),
        record(0xb1, &[vec![0; 8], halves(&[2]), short("字段")[1..].to_vec()].concat()),
        record(0xb2, &[vec![0; 6], halves(&[2]), short("条目")[1..].to_vec()].concat()),
        record(0xb2, &[vec![0; 6], halves(&[0xffff])].concat()),
        record(
            0x1be,
            &[words(&[0]), unicode("提示"), unicode("\0"), unicode("请填写"), unicode("\0")].concat(),
        ),
        end.clone(),
    ]
    .concat();
    let hidden = [begin(0x10), record(0x204, &cell(0, 0, &unicode("藏着"))), end.clone()].concat();
    let globals = |first: u32, second: u32| {
        let name =
            [vec![0, 0, 0, 2, 0, 0], halves(&[0, 0]), vec![0; 4], short("名称")[1..].to_vec()].concat();
        [
            begin(5),
            record(0x85, &[words(&[first]), halves(&[0]), short("表一")].concat()),
            record(0x85, &[words(&[second]), halves(&[1]), short("表二")].concat()),
            record(0x18, &name),
            record(0x293, &[halves(&[0x10]), unicode("样式一")].concat()),
            record(0x5c, &unicode("使用者")),
            record(0xfc, &[words(&[2, 2]), unicode("姓名"), halves(&[4]), vec![1], wide("隐藏")].concat()),
            record(0x3c, &[vec![1], wide("的行")].concat()),
            end.clone(),
        ]
        .concat()
    };
    let first = length(&globals(0, 0));
    compound(&[("Workbook", [globals(first, first + length(&sheet)), sheet, hidden].concat())])
}

#[test]
fn every_place_of_an_xls() {
    let found = read(xls());
    assert_found(
        &found,
        &[
            "sheet-name 表一",
            "sheet-name 表二",
            "header 机密",
            "header 第页",
            "table 姓名",
            "table 110101190001011",
            "hidden 隐藏的行",
            "table 结果",
            "field 常量",
            "comment 批注",
            "textbox 文本框",
            "form 提示",
            "form 请填写",
            "bookmark 名称",
            "hidden 藏着",
            "attribute 批注人",
            "attribute 方案甲",
            "attribute 方案注",
            "attribute 透视",
            "attribute 字段",
            "attribute 条目",
            "attribute 样式一",
            "attribute 使用者",
        ],
    );
    assert!(!found.iter().any(|line| line.starts_with("gap")), "{found:#?}");
    let whole = xls();
    for end in (8..whole.len()).step_by(97) {
        let screening = screener().screen(&Document::new("x.xls", &whole[..end]));
        assert!(screening.verdict > Verdict::Pass, "{end}");
    }
}

#[test]
fn a_row_is_one_line() {
    let parts = screener().read(&Document::new("x.xls", xls()));
    assert!(parts[0].1.text.as_str().contains("姓名\t110101190001011\n"));
}

/// A workbook with these shared strings and one sheet of these records, whose head states this version.
fn small_xls(strings: &[&str], version: u16, records: &[Vec<u8>]) -> Vec<u8> {
    let begin = |version: u16, kind: u16| record(0x809, &halves(&[version, kind, 0, 0, 0, 0, 0, 0]));
    let end = record(0x0a, &[]);
    let table: Vec<u8> = strings.iter().flat_map(|text| unicode(text)).collect();
    let count = u32::try_from(strings.len()).unwrap();
    let globals = |first: u32| {
        [
            begin(0x600, 5),
            record(0x85, &[words(&[first]), halves(&[0]), short("表一")].concat()),
            record(0xfc, &[words(&[count, count]), table.clone()].concat()),
            end.clone(),
        ]
        .concat()
    };
    let sheet = [begin(version, 0x10), records.concat(), end.clone()].concat();
    [globals(length(&globals(0))), sheet].concat()
}

#[test]
fn strings_that_no_cell_shows_any_more() {
    let cell = |number: u32| record(0xfd, &[halves(&[0, 0, 0]), words(&[number])].concat());
    let book = small_xls(&["被盖住", "看得见", "没人用"], 0x600, &[cell(0), cell(1)]);
    let found = read(compound(&[("Workbook", book)]));
    assert_found(&found, &["hidden 被盖住", "table 看得见", "hidden 没人用"]);
    assert!(!found.iter().any(|line| line.starts_with("gap")), "{found:#?}");
    // A cell that is written twice alike hides nothing.
    let found = read(compound(&[("Workbook", small_xls(&["一样"], 0x600, &[cell(0), cell(0)]))]));
    assert!(!found.contains("hidden 一样") && found.contains("table 一样"), "{found:#?}");
    // A string that no table has is lost.
    let found = read(compound(&[("Workbook", small_xls(&["一"], 0x600, &[cell(7)]))]));
    assert!(found.iter().any(|line| line.starts_with("gap unread.damaged")), "{found:#?}");
}

#[test]
fn the_first_rows_are_the_top_of_a_sheet() {
    let strings: Vec<String> = (1..=10).map(|row| format!("第{row}行")).collect();
    let strings: Vec<&str> = strings.iter().map(String::as_str).collect();
    let cell = |row: u16| record(0xfd, &[halves(&[2 * row, 1, 0]), words(&[row.into()])].concat());
    let cells: Vec<Vec<u8>> = (0..10).map(cell).collect();
    let bytes = compound(&[("Workbook", small_xls(&strings, 0x600, &cells))]);
    let parts = screener().read(&Document::new("x.xls", bytes));
    let text = &parts[0].1.text;
    let rows = text.segments().iter().filter(|segment| segment.at.row.is_some());
    let zones: Vec<bool> = rows.map(|segment| segment.at.zone == Some(Zone::TopLeft)).collect();
    assert_eq!(zones, [vec![true; 8], vec![false; 2]].concat());
}

#[test]
fn numbers_stand_among_the_words_of_their_format() {
    let shown = |code: &str| {
        let format = record(0x41e, &[halves(&[164]), unicode(code)].concat());
        let cell_format = record(0xe0, &halves(&[0, 164]));
        let number = record(0x203, &[halves(&[0, 0, 0]), 20_f64.to_le_bytes().to_vec()].concat());
        read(compound(&[("Workbook", small_xls(&[], 0x600, &[format, cell_format, number]))]))
    };
    assert_found(&shown("\"机密★\"0\"年\""), &["table 机密★20年"]);
    assert_found(&shown("0\"件\";\"无\""), &["table 20件"]);
    // A number without words, and a day.
    assert_found(&shown("0.00"), &["table 20"]);
    assert_found(&shown("yyyy\"年\"m\"月\"d\"日\""), &["table 1900-01-20"]);
}

#[test]
fn a_sheet_of_another_version_is_read_like_its_workbook() {
    let label = record(0x204, &[halves(&[0, 0, 0]), unicode("标签")].concat());
    for version in [0x600, 0x500] {
        let found = read(compound(&[("Workbook", small_xls(&[], version, std::slice::from_ref(&label)))]));
        assert_found(&found, &["table 标签", "sheet-name 表一"]);
    }
}

#[test]
fn workbooks_before_excel_97_state_their_code_page() {
    let begin = |kind: u16| record(0x809, &halves(&[0x500, kind, 0, 0]));
    let end = record(0x0a, &[]);
    let pages = [
        (936, encoding_rs::GBK, "机密★10年"),
        (950, encoding_rs::BIG5, "機密文件"),
        (932, encoding_rs::SHIFT_JIS, "社外秘"),
    ];
    for (page, encoding, text) in pages {
        let bytes = encoding.encode(text).0.into_owned();
        let name = [vec![u8::try_from(bytes.len()).unwrap()], bytes.clone()].concat();
        let label = [halves(&[0, 0, 0, u16::from(name[0])]), bytes].concat();
        // One that Excel itself offers no way to show.
        let very_hidden = 2;
        let globals = |first: u32| {
            let listed = record(0x85, &[words(&[first]), halves(&[very_hidden]), name.clone()].concat());
            [begin(5), record(0x42, &halves(&[page])), listed, end.clone()].concat()
        };
        let sheet = [begin(0x10), record(0x14, &name), record(0x204, &label), end.clone()].concat();
        let found = read(compound(&[("Book", [globals(length(&globals(0))), sheet].concat())]));
        let expected = ["sheet-name", "hidden", "header"].map(|place| format!("{place} {text}"));
        assert_found(&found, &expected.each_ref().map(String::as_str));
    }
}

#[test]
fn streams_that_nothing_names_are_handed_over() {
    let book = || small_xls(&["甲"], 0x600, &[]);
    let found = read(compound(&[
        ("Workbook", book()),
        ("Ctls", wide("按钮文字")),
        ("Revision Log", wide("从前的值")),
        ("Own", "机密★10年".into()),
        ("Own/Deep", "内层文字".into()),
        ("\u{1}CompObj", vec![1, 0xfe, 0xff, 3]),
    ]));
    assert_found(
        &found,
        &["form 按钮文字", "revision 从前的值", "Own! body 机密★10年", "Own/Deep! body 内层文字"],
    );
    assert!(!found.iter().any(|line| line.contains("gap")), "{found:#?}");
    let found = read(compound(&[("Workbook", book()), ("Own", (0..=255).cycle().take(3000).collect())]));
    assert!(found.iter().any(|line| line.starts_with("Own! gap unread.unsupported")), "{found:#?}");
}
