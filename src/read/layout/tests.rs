//! Pages set by hand, glyph by glyph, and the lines that a reader sees on them.

use super::*;

/// An A4 page; each entry is painted glyph by glyph: x, baseline y, size, gap in em, text.
fn sheet(runs: &[(f32, f32, f32, f32, &str)]) -> Sheet {
    let mut sheet = Sheet { width: 595.0, height: 842.0, ..Sheet::default() };
    for &(x, y, size, gap, text) in runs {
        let mut x = x;
        for c in text.chars() {
            let start = u32::try_from(sheet.text.len()).unwrap();
            sheet.text.push(c);
            let end = u32::try_from(sheet.text.len()).unwrap();
            let dx = if c.is_ascii() { 0.5 * size } else { size };
            sheet.glyphs.push(Glyph {
                text: start..end,
                x,
                y,
                dx,
                dy: 0.0,
                size,
                look: Look::Plain,
                parts: 0..0,
            });
            x += dx + gap * size;
        }
    }
    sheet
}

fn texts(sheet: &Sheet) -> Vec<String> {
    let join =
        |line: &Line| line.pieces.iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>().join("\t");
    lines(sheet).iter().map(join).collect()
}

#[test]
fn a_mark_set_with_wide_gaps_is_one_word() {
    for gap in [0.0, 0.4, 1.0, 3.0] {
        let sheet = sheet(&[(80.0, 120.0, 16.0, gap, "机密★20年")]);
        assert_eq!(texts(&sheet), ["机密★20年"], "gap {gap}");
    }
}

#[test]
fn words_get_a_space_and_columns_a_cell() {
    assert_eq!(
        texts(&sheet(&[(80.0, 90.0, 10.0, 0.0, "top"), (98.0, 90.0, 10.0, 0.0, "secret")])),
        ["top secret"]
    );
    assert_eq!(
        texts(&sheet(&[(80.0, 90.0, 10.0, 0.0, "姓名"), (300.0, 90.0, 10.0, 0.0, "密级")])),
        ["姓名\t密级"]
    );
}

#[test]
fn painting_order_does_not_matter_on_a_line() {
    let sheet = sheet(&[
        (112.0, 120.0, 16.0, 0.0, "★"),
        (80.0, 700.0, 16.0, 0.0, "页脚在先"),
        (80.0, 120.0, 16.0, 0.0, "机密"),
        (128.0, 121.0, 16.0, 0.0, "20年"),
    ]);
    assert_eq!(texts(&sheet), ["机密★20年", "页脚在先"]);
}

#[test]
fn columns_painted_one_after_the_other_stay_whole() {
    let sheet = sheet(&[
        (60.0, 300.0, 10.0, 0.0, "左栏第一行左栏第一行"),
        (60.0, 316.0, 10.0, 0.0, "左栏第二行左栏第二行"),
        (320.0, 300.0, 10.0, 0.0, "右栏第一行右栏第一行"),
        (320.0, 316.0, 10.0, 0.0, "右栏第二行右栏第二行"),
    ]);
    assert_eq!(
        texts(&sheet),
        ["左栏第一行左栏第一行", "左栏第二行左栏第二行", "右栏第一行右栏第一行", "右栏第二行右栏第二行"]
    );
}

#[test]
fn zones_and_alignment() {
    let at = |x: f32, y: f32, text: &str| {
        let sheet = sheet(&[(x, y, 16.0, 0.0, text), (79.0, 500.0, 16.0, 0.0, "正文")]);
        let piece = lines(&sheet).remove(usize::from(y > 500.0)).pieces.remove(0);
        (piece.zone, piece.align)
    };
    assert_eq!(at(79.0, 150.0, "机密★20年"), (Zone::TopLeft, Some(Align::Left)));
    assert_eq!(at(249.5, 150.0, "关于的通知"), (Zone::TopCentre, Some(Align::Centre)).clone());
    assert_eq!(at(470.0, 150.0, "秘　密"), (Zone::TopRight, Some(Align::Right)));
    assert_eq!(at(79.0, 780.0, "此件公开发布"), (Zone::FootLeft, Some(Align::Left)));
    assert_eq!(at(79.0, 400.0, "正文"), (Zone::Body, Some(Align::Left)));
    assert_eq!(at(79.0, 150.0, "一行从左到右写满了版心的文字就是这样长的一行").0, Zone::TopLeft);
}

#[test]
fn characters_one_under_the_other_are_one_line() {
    let mut runs = vec![(300.0, 200.0, 12.0, 0.0, "旁边的正文"), (300.0, 216.0, 12.0, 0.0, "第二行正文")];
    let digit = |y: f32, text: &'static str| (60.0, y, 16.0, 0.0, text);
    runs.extend([digit(200.0, "绝"), digit(220.0, "密"), digit(240.0, "★"), digit(260.0, "启")]);
    runs.extend([digit(280.0, "用"), digit(300.0, "前")]);
    assert_eq!(texts(&sheet(&runs)), ["绝密★启用前", "旁边的正文", "第二行正文"]);
    // Unevenly set, or of other sizes: not one line.
    let apart = sheet(&[(60.0, 200.0, 16.0, 0.0, "甲"), (60.0, 260.0, 16.0, 0.0, "乙")]);
    assert_eq!(texts(&apart), ["甲", "乙"]);
}

#[test]
fn characters_in_the_margin_beside_lines_are_also_read_as_one() {
    let line = "旁边的正文一行又一行";
    let mut runs: Vec<(f32, f32, f32, f32, &str)> = Vec::new();
    for (y, mark) in (0u8..).zip(["绝", "密", "★", "3", "0", "年"]) {
        let y = 200.0 + 20.0 * f32::from(y);
        runs.push((60.0, y, 16.0, 0.0, mark));
        runs.push((90.0, y, 12.0, 0.0, line));
    }
    assert!(texts(&sheet(&runs)).contains(&"绝密★30年".to_owned()), "{:?}", texts(&sheet(&runs)));
}

#[test]
fn a_line_that_changes_its_look_is_also_read_as_one() {
    let mut sheet = sheet(&[(60.0, 200.0, 16.0, 0.0, "机密"), (60.0, 300.0, 16.0, 0.0, "正文")]);
    sheet.glyphs[1].look = Look::Hidden;
    let mut read: Vec<(String, Look, bool)> =
        lines(&sheet).into_iter().map(|l| (l.pieces[0].text.clone(), l.look, l.again)).collect();
    read.sort_by_key(|(text, ..)| text.clone());
    assert_eq!(
        read,
        [
            ("密".to_owned(), Look::Hidden, false),
            ("机".to_owned(), Look::Plain, false),
            ("机密".to_owned(), Look::Plain, true),
            ("正文".to_owned(), Look::Plain, false),
        ]
    );
}

/// What stands between two words: its text, and its width in em; whether it is a glyph.
type Between = (&'static str, f32, bool);

/// A line in which each word is set tight, letters half an em wide.
fn words(words: &[&str], between: Between) -> Sheet {
    let mut sheet = Sheet { width: 595.0, height: 842.0, ..Sheet::default() };
    let (size, mut x) = (10.0f32, 80.0f32);
    let mut put = |sheet: &mut Sheet, text: &str, advance: f32| {
        let (start, first) = (sheet.text.len(), sheet.parts.len());
        for (n, c) in (0u8..).zip(text.chars()) {
            sheet.text.push(c);
            let (begin, text_end) = (f32::from(n) * advance, u32::try_from(sheet.text.len()).unwrap());
            sheet.parts.push(Part { start: begin, end: begin + advance, text_end });
        }
        let at = |n: usize| u32::try_from(n).unwrap();
        let (dx, parts) = (sheet.parts.last().unwrap().end, at(first)..at(sheet.parts.len()));
        let text = at(start)..at(sheet.text.len());
        let parts = if parts.len() == 1 { 0..0 } else { parts };
        sheet.glyphs.push(Glyph { text, x, y: 400.0, dx, dy: 0.0, size, look: Look::Plain, parts });
        x += dx;
        x
    };
    let mut gap = 0.0;
    for (n, word) in words.iter().enumerate() {
        if n > 0 {
            let (text, width, glyph) = between;
            if glyph {
                put(&mut sheet, text, width * size);
            } else {
                sheet.text.push_str(text);
                gap += width * size;
            }
        }
        put(&mut sheet, word, 0.5 * size);
        sheet.glyphs.last_mut().unwrap().x += gap;
    }
    sheet
}

#[test]
fn words_with_a_space_between_them_are_one_stretch() {
    let read = |between| lines(&words(&["top", "secret", "until", "10", "May", "2030", "or", "X"], between));
    let apart = read(("", 0.3, false));
    assert_eq!(apart.len(), 1);
    assert_eq!(apart[0].pieces[0].text, "top secret until 10 May 2030 or X");
    assert_eq!(read((" ", 0.3, false)), apart);
    assert_eq!(read((" ", 0.3, true)), apart);
    // They are one, as far as they are neither numbers nor single letters.
    let sheet = words(&["top", "secret", "until", "10", "May"], (" ", 0.3, false));
    let placed = &rows(&sheet)[0].placed;
    let stretches: Vec<&str> = placed.iter().map(|placed| row::chars(&sheet, placed)).collect();
    assert_eq!(stretches, ["top secret until", "10", "May"]);
    // What only looks like it: no gap, or one of another cell.
    let texts = |between| texts(&words(&["top", "secret"], between));
    assert_eq!(texts((" ", 0.0, false)), ["topsecret"]);
    assert_eq!(texts((" ", 2.5, false)), ["top\tsecret"]);
    assert_eq!(texts(("  ", 0.3, false)), ["top secret"]);
}

#[test]
fn what_is_painted_into_a_stretch_finds_its_place() {
    let mut sheet = words(&["first", "third"], (" ", 0.9, false));
    let text = u32::try_from(sheet.text.len()).unwrap();
    sheet.text.push('2');
    let x = sheet.glyphs[0].x + sheet.glyphs[0].dx + 2.0;
    let second = Glyph { text: text..text + 1, x, dx: 5.0, parts: 0..0, ..sheet.glyphs[0].clone() };
    sheet.glyphs.push(second);
    assert_eq!(texts(&sheet), ["first 2 third"]);
}

#[test]
fn numbers_that_wrap_in_their_cell_are_also_read_as_one() {
    let cell = |x: f32, y: f32, text: &'static str| (x, y, 10.0, 0.0, text);
    let table = sheet(&[
        cell(60.0, 200.0, "张三"),
        cell(150.0, 200.0, "37081119"),
        cell(150.0, 213.0, "12061734"),
        cell(150.0, 226.0, "19"),
        cell(300.0, 200.0, "北京"),
        cell(60.0, 250.0, "李四"),
        cell(150.0, 250.0, "5001"),
        cell(300.0, 250.0, "上海"),
    ]);
    let read = texts(&table);
    assert!(read.contains(&"370811191206173419".to_owned()), "{read:?}");
    // Cells may stand so close that only a space parts them.
    let close = sheet(&[
        cell(60.0, 200.0, "张三"),
        cell(150.0, 200.0, "37081119 书法"),
        cell(150.0, 213.0, "12061734"),
        cell(150.0, 226.0, "19"),
    ]);
    let read = texts(&close);
    assert!(read.contains(&"370811191206173419".to_owned()), "{read:?}");
    // Columns of numbers are no wrapped cells.
    let columns = sheet(&[
        cell(60.0, 200.0, "甲"),
        cell(150.0, 200.0, "1024"),
        cell(60.0, 213.0, "乙"),
        cell(150.0, 213.0, "2048"),
    ]);
    assert_eq!(texts(&columns), ["甲\t1024", "乙\t2048"]);
}

#[test]
fn what_is_stamped_over_a_line_is_a_line_of_its_own() {
    let line = (80.0, 120.0, 16.0, 0.0, "关于开展年度检查工作的通知");
    for stamp in ["秘密★1年", "机密"] {
        let over = (125.0, 122.0, 14.0, 0.0, stamp);
        for runs in [[line, over], [over, line]] {
            let mut read = texts(&sheet(&runs));
            read.sort();
            let mut wanted = vec![line.4, stamp];
            wanted.sort_unstable();
            assert_eq!(read, wanted);
        }
    }
    // A shadow is the word a second time, not its letters doubled.
    let shadow = sheet(&[(80.0, 120.0, 16.0, 0.0, "机密"), (84.0, 122.0, 16.0, 0.0, "机密")]);
    assert_eq!(texts(&shadow), ["机密", "机密"]);
}

#[test]
fn printed_over_itself_again_and_again_a_mark_stays_whole() {
    for copies in [2, 5, 40_u8] {
        for (right, down) in [(0.3, 0.0), (0.8, 0.8), (1.5, 0.3), (2.5, 4.0), (4.0, 1.5), (5.0, 3.0)] {
            let copy =
                |n: u8| (80.0 + right * f32::from(n), 120.0 + down * f32::from(n), 16.0, 0.0, "机密★1年");
            let read = texts(&sheet(&(0..copies).map(copy).collect::<Vec<_>>()));
            assert!(read.iter().any(|text| text == "机密★1年"), "{copies} by {right}, {down}: {read:?}");
        }
    }
}

#[test]
fn bold_by_printing_twice_counts_once() {
    let twice = sheet(&[(80.0, 120.0, 16.0, 0.0, "机密"), (80.4, 120.0, 16.0, 0.0, "机密")]);
    assert_eq!(texts(&twice), ["机密"]);
    // The same one above the other is there twice: a fraction, the first letters of two lines.
    for above in 3..16_u8 {
        let fraction = sheet(&[
            (60.0, 120.0, 16.0, 0.0, "甲"),
            (80.0, 120.0 - f32::from(above), 16.0, 0.0, "乙丙"),
            (80.0, 120.0, 16.0, 0.0, "乙丁"),
        ]);
        let read = texts(&fraction).concat();
        assert!(read.contains("乙丙") && read.contains("乙丁"), "{above}: {read}");
    }
}

#[test]
fn indentation_and_wide_gaps_begin_paragraphs() {
    let line = "文字文字文字文字文字文字文字文字文字文字文字文字文字";
    let sheet = sheet(&[
        (92.0, 200.0, 16.0, 0.0, &line[..72]),
        (60.0, 228.0, 16.0, 0.0, line),
        (60.0, 256.0, 16.0, 0.0, line),
        (92.0, 284.0, 16.0, 0.0, &line[..72]),
        (60.0, 312.0, 16.0, 0.0, line),
        (60.0, 362.0, 16.0, 0.0, line),
    ]);
    let follows: Vec<Follow> = lines(&sheet).iter().map(|line| line.follow).collect();
    use Follow::{Line, Paragraph};
    assert_eq!(follows, [Paragraph, Line, Line, Paragraph, Line, Paragraph]);
}
