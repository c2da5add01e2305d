//! A repository that tests may fill, and git as they run it.

use std::fs;
use std::path::Path;
use std::process::Command;

/// The content of a document that passes.
pub(crate) const CLEAN: &str = "今日天气晴朗。\n";

/// A program that sees nothing of the caller's settings.
pub(crate) fn command(program: &str, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).env("LC_ALL", "C").env("COLUMNS", "100").env_remove("CI");
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    // The tests themselves may run in a hook.
    for name in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"] {
        command.env_remove(name);
    }
    command
}

/// What git says, without blanks around it; fails where git does.
pub(crate) fn git(folder: &Path, arguments: &[&str]) -> String {
    let identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"];
    let mut git = command("git", folder);
    let output = git.args(identity).args(arguments).env("HOME", "/nowhere").output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout).trim().to_owned()
}

/// Bytes as text to look at.
pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Writes a file with the folders it lies in.
pub(crate) fn write(root: &Path, name: &str, content: impl AsRef<[u8]>) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

/// Commits all there is.
pub(crate) fn commit(root: &Path, message: &str) {
    git(root, &["add", "-A"]);
    git(root, &["commit", "-q", "--allow-empty", "-m", message]);
}

/// A repository on its branch `change`, which left `main` at a commit with a few clean files.
pub(crate) fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    git(root, &["init", "-q", "-b", "main"]);
    for name in ["kept.txt", "modified.txt", "renamed.txt", "deleted.txt", "typed.txt", "sub/folder/a.txt"] {
        write(root, name, format!("{CLEAN}{name}\n"));
    }
    commit(root, "main");
    git(root, &["checkout", "-q", "-b", "change"]);
    folder
}
