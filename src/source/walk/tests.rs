//! Listing on real folders: order, names, links, special files, depth.

use super::*;

/// A folder with these files (`name` alone: its name is its content).
fn folder(files: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, file).unwrap();
    }
    folder
}

fn names(walk: &mut Walk) -> Vec<String> {
    walk.map(|entry| entry.name).collect()
}

/// Names with the detail of what is unread.
fn gaps(walk: &mut Walk) -> Vec<String> {
    let show = |entry: Entry| match entry.origin {
        Origin::File(_) | Origin::Blob { .. } => entry.name,
        Origin::Unread(gap) => format!("{} {} {}", entry.name, gap.kind.rule(), gap.detail),
    };
    walk.map(show).collect()
}

#[test]
fn a_folder_is_listed_whole_in_byte_order_without_metadata() {
    let folder = folder(&[
        "b.txt",
        "a/z.txt",
        "a.txt",
        ".hidden",
        ".gitignore",
        ".git/config",
        "a/.svn/x",
        "a/.hg/x",
        "目录/文.txt",
    ]);
    let mut walk = Walk::arguments(&[folder.path().to_owned()]).unwrap();
    assert_eq!(names(&mut walk), [".gitignore", ".hidden", "a.txt", "a/z.txt", "b.txt", "目录/文.txt"]);
    assert_eq!(walk.skipped(), 3);
    assert_eq!(walk.errors(), []);
}

#[test]
fn names_follow_the_number_of_arguments() {
    let folder = folder(&["d/x.txt", "e.txt"]);
    let at = |name: &str| folder.path().join(name);
    let given = |name: &str| at(name).to_str().unwrap().to_owned();
    assert_eq!(names(&mut Walk::arguments(&[at("d")]).unwrap()), ["x.txt"]);
    assert_eq!(names(&mut Walk::arguments(&[at("e.txt")]).unwrap()), ["e.txt"]);
    let mut both = Walk::arguments(&[at("e.txt"), at("d/")]).unwrap();
    assert_eq!(names(&mut both), [given("e.txt"), given("d/x.txt")]);
    assert_eq!(names(&mut Walk::list(&[at("e.txt")]).unwrap()), [given("e.txt")]);
    assert_eq!(names(&mut Walk::list(&[]).unwrap()), [""; 0]);
}

#[test]
fn a_missing_path_fails_at_once_and_an_empty_folder_at_the_end() {
    let folder = folder(&["full/x", "empty/.git/x"]);
    let at = |name: &str| folder.path().join(name);
    let missing = Walk::arguments(&[at("full"), at("nothing")]).unwrap_err();
    assert_eq!(missing, SourceError { path: at("nothing"), problem: SourceProblem::Missing });
    let mut walk = Walk::arguments(&[at("empty"), at("full")]).unwrap();
    assert_eq!(names(&mut walk).len(), 1);
    assert_eq!(walk.errors(), [SourceError { path: at("empty"), problem: SourceProblem::Empty }]);
}

#[test]
fn the_programs_own_unfinished_reports_are_no_documents() {
    let folder = folder(&["report.part", "sub/report.part"]);
    let own = folder.path().join("report.part");
    let mut walk = Walk::arguments(&[folder.path().to_owned()]).unwrap().without([own]);
    assert_eq!(names(&mut walk), ["sub/report.part"]);
    assert_eq!(walk.skipped(), 1);
}

#[cfg(unix)]
#[test]
fn links_are_skipped_inside_the_tree_and_unread_elsewhere() {
    use std::os::unix::fs::symlink;
    let outside = folder(&["secret.txt"]);
    let folder = folder(&["a/x.txt", ".git/config"]);
    let at = |name: &str| folder.path().join(name);
    symlink("a/x.txt", at("inside")).unwrap();
    symlink("..", at("a/up")).unwrap();
    symlink(".git/config", at("to-git")).unwrap();
    symlink(outside.path().join("secret.txt"), at("out")).unwrap();
    symlink(outside.path(), at("out-folder")).unwrap();
    symlink("nothing", at("dangling")).unwrap();
    symlink("loop", at("loop")).unwrap();
    let mut walk = Walk::arguments(&[folder.path().to_owned()]).unwrap();
    let listed = gaps(&mut walk);
    assert_eq!(listed[..2], ["a/x.txt", "dangling unread.link dangling"]);
    assert!(listed[2].starts_with("loop unread.link "), "{listed:?}");
    assert_eq!(
        listed[3..],
        [
            "out unread.link out of the tree",
            "out-folder unread.link out of the tree",
            "to-git unread.link out of the tree"
        ]
    );
    assert_eq!(walk.skipped(), 3);
    // A link that is named itself is followed: it was asked for.
    assert_eq!(gaps(&mut Walk::arguments(&[at("out")]).unwrap()), ["out"]);
}

#[cfg(unix)]
#[test]
fn special_files_are_unread_and_never_opened() {
    let folder = folder(&["x.txt"]);
    let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("s")).unwrap();
    let mut walk = Walk::arguments(&[folder.path().to_owned()]).unwrap();
    assert_eq!(gaps(&mut walk), ["s unread.io socket", "x.txt"]);
}

#[test]
fn depth_costs_no_recursion() {
    let folder = tempfile::tempdir().unwrap();
    let deep: PathBuf = std::iter::repeat_n("d", 1_500).collect();
    fs::create_dir_all(folder.path().join(&deep)).unwrap();
    fs::write(folder.path().join(&deep).join("x"), "x").unwrap();
    assert_eq!(names(&mut Walk::arguments(&[folder.path().to_owned()]).unwrap()).len(), 1);
}
