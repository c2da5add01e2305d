//! PDF text extraction beside its peers: CPU time and character recall, same files, one run, one
//! core.
//!
//! `MIJIAN_BENCH_PDF=FOLDER:FOLDER... cargo bench --bench pdf` prints CPU time, ratios and memory for
//! each size class, and for all of them together; without the variable the corpus is measured. Dated
//! results are in runs/.
//! Peers that are not installed are left out: pdftotext (poppler-utils), mutool (mupdf-tools), pdfium
//! (python3 with pypdfium2). CPU time of processes is without their start-up, measured on a file with
//! one blank page: once for those that read all files, once a file for the others. The floor is what no
//! reader of page text can do without: finding page contents and forms, and inflating them, by the
//! inflater that extraction uses too, its memory used again. Recall is against the characters that
//! pdftotext and mutool both read.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a program of its own")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use flate2::{Decompress, FlushDecompress, Status};
use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Name, Object, Stream};
use lopdf::dictionary;
use mijian::extract::extract;
use mijian::filetype::FileType;
use mijian::limits::{Budget, Limits};
use rustix::time::{ClockId, clock_gettime};

/// Rounds. Inside this process the least counts, since whatever else the machine does only adds to it.
const ROUNDS: usize = 5;
/// Names and upper bounds of the size classes, in bytes.
const CLASSES: [(&str, u64); 3] =
    [("below 100 KB", 100 << 10), ("below 1 MB", 1 << 20), ("larger", u64::MAX)];

/// What the rows are called.
const FLOOR: &str = "inflating contents";
const OURS: &str = "our extraction";
const SCAN: &str = "mijian scan --jobs 1";

struct File {
    path: PathBuf,
    bytes: Vec<u8>,
}

/// CPU milliseconds of this thread.
fn own_ms() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 / 1e6
}

/// CPU milliseconds of all children that ended so far.
fn children_ms() -> f64 {
    let text = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = text.rsplit(") ").next().unwrap_or_default().split(' ').collect();
    let ticks = |i: usize| fields.get(i).and_then(|f| f.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(13) + ticks(14)) * 10.0
}

/// CPU milliseconds of each over all of `files`, in turn, so that a slower minute of the machine meets all
/// of them.
fn inside<const N: usize>(files: &[&File], mut runs: [&mut dyn FnMut(&File); N]) -> [f64; N] {
    let mut least = [f64::INFINITY; N];
    for _ in 0..ROUNDS {
        for (run, least) in runs.iter_mut().zip(&mut least) {
            let start = own_ms();
            files.iter().for_each(|file| run(file));
            *least = least.min(own_ms() - start);
        }
    }
    least
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

/// One measured thing, over a class of files.
struct Row {
    what: String,
    ms: f64,
    /// Characters found of those that both consensus tools read.
    recall: Option<(u64, u64)>,
}

/// What was measured over a class of files.
struct Class {
    name: String,
    files: usize,
    mb: f64,
    rows: Vec<Row>,
    /// The least recall of one file, and which.
    worst: Option<(f64, String)>,
    /// Megabytes of memory that the largest process of a scan took at most.
    peak: Option<f64>,
}

/// A file with one blank page.
fn blank() -> Vec<u8> {
    let mut document = lopdf::Document::with_version("1.4");
    let pages = document.new_object_id();
    let area = [0, 0, 595, 842].map(lopdf::Object::from).to_vec();
    let page = document.add_object(dictionary! { "Type" => "Page", "Parent" => pages, "MediaBox" => area });
    let tree = dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 };
    document.objects.insert(pages, tree.into());
    let root = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    document.trailer.set("Root", root);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

fn main() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let folders = std::env::var_os("MIJIAN_BENCH_PDF").unwrap_or_else(|| corpus.clone().into());
    let mut files = Vec::new();
    std::env::split_paths(&folders).for_each(|folder| collect(&folder, &mut files));
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let folder = tempfile::tempdir().unwrap();
    let (path, bytes) = (folder.path().join("blank.pdf"), blank());
    fs::write(&path, &bytes).unwrap();
    let small = File { path, bytes };
    let tools: Vec<&str> = ["pdftotext", "mutool"]
        .into_iter()
        .filter(|tool| output(peer(tool, &small.path)).is_some())
        .collect();
    std::panic::set_hook(Box::new(|_| {}));
    println!("| files | MB | what | CPU ms | MB/s | recall |\n|---|---|---|---|---|---|");
    let (mut from, mut classes) = (0, Vec::new());
    for (name, to) in CLASSES {
        let members: Vec<&File> =
            files.iter().filter(|f| (from..to).contains(&(f.bytes.len() as u64))).collect();
        from = to;
        if !members.is_empty() {
            let class = measure(name, &members, &small, &tools);
            report(&class, &tools);
            classes.push(class);
        }
    }
    if let Some(all) = classes.into_iter().reduce(joined) {
        report(&Class { name: "all".to_owned(), ..all }, &tools);
    }
}

/// Both classes as one.
fn joined(mut a: Class, b: Class) -> Class {
    for row in b.rows {
        match a.rows.iter_mut().find(|own| own.what == row.what) {
            Some(own) => {
                own.ms += row.ms;
                own.recall = own.recall.zip(row.recall).map(|(a, b)| (a.0 + b.0, a.1 + b.1));
            }
            None => a.rows.push(row),
        }
    }
    (a.files, a.mb) = (a.files + b.files, a.mb + b.mb);
    a.worst = a.worst.into_iter().chain(b.worst).min_by(|a, b| a.0.total_cmp(&b.0));
    a.peak = a.peak.into_iter().chain(b.peak).reduce(f64::max);
    a
}

fn report(class: &Class, tools: &[&str]) {
    let Class { name, files, mb, rows, .. } = class;
    for Row { what, ms, recall } in rows {
        let recall = recall.map_or(String::new(), |(found, all)| format!("{:.4}", found as f64 / all as f64));
        println!("| {name}: {files} | {mb:.1} | {what} | {ms:.0} | {:.0} | {recall} |", mb / ms * 1e3);
    }
    let ms = |what: &str| rows.iter().find(|row| row.what == what).map(|row| row.ms);
    let ratio = |a: &str, b: &str| {
        if let (Some(a_ms), Some(b_ms)) = (ms(a), ms(b)) {
            println!("| {name}: {a} to {b} | | {:.2} | | | |", a_ms / b_ms);
        }
    };
    tools.iter().for_each(|tool| ratio(tool, SCAN));
    ratio("pdfium", SCAN);
    ratio(OURS, FLOOR);
    ratio(OURS, SCAN);
    if let Some((worst, path)) = &class.worst {
        println!("| {name}: least recall of one file | | {worst:.4} | {path} | | |");
    }
    if let Some(peak) = class.peak {
        println!("| {name}: MB of memory of a scan | | {peak:.0} | | | |");
    }
}

fn measure(name: &str, files: &[&File], small: &File, tools: &[&str]) -> Class {
    let mb = files.iter().map(|f| f.bytes.len()).sum::<usize>() as f64 / 1e6;
    let read =
        |f: &dyn Fn(&File) -> String| files.iter().map(|file| characters(&f(file))).collect::<Vec<_>>();
    let by_tool: Vec<_> =
        tools.iter().map(|tool| read(&|file| output(peer(tool, &file.path)).unwrap())).collect();
    let consensus: Vec<_> = match &by_tool[..] {
        [a, b, ..] => a.iter().zip(b).map(|(a, b)| common(a, b)).collect(),
        _ => Vec::new(),
    };
    let total = |counts: &[BTreeMap<char, u64>]| counts.iter().flat_map(BTreeMap::values).sum::<u64>();
    let recall = |own: &[BTreeMap<char, u64>]| {
        let found: Vec<_> = own.iter().zip(&consensus).map(|(a, b)| common(a, b)).collect();
        (!consensus.is_empty()).then(|| (total(&found), total(&consensus)))
    };
    let mut rows = Vec::new();
    let mut row = |what: &str, ms: f64, recall: Option<(u64, u64)>| {
        rows.push(Row { what: what.to_owned(), ms, recall });
    };
    let (mut state, mut out) = (Decompress::new(true), Vec::new());
    let mut inflating = |f: &File| _ = inflate(&f.bytes, &mut state, &mut out);
    let [floor, extraction] = inside(files, [&mut inflating, &mut |f| drop(ours(&f.bytes))]);
    row(FLOOR, floor, None);
    let texts = read(&|f| ours(&f.bytes));
    row(OURS, extraction, recall(&texts));
    row(SCAN, fed(&scan, files, &[small]), None);
    for (tool, own) in tools.iter().zip(&by_tool) {
        let run = |files: &[&File]| {
            let before = children_ms();
            files.iter().for_each(|file| drop(output(peer(tool, &file.path))));
            children_ms() - before
        };
        let start = run(&[small; 50]) / 50.0;
        row(tool, run(files) - start * files.len() as f64, recall(own));
    }
    let mut shares = Vec::new();
    for (file, (own, wanted)) in files.iter().zip(texts.iter().zip(&consensus)) {
        let sum = |counts: &BTreeMap<char, u64>| counts.values().sum::<u64>() as f64;
        if !wanted.is_empty() {
            shares.push((sum(&common(own, wanted)) / sum(wanted), file.path.display().to_string()));
        }
    }
    let folder = tempfile::tempdir().unwrap();
    feed(pdfium(Some(folder.path())), files);
    let texts = (0..files.len()).map(|n| fs::read_to_string(folder.path().join(format!("{n}.txt"))));
    let texts: Vec<_> = texts.map(|text| characters(&text.unwrap_or_default())).collect();
    if texts.iter().any(|text| !text.is_empty()) {
        row("pdfium", fed(&|| pdfium(None), files, &[small]), recall(&texts));
    }
    let [lopdf] = inside(files, [&mut |f| drop(lopdf_text(&f.bytes))]);
    row("lopdf", lopdf, recall(&read(&|f| lopdf_text(&f.bytes))));
    let worst = shares.into_iter().min_by(|a, b| a.0.total_cmp(&b.0));
    Class { name: name.to_owned(), files: files.len(), mb, rows, worst, peak: peak(files) }
}

/// Megabytes of memory that the largest process of a scan takes at most, as the kernel tells python3.
fn peak(files: &[&File]) -> Option<f64> {
    const TELL: &str = "import resource, subprocess, sys\n\
        subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n\
        print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)";
    let scan = scan();
    let mut command = Command::new("python3");
    command.args(["-c", TELL]).arg(scan.get_program()).args(scan.get_args());
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut child = child.ok()?;
    if let Some(mut input) = child.stdin.take() {
        for file in files {
            writeln!(input, "{}", file.path.display()).ok()?;
        }
    }
    let told = child.wait_with_output().ok()?;
    let kilobytes: f64 = String::from_utf8_lossy(&told.stdout).trim().parse().ok()?;
    Some(kilobytes * 1024.0 / 1e6)
}
