//! PDF text extraction beside its peers: CPU time and character recall, same files, one run, one
//! core.
//!
//! `MIJIAN_BENCH_PDF=FOLDER:FOLDER... cargo bench --bench pdf` prints everything, each size class and
//! all files together; without the variable the corpus is measured. Dated results are in runs/.
//! Peers that are not installed are left out: pdftotext (poppler-utils), mutool (mupdf-tools),
//! pdfium (python3 with pypdfium2). CPU time of processes is without their start-up, measured on a
//! one-page file. The floor is what no reader of page text can do without: finding page contents and
//! forms, and inflating them, by the inflater that extraction uses too, its memory used again. Recall is against the characters that pdftotext and mutool both read.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a program of its own")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use flate2::{Decompress, FlushDecompress, Status};
use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Name, Object, Stream};
use mijian::extract::extract;
use mijian::filetype::FileType;
use mijian::limits::{Budget, Limits};

/// Rounds; the median counts.
const ROUNDS: usize = 5;
/// Names and upper bounds of the size classes, in bytes.
const CLASSES: [(&str, u64); 3] =
    [("below 100 KB", 100 << 10), ("below 1 MB", 1 << 20), ("larger", u64::MAX)];

struct File {
    path: PathBuf,
    bytes: Vec<u8>,
}

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

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn inside(run: &mut dyn FnMut()) -> f64 {
    let rounds = (0..ROUNDS).map(|_| {
        let start = own_ms();
        run();
        own_ms() - start
    });
    median(rounds.collect())
}

/// Inflates one stream into a buffer that is used again; the number of bytes.
fn inflate_one(data: &[u8], state: &mut Decompress, out: &mut Vec<u8>) -> usize {
    state.reset(true);
    let bytes = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    loop {
        let (read, written) = (bytes(state.total_in()), bytes(state.total_out()));
        if written == out.len() {
            out.resize((2 * written).max(64 << 10), 0);
        }
        match state.decompress(&data[read..], &mut out[written..], FlushDecompress::None) {
            Ok(Status::Ok | Status::BufError) if bytes(state.total_out()) > written => {}
            _ => return bytes(state.total_out()),
        }
    }
}

/// Inflates page contents and forms; the number of bytes.
fn inflate(bytes: &[u8], state: &mut Decompress, out: &mut Vec<u8>) -> usize {
    let Ok(pdf) = Pdf::new(bytes.to_vec()) else { return 0 };
    let mut total = 0;
    let mut one = |stream: &Stream<'_>| {
        let flate =
            stream.dict().get::<Name<'_>>("Filter").is_some_and(|name| name.as_ref() == b"FlateDecode");
        if flate {
            total += inflate_one(&stream.raw_data(), state, out);
        }
    };
    for page in pdf.pages().iter() {
        match page.raw().get::<Object<'_>>("Contents") {
            Some(Object::Stream(stream)) => one(&stream),
            Some(Object::Array(array)) => array.iter::<Stream<'_>>().for_each(|stream| one(&stream)),
            _ => {}
        }
    }
    for object in pdf.objects() {
        if let Object::Stream(stream) = object
            && stream.dict().get::<Name<'_>>("Subtype").is_some_and(|name| name.as_ref() == b"Form")
            && stream.dict().get::<Array<'_>>("BBox").is_some()
        {
            one(&stream);
        }
    }
    total
}

fn ours(bytes: &[u8]) -> String {
    let extracted = extract(bytes, FileType::Pdf, &mut Budget::new(&Limits::default()));
    let text = extracted.text;
    let shown = text.segments().iter().filter(|s| s.at.page.is_some());
    shown.filter_map(|s| text.as_str().get(s.range.clone())).collect::<Vec<_>>().join("\n")
}

fn lopdf_text(bytes: &[u8]) -> String {
    let read = || {
        let document = lopdf::Document::load_mem(bytes).ok()?;
        let pages: Vec<u32> = document.get_pages().keys().copied().collect();
        document.extract_text(&pages).ok()
    };
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(read)).ok().flatten().unwrap_or_default()
}

fn characters(text: &str) -> BTreeMap<char, u64> {
    let mut counts = BTreeMap::new();
    for c in mijian::fold::fold(text).chars().filter(|c| !c.is_whitespace()) {
        *counts.entry(c).or_default() += 1;
    }
    counts
}

fn common(a: &BTreeMap<char, u64>, b: &BTreeMap<char, u64>) -> BTreeMap<char, u64> {
    a.iter().filter_map(|(c, n)| Some((*c, *n.min(b.get(c)?)))).collect()
}

fn peer(tool: &str, path: &Path) -> Command {
    let mut command = Command::new(tool);
    match tool {
        "pdftotext" => command.arg("-q").arg(path).arg("-"),
        _ => command.args(["draw", "-q", "-F", "txt"]).arg(path),
    };
    command.stderr(Stdio::null());
    command
}

fn output(mut command: Command) -> Option<String> {
    Some(String::from_utf8_lossy(&command.stdin(Stdio::null()).output().ok()?.stdout).into_owned())
}

/// Runs a program that reads paths from standard input.
fn feed(mut command: Command, files: &[&File]) {
    let child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let Ok(mut child) = child else { return };
    if let Some(mut input) = child.stdin.take() {
        for file in files {
            let _ = writeln!(input, "{}", file.path.display());
        }
    }
    let _ = child.wait();
}

fn pdfium(out: Option<&Path>) -> Command {
    let mut command = Command::new("python3");
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/pdfium.py"));
    command.args(out);
    command
}

fn scan() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mijian"));
    command.args(["scan", "--jobs", "1", "--from-stdin", "--format", "jsonl"]);
    command
}

/// CPU milliseconds for `files`, less what it takes to start. The kernel counts in steps of 10 ms, so
/// this is a mean, not a median.
fn fed(command: &dyn Fn() -> Command, files: &[&File], start: &[&File]) -> f64 {
    let run = |files: &[&File]| {
        let before = children_ms();
        (0..ROUNDS).for_each(|_| feed(command(), files));
        (children_ms() - before) / ROUNDS as f64
    };
    run(files) - run(start)
}

fn collect(folder: &Path, files: &mut Vec<File>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|e| e == "pdf")
            && let Ok(bytes) = fs::read(&path)
        {
            files.push(File { path, bytes });
        }
    }
}

fn main() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let folders = std::env::var_os("MIJIAN_BENCH_PDF").unwrap_or_else(|| corpus.clone().into());
    let mut files = Vec::new();
    std::env::split_paths(&folders).for_each(|folder| collect(&folder, &mut files));
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let one = corpus.join("block/gbt2012-02.pdf");
    let small = File { bytes: fs::read(&one).unwrap(), path: one };
    let tools: Vec<&str> = ["pdftotext", "mutool"]
        .into_iter()
        .filter(|tool| output(peer(tool, &small.path)).is_some())
        .collect();
    std::panic::set_hook(Box::new(|_| {}));
    println!("| files | MB | what | CPU ms | MB/s | recall |\n|---|---|---|---|---|---|");
    let mut from = 0;
    for (class, to) in CLASSES {
        let members: Vec<&File> =
            files.iter().filter(|f| (from..to).contains(&(f.bytes.len() as u64))).collect();
        from = to;
        if !members.is_empty() {
            measure(class, &members, &small, &tools);
        }
    }
    measure("all", &files.iter().collect::<Vec<_>>(), &small, &tools);
}

fn measure(class: &str, files: &[&File], small: &File, tools: &[&str]) {
    let mb = files.iter().map(|f| f.bytes.len()).sum::<usize>() as f64 / 1e6;
    let read =
        |f: &dyn Fn(&File) -> String| files.iter().map(|file| characters(&f(file))).collect::<Vec<_>>();
    let by_tool: Vec<_> =
        tools.iter().map(|tool| read(&|file| output(peer(tool, &file.path)).unwrap())).collect();
    let consensus: Vec<_> = match &by_tool[..] {
        [a, b, ..] => a.iter().zip(b).map(|(a, b)| common(a, b)).collect(),
        _ => Vec::new(),
    };
    let total = |counts: &[BTreeMap<char, u64>]| counts.iter().flat_map(BTreeMap::values).sum::<u64>() as f64;
    let recall = |own: &[BTreeMap<char, u64>]| {
        let found: Vec<_> = own.iter().zip(&consensus).map(|(a, b)| common(a, b)).collect();
        if consensus.is_empty() { String::new() } else { format!("{:.4}", total(&found) / total(&consensus)) }
    };
    let row = |what: &str, ms: f64, recall: String| {
        println!(
            "| {class}: {} | {mb:.1} | {what} | {ms:.0} | {:.0} | {recall} |",
            files.len(),
            mb / ms * 1e3
        );
    };
    let inflated = std::cell::Cell::new(0);
    let (mut state, mut out) = (Decompress::new(true), Vec::new());
    let floor =
        inside(&mut || inflated.set(files.iter().map(|f| inflate(&f.bytes, &mut state, &mut out)).sum()));
    row(&format!("inflating contents ({:.1} MB)", inflated.get() as f64 / 1e6), floor, String::new());
    let extraction = inside(&mut || files.iter().for_each(|f| drop(ours(&f.bytes))));
    let texts = read(&|f| ours(&f.bytes));
    row("our extraction", extraction, recall(&texts));
    let whole = fed(&scan, files, &[small]);
    row("mijian scan --jobs 1", whole, String::new());
    for (tool, own) in tools.iter().zip(&by_tool) {
        let run = |files: &[&File]| {
            let before = children_ms();
            files.iter().for_each(|file| drop(output(peer(tool, &file.path))));
            children_ms() - before
        };
        let start = run(&[small; 50]) / 50.0;
        let ms = run(files) - start * files.len() as f64;
        row(tool, ms, recall(own));
        println!("| {class}: {tool} to mijian scan | | {:.1} | | | |", ms / whole);
    }
    println!("| {class}: our extraction to the floor | | {:.1} | | | |", extraction / floor);
    println!("| {class}: share of extraction in the scan | | {:.2} | | | |", extraction / whole);
    let mut shares = Vec::new();
    for (file, (own, wanted)) in files.iter().zip(texts.iter().zip(&consensus)) {
        let sum = |counts: &BTreeMap<char, u64>| counts.values().sum::<u64>() as f64;
        if !wanted.is_empty() {
            shares.push((sum(&common(own, wanted)) / sum(wanted), file.path.display().to_string()));
        }
    }
    if let Some((worst, path)) = shares.into_iter().min_by(|a, b| a.0.total_cmp(&b.0)) {
        println!("| {class}: least recall of one file | | {worst:.4} | {path} | | |");
    }
    let folder = tempfile::tempdir().unwrap();
    feed(pdfium(Some(folder.path())), files);
    let texts = (0..files.len()).map(|n| fs::read_to_string(folder.path().join(format!("{n}.txt"))));
    let texts: Vec<_> = texts.map(|text| characters(&text.unwrap_or_default())).collect();
    if texts.iter().any(|text| !text.is_empty()) {
        row("pdfium", fed(&|| pdfium(None), files, &[small]), recall(&texts));
    }
    let own = inside(&mut || files.iter().for_each(|f| drop(lopdf_text(&f.bytes))));
    row("lopdf", own, recall(&read(&|f| lopdf_text(&f.bytes))));
}
