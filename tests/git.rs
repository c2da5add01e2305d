//! Git as a source: ranges, the index, bare and shallow clones.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;
use std::process::Output;

#[path = "support/repository.rs"]
mod support;

use support::{CLEAN, command, commit, git, repository, text, write};

const MARKED: &str = "机密★20年\n特急\n\n关于开展年度检查工作的通知\n";

fn mijian(folder: &Path, arguments: &[&str]) -> Output {
    command(env!("CARGO_BIN_EXE_mijian"), folder).args(arguments).output().unwrap()
}

/// Names with verdict and first rule, and the exit code.
fn answers(folder: &Path, arguments: &[&str]) -> (Vec<String>, Option<i32>) {
    let output = mijian(folder, &[&["scan", "--format", "jsonl"], arguments].concat());
    let lines = text(&output.stdout);
    let answer = |line: &str| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let first = |list: &str| line[list][0]["rule"].as_str().unwrap_or_default().to_owned();
        let name = line["name"].as_str()?;
        Some(format!("{name} {} {}{}", line["verdict"].as_str()?, first("findings"), first("unread")))
    };
    (lines.lines().filter_map(answer).map(|line| line.trim().to_owned()).collect(), output.status.code())
}

const SINCE: [&str; 2] = ["--changed-since", "main"];

#[test]
fn a_range_is_what_was_added_modified_renamed_and_retyped() {
    let folder = repository();
    let root = folder.path();
    write(root, "added.txt", MARKED);
    write(root, "modified.txt", MARKED);
    git(root, &["mv", "renamed.txt", "机密★10年 方案.txt"]);
    fs::copy(root.join("kept.txt"), root.join("copied.txt")).unwrap();
    fs::remove_file(root.join("deleted.txt")).unwrap();
    commit(root, "change");
    // What main gets meanwhile, and what lies about uncommitted, is not the doing of the change.
    git(root, &["checkout", "-q", "main"]);
    write(root, "meanwhile.txt", MARKED);
    commit(root, "meanwhile");
    git(root, &["checkout", "-q", "change"]);
    write(root, "added.txt", CLEAN);
    write(root, "uncommitted.txt", MARKED);

    let (names, code) = answers(root, &SINCE);
    let expected = [
        "added.txt block mark.state",
        "copied.txt pass",
        "modified.txt block mark.state",
        "机密★10年 方案.txt block mark.state",
    ];
    assert_eq!((names.as_slice(), code), (&expected.map(str::to_owned)[..], Some(1)));
    let report = mijian(root, &[&["scan"], &SINCE[..]].concat());
    let base = git(root, &["merge-base", "main", "HEAD"]);
    assert!(text(&report.stdout).contains(&format!("since {}, where it left main", &base[..12])));

    let only = |path: &str| answers(root, &[&SINCE[..], &[path]].concat());
    assert_eq!(only("copied.txt"), (vec!["copied.txt pass".into()], Some(0)));
    assert_eq!(only("sub"), (vec![], Some(0)));
    assert_eq!(only("no/such").1, Some(2));
    assert_eq!(only("..").1, Some(2));
    // From a subfolder the names stay those of the repository.
    assert_eq!(answers(&root.join("sub"), &SINCE).0.len(), 4);
    assert_eq!(
        answers(&root.join("sub"), &["--changed-since", "main", "../copied.txt"]).0,
        ["copied.txt pass"]
    );
}

#[cfg(unix)]
#[test]
fn links_submodules_and_lfs_pointers_are_never_clean() {
    use std::os::unix::fs::symlink;
    let folder = repository();
    let root = folder.path();
    fs::remove_file(root.join("typed.txt")).unwrap();
    symlink("/etc/hostname", root.join("typed.txt")).unwrap();
    symlink("../../kept.txt", root.join("sub/folder/within")).unwrap();
    symlink("sub", root.join("to-folder")).unwrap();
    symlink("nothing", root.join("dangling")).unwrap();
    symlink("../outside", root.join("outside")).unwrap();
    symlink(".git/config", root.join("metadata")).unwrap();
    let pointer =
        format!("version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 12345\n", "4d".repeat(32));
    write(root, "big.pdf", &pointer);
    git(root, &["add", "-A"]);
    let head = git(root, &["rev-parse", "HEAD"]);
    git(root, &["update-index", "--add", "--cacheinfo", &format!("160000,{head},module")]);
    // Settings that would hide a submodule, as the change itself could bring them along.
    write(root, ".gitmodules", "[submodule \"module\"]\n\tpath = module\n\turl = ./x\n\tignore = all\n");
    git(root, &["add", ".gitmodules"]);
    git(root, &["config", "diff.ignoreSubmodules", "all"]);

    let expected = [
        ".gitmodules pass",
        "big.pdf review unread.link",
        "dangling review unread.link",
        "metadata review unread.link",
        "module review unread.link",
        "outside review unread.link",
        // What links lead to in the tree is screened under their names.
        "sub/folder/within pass",
        "to-folder/folder/a.txt pass",
        "to-folder/folder/within review unread.link",
        "typed.txt review unread.link",
    ]
    .map(str::to_owned);
    assert_eq!(answers(root, &["--staged"]), (expected.to_vec(), Some(3)));
    git(root, &["commit", "-q", "-m", "links"]);
    assert_eq!(answers(root, &SINCE), (expected.to_vec(), Some(3)));
    let report = text(&mijian(root, &[&["scan"], &SINCE[..]].concat()).stdout);
    for detail in ["(LFS pointer)", "(dangling)", "(submodule)", "(out of the tree)", "(behind a link)"] {
        assert!(report.contains(detail), "{detail} in {report}");
    }
    // A pointer in a folder is no more the document than one in a commit.
    assert_eq!(answers(root, &["big.pdf"]).0, ["big.pdf review unread.link"]);
}

#[test]
fn the_index_is_read_and_not_the_working_tree() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    git(root, &["init", "-q", "-b", "main"]);
    assert_eq!(answers(root, &["--staged"]), (vec![], Some(0)), "nothing staged before the first commit");
    write(root, "a.txt", MARKED);
    git(root, &["add", "a.txt"]);
    write(root, "a.txt", CLEAN);
    write(root, "b.txt", MARKED);
    assert_eq!(answers(root, &["--staged"]), (vec!["a.txt block mark.state".into()], Some(1)));
    git(root, &["add", "a.txt"]);
    assert_eq!(answers(root, &["--staged"]), (vec!["a.txt pass".into()], Some(0)));
    git(root, &["commit", "-q", "-m", "1"]);
    assert_eq!(answers(root, &["--staged"]), (vec![], Some(0)));
    git(root, &["rm", "-q", "a.txt"]);
    assert_eq!(answers(root, &["--staged"]), (vec![], Some(0)), "only a deletion");
}

#[test]
fn exit_codes_of_ranges() {
    let folder = repository();
    let root = folder.path();
    let scan = |more: &[&str]| mijian(root, &[&["scan"], more].concat());
    let code = |more: &[&str]| scan(more).status.code();
    let says = |more: &[&str], what: &str| {
        let output = scan(more);
        assert_eq!(output.status.code(), Some(2), "{more:?}");
        assert!(text(&output.stderr).contains(what), "{more:?}: {}", text(&output.stderr));
    };
    assert_eq!(code(&SINCE), Some(0), "an empty range");
    fs::remove_file(root.join("deleted.txt")).unwrap();
    commit(root, "deletion");
    assert_eq!(code(&SINCE), Some(0), "a range that only deletes");
    assert_eq!(code(&["--changed-since", "main", "--fail-on-unused"]), Some(0));
    write(root, "unread.bin", b"\x00\x01\x02\x03\xff\xfe\xfd\x00\x00");
    commit(root, "unread");
    let codes = |fail_on: &str| code(&[&SINCE[..], &["--fail-on", fail_on]].concat());
    assert_eq!([codes("review"), codes("block"), codes("never")], [Some(3), Some(3), Some(0)]);
    write(root, "marked.txt", MARKED);
    commit(root, "marked");
    assert_eq!([codes("review"), codes("block"), codes("never")], [Some(1), Some(1), Some(0)]);

    says(&["--changed-since", "nowhere"], "no revision nowhere");
    says(&["--changed-since", "0000000000000000000000000000000000000000"], "no revision");
    says(&["--changed-since", "nowhere", "--fail-on", "never"], "no revision");
    says(&["--changed-since=--output=/tmp/x"], "names no revision");
    says(&["--changed-since", ""], "names no revision");
    says(&["--changed-since", "main..change"], "no revision");
    says(&["--changed-since", "main:kept.txt"], "no revision");
    says(&["--changed-since", "main", "--staged"], "cannot be used with");
    git(root, &["checkout", "-q", "--orphan", "other"]);
    commit(root, "other");
    says(&SINCE, "no ancestor in common");
    let nowhere = tempfile::tempdir().unwrap();
    let outside = mijian(nowhere.path(), &["scan", "--staged"]);
    assert_eq!(outside.status.code(), Some(2));
    assert!(text(&outside.stderr).contains("no git repository"), "{}", text(&outside.stderr));
}

#[test]
fn bare_clones_are_read_and_shallow_ones_say_what_they_lack() {
    let folder = repository();
    let root = folder.path();
    write(root, "added.txt", MARKED);
    commit(root, "change");
    let clones = tempfile::tempdir().unwrap();
    let from = format!("file://{}", root.display());
    git(clones.path(), &["clone", "-q", "--bare", &from, "bare"]);
    let bare = clones.path().join("bare");
    assert_eq!(answers(&bare, &SINCE), (vec!["added.txt block mark.state".into()], Some(1)));
    assert_eq!(answers(&bare, &["--changed-since", "main", "sub"]), (vec![], Some(0)));

    git(clones.path(), &["clone", "-q", "--depth", "1", "--branch", "change", &from, "shallow"]);
    let shallow = clones.path().join("shallow");
    let complains = || {
        let output = mijian(&shallow, &["scan", "--changed-since", "origin/main"]);
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains("fetch-depth: 0"), "{}", text(&output.stderr));
    };
    complains();
    git(&shallow, &["fetch", "-q", "--depth", "1", "origin", "main:refs/remotes/origin/main"]);
    complains();
    git(&shallow, &["fetch", "-q", "--unshallow"]);
    let since = ["--changed-since", "origin/main"];
    assert_eq!(answers(&shallow, &since), (vec!["added.txt block mark.state".into()], Some(1)));
}

#[test]
fn a_missing_or_huge_object_is_unread_and_the_next_is_read() {
    let folder = repository();
    let root = folder.path();
    write(root, "a-huge.txt", vec![b'a'; 3 << 20]);
    write(root, "b-missing.txt", "gone\n");
    write(root, "c-marked.txt", MARKED);
    commit(root, "change");
    let id = git(root, &["rev-parse", "HEAD:b-missing.txt"]);
    fs::remove_file(root.join(".git/objects").join(&id[..2]).join(&id[2..])).unwrap();
    write(root, "limits.toml", "[limits]\nfile-mib = 2\n");
    let outside = tempfile::tempdir().unwrap();
    let config = outside.path().join("limits.toml");
    fs::rename(root.join("limits.toml"), &config).unwrap();
    let arguments = ["--changed-since", "main", "--config", config.to_str().unwrap()];
    let expected =
        ["a-huge.txt review unread.limit", "b-missing.txt review unread.io", "c-marked.txt block mark.state"];
    for jobs in ["1", "4"] {
        let (names, code) = answers(root, &[&arguments[..], &["--jobs", jobs]].concat());
        assert_eq!((names, code), (expected.map(str::to_owned).to_vec(), Some(1)));
    }
}

/// Nothing that a repository's configuration or attributes name is ever run.
#[cfg(unix)]
#[test]
fn a_repository_can_t_make_git_run_anything() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = repository();
    let root = folder.path();
    let witness = tempfile::tempdir().unwrap();
    let script = witness.path().join("script");
    write(witness.path(), "script", format!("#!/bin/sh\ntouch {}/ran\ncat\n", witness.path().display()));
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let script = script.to_str().unwrap();
    write(root, ".gitattributes", "* diff=evil filter=evil\n");
    write(root, "added.txt", MARKED);
    commit(root, "change");
    for key in
        ["core.fsmonitor", "diff.external", "diff.evil.textconv", "diff.evil.command", "filter.evil.smudge"]
    {
        git(root, &["config", key, script]);
    }
    git(root, &["config", "core.pager", script]);
    for hook in ["post-index-change", "reference-transaction", "pre-commit"] {
        fs::copy(script, root.join(".git/hooks").join(hook)).unwrap();
    }
    let output = command(env!("CARGO_BIN_EXE_mijian"), root)
        .args(["scan", "--changed-since", "main"])
        .env("GIT_EXTERNAL_DIFF", script)
        .env("GIT_PAGER", script)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert_eq!(mijian(root, &["scan", "--staged"]).status.code(), Some(0));
    assert!(!witness.path().join("ran").exists(), "something was run");
}

/// The change brings its own configuration, list and exceptions along; those of the target count.
#[test]
fn what_is_judged_does_not_bring_its_own_rules() {
    let folder = repository();
    let root = folder.path();
    git(root, &["checkout", "-q", "main"]);
    write(root, "own.txt", "青龙计划\n");
    write(root, "second.txt", "蓝鲸工程\n");
    write(root, "mijian.toml", "wordlists = [{ path = 'own.txt', verdict = 'block' }]\n");
    commit(root, "rules");
    git(root, &["checkout", "-q", "-B", "change", "main"]);
    write(root, "a.txt", MARKED);
    write(root, "b.txt", "会议听取了青龙计划的进展。\n");
    let by = ["--reason", "x", "--approver", "x", "--until", "2027-05-31", "--today", "2026-11-23"];
    assert_eq!(mijian(root, &[&["approve", "a.txt", "b.txt"], &by[..]].concat()).status.code(), Some(0));
    write(root, "mijian.toml", "fail-on = 'never'\n[policy]\nmark = 'pass'\nterm = 'pass'\n");
    write(root, "own.txt", "");
    write(root, "second.txt", "");
    write(root, "c.txt", "会议还讨论了蓝鲸工程。\n");
    commit(root, "change");

    let today = ["--today", "2026-11-23"];
    let scan = |more: &[&str]| answers(root, &[&SINCE[..], &today, more].concat());
    let blocked = ["a.txt block mark.state", "b.txt block term.own"];
    for more in [&[][..], &["--config", "mijian.toml"], &["--wordlist", "second.txt"]] {
        let (names, code) = scan(more);
        assert_eq!(code, Some(1), "{more:?}");
        assert!(blocked.iter().all(|line| names.iter().any(|name| name == line)), "{more:?}: {names:?}");
    }
    let (names, _) = scan(&["--wordlist", "second.txt"]);
    assert!(names.contains(&"c.txt review term.second".to_owned()), "{names:?}");
    // Named, and not there in the target: nothing is taken from the change instead.
    assert_eq!(scan(&["--exceptions", "mijian.exceptions"]).1, Some(2));
    // Outside of the repository nobody who proposes a change can write.
    let outside = tempfile::tempdir().unwrap();
    let kept = outside.path().join("mijian.exceptions");
    fs::copy(root.join("mijian.exceptions"), &kept).unwrap();
    let (names, code) = scan(&["--exceptions", kept.to_str().unwrap()]);
    assert_eq!(code, Some(0), "{names:?}");
    // Once the target has approved, the same change passes, and the report says by whom.
    let file = fs::read(root.join("mijian.exceptions")).unwrap();
    git(root, &["checkout", "-q", "main"]);
    write(root, "mijian.exceptions", file);
    commit(root, "approved");
    git(root, &["checkout", "-q", "change"]);
    assert_eq!(scan(&[]).1, Some(0));
    let report = text(&mijian(root, &[&["scan"], &SINCE[..], &today].concat()).stdout);
    assert!(report.contains("excepted: ") && report.contains("approved by x"), "{report}");
}

/// A link puts what it leads to where it stands itself: out of a folder that is neither published nor
/// screened, or screened only when it changes.
#[cfg(unix)]
#[test]
fn a_link_is_screened_as_what_it_leads_to() {
    use std::os::unix::fs::symlink;
    let folder = repository();
    let root = folder.path();
    git(root, &["checkout", "-q", "main"]);
    write(root, "internal/secret.txt", MARKED);
    commit(root, "never published");
    git(root, &["checkout", "-q", "-B", "change", "main"]);
    fs::create_dir(root.join("site")).unwrap();
    symlink("../internal/secret.txt", root.join("site/a.txt")).unwrap();
    symlink("../internal", root.join("site/folder")).unwrap();
    symlink(".", root.join("site/itself")).unwrap();
    git(root, &["add", "-A"]);
    let expected = [
        "site/a.txt block mark.state",
        "site/folder/secret.txt block mark.state",
        "site/itself/a.txt review unread.link",
        "site/itself/folder review unread.link",
    ];
    let expected = (expected.map(str::to_owned).to_vec(), Some(1));
    assert_eq!(answers(root, &["--staged", "site"]), expected);
    commit(root, "links");
    assert_eq!(answers(root, &["--changed-since", "main", "site"]), expected);

    // On the disk, what is left out must not come back through a link.
    let walked = |more: &[&str]| answers(root, &[&["."], more].concat()).0;
    let links = |names: Vec<String>| names.into_iter().filter(|name| name.starts_with("site/")).count();
    assert_eq!(links(walked(&[])), 0);
    for more in [["--exclude", "internal/"], ["--exclude", "internal/*.txt"], ["--include", "site/**"]] {
        let unread = ["site/a.txt review unread.link", "site/folder review unread.link"];
        let names = walked(&more);
        assert!(unread.iter().all(|line| names.contains(&(*line).to_owned())), "{more:?}: {names:?}");
    }
    assert_eq!(links(walked(&["--exclude", "*.js", "--include", "*.txt"])), 0);
}

/// Whoever may make a tag or a branch must not choose with it what is compared with.
#[test]
fn a_name_of_several_commits_is_refused() {
    let folder = repository();
    let root = folder.path();
    write(root, "added.txt", MARKED);
    commit(root, "change");
    git(root, &["update-ref", "refs/remotes/origin/main", "main"]);
    let code = |revision: &str| answers(root, &["--changed-since", revision]).1;
    assert_eq!(code("origin/main"), Some(1));
    // The same commit under two names is no doubt.
    git(root, &["tag", "origin/main", "main"]);
    assert_eq!(code("origin/main"), Some(1));
    for (make, remove) in [(["tag", "-f"], ["tag", "-d"]), (["branch", "-f"], ["branch", "-D"])] {
        git(root, &[&make[..], &["origin/main", "HEAD"]].concat());
        assert_eq!(code("origin/main"), Some(2), "{make:?}");
        assert_eq!(code("origin/main~0"), Some(2), "{make:?}");
        assert_eq!(code("refs/remotes/origin/main"), Some(1), "{make:?}");
        git(root, &[&remove[..], &["origin/main"]].concat());
    }
    let short = git(root, &["rev-parse", "--short", "main"]);
    assert_eq!(code(&short), Some(1));
    git(root, &["tag", &short, "HEAD"]);
    assert_eq!(code(&short), Some(2));
}

/// Branches that were merged into each other may have parted twice. A file that one side deleted and the
/// other kept comes back with the merge, though it is in one of the two commits.
#[test]
fn every_commit_in_which_branches_parted_counts() {
    let folder = repository();
    let root = folder.path();
    git(root, &["checkout", "-q", "main"]);
    write(root, "leak.txt", MARKED);
    commit(root, "leak");
    git(root, &["checkout", "-q", "-b", "side"]);
    write(root, "side.txt", CLEAN);
    commit(root, "side");
    git(root, &["checkout", "-q", "main"]);
    fs::remove_file(root.join("leak.txt")).unwrap();
    commit(root, "taken down");
    git(root, &["checkout", "-q", "-B", "change", "side"]);
    git(root, &["merge", "-q", "--no-commit", "--no-ff", "main"]);
    write(root, "leak.txt", MARKED);
    commit(root, "merged");
    git(root, &["checkout", "-q", "main"]);
    git(root, &["merge", "-q", "-m", "merged", "side"]);
    git(root, &["checkout", "-q", "change"]);
    assert_eq!(git(root, &["merge-base", "--all", "main", "HEAD"]).lines().count(), 2);
    let (names, code) = answers(root, &SINCE);
    assert!(names.contains(&"leak.txt block mark.state".to_owned()), "{names:?}");
    assert_eq!(code, Some(1));
}

/// A tree that holds a name twice is broken, and some programs take the second.
#[cfg(unix)]
#[test]
fn a_name_that_stands_twice_in_a_tree_is_screened_twice() {
    use std::io::Write as _;
    use std::process::Stdio;
    let folder = repository();
    let root = folder.path();
    write(root, "clean.txt", CLEAN);
    write(root, "marked.txt", MARKED);
    let mut tree = Vec::new();
    for file in ["clean.txt", "marked.txt"] {
        let id = git(root, &["hash-object", "-w", file]);
        tree.extend(b"100644 d.txt\0");
        let byte = |at: usize| u8::from_str_radix(&id[at..at + 2], 16).unwrap();
        tree.extend((0..id.len()).step_by(2).map(byte));
    }
    let mut hash = command("git", root)
        .args(["hash-object", "-w", "-t", "tree", "--literally", "--stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    hash.stdin.take().unwrap().write_all(&tree).unwrap();
    let id = text(&hash.wait_with_output().unwrap().stdout);
    let made = git(root, &["commit-tree", id.trim(), "-p", "main", "-m", "twice"]);
    git(root, &["update-ref", "HEAD", &made]);
    let (mut names, code) = answers(root, &SINCE);
    names.sort();
    assert_eq!(
        (names.as_slice(), code),
        (&["d.txt block mark.state", "d.txt pass"].map(str::to_owned)[..], Some(1))
    );
}

/// A cache that comes with the change would decide about it, and a report would be written wherever its
/// links lead.
#[cfg(unix)]
#[test]
fn the_change_brings_no_cache_and_no_way_out() {
    use std::os::unix::fs::symlink;
    let folder = repository();
    let root = folder.path();
    let outside = tempfile::tempdir().unwrap();
    write(root, "cache-wal", "");
    symlink(outside.path().join("report"), root.join("report")).unwrap();
    symlink(outside.path(), root.join("out")).unwrap();
    commit(root, "brought");
    let code = |more: &[&str]| mijian(root, &[&["scan"], &SINCE[..], &["sub"], more].concat()).status.code();
    assert_eq!(code(&["--cache", "cache"]), Some(2));
    assert_eq!(code(&["--format", "jsonl=report"]), Some(2));
    assert_eq!(code(&["--format", "jsonl=out/report"]), Some(2));
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
    assert_eq!(code(&["--cache", "other", "--format", "jsonl=report.jsonl"]), Some(0));
}
