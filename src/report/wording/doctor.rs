//! The words of `mijian doctor`.

use super::Lang;

/// What `mijian doctor` tells, one a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum DoctorLabel {
    Version,
    System,
    Configuration,
    Rules,
    Terms,
    Jobs,
    Isolation,
    Time,
    Memory,
    Cpu,
    MemoryHeld,
    NoDumps,
    NoPrivileges,
    NoFiles,
    SystemCalls,
}

/// The name of what is told.
pub fn doctor_label(label: DoctorLabel, lang: Lang) -> &'static str {
    match label {
        DoctorLabel::Version => lang.pick("版本", "version"),
        DoctorLabel::System => lang.pick("系统", "system"),
        DoctorLabel::Configuration => lang.pick("配置文件", "configuration"),
        DoctorLabel::Rules => lang.pick("规则数", "rules"),
        DoctorLabel::Terms => lang.pick("词条数", "terms"),
        DoctorLabel::Jobs => lang.pick("同时检查的文件数", "jobs"),
        DoctorLabel::Isolation => lang.pick("文件读取隔离", "isolation"),
        DoctorLabel::Time => lang.pick("单份文件时限", "time per document"),
        DoctorLabel::Memory => lang.pick("单份文件内存限额", "memory per document"),
        DoctorLabel::Cpu => lang.pick("处理器时间限额", "limit of processor time"),
        DoctorLabel::MemoryHeld => lang.pick("内存限额", "limit of memory"),
        DoctorLabel::NoDumps => lang.pick("不留内存转储", "no memory dumps"),
        DoctorLabel::NoPrivileges => lang.pick("不得提升权限", "no new privileges"),
        DoctorLabel::NoFiles => lang.pick("不得访问文件（landlock）", "no files (landlock)"),
        DoctorLabel::SystemCalls => {
            lang.pick("不得联网和启动程序（seccomp）", "no network, no programs (seccomp)")
        }
    }
}

/// No configuration file is used.
pub fn no_configuration(lang: Lang) -> &'static str {
    lang.pick("无（使用默认值）", "none (defaults)")
}

/// Whether documents are looked into in processes of their own.
pub fn isolation(isolated: bool, lang: Lang) -> &'static str {
    match isolated {
        true => lang.pick("受监管的子进程", "supervised processes"),
        false => lang.pick("无：一份文件可能使整个运行中止", "none: a document can end the run"),
    }
}

/// The time limits of a document.
pub fn time_limits(cpu: u64, wall: u64, bytes: u64, lang: Lang) -> String {
    let mib = bytes >> 20;
    lang.pick(
        format!("处理器时间 {cpu} 秒，总时间 {wall} 秒；文件每 {mib} MiB 各加 1 秒"),
        format!("{cpu} s of processor time, {wall} s by the clock; 1 s more for each {mib} MiB"),
    )
}

/// Whether a protection is in force.
pub fn in_force(held: bool, lang: Lang) -> &'static str {
    match held {
        true => lang.pick("有效", "in force"),
        false => lang.pick("系统不支持", "not on this system"),
    }
}
