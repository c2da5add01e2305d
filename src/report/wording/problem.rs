//! What can make a run fail, in words that name the place and the remedy.
//!
//! The variants carry data only, so that whoever notices a problem need not know the language.

use jiff::civil::Date;

use super::Lang;
use crate::finding::Verdict;
use crate::policy::{ExceptionError, ExceptionProblem};
use crate::report::escape::escape;
use crate::report::stored::{StoredError, StoredProblem};
use crate::rules::{MOST_SPELLINGS, RedundantTerm, RuleError, RuleProblem, RuleWarning};
use crate::source::{GitError, SourceError, SourceProblem};

/// What a label looks like.
const LABEL: &str = r#"{"file": "a.docx", "expected": "block|review|pass"}"#;

/// Why a run failed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names of the fields are the documentation; lines start at 1")]
pub enum Problem {
    /// A named path that can't be screened.
    Source(SourceError),
    /// A wordlist or rule file that can't be used.
    Rules(RuleError),
    /// The configuration file can't be read.
    ConfigUnread { file: String, why: String },
    /// The configuration does not parse: the parser's message shows line, key and allowed keys.
    ConfigSyntax { file: String, message: String },
    /// A policy line that names no rule.
    PolicyName { file: String, line: usize, name: String, allowed: Vec<String> },
    /// A number out of its range.
    Range { file: String, line: usize, key: &'static str, value: u64, least: u64, most: u64 },
    /// A line of exceptions that is broken.
    Exception(ExceptionError),
    /// A file of exceptions that can't be read.
    ExceptionsUnread { file: String, why: String },
    /// Exceptions that are expired or that nothing needed, where that fails a run: how many.
    StaleExceptions { file: String, count: usize },
    /// A last day that is past or too far off; the latest there may be.
    Until { until: Date, latest: Date },
    /// An approval without words in an option.
    Blank { option: &'static str },
    /// A document outside the folder that names are relative to.
    Outside { file: String, root: String },
    /// The user ended a command that does its work whole or not at all.
    Interrupted,
    /// A repository that gives no answer.
    Git(GitError),
    /// `mijian rules ID` with an unknown identifier.
    NoSuchRule { id: String, allowed: Vec<String> },
    /// `mijian man COMMAND` with an unknown command.
    NoSuchCommand { name: String, allowed: Vec<String> },
    /// A report that can't be written whole.
    Report { target: String, why: String },
    /// A file to be written or trusted that the examined change itself brings along.
    Brought { file: String },
    /// Two reports for one output.
    SameTarget { target: String },
    /// A document that a command needs can't be read.
    Document { file: String, why: String },
    /// An earlier report that no other can be made from.
    Stored { file: String, error: StoredError },
    /// The list of paths on standard input can't be read.
    Listing { why: String },
    /// A labelled set that can't be read, as a whole or from this line on.
    Labels { file: String, line: Option<usize>, why: String },
    /// A labelled document that can't be read: the set, the line of its label, the document.
    Labelled { file: String, line: usize, document: String, why: String },
    /// A threshold for documents of which the set has none.
    NoneExpected { file: String, option: &'static str, expected: Verdict },
    /// What looks into documents could not be started.
    Workers { why: String },
    /// All patterns of `--include` or `--exclude` together can't be used.
    Patterns { why: String },
    /// The patterns leave no document.
    NoneSelected,
    /// A bug: what happened and where.
    Internal { what: String },
}

impl Problem {
    /// The sentence for people: what, where, and what to do.
    pub fn text(&self, lang: Lang) -> String {
        match self {
            Self::Source(error) => source(error, lang),
            Self::Rules(error) => rules(error, lang),
            Self::ConfigUnread { file, why } => {
                let (file, why) = (escape(file), escape(why));
                lang.pick(
                    format!("无法读取配置文件 {file}：{why}。请检查路径和权限"),
                    format!("{file}: the configuration can't be read: {why}; check path and permissions"),
                )
            }
            Self::ConfigSyntax { file, message } => {
                let (file, message) = (escape(file), lines(message));
                lang.pick(
                    format!("{file}：配置有误，请按提示修改：\n{message}"),
                    format!("{file}: the configuration is wrong; mend it as the message says:\n{message}"),
                )
            }
            Self::PolicyName { file, line, name, allowed } => {
                let (file, name, allowed) = (escape(file), escape(name), allowed.join(", "));
                lang.pick(
                    format!("{file}:{line}：[policy] 中没有名为 {name} 的规则或规则前缀。可用：{allowed}"),
                    format!("{file}:{line}: [policy] names no rule or family of rules: {name}; there are: {allowed}"),
                )
            }
            Self::Range { file, line, key, value, least, most } => {
                let file = escape(file);
                lang.pick(
                    format!("{file}:{line}：{key} = {value} 超出范围，应在 {least} 到 {most} 之间"),
                    format!("{file}:{line}: {key} = {value} is out of range; write {least} to {most}"),
                )
            }
            Self::Exception(error) => exception(error, lang),
            Self::Git(error) => git(error, lang),
            Self::ExceptionsUnread { file, why } => {
                let (file, why) = (escape(file), escape(why));
                lang.pick(
                    format!("无法读取例外文件 {file}：{why}。请检查路径和权限"),
                    format!("{file}: the exceptions can't be read: {why}; check path and permissions"),
                )
            }
            Self::StaleExceptions { file, count } => {
                let file = escape(file);
                lang.pick(
                    format!("{file}：{count} 条例外已到期或没有用到。请重新审批或删除"),
                    format!("{file}: {count} expired or unused exceptions; approve them anew or delete them"),
                )
            }
            Self::Until { until, latest } => lang.pick(
                format!("--until {until}：例外最迟到 {latest}，且不得早于今天"),
                format!(
                    "--until {until}: an exception ends today at the earliest and on {latest} at the latest"
                ),
            ),
            Self::Blank { option } => lang.pick(
                format!("{option} 是空的。例外须写明理由和批准人"),
                format!("{option} is empty; an exception needs a reason and a person"),
            ),
            Self::Interrupted => {
                lang.pick("已中断，未写入任何内容", "interrupted; nothing was written").to_owned()
            }
            Self::Outside { file, root } => {
                let (file, root) = (escape(file), escape(root));
                lang.pick(
                    format!("{file} 不在 {root} 之内，检查时的名称无从得知。请用 --root 指明检查的文件夹"),
                    format!("{file} does not lie in {root}, so its name in a scan is not known; give the folder that is scanned with --root"),
                )
            }
            Self::NoSuchRule { id, allowed } => {
                let (id, allowed) = (escape(id), allowed.join(", "));
                lang.pick(
                    format!("没有规则 {id}。可用：{allowed}（mijian rules 列出全部）"),
                    format!("no rule {id}; there are: {allowed} (mijian rules lists all)"),
                )
            }
            Self::NoSuchCommand { name, allowed } => {
                let (name, allowed) = (escape(name), allowed.join(", "));
                lang.pick(
                    format!("没有命令 {name}。可用：{allowed}"),
                    format!("no command {name}; there are: {allowed}"),
                )
            }
            Self::Report { target, why } => {
                let (target, why) = (target_name(target, lang), escape(why));
                lang.pick(
                    format!("报告未能完整写入{target}：{why}。结果不完整，请勿据此发布"),
                    format!("the report could not be written whole to {target}: {why}; don't rely on it"),
                )
            }
            Self::Brought { file } => {
                let file = escape(file);
                lang.pick(
                    format!("{file} 来自被检查的改动本身：缓存不得由其提供，报告也不经其中的链接写出。请改用仓库之外的文件"),
                    format!(
                        "{file} comes with the change that is examined: it must not bring a cache, and no report \
                         is written through its links; name a file outside of the repository"
                    ),
                )
            }
            Self::SameTarget { target } => {
                let target = target_name(target, lang);
                lang.pick(
                    format!("两份报告都要写入{target}。请用 --format 格式=文件 分开"),
                    format!("two reports for {target}; give each its own with --format FORMAT=FILE"),
                )
            }
            Self::Document { file, why } => {
                let (file, why) = (escape(file), escape(why));
                lang.pick(
                    format!("无法读取 {file}：{why}。请检查路径、权限和限额"),
                    format!("{file}: can't be read: {why}; check path, permissions and limits"),
                )
            }
            Self::Stored { file, error } => stored(file, error, lang),
            Self::Listing { why } => {
                let why = escape(why);
                lang.pick(
                    format!("无法读取标准输入中的路径列表：{why}"),
                    format!("the list of paths on standard input can't be read: {why}"),
                )
            }
            Self::Labels { file, line, why } => {
                let (file, why) = (escape(file), escape(why));
                match line {
                    Some(line) => lang.pick(
                        format!("{file}:{line}：不是标注：{why}。每行应为 {LABEL}"),
                        format!("{file}:{line}: no label: {why}; each line should be like {LABEL}"),
                    ),
                    None => lang.pick(
                        format!("无法读取标注文件 {file}：{why}。请检查路径和内容"),
                        format!("{file}: the labelled set can't be read: {why}; check path and content"),
                    ),
                }
            }
            Self::Labelled { file, line, document, why } => {
                let (file, document, why) = (escape(file), escape(document), super::detail(why, lang));
                lang.pick(
                    format!("{file}:{line}：无法读取所标注的 {document}：{why}。路径应相对于标注文件所在目录"),
                    format!("{file}:{line}: the labelled document {document} can't be read: {why}; paths are relative to the folder of the set"),
                )
            }
            Self::NoneExpected { file, option, expected } => {
                let (file, expected) = (escape(file), expected.as_str());
                lang.pick(
                    format!("{file}：没有一份文件标注为 {expected}，{option} 无从判断。请补充标注或去掉该选项"),
                    format!("{file}: no document is labelled {expected}, so {option} can't be decided; add some or drop the option"),
                )
            }
            Self::Workers { why } => {
                let why = escape(why);
                lang.pick(
                    format!("无法启动读取文件的子进程：{why}。请减小 --jobs，或用 mijian doctor 查看原因"),
                    format!("the processes that read documents could not be started: {why}; try fewer --jobs, or see mijian doctor"),
                )
            }
            Self::Patterns { why } => {
                let why = escape(why);
                lang.pick(
                    format!("--include 或 --exclude 的模式无法使用：{why}"),
                    format!("the patterns of --include and --exclude can't be used: {why}"),
                )
            }
            Self::NoneSelected => lang.pick(
                "--include 和 --exclude 排除了全部文件，什么也没有检查。请检查模式".to_owned(),
                "--include and --exclude leave no document, so nothing was screened; check the patterns"
                    .to_owned(),
            ),
            Self::Internal { what } => {
                let what = escape(what);
                lang.pick(
                    format!("程序内部错误，结果不可用，请报告给维护者：{what}"),
                    format!("internal error, there is no result; please tell the maintainers: {what}"),
                )
            }
        }
    }
}

fn stored(file: &str, error: &StoredError, lang: Lang) -> String {
    let file = escape(file);
    let at = match error.line {
        Some(line) => format!("{file}:{line}"),
        None => file.into_owned(),
    };
    let (zh, en) = match &error.problem {
        StoredProblem::Unread(why) => {
            (format!("无法读取：{}", escape(why)), format!("can't be read: {}", escape(why)))
        }
        StoredProblem::Line(why) => {
            let why = escape(why);
            (
                format!("不是 mijian 的 JSON lines 报告：{why}。请用 scan --format jsonl=文件 重新生成"),
                format!("no report of mijian in JSON lines: {why}; make one with scan --format jsonl=FILE"),
            )
        }
        StoredProblem::Version(version) => (
            format!("报告格式版本为 {version}，本程序不认识。请使用更新的 mijian"),
            format!("version {version} of the format, which this program does not know; use a newer mijian"),
        ),
        StoredProblem::Unfinished => (
            "报告不完整：最后没有合计，检查可能中途停止。请重新检查".to_owned(),
            "the report is not whole: no totals at its end, the run was broken off; scan again".to_owned(),
        ),
        StoredProblem::Behind => (
            "合计之后还有内容：一个文件只能有一份报告".to_owned(),
            "something behind the totals: a file can hold one report only".to_owned(),
        ),
        StoredProblem::Verdict => (
            "文件的结论低于其中某处的结论：报告已被改动".to_owned(),
            "the document's verdict is lower than that of a part: the report was changed".to_owned(),
        ),
        StoredProblem::Totals => (
            "合计与各份文件不符：报告不完整或已被改动。请重新检查".to_owned(),
            "the totals are not those of the documents: the report is not whole or was changed; scan again"
                .to_owned(),
        ),
    };
    lang.pick(format!("{at}：{zh}"), format!("{at}: {en}"))
}

fn exception(error: &ExceptionError, lang: Lang) -> String {
    let ExceptionError { file, line, problem } = error;
    let file = escape(file);
    let what = match problem {
        ExceptionProblem::Syntax(message) => {
            let message = escape(message);
            lang.pick(
                format!("不是例外（每行一个 JSON 对象）：{message}"),
                format!("no exception, which is one JSON object: {message}"),
            )
        }
        ExceptionProblem::Missing(field) => lang.pick(
            format!("缺少 {field}。例外须有 rule、name、reason、approver、created、until"),
            format!("{field} is missing; an exception has rule, name, reason, approver, created and until"),
        ),
        ExceptionProblem::About => lang.pick(
            "应有 sha256（某个文件）或 fingerprint（某份文件中的某处），二者取一".to_owned(),
            "write either sha256 (one exact file) or fingerprint (one look in one document)".to_owned(),
        ),
        ExceptionProblem::Hash(field) => lang.pick(
            format!("{field} 不是报告中的值。请从 --format jsonl 复制，或用 mijian approve"),
            format!("{field} is not as reports give it; copy it from --format jsonl, or use mijian approve"),
        ),
        ExceptionProblem::Date(field) => lang.pick(
            format!("{field} 不是日期。写法如 2026-01-31"),
            format!("{field} is no date; write one such as 2026-01-31"),
        ),
        ExceptionProblem::TooLong(latest) => lang.pick(
            format!("until 超过一年。自 created 起最迟到 {latest}"),
            format!("until is more than a year after created; {latest} at the latest"),
        ),
    };
    lang.pick(format!("{file}:{line}：{what}"), format!("{file}:{line}: {what}"))
}

fn git(error: &GitError, lang: Lang) -> String {
    let full = |shallow: bool| match (shallow, lang) {
        (true, Lang::Zh) => {
            "此克隆不含完整历史：GitHub 请设 fetch-depth: 0，GitLab 请设 GIT_DEPTH: 0，或运行 git fetch --unshallow"
        }
        (true, Lang::En) => {
            "the clone is shallow: set fetch-depth: 0 (GitHub) or GIT_DEPTH: 0 (GitLab), or run git fetch --unshallow"
        }
        (false, Lang::Zh) => "请检查名称，或先 git fetch",
        (false, Lang::En) => "check the name, or git fetch it first",
    };
    match error {
        GitError::NoGit(why) => {
            let why = escape(why);
            lang.pick(
                format!("无法运行 git：{why}。请安装 git"),
                format!("git can't be run: {why}; install it"),
            )
        }
        GitError::NoRepository(why) => {
            let why = escape(why);
            lang.pick(
                format!("当前目录不在可用的 git 仓库内：{why}"),
                format!("the current directory is in no git repository that can be used: {why}"),
            )
        }
        GitError::Revision(revision) => {
            let revision = escape(revision);
            lang.pick(
                format!("“{revision}”不是版本名。写法如 origin/main"),
                format!("\"{revision}\" names no revision; write one such as origin/main"),
            )
        }
        GitError::Ambiguous { revision, names } => {
            let (revision, names) = (escape(revision), names.join(lang.pick("、", ", ")));
            let names = escape(&names);
            lang.pick(
                format!("“{revision}”可指不同的版本：{names}。请写全名"),
                format!("\"{revision}\" stands for different commits: {names}; write the full name"),
            )
        }
        GitError::Unknown { revision, shallow } => {
            let (revision, remedy) = (escape(revision), full(*shallow));
            lang.pick(
                format!("仓库中没有版本 {revision}。{remedy}"),
                format!("there is no revision {revision} here; {remedy}"),
            )
        }
        GitError::NoMergeBase { revision, shallow } => {
            let (revision, remedy) = (escape(revision), full(*shallow));
            lang.pick(
                format!("HEAD 与 {revision} 没有共同祖先，无从得知改动。{remedy}"),
                format!("HEAD and {revision} have no ancestor in common here, so what changed is not known; {remedy}"),
            )
        }
        GitError::Path(error) => source(error, lang),
        GitError::Failed(command, message) => {
            let message = escape(message);
            lang.pick(format!("git {command} 失败：{message}"), format!("git {command} failed: {message}"))
        }
    }
}

fn source(error: &SourceError, lang: Lang) -> String {
    let path = error.path.display().to_string();
    let path = escape(&path);
    match &error.problem {
        SourceProblem::Missing => lang.pick(
            format!("{path}：不存在。请检查路径"),
            format!("{path}: no such file or folder; check the path"),
        ),
        SourceProblem::Unreadable(why) => {
            let why = escape(why);
            lang.pick(
                format!("{path}：无法访问（{why}）。请检查权限"),
                format!("{path}: can't be looked into ({why}); check its permissions"),
            )
        }
        SourceProblem::Empty => lang.pick(
            format!("{path}：其中没有任何文件，什么也没有检查。请检查路径"),
            format!("{path}: holds no document, so nothing was screened; check the path"),
        ),
    }
}

fn rules(error: &RuleError, lang: Lang) -> String {
    let mut place = escape(&error.file).into_owned();
    if let Some(line) = error.line {
        place.push_str(&format!(":{line}"));
    }
    let what = match &error.problem {
        RuleProblem::Unreadable(why) => {
            let why = escape(why);
            lang.pick(
                format!("无法读取词表：{why}。请检查路径和权限"),
                format!("the list can't be read: {why}; check path and permissions"),
            )
        }
        RuleProblem::Syntax(message) => {
            let message = lines(message);
            lang.pick(
                format!("规则有误，请按提示修改：\n{message}"),
                format!("the rule is wrong; mend it as the message says:\n{message}"),
            )
        }
        RuleProblem::NeverMatches(term) => {
            let term = escape(term);
            lang.pick(
                format!("词条“{term}”去掉空白和标点后为空，永远不会命中。请改写或删除"),
                format!(
                    "the term \"{term}\" is empty once blanks are dropped and can never be found; change it"
                ),
            )
        }
        RuleProblem::NotText => lang.pick(
            "不是 UTF-8 文本。请另存为 UTF-8".to_owned(),
            "not UTF-8 text; save the file as UTF-8".to_owned(),
        ),
        RuleProblem::SpeltRules => lang.pick(
            "pinyin = true 只适用于每行一词的词表".to_owned(),
            "pinyin = true is for plain lists, one term a line".to_owned(),
        ),
        RuleProblem::DuplicateId(id) => {
            let id = escape(id);
            lang.pick(
                format!("规则 {id} 重复。请改名（词表的规则名取自文件名）"),
                format!("the rule {id} is there twice; rename one (a list's rule is named after its file)"),
            )
        }
    };
    lang.pick(format!("{place}：{what}"), format!("{place}: {what}"))
}

/// A line of a list that changes nothing.
pub fn rule_warning(warning: &RuleWarning, lang: Lang) -> String {
    let RuleWarning { file, line, term, problem } = warning;
    let (file, term) = (escape(file), escape(term));
    match (problem, lang) {
        (RedundantTerm::Duplicate(first), Lang::Zh) => {
            format!("{file}:{line}：词条“{term}”与第 {first} 行相同（不计空白、全半角、繁简），可删除")
        }
        (RedundantTerm::Duplicate(first), Lang::En) => {
            format!("{file}:{line}: the term \"{term}\" is the same as on line {first} once folded; drop one")
        }
        (RedundantTerm::Elsewhere { file: other, line: first }, Lang::Zh) => format!(
            "{file}:{line}：词条“{term}”与 {}:{first} 相同（不计空白、全半角、繁简），以较重的结论为准；可删除其一",
            escape(other)
        ),
        (RedundantTerm::Elsewhere { file: other, line: first }, Lang::En) => format!(
            "{file}:{line}: the term \"{term}\" is the same as at {}:{first} once folded; the graver verdict \
             counts; drop one",
            escape(other)
        ),
        (RedundantTerm::Unspelt, Lang::Zh) => format!(
            "{file}:{line}：词条“{term}”不按拼音查找：读音组合超过 {MOST_SPELLINGS} 种、过长，或有字查不到读音"
        ),
        (RedundantTerm::Unspelt, Lang::En) => format!(
            "{file}:{line}: the term \"{term}\" is not looked for in pinyin: more than {MOST_SPELLINGS} spellings, \
             too long ones, or a character without a reading"
        ),
        (RedundantTerm::Allowed(allowing), Lang::Zh) => {
            format!(
                "{file}:{line}：词条“{term}”被第 {allowing} 行的允许词条完全覆盖，永远不会命中。请删除其一"
            )
        }
        (RedundantTerm::Allowed(allowing), Lang::En) => format!(
            "{file}:{line}: the term \"{term}\" is allowed on line {allowing} and can never be found; drop one"
        ),
    }
}

/// Warnings that are not told one by one.
pub fn more_warnings(count: usize, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("词表中另有 {count} 行类似"),
        Lang::En => format!("{count} more lines like that in the lists"),
    }
}

/// A message of several lines, each harmless.
fn lines(message: &str) -> String {
    let lines: Vec<_> = message.trim_end().lines().map(escape).collect();
    lines.join("\n")
}

fn target_name(target: &str, lang: Lang) -> String {
    if target.is_empty() {
        lang.pick("标准输出", "standard output").to_owned()
    } else {
        lang.pick(format!(" {} ", escape(target)), escape(target).into_owned())
    }
}
