//! Office formats beside their peers: CPU time over the same files, one run, one core.
//!
//! `MIJIAN_BENCH_OFFICE=FOLDER cargo bench --bench formats`; without the variable the corpus is
//! measured. Every document is read with all documents inside it, as `mijian text` does. Peers that
//! are not installed are left out: pandoc, antiword, catdoc with xls2csv and catppt, docx2txt, LibreOffice,
//! python3 with python-docx, openpyxl and python-pptx. CPU time of processes is without their start-up,
//! measured on a file that is none of their business. docx-rs, which may abort, and calamine run in a
//! process of this program's own.
//! A peer is compared over the files that it reads; how many those are is printed beside.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a program of its own")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use calamine::{Reader as _, open_workbook_auto};
use mijian::document::Document;
use mijian::limits::Limits;
use mijian::policy::Policy;
use mijian::rules::RuleSet;
use mijian::screen::Screener;

/// Set where this program is its own peer: the library, and the file that it is to read.
const PEER: &str = "MIJIAN_BENCH_PEER";
const PEER_FILE: &str = "MIJIAN_BENCH_PEER_FILE";
/// Times that the start of a peer is measured.
const STARTS: u32 = 10;
/// Seconds that a peer has for one file.
const PEER_SECONDS: u64 = 20;

/// Extensions, and the programs that read them; `{}` is the file.
const PEERS: [(&str, &[&str]); 10] = [
    ("docx", &["docx-rs", "pandoc -t plain {}", "docx2txt {}", "python-docx {}", LIBREOFFICE]),
    ("xlsx", &["calamine", "openpyxl {}"]),
    ("xlsb", &["calamine"]),
    ("pptx", &["python-pptx {}"]),
    ("odt", &["pandoc -t plain {}"]),
    ("rtf", &["pandoc -t plain {}", "catdoc -dutf-8 {}"]),
    ("doc", &["catdoc -dutf-8 {}", "antiword {}", LIBREOFFICE]),
    ("xls", &["calamine", "xls2csv -dutf-8 {}"]),
    ("ppt", &["catppt -dutf-8 {}"]),
    ("epub", &["pandoc -t plain {}"]),
];
const LIBREOFFICE: &str = "soffice --headless --convert-to txt:Text --outdir /dev/shm/mijian-bench {}";
const PYTHON_PPTX: &str = "import sys,pptx\nfor s in pptx.Presentation(sys.argv[1]).slides:\n for h in s.shapes: print(h.has_text_frame and h.text_frame.text)";
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
        "docx-rs" | "calamine" => {
            let mut own = Command::new(std::env::current_exe().ok()?);
            own.env(PEER, program).env(PEER_FILE, file);
            own
        }
        "python-docx" | "openpyxl" | "python-pptx" => {
            let script = match program {
                "openpyxl" => OPENPYXL,
                "python-pptx" => PYTHON_PPTX,
                _ => PYTHON_DOCX,
            };
            let mut python = Command::new("python3");
            python.arg("-c").arg(script);
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

/// Whether a library reads a file: the cells of all sheets, or the document.
fn library_reads(library: &str, file: &Path) -> bool {
    if library == "docx-rs" {
        return docx_rs::read_docx(&fs::read(file).unwrap()).is_ok();
    }
    let Ok(mut book) = open_workbook_auto(file) else { return false };
    let sheets = book.worksheets();
    let cells = sheets.iter().flat_map(|(_, range)| range.used_cells());
    std::hint::black_box(cells.map(|(_, _, cell)| cell.to_string().len()).sum::<usize>());
    true
}

fn main() {
    if let (Ok(library), Some(file)) = (std::env::var(PEER), std::env::var_os(PEER_FILE)) {
        std::process::exit(i32::from(!library_reads(&library, Path::new(&file))));
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
            for _ in 0..STARTS {
                let _ = peer_ms(peer, &none);
            }
            let start_up = (children_ms() - before) / f64::from(STARTS);
            // The system counts in steps of 10 ms, which even out over the files.
            let read: Vec<(&PathBuf, f64)> =
                paths.iter().filter_map(|path| Some((path, peer_ms(peer, path)? - start_up))).collect();
            let theirs: f64 = read.iter().map(|(_, ms)| ms).sum();
            let ours: f64 = read.iter().filter_map(|(path, _)| times.get(*path)).sum();
            let name = peer.split(' ').next().unwrap_or_default();
            println!("{own} {name} | {} | {theirs:.0} | {ours:.1} | {:.1} |", read.len(), theirs / ours);
        }
    }
}
