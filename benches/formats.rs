//! Office formats beside their peers: CPU time over the same files, one run, one core.
//!
//! `MIJIAN_BENCH_OFFICE=FOLDER cargo bench --bench formats`; without the variable the corpus is
//! measured. Every document is read with all documents inside it, as `mijian text` does. Peers that
//! are not installed are left out. Libraries (docx-rs, which may abort, calamine, python-docx, openpyxl,
//! python-pptx, office_oxide) time themselves in a process of their own, without its start and their
//! import, the middle of three readings. Programs (pandoc, docx2txt, catdoc with xls2csv and catppt,
//! LibreOffice) are timed as a whole, less what they take for a file that says nothing; catdoc, xls2csv and catppt
//! get all files at once, whether they can read them or not.
//! A peer is compared over the files that it reads; how many those are is printed beside.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a program of its own")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use calamine::{Reader as _, open_workbook_auto};
use mijian::document::Document;
use mijian::limits::Limits;
use mijian::policy::Policy;
use mijian::rules::RuleSet;
use mijian::screen::Screener;

/// Set where this program is its own peer: the library, and the file that it is to read.
const PEER: &str = "MIJIAN_BENCH_PEER";
const PEER_FILE: &str = "MIJIAN_BENCH_PEER_FILE";
/// Times that the start of a program is measured.
const STARTS: u32 = 5;
/// Times that all files of a type are given to a program that takes them at once.
const TOGETHER: usize = 20;
/// Seconds that a peer has for one file.
const PEER_SECONDS: &str = "20";
/// Files of a type that a program is given, and LibreOffice, which takes seconds for each.
const PROGRAM_FILES: usize = 40;
const LIBREOFFICE_FILES: usize = 5;

/// What reads a file beside this project.
#[derive(Clone, Copy)]
enum Peer {
    /// A library that this program is linked with.
    Own(&'static str),
    /// A library of Python, and the lines that read the file `f` with it.
    Python(&'static str, &'static str),
    /// A program; `{}` is the file.
    Program(&'static str),
    /// A program that takes any number of files: its start would hide what it takes for one.
    Together(&'static str),
}

const PYTHON_DOCX: Peer = Peer::Python(
    "docx",
    "d=docx.Document(f);[p.text for p in d.paragraphs];[c.text for t in d.tables for r in t.rows for c in r.cells]",
);
const OPENPYXL: Peer = Peer::Python(
    "openpyxl",
    "b=openpyxl.load_workbook(f,read_only=True,data_only=True);[r for s in b for r in s.iter_rows(values_only=True)]",
);
const PYTHON_PPTX: Peer = Peer::Python(
    "pptx",
    "[h.text_frame.text for s in pptx.Presentation(f).slides for h in s.shapes if h.has_text_frame]",
);
const OFFICE_OXIDE: Peer = Peer::Python("office_oxide", "office_oxide.Document.open(f).plain_text()");
const PANDOC: Peer = Peer::Program("pandoc -t plain {}");
const CATDOC: Peer = Peer::Together("catdoc -dutf-8");
const LIBREOFFICE: Peer = Peer::Program(
    "soffice -env:UserInstallation=file:///dev/shm/mijian-bench --headless --convert-to pdf --outdir /dev/shm/mijian-bench {}",
);

/// Extensions, and what else reads them.
const PEERS: [(&str, &[Peer]); 11] = [
    (
        "docx",
        &[
            Peer::Own("docx-rs"),
            OFFICE_OXIDE,
            PYTHON_DOCX,
            PANDOC,
            Peer::Program("docx2txt {} -"),
            LIBREOFFICE,
        ],
    ),
    ("xlsx", &[Peer::Own("calamine"), OFFICE_OXIDE, OPENPYXL]),
    ("xlsb", &[Peer::Own("calamine")]),
    ("pptx", &[OFFICE_OXIDE, PYTHON_PPTX]),
    ("odt", &[PANDOC]),
    ("ods", &[Peer::Own("calamine")]),
    ("rtf", &[PANDOC, CATDOC]),
    ("doc", &[OFFICE_OXIDE, CATDOC, LIBREOFFICE]),
    ("xls", &[Peer::Own("calamine"), OFFICE_OXIDE, Peer::Together("xls2csv -dutf-8"), LIBREOFFICE]),
    ("ppt", &[OFFICE_OXIDE, Peer::Together("catppt -dutf-8"), LIBREOFFICE]),
    ("epub", &[PANDOC]),
];

impl Peer {
    fn name(self) -> &'static str {
        match self {
            Self::Own(name) | Self::Python(name, _) => name,
            Self::Program(words) | Self::Together(words) => words.split(' ').next().unwrap_or_default(),
        }
    }

    /// Files of a type that it is given.
    fn files(self) -> usize {
        match self {
            Self::Own(_) | Self::Python(..) | Self::Together(_) => usize::MAX,
            Self::Program(words) if words.starts_with("soffice") => LIBREOFFICE_FILES,
            Self::Program(_) => PROGRAM_FILES,
        }
    }

    /// CPU milliseconds that it takes for all these files at once, its start included.
    fn together(self, files: &[&Path]) -> Option<f64> {
        let Self::Together(words) = self else { return None };
        let mut command = Command::new("timeout");
        command.args([
            PEER_SECONDS,
            "bash",
            "-c",
            "TIMEFORMAT='%U %S'; time \"$@\" >/dev/null 2>/dev/null",
            "_",
        ]);
        command.args(words.split(' ')).args(files);
        let output = command.stdin(Stdio::null()).output().ok()?;
        let seconds = String::from_utf8(output.stderr).ok()?;
        Some(seconds.split_whitespace().filter_map(|s| s.parse::<f64>().ok()).sum::<f64>() * 1e3)
    }

    /// CPU milliseconds of one reading; `None` where it fails or takes too long.
    fn ms(self, file: &Path) -> Option<f64> {
        self.run(file).filter(|(reads, _)| *reads).map(|(_, ms)| ms)
    }

    /// Whether it reads a file, and CPU milliseconds until it knows.
    fn run(self, file: &Path) -> Option<(bool, f64)> {
        let mut command = Command::new("timeout");
        command.arg(PEER_SECONDS);
        match self {
            Self::Own(name) => {
                command.arg(std::env::current_exe().ok()?).env(PEER, name).env(PEER_FILE, file);
            }
            Self::Python(library, lines) => {
                let script = format!(
                    "import sys,time,{library}\nf=sys.argv[1]\nms=[]\nfor _ in range(3):\n t=time.process_time()\n {lines}\n ms.append(time.process_time()-t)\nprint(sorted(ms)[1]*1000)"
                );
                command.args(["python3", "-c", &script]).arg(file);
            }
            Self::Program(words) | Self::Together(words) => {
                command.args(["bash", "-c", "TIMEFORMAT='%U %S'; time \"$@\" >/dev/null 2>/dev/null", "_"]);
                for word in words.split(' ') {
                    command.arg(if word == "{}" { file.as_os_str() } else { word.as_ref() });
                }
            }
        }
        let output = command.stdin(Stdio::null()).output().ok()?;
        let ms = match self {
            Self::Program(_) | Self::Together(_) => {
                let seconds = String::from_utf8(output.stderr).ok()?;
                seconds.split_whitespace().filter_map(|s| s.parse::<f64>().ok()).sum::<f64>() * 1e3
            }
            _ => String::from_utf8(output.stdout).ok()?.trim().parse().ok()?,
        };
        Some((output.status.success(), ms))
    }

    /// CPU milliseconds that it takes for nothing; `None` where it is not there.
    fn start(self) -> Option<f64> {
        let (Self::Program(words) | Self::Together(words)) = self else { return Some(0.0) };
        let program = words.split(' ').next()?;
        let found = Command::new("which").arg(program).stdout(Stdio::null()).status().ok()?;
        // A file that a program refuses at once costs what its start costs.
        let none = std::env::temp_dir().join("mijian-bench-none.txt");
        fs::write(&none, "x").unwrap();
        let starts: Vec<f64> = (0..STARTS).filter_map(|_| Some(self.run(&none)?.1)).collect();
        #[expect(clippy::cast_precision_loss, reason = "a small number")]
        let count = starts.len().max(1) as f64;
        found.success().then(|| starts.iter().sum::<f64>() / count)
    }
}

/// CPU milliseconds of this thread.
fn own_ms() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    #[expect(clippy::cast_precision_loss, reason = "figures for people")]
    let (seconds, nanoseconds) = (time.tv_sec as f64, time.tv_nsec as f64);
    seconds * 1e3 + nanoseconds / 1e6
}

/// The middle of three readings.
fn middle(mut read: impl FnMut()) -> f64 {
    let mut rounds: Vec<f64> = (0..3)
        .map(|_| {
            let start = own_ms();
            read();
            own_ms() - start
        })
        .collect();
    rounds.sort_by(f64::total_cmp);
    rounds[1]
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
        let mut reads = false;
        let ms = middle(|| reads = library_reads(&library, Path::new(&file)));
        println!("{ms}");
        std::process::exit(i32::from(!reads));
    }
    let folder =
        std::env::var_os("MIJIAN_BENCH_OFFICE").map_or_else(|| PathBuf::from("corpus"), PathBuf::from);
    let mut found = BTreeMap::new();
    files(&folder, &mut found);
    let rules = RuleSet::builtin().unwrap();
    let screener = Screener::new(rules, Policy::default(), Limits::default(), jiff::civil::date(2026, 1, 1));
    println!("| type | files | MB | ms | files/s | MB/s | characters |");
    println!("|---|---|---|---|---|---|---|");
    let mut types: Vec<(String, BTreeMap<PathBuf, f64>)> = Vec::new();
    for (extension, paths) in found {
        let mut times: BTreeMap<PathBuf, f64> = BTreeMap::new();
        let (mut bytes, mut characters) = (0, 0);
        for path in paths {
            let content = fs::read(&path).unwrap();
            bytes += content.len();
            let document = Document::new(path.to_string_lossy(), content);
            let mut own = 0;
            let ms = middle(|| {
                let parts = screener.read(&document);
                own = parts.iter().map(|(_, part)| part.text.as_str().chars().count()).sum::<usize>();
            });
            characters += own;
            times.insert(path, ms);
        }
        let total: f64 = times.values().sum();
        #[expect(clippy::cast_precision_loss, reason = "figures for people")]
        let (megabytes, count) = (bytes as f64 / 1e6, times.len() as f64);
        let per_second = |what: f64| what / total * 1e3;
        println!(
            "| {extension} | {count} | {megabytes:.2} | {total:.1} | {:.0} | {:.1} | {characters} |",
            per_second(count),
            per_second(megabytes),
        );
        types.push((extension, times));
    }
    println!(
        "\n| type | peer | files it reads | its ms | ours on those | ratio |\n|---|---|---|---|---|---|"
    );
    for (extension, times) in types {
        let peers = PEERS.iter().find(|(known, _)| *known == extension).map_or(&[][..], |(_, peers)| peers);
        for peer in peers {
            let Some(start) = peer.start() else { continue };
            if matches!(peer, Peer::Together(_)) {
                let paths: Vec<&Path> = times.keys().map(PathBuf::as_path).collect();
                let all = paths.repeat(TOGETHER);
                let Some(theirs) = peer.together(&all) else { continue };
                #[expect(clippy::cast_precision_loss, reason = "a small number")]
                let theirs = (theirs - start) / TOGETHER as f64;
                let ours: f64 = times.values().sum();
                println!(
                    "| {extension} | {} | all of {}, at once | {theirs:.1} | {ours:.1} | {:.1} |",
                    peer.name(),
                    paths.len(),
                    theirs / ours
                );
                continue;
            }
            // Spread over the folder, whose files are sorted by where they come from.
            let step = times.len().div_ceil(peer.files()).max(1);
            let mut given = 0;
            let read: Vec<(f64, f64)> = times
                .iter()
                .step_by(step)
                .inspect(|_| given += 1)
                .filter_map(|(path, ours)| Some((peer.ms(path)? - start, *ours)))
                .collect();
            let theirs: f64 = read.iter().map(|(theirs, _)| theirs).sum();
            let ours: f64 = read.iter().map(|(_, ours)| ours).sum();
            println!(
                "| {extension} | {} | {} of {given} | {theirs:.0} | {ours:.1} | {:.1} |",
                peer.name(),
                read.len(),
                theirs / ours
            );
        }
    }
}
