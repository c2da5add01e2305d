//! Office formats beside their peers: CPU time over the same files, one run, one core.
//!
//! `MIJIAN_BENCH_OFFICE=FOLDER cargo bench --bench formats`; without the variable the corpus is
//! measured. Every document is read with all documents inside it, as `mijian text` does. Peers that
//! are not installed are left out: pandoc, antiword, catdoc with xls2csv and catppt, python3 with
//! python-docx and openpyxl. CPU time of processes is without their start-up, measured on a file that
//! is none of their business. docx-rs, which may abort, runs in a process of this program's own.
//! A peer is compared over the files that it reads; how many those are is printed beside.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a program of its own")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use mijian::document::Document;
use mijian::limits::Limits;
use mijian::policy::Policy;
use mijian::rules::RuleSet;
use mijian::screen::Screener;

/// Set where this program is its own peer: the file that docx-rs is to read.
const DOCX_RS: &str = "MIJIAN_BENCH_DOCX_RS";
/// Seconds that a peer has for one file.
const PEER_SECONDS: u64 = 20;

/// Extensions, and the programs that read them; `{}` is the file.
const PEERS: [(&str, &[&str]); 8] = [
    ("docx", &["docx-rs", "pandoc -t plain {}", "python-docx {}"]),
    ("xlsx", &["openpyxl {}"]),
    ("odt", &["pandoc -t plain {}"]),
    ("rtf", &["pandoc -t plain {}", "catdoc -dutf-8 {}"]),
    ("doc", &["catdoc -dutf-8 {}", "antiword {}"]),
    ("xls", &["xls2csv -dutf-8 {}"]),
    ("ppt", &["catppt -dutf-8 {}"]),
    ("epub", &["pandoc -t plain {}"]),
];
const PYTHON_DOCX: &str = "import sys,docx\nd=docx.Document(sys.argv[1])\nprint([p.text for p in d.paragraphs],[[c.text for c in r.cells] for t in d.tables for r in t.rows])";
const OPENPYXL: &str = "import sys,openpyxl\nfor s in openpyxl.load_workbook(sys.argv[1],read_only=True,data_only=True):\n for r in s.iter_rows(values_only=True): print(r)";

/// CPU milliseconds of this thread.
fn own_ms() -> f64 {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|ns| ns.parse::<f64>().ok()).unwrap_or(0.0) / 1e6
}

/// CPU milliseconds of all children that ended so far.
fn children_ms() -> f64 {
    let text = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = text.rsplit(") ").next().unwrap_or_default().split(' ').collect();
    let ticks = |i: usize| fields.get(i).and_then(|f| f.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(13) + ticks(14)) * 10.0
}

/// CPU milliseconds of one run of a peer; `None` where it fails or takes too long.
fn peer_ms(peer: &str, file: &Path) -> Option<f64> {
    let mut words = peer.split(' ');
    let program = words.next()?;
    let mut command = match program {
        "docx-rs" => {
            let mut own = Command::new(std::env::current_exe().ok()?);
            own.env(DOCX_RS, file);
            own
        }
        "python-docx" | "openpyxl" => {
            let mut python = Command::new("python3");
            python.arg("-c").arg(if program == "openpyxl" { OPENPYXL } else { PYTHON_DOCX });
            python
        }
        _ => Command::new(program),
    };
    for word in words {
        command.arg(if word == "{}" { file.as_os_str() } else { word.as_ref() });
    }
    let before = children_ms();
    let start = Instant::now();
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().ok()?;
    loop {
        match child.try_wait().ok()? {
            Some(status) => return status.success().then(|| children_ms() - before),
            None if start.elapsed() > Duration::from_secs(PEER_SECONDS) => {
                let _ = child.kill();
                let _ = child.wait();
                return None;
            }
            None => std::thread::sleep(Duration::from_millis(2)),
        }
    }
}

fn files(folder: &Path, found: &mut BTreeMap<String, Vec<PathBuf>>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found);
        } else if let Some(extension) = path.extension() {
            found.entry(extension.to_string_lossy().to_lowercase()).or_default().push(path);
        }
    }
}

fn main() {
    if let Some(file) = std::env::var_os(DOCX_RS) {
        let read = docx_rs::read_docx(&fs::read(file).unwrap()).is_ok();
        std::process::exit(i32::from(!read));
    }
    let folder =
        std::env::var_os("MIJIAN_BENCH_OFFICE").map_or_else(|| PathBuf::from("corpus"), PathBuf::from);
    let mut found = BTreeMap::new();
    files(&folder, &mut found);
    let rules = RuleSet::builtin().unwrap();
    let screener = Screener::new(rules, Policy::default(), Limits::default(), jiff::civil::date(2026, 1, 1));
    println!(
        "| type | files | MB | ms | files/s | MB/s | characters | peer | files it reads | its ms | ours on those | ratio |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|");
    for (extension, paths) in found {
        let mut times: BTreeMap<PathBuf, f64> = BTreeMap::new();
        let (mut bytes, mut characters) = (0, 0);
        for path in &paths {
            let content = fs::read(path).unwrap();
            bytes += content.len();
            let document = Document::new(path.to_string_lossy(), content);
            let mut rounds: Vec<f64> = (0..3)
                .map(|_| {
                    let start = own_ms();
                    let parts = screener.read(&document);
                    characters +=
                        parts.iter().map(|(_, part)| part.text.as_str().chars().count()).sum::<usize>();
                    own_ms() - start
                })
                .collect();
            rounds.sort_by(f64::total_cmp);
            times.insert(path.clone(), rounds[1]);
        }
        let total: f64 = times.values().sum();
        #[expect(clippy::cast_precision_loss, reason = "figures for people")]
        let (megabytes, count) = (bytes as f64 / 1e6, paths.len() as f64);
        let per_second = |what: f64| what / total * 1e3;
        let own = format!(
            "| {extension} | {count} | {megabytes:.2} | {total:.1} | {:.0} | {:.1} | {} |",
            per_second(count),
            per_second(megabytes),
            characters / 3
        );
        let peers = PEERS.iter().find(|(known, _)| *known == extension).map_or(&[][..], |(_, peers)| peers);
        if peers.is_empty() {
            println!("{own} | | | | |");
        }
        for peer in peers {
            // A file that the program refuses at once costs what its start costs.
            let none = std::env::temp_dir().join("mijian-bench-none");
            fs::write(&none, "x").unwrap();
            let before = children_ms();
            let _ = peer_ms(peer, &none);
            let start_up = children_ms() - before;
            let read: Vec<(&PathBuf, f64)> = paths
                .iter()
                .filter_map(|path| Some((path, (peer_ms(peer, path)? - start_up).max(0.0))))
                .collect();
            let theirs: f64 = read.iter().map(|(_, ms)| ms).sum();
            let ours: f64 = read.iter().filter_map(|(path, _)| times.get(*path)).sum();
            let name = peer.split(' ').next().unwrap_or_default();
            println!("{own} {name} | {} | {theirs:.0} | {ours:.1} | {:.1} |", read.len(), theirs / ours);
        }
    }
}
