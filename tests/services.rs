//! The gate as services run it: the steps of action.yml, the entry of the pre-commit hook and the
//! snippets of docs/ci.md, each read from its file, over a repository with a marked document in it.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use docx_rs::{Docx, Header, Paragraph, Run};
use yaml_rust2::{Yaml, YamlLoader};

#[path = "support/repository.rs"]
mod support;

use support::{CLEAN, command, commit, git, repository, text, write};

/// The words of the document beside its mark.
const SECRET: &str = "蓝鲸工程将于明年启动试验";

fn marked_docx() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let paragraph = |words: &str| Paragraph::new().add_run(Run::new().add_text(words));
    Docx::new()
        .header(Header::new().add_paragraph(paragraph("机密★20年")))
        .add_paragraph(paragraph("关于开展试验的通知"))
        .add_paragraph(paragraph(SECRET))
        .build()
        .pack(&mut bytes)
        .unwrap();
    bytes.into_inner()
}

/// The repository with the marked document on its branch `change`, as a service has it: a clone with
/// the whole history and the commit checked out.
fn checkout() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let origin = repository();
    write(origin.path(), "site/方案.docx", marked_docx());
    commit(origin.path(), "change");
    let upstream = folder.path().join("origin");
    git(folder.path(), &["clone", "-q", "--bare", &origin.path().display().to_string(), "origin"]);
    git(folder.path(), &["clone", "-q", &format!("file://{}", upstream.display()), "work"]);
    let work = folder.path().join("work");
    git(&work, &["checkout", "-q", "--detach", "origin/change"]);
    (folder, work)
}

fn in_project(file: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap()
}

fn parsed(yaml: &str) -> Yaml {
    YamlLoader::load_from_str(yaml).unwrap().remove(0)
}

/// The code blocks of a Markdown file, without their fences.
fn blocks(file: &str) -> Vec<String> {
    let content = in_project(file);
    let fenced = content.split("```").skip(1).step_by(2);
    fenced.map(|block| block.split_once('\n').unwrap().1.to_owned()).collect()
}

/// A folder in which the program is `mijian`, in front of the path.
fn with_program_on_path(command: &mut Command) {
    let folder = Path::new(env!("CARGO_BIN_EXE_mijian")).parent().unwrap();
    with_path(command, &folder.display().to_string());
}

fn with_path(command: &mut Command, front: &str) {
    command.env("PATH", format!("{front}:{}", std::env::var("PATH").unwrap()));
}

fn is_stopped(output: &Output) {
    let log = text(&output.stdout) + &text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{log}");
    assert!(log.contains("机密★20年") && log.contains("mark.state"), "{log}");
    assert!(!log.contains("蓝鲸") && !log.contains("试验"), "the log shows more than the mark: {log}");
}

#[test]
fn the_pre_commit_hook_stops_a_marked_document() {
    let hooks = parsed(&in_project(".pre-commit-hooks.yaml"));
    let hook = &hooks[0];
    assert_eq!((hook["id"].as_str(), hook["pass_filenames"].as_bool()), (Some("mijian"), Some(false)));
    // As pre-commit runs it, and as the two guides write it for git alone.
    let mut scripts = vec![format!("#!/bin/sh\nexec {}\n", hook["entry"].as_str().unwrap())];
    for guide in ["docs/ci.md", "docs/ci.zh-CN.md"] {
        scripts.extend(blocks(guide).into_iter().filter(|block| block.starts_with("#!/bin/sh")));
    }
    assert_eq!(scripts.len(), 3);
    for script in scripts {
        let folder = repository();
        let root = folder.path();
        write(root, "site/方案.docx", marked_docx());
        git(root, &["add", "-A"]);
        let hook = root.join(".git/hooks/pre-commit");
        write(root, ".git/hooks/pre-commit", &script);
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
        let try_to_commit = || {
            let mut commit = command("git", root);
            commit
                .args(["-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-m", "x"])
                .env("CI", "true");
            with_program_on_path(&mut commit);
            commit.output().unwrap()
        };
        is_stopped(&try_to_commit());
        git(root, &["rm", "-q", "-f", "site/方案.docx"]);
        write(root, "site/a.txt", CLEAN);
        git(root, &["add", "-A"]);
        assert_eq!(try_to_commit().status.code(), Some(0));
    }
}

/// The lines of GitLab's `script` in one shell, as its runner does, with the service's variables.
#[test]
fn the_snippet_for_gitlab_stops_a_marked_document() {
    for guide in ["docs/ci.md", "docs/ci.zh-CN.md"] {
        let snippet = blocks(guide).into_iter().find(|block| block.contains("stage: test")).unwrap();
        let job = &parsed(&snippet)["mijian"];
        assert_eq!(job["variables"]["GIT_DEPTH"].as_i64(), Some(0));
        let lines: Vec<&str> = job["script"].as_vec().unwrap().iter().map(|l| l.as_str().unwrap()).collect();
        let (_folder, work) = checkout();
        let run = |target: &str| {
            let mut bash = command("bash", &work);
            bash.args(["-c", &format!("set -eo pipefail\n{}\n", lines.join("\n"))]);
            bash.env("CI", "true").env("GITLAB_CI", "true");
            bash.env("CI_PIPELINE_SOURCE", "merge_request_event");
            bash.env("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", target);
            with_program_on_path(&mut bash);
            bash.output().unwrap()
        };
        is_stopped(&run("main"));
        // Against itself nothing changed; a branch that is not there must not look like that.
        assert_eq!(run("change").status.code(), Some(0));
        assert_ne!(run("nowhere").status.code(), Some(0));
    }
}

/// What the service knows about an event, and the inputs of the workflow.
#[derive(Default)]
struct Event<'a> {
    base_ref: &'a str,
    before: &'a str,
    inputs: &'a [(&'a str, &'a str)],
}

impl Event<'_> {
    /// The value of an expression: names, texts, `format`, `||`, `&&` and parentheses. What is
    /// empty counts as false, as in the service.
    fn value(&self, expression: &str) -> String {
        let tokens = regex::Regex::new(r"'[^']*'|\|\||&&|[(),]|[\w.]+").unwrap();
        let mut tokens: Vec<&str> = tokens.find_iter(expression).map(|token| token.as_str()).collect();
        tokens.reverse();
        let value = self.any(&mut tokens);
        assert!(tokens.is_empty(), "{expression}: {tokens:?}");
        value
    }

    fn any(&self, tokens: &mut Vec<&str>) -> String {
        let mut value = self.all(tokens);
        while tokens.pop_if(|token| *token == "||").is_some() {
            let other = self.all(tokens);
            value = if value.is_empty() { other } else { value };
        }
        value
    }

    fn all(&self, tokens: &mut Vec<&str>) -> String {
        let mut value = self.one(tokens);
        while tokens.pop_if(|token| *token == "&&").is_some() {
            let other = self.one(tokens);
            value = if value.is_empty() { value } else { other };
        }
        value
    }

    fn one(&self, tokens: &mut Vec<&str>) -> String {
        match tokens.pop().unwrap() {
            "(" => {
                let value = self.any(tokens);
                assert_eq!(tokens.pop(), Some(")"));
                value
            }
            "format" => {
                assert_eq!(tokens.pop(), Some("("));
                let pattern = self.any(tokens);
                assert_eq!(tokens.pop(), Some(","));
                let value = pattern.replace("{0}", &self.any(tokens));
                assert_eq!(tokens.pop(), Some(")"));
                value
            }
            "github.base_ref" => self.base_ref.to_owned(),
            "github.event.before" => self.before.to_owned(),
            "github.action_path" => env!("CARGO_MANIFEST_DIR").to_owned(),
            text if text.starts_with('\'') => text.trim_matches('\'').to_owned(),
            name => {
                let name = name.strip_prefix("inputs.").unwrap_or_else(|| panic!("unknown: {name}"));
                let input = self.inputs.iter().find(|(known, _)| *known == name);
                input.map_or_else(|| default_of(name), |(_, value)| (*value).to_owned())
            }
        }
    }

    /// A value of action.yml with its expressions filled in.
    fn filled(&self, value: &str) -> String {
        let expression = regex::Regex::new(r"\$\{\{(.*?)\}\}").unwrap();
        expression.replace_all(value, |found: &regex::Captures<'_>| self.value(&found[1])).into_owned()
    }
}

fn default_of(input: &str) -> String {
    let action = parsed(&in_project("action.yml"));
    let default = &action["inputs"][input]["default"];
    default.as_str().unwrap_or_else(|| panic!("no input {input}")).to_owned()
}

/// Runs the steps of action.yml one after the other, as the service runs those of a composite action:
/// each script in a file, with the variables of the step; the first that fails ends it.
fn run_action(work: &Path, event: &Event<'_>) -> Output {
    let runner = tempfile::tempdir().unwrap();
    let [temporary, tools] = ["temp", "tools"].map(|name| runner.path().join(name));
    fs::create_dir(&temporary).unwrap();
    fs::create_dir(&tools).unwrap();
    // In the place of cargo: building the program again is not what is tested.
    let built = "#!/bin/sh\nset -e\n[ \"$1 $2 $3 $4 $5\" = \"install --locked --path $SOURCE --root\" ]\n\
                 mkdir -p \"$6/bin\"\nln -s \"$PROGRAM\" \"$6/bin/mijian\"\n";
    write(&tools, "cargo", built);
    fs::set_permissions(tools.join("cargo"), fs::Permissions::from_mode(0o755)).unwrap();
    let added_path = runner.path().join("path");
    fs::write(&added_path, "").unwrap();

    let action = parsed(&in_project("action.yml"));
    assert_eq!(action["runs"]["using"].as_str(), Some("composite"));
    let mut last = None;
    for step in action["runs"]["steps"].as_vec().unwrap() {
        assert_eq!(step["shell"].as_str(), Some("bash"));
        let script = step["run"].as_str().unwrap();
        assert!(!script.contains("${{"), "an input in the text of a script is run: {script}");
        let file = runner.path().join("step.sh");
        fs::write(&file, script).unwrap();
        let mut bash = command("bash", work);
        bash.args(["--noprofile", "--norc", "-e", "-o", "pipefail"]).arg(&file);
        bash.env("CI", "true").env("GITHUB_ACTIONS", "true");
        bash.env("RUNNER_TEMP", &temporary).env("GITHUB_PATH", &added_path);
        bash.env("SOURCE", env!("CARGO_MANIFEST_DIR")).env("PROGRAM", env!("CARGO_BIN_EXE_mijian"));
        for (name, value) in step["env"].as_hash().unwrap() {
            bash.env(name.as_str().unwrap(), event.filled(value.as_str().unwrap()));
        }
        let added = fs::read_to_string(&added_path).unwrap().replace('\n', ":");
        with_path(&mut bash, &format!("{added}{}", tools.display()));
        let output = bash.output().unwrap();
        let done = output.status.success();
        last = Some(output);
        if !done {
            break;
        }
    }
    last.unwrap()
}

#[test]
fn the_action_stops_a_marked_document() {
    let (_folder, work) = checkout();
    let pull_request = |inputs| Event { base_ref: "main", inputs, ..Event::default() };
    let code = |event: &Event<'_>| run_action(&work, event).status.code();

    is_stopped(&run_action(&work, &pull_request(&[])));
    is_stopped(&run_action(&work, &pull_request(&[("arguments", "--show context")])));
    is_stopped(&run_action(&work, &pull_request(&[("since", "origin/main"), ("paths", "site sub")])));
    assert_eq!(code(&pull_request(&[("paths", "sub")])), Some(0));
    assert_eq!(code(&pull_request(&[("since", "origin/nowhere")])), Some(2));

    // A push, a new branch, a run by hand.
    let [before, head] = ["origin/main", "HEAD"].map(|revision| git(&work, &["rev-parse", revision]));
    is_stopped(&run_action(&work, &Event { before: &before, ..Event::default() }));
    assert_eq!(code(&Event { before: &head, ..Event::default() }), Some(0));
    is_stopped(&run_action(&work, &Event { before: &"0".repeat(40), ..Event::default() }));
    is_stopped(&run_action(&work, &Event::default()));

    // Inputs are data: nothing in them is run, and none becomes an option.
    for odd in ["$(touch ran)", "; touch ran", "`touch ran`", "--help"] {
        for input in ["since", "paths"] {
            let inputs = [(input, odd)];
            let event = Event { base_ref: "main", inputs: &inputs, ..Event::default() };
            assert_eq!(code(&event), Some(2), "{input}: {odd}");
        }
    }
    assert!(!work.join("ran").exists());
}

/// A configuration from outside of the repository counts, one that the change brings does not.
#[test]
fn the_action_takes_no_settings_from_the_change() {
    let (folder, work) = checkout();
    write(&work, "mijian.toml", "[policy]\nmark = \"pass\"\n");
    commit(&work, "settings");
    let event = |inputs| Event { base_ref: "main", inputs, ..Event::default() };
    is_stopped(&run_action(&work, &event(&[])));
    let outside = folder.path().join("office.toml");
    fs::write(&outside, "[policy]\nmark = \"review\"\n").unwrap();
    let outside = outside.display().to_string();
    assert_eq!(run_action(&work, &event(&[("config", &outside)])).status.code(), Some(3));
}
