//! What finding and judging costs, in nanoseconds a byte of Chinese text, stage by stage, beside a
//! bare decoding of the same bytes. Each stage's answer is checked: a wrong one fails the run.
//!
//! `cargo bench --bench judge`; dated results are in benches/runs/. With `MIJIAN_BENCH_TEXTS=FOLDER` also on the UTF-8
//! texts in that folder, which should be harmless: more and longer ones than the corpus has, as one document and one
//! by one.

#![expect(clippy::print_stdout, reason = "the figures are what this program is for")]
#![expect(clippy::unwrap_used, reason = "a benchmark without its corpus is a failed one")]

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use mijian::extract::extract;
use mijian::filetype::identify;
use mijian::finding::Verdict;
use mijian::fold::{Letters, fold};
use mijian::judge::{Wanted, judge};
use mijian::limits::{Budget, Limits};
use mijian::matcher::{Match, Matcher};
use mijian::rules::RuleSet;
use mijian::text::{At, Place, Text};

/// Bytes of text that are screened.
const TEXT_BYTES: usize = 4 << 20;
/// Terms of an office's own list.
const OWN_TERMS: usize = 10_000;
/// Terms of the list that has to load quickly.
const MANY_TERMS: usize = 100_000;
/// How long each stage runs over and over.
const WHILE: Duration = Duration::from_secs(2);
/// A round is as often all the texts as make so many bytes, behind a mark: the judge must block each
/// of the marks and nothing else.
const MARK_EVERY: usize = 64 << 10;
const MARK: &str = "机密★20年";

/// The texts of a folder, decoded.
fn texts(folder: &Path) -> Vec<String> {
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    paths.sort();
    let read = |path: &std::path::PathBuf| {
        let bytes = fs::read(path).unwrap();
        let file_type = identify(&bytes, "a.txt").file_type;
        let extracted = extract(&bytes, file_type, &mut Budget::new(&Limits::default()));
        assert!(extracted.gaps.is_empty(), "{}", path.display());
        extracted.text.as_str().to_owned()
    };
    paths.iter().map(read).collect()
}

/// Their lines without such words: what most of what is screened is like.
fn prose(texts: &[String]) -> Vec<String> {
    let plain = |line: &&str| !line.contains(['密', '内', '內']);
    let lines = |text: &String| {
        text.lines().filter(plain).collect::<Vec<_>>().join(
            "
",
        )
    };
    texts.iter().map(lines).collect()
}

/// The texts once, or as often as it takes; how often is told.
fn document(texts: &[String], bytes: usize) -> (Text, usize) {
    let length: usize = texts.iter().map(String::len).sum();
    let mut text = Text::new();
    let mut rounds = 0;
    while rounds == 0 || text.as_str().len() < bytes {
        rounds += 1;
        text.push(At::new(Place::Header), MARK);
        for piece in texts.iter().cycle().take(texts.len() * MARK_EVERY.div_ceil(length)) {
            text.push(At::new(Place::Body), piece);
        }
    }
    (text, rounds)
}

/// Numbers below a bound, the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        // Knuth's linear congruential generator; the high bits are the good ones.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    fn one<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }
}

/// How the terms of a list are chosen that are not of the texts.
#[derive(Clone, Copy)]
enum Terms {
    /// As an office has them: of ten four made-up names of two or three characters, three code names of
    /// projects of four and three names of bodies and systems of five to eight.
    Office,
    /// Three to six characters drawn from the texts' own, so that terms begin nearly everywhere: the hardest
    /// list that there is.
    Drawn,
}

const SURNAMES: &[&str] = &[
    "赵", "钱", "孙", "李", "周", "吴", "郑", "王", "冯", "陈", "褚", "卫", "蒋", "沈", "韩", "杨", "朱",
    "秦", "尤", "许", "何", "吕", "施", "张", "孔", "曹", "严", "华", "金", "魏", "陶", "姜", "谢", "邹",
    "苏", "潘",
];
const GIVEN: &[&str] = &[
    "伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明", "超",
    "霞", "平", "刚", "桂", "英", "玉", "兰", "建", "国", "文", "志", "海", "春", "晓", "红", "新", "永",
    "德", "成",
];
const COLOURS: &[&str] =
    &["青", "赤", "白", "黑", "金", "银", "紫", "碧", "苍", "玄", "天", "海", "雷", "星"];
const CREATURES: &[&str] =
    &["龙", "虎", "鹰", "豹", "狼", "鹏", "鹤", "鲸", "马", "隼", "麟", "凤", "狮", "雀", "燕", "鹿", "象"];
const UNDERTAKINGS: &[&str] =
    &["计划", "工程", "项目", "专项", "行动", "系统", "平台", "预案", "方案", "课题", "任务", "基地", "试点"];
const PLACES: &[&str] =
    &["东湖", "西山", "南岭", "北河", "江口", "石桥", "新城", "长岭", "临港", "云台", "白沙"];
const FIELDS: &[&str] =
    &["财务", "人事", "信访", "审计", "采购", "规划", "环保", "水务", "能源", "交通", "测绘", "统计", "档案"];
const BODIES: &[&str] = &["局", "科", "处", "中心", "专班", "办公室", "数据库", "内网", "调查组", "服务站"];

impl Terms {
    fn one(self, dice: &mut Dice, characters: &[char]) -> String {
        match self {
            Self::Drawn => (0..3 + dice.below(4)).map(|_| characters[dice.below(characters.len())]).collect(),
            Self::Office => match dice.below(10) {
                0..4 => {
                    let second = if dice.below(4) > 0 { dice.one(GIVEN) } else { "" };
                    [dice.one(SURNAMES), dice.one(GIVEN), second].concat()
                }
                4..7 => [dice.one(COLOURS), dice.one(CREATURES), dice.one(UNDERTAKINGS)].concat(),
                _ => [
                    dice.one(PLACES),
                    dice.one(FIELDS),
                    ["", "管理", "监督"][dice.below(3)],
                    dice.one(BODIES),
                ]
                .concat(),
            },
        }
    }

    /// So many different ones, every thousandth of them four to six characters of the texts themselves.
    fn list(self, texts: &[String], count: usize) -> String {
        let runs: Vec<Vec<char>> = texts
            .iter()
            .flat_map(|text| text.split(|c: char| !('\u{4e00}'..'\u{9fa6}').contains(&c)))
            .map(|run| run.chars().collect::<Vec<_>>())
            .filter(|run| run.len() >= 8)
            .collect();
        let characters: Vec<char> = runs.iter().flatten().copied().collect();
        let mut dice = Dice(20_261_123);
        let mut terms = std::collections::BTreeSet::new();
        while terms.len() < count {
            if terms.len() < count / 1000 {
                let run = &runs[dice.below(runs.len())];
                let at = dice.below(run.len() - 7);
                terms.insert(fold(&run[at..at + 4 + dice.below(3)].iter().collect::<String>()));
            } else {
                terms.insert(fold(&self.one(&mut dice, &characters)));
            }
        }
        terms.into_iter().map(|term| term + "\n").collect()
    }
}

/// How often the terms of `list` stand in the text without anything between their characters: found
/// by looking at each place of the text, sharing nothing with the automaton.
fn occurrences(list: &str, text: &str) -> usize {
    let terms: std::collections::HashSet<&str> = list.lines().collect();
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    (0..starts.len())
        .flat_map(|from| (2..=8).map(move |length| (from, from + length)))
        .filter(|(from, to)| *to < starts.len() && terms.contains(&text[starts[*from]..starts[*to]]))
        .count()
}

/// The processor time of this thread where the system tells it, so that other programs on the same
/// machine change little; else the time of the clock.
struct Clock {
    processor: Option<u64>,
    wall: Instant,
}

impl Clock {
    fn now() -> Self {
        Self { processor: processor_ns(), wall: Instant::now() }
    }

    fn seconds(&self) -> f64 {
        match (self.processor, processor_ns()) {
            (Some(from), Some(to)) => Duration::from_nanos(to.saturating_sub(from)).as_secs_f64(),
            _ => self.wall.elapsed().as_secs_f64(),
        }
    }
}

fn processor_ns() -> Option<u64> {
    fs::read_to_string("/proc/thread-self/schedstat").ok()?.split(' ').next()?.parse().ok()
}

/// Runs `stage` for a while and prints the mean; its answer must be the same each time.
fn measure<T: PartialEq>(name: &str, bytes: usize, mut stage: impl FnMut() -> T) -> T {
    let first = stage();
    let (clock, mut runs) = (Clock::now(), 0.0);
    while clock.wall.elapsed() < WHILE {
        assert!(black_box(stage()) == first, "{name}: another answer in another run");
        runs += 1.0;
    }
    let seconds = clock.seconds() / runs;
    #[expect(clippy::cast_precision_loss, reason = "a few megabytes")]
    let per_byte = seconds * 1e9 / bytes as f64;
    println!("{name:44} {per_byte:7.3} ns/byte  {:8.1} ms", seconds * 1e3);
    first
}

fn rules(own: Option<&str>) -> RuleSet {
    let mut rules = RuleSet::builtin().unwrap();
    if let Some(list) = own {
        rules.add_list("own.txt", list.as_bytes(), Verdict::Review).unwrap();
    }
    rules
}

/// The same terms looked for with daachorse in text that is folded already, gaps dropped: what a
/// matcher costs that folds a copy of the text first, the folding and the way back not counted.
fn peer(name: &str, rules: &RuleSet, flat: &str) {
    let terms: std::collections::BTreeSet<&str> = rules.terms().iter().map(|t| t.folded.as_str()).collect();
    let automaton = daachorse::CharwiseDoubleArrayAhoCorasick::<u32>::new(terms).unwrap();
    let folded = fold(flat);
    measure(&format!("daachorse over folded text, {name}"), flat.len(), || {
        automaton.find_overlapping_iter(&folded).count()
    });
}

fn stages(name: &str, texts: &[String]) {
    let (text, rounds) = document(texts, TEXT_BYTES);
    let (once, _) = document(texts, 0);
    let flat = text.as_str();
    let bytes = flat.len();
    println!("\n{name}: {} texts, {bytes} bytes in {rounds} rounds", texts.len());

    let chars = measure("decode (chars().count())", bytes, || black_box(flat).chars().count());
    assert_eq!(chars, once.as_str().chars().count() * rounds + rounds - 1);

    let length = measure("fold (a copy without the way back)", bytes, || fold(flat).len());
    assert_eq!(length, fold(once.as_str()).len() * rounds, "every round folds to the same");

    let lists = [Terms::Office, Terms::Drawn].map(|terms| terms.list(texts, OWN_TERMS));
    for (name, list) in [
        ("built-in rules", None),
        ("10,000 own terms", Some(lists[0].as_str())),
        ("10,000 drawn terms", Some(lists[1].as_str())),
    ] {
        let rules = rules(list);
        let matcher = Matcher::new(&rules);
        let in_one = matcher.find(&rules, &once).len();
        let find = || -> Vec<Match> { matcher.find(&rules, &text) };
        peer(name, &rules, flat);
        let found = measure(&format!("match, {name}"), bytes, || find().len());
        assert_eq!(found, in_one * rounds, "every round has the same matches");
        if let Some(list) = list {
            let own = rules.iter().count() - 1;
            let found = find();
            let of_list = found.iter().filter(|m| rules.terms()[m.term].rule == own);
            println!("  {} of them in 1,000,000 bytes", of_list.clone().count() * 1_000_000 / bytes);
            let gapless = of_list.filter(|m| m.gap.is_none()).count();
            let gapless_in = |text: &String| occurrences(list, Letters::new(text).as_str());
            let length: usize = texts.iter().map(String::len).sum();
            let least = texts.iter().map(gapless_in).sum::<usize>() * rounds * MARK_EVERY.div_ceil(length);
            assert_eq!(gapless, least, "as many as stand in the texts");
        }
        let blocked = measure(&format!("match + judge, {name}"), bytes, || {
            let matches = find();
            let judged = judge(&rules, &text, &matches, Wanted::Findings);
            judged.iter().filter(|judgement| judgement.verdict == Verdict::Block).count()
        });
        assert_eq!(blocked, rounds, "each planted mark is blocked, and nothing else");
        println!("  {found} matches, one in {} bytes", bytes / found);
    }
}

/// Each text as a document of its own, all of its lines: what screening them one by one costs, with what
/// begins anew for each.
fn one_by_one(texts: &[String]) {
    let as_document = |piece: &String| {
        let mut text = Text::new();
        text.push(At::new(Place::Body), piece);
        text
    };
    let documents: Vec<Text> = texts.iter().map(as_document).collect();
    let bytes = texts.iter().map(String::len).sum();
    println!("\none by one: {} texts, {bytes} bytes", texts.len());
    let rules = rules(None);
    let matcher = Matcher::new(&rules);
    peer("built-in rules", &rules, &texts.concat());
    let find = |text| matcher.find(&rules, text);
    measure("match", bytes, || documents.iter().map(|text| find(text).len()).sum::<usize>());
    measure("match + judge", bytes, || {
        let judged = documents.iter().flat_map(|text| judge(&rules, text, &find(text), Wanted::Findings));
        judged.filter(|judgement| judgement.verdict > Verdict::Pass).count()
    });
}

fn main() {
    // All of them are full of the words that rules look for.
    let corpus = texts(&Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/pass"));
    stages("prose", &prose(&corpus));
    stages("texts about secrecy", &corpus);
    if let Some(folder) = std::env::var_os("MIJIAN_BENCH_TEXTS") {
        let texts = texts(Path::new(&folder));
        stages("prose of others", &prose(&texts));
        one_by_one(&texts);
    }
    println!();
    let many = Terms::Drawn.list(&corpus, MANY_TERMS);
    let terms = measure("load 100,000 own terms", many.len(), || {
        let rules = rules(Some(&many));
        black_box(Matcher::new(&rules));
        rules.terms().len()
    });
    assert_eq!(terms, rules(None).terms().len() + MANY_TERMS, "every term is in force");
}
