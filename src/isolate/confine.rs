//! What a worker takes away from itself before it sees the first document, and what it may use for
//! each: the only code that depends on the system.
//!
//! A worker is handed its documents through a pipe, so it needs no files, no network and no other
//! programs: on Linux all of these are shut by the kernel (landlock, a filter of system calls), as
//! far as the kernel knows them. Processor time and memory have limits per document.

use std::cell::Cell;

use serde::{Deserialize, Serialize};

use crate::limits::Limits;

/// What the kernel holds a worker to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Protection {
    /// Processor time per document.
    pub cpu: bool,
    /// Memory per document.
    pub memory: bool,
    /// No core dumps, and no other process of the user looks inside.
    pub no_dumps: bool,
    /// No privileges beyond those at the start.
    pub no_new_privileges: bool,
    /// No files.
    pub no_files: bool,
    /// Only the system calls that reading and answering take: no network, no programs.
    pub system_calls: bool,
}

impl Protection {
    /// Whether everything is in force that there is.
    pub fn is_complete(self) -> bool {
        let Self { cpu, memory, no_dumps, no_new_privileges, no_files, system_calls } = self;
        cpu && memory && no_dumps && no_new_privileges && no_files && system_calls
    }
}

/// Bytes that a pipe to a worker holds, where the system lets that be chosen: what every user may have.
#[cfg(target_os = "linux")]
const PIPE_BYTES: usize = 1 << 20;

/// The limits that a worker sets on itself anew for each document.
#[derive(Debug)]
pub(super) struct Confined {
    /// What is in force.
    pub(super) protection: Protection,
    /// Bytes of address space that the loaded program takes.
    base: u64,
    limits: Limits,
    /// Seconds of processor time and bytes of address space up to which the process may go now.
    cpu: Cell<u64>,
    memory: Cell<u64>,
}

#[cfg(unix)]
mod unix {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    use rustix::time::{ClockId, clock_gettime};

    /// Bytes of stack, where the user's own limit does not matter.
    const STACK_BYTES: u64 = 8 << 20;

    /// Sets what the process may use of `resource`; more than the hard limit can't be had.
    pub(super) fn limit(resource: Resource, value: u64) -> bool {
        let hard = getrlimit(resource).maximum;
        let value = hard.map_or(value, |hard| value.min(hard));
        setrlimit(resource, Rlimit { current: Some(value), maximum: hard }).is_ok()
    }

    /// Seconds of processor time that the process has used; one that has begun counts whole.
    pub(super) fn cpu_seconds() -> u64 {
        u64::try_from(clock_gettime(ClockId::ProcessCPUTime).tv_sec).unwrap_or(0).saturating_add(1)
    }

    pub(super) fn limit_cpu(seconds: u64) -> bool {
        limit(Resource::Cpu, seconds)
    }

    /// No core dumps, for good, and the stack that documents are screened with.
    pub(super) fn prepare() -> bool {
        limit(Resource::Stack, STACK_BYTES);
        setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) }).is_ok()
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::BTreeMap;

    use landlock::{ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetStatus};
    use rustix::process::{
        DumpableBehavior, Resource, Signal, set_dumpable_behavior, set_parent_process_death_signal,
    };
    use seccompiler::{
        BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
        SeccompRule,
    };

    use super::Protection;

    /// Bytes of address space beyond what is used, for the allocator's own bookkeeping.
    const SLACK_BYTES: u64 = 32 << 20;

    /// Bytes of address space in use.
    pub(super) fn address_space() -> Option<u64> {
        let pages = std::fs::read_to_string("/proc/self/statm").ok()?;
        let pages: u64 = pages.split(' ').next()?.parse().ok()?;
        Some(pages * rustix::param::page_size() as u64)
    }

    /// Ends this process when the thread that started it ends. One that has ended already has shut
    /// the pipe.
    pub(super) fn end_with_the_run() {
        let _ = set_parent_process_death_signal(Some(Signal::KILL));
    }

    pub(super) fn limit_memory(bytes: u64) -> bool {
        super::unix::limit(Resource::As, bytes.saturating_add(SLACK_BYTES))
    }

    pub(super) fn confine(protection: &mut Protection) {
        protection.no_dumps &= set_dumpable_behavior(DumpableBehavior::NotDumpable).is_ok();
        protection.no_new_privileges = rustix::thread::set_no_new_privs(true).is_ok();
        protection.no_files = shut_files();
        protection.system_calls = filter_calls().is_some();
    }

    /// No file may be opened, named or changed, and no port used. A kernel that knows only some of
    /// the rights of files still shuts reading and writing.
    fn shut_files() -> bool {
        let ruleset = Ruleset::default()
            .handle_access(AccessFs::from_all(ABI::V5))
            .and_then(|ruleset| ruleset.handle_access(AccessNet::from_all(ABI::V5)))
            .and_then(Ruleset::create)
            .and_then(landlock::RulesetCreated::restrict_self);
        ruleset.is_ok_and(|status| status.ruleset != RulesetStatus::NotEnforced)
    }

    /// Everything but the listed system calls fails as not permitted.
    fn filter_calls() -> Option<()> {
        let mut calls: BTreeMap<i64, Vec<SeccompRule>> =
            CALLS.into_iter().map(|call| (call, Vec::new())).collect();
        // Memory is never made executable; signals and limits reach the process itself only.
        let executable = u64::try_from(libc::PROT_EXEC).ok()?;
        for call in [libc::SYS_mmap, libc::SYS_mprotect] {
            calls.insert(call, when(2, SeccompCmpOp::MaskedEq(executable), 0)?);
        }
        calls.insert(libc::SYS_tgkill, when(0, SeccompCmpOp::Eq, std::process::id().into())?);
        calls.insert(libc::SYS_prlimit64, when(0, SeccompCmpOp::Eq, 0)?);
        let refused = SeccompAction::Errno(u32::try_from(libc::EPERM).ok()?);
        let arch = std::env::consts::ARCH.try_into().ok()?;
        let filter = SeccompFilter::new(calls, refused, SeccompAction::Allow, arch).ok()?;
        let program: BpfProgram = filter.try_into().ok()?;
        seccompiler::apply_filter(&program).ok()
    }

    /// The rule that holds when this argument compares so.
    fn when(argument: u8, comparison: SeccompCmpOp, value: u64) -> Option<Vec<SeccompRule>> {
        let condition = SeccompCondition::new(argument, SeccompCmpArgLen::Dword, comparison, value).ok()?;
        Some(vec![SeccompRule::new(vec![condition]).ok()?])
    }

    /// What reading, computing, answering and dying take.
    const CALLS: [i64; 22] = [
        libc::SYS_read,
        libc::SYS_write,
        libc::SYS_writev,
        libc::SYS_close,
        libc::SYS_munmap,
        libc::SYS_mremap,
        libc::SYS_madvise,
        libc::SYS_brk,
        libc::SYS_futex,
        libc::SYS_getrandom,
        libc::SYS_clock_gettime,
        libc::SYS_getrusage,
        libc::SYS_sched_yield,
        libc::SYS_rt_sigaction,
        libc::SYS_rt_sigprocmask,
        libc::SYS_rt_sigreturn,
        libc::SYS_sigaltstack,
        libc::SYS_restart_syscall,
        libc::SYS_getpid,
        libc::SYS_gettid,
        libc::SYS_exit,
        libc::SYS_exit_group,
    ];
}

/// Before anything is loaded: the stack, no core dumps, and an end together with the run.
pub(super) fn prepare() -> bool {
    #[cfg(target_os = "linux")]
    linux::end_with_the_run();
    #[cfg(unix)]
    return unix::prepare();
    #[cfg(not(unix))]
    return false;
}

impl Confined {
    /// Confines this process, once everything is loaded that documents need.
    pub(super) fn new(limits: &Limits, no_dumps: bool) -> Self {
        let protection = Protection { no_dumps, ..Protection::default() };
        let (cpu, memory) = (Cell::new(0), Cell::new(0));
        let mut confined = Self { protection, base: 0, limits: limits.clone(), cpu, memory };
        #[cfg(target_os = "linux")]
        {
            confined.base = linux::address_space().unwrap_or(0);
            linux::confine(&mut confined.protection);
        }
        (confined.protection.cpu, confined.protection.memory) = confined.allow(0);
        confined
    }

    /// Allows what a document of so many bytes may take from here on. Says what is held: processor
    /// time, memory.
    pub(super) fn allow(&self, bytes: u64) -> (bool, bool) {
        // Limits are set only where they change: small documents all have the same.
        let bytes = bytes.next_multiple_of(super::frame::GROUP_BYTES);
        let memory = self.base.saturating_add(bytes).saturating_add(self.limits.memory);
        let held = |memory| self.memory.replace(memory) == memory || limit_memory(memory);
        let memory = self.base > 0 && held(memory);
        let cpu = cpu_seconds().saturating_add(self.limits.cpu_seconds_for(bytes));
        let cpu = self.cpu.replace(cpu) == cpu || limit_cpu(cpu);
        (cpu, memory)
    }

    /// Allows what receiving documents takes, as far as files are read at all.
    pub(super) fn allow_receiving(&self) {
        self.allow(self.limits.file);
    }
}

#[cfg(target_os = "linux")]
use linux::limit_memory;
#[cfg(unix)]
use unix::{cpu_seconds, limit_cpu};

#[cfg(not(unix))]
fn cpu_seconds() -> u64 {
    0
}

#[cfg(not(unix))]
fn limit_cpu(_: u64) -> bool {
    false
}

#[cfg(not(target_os = "linux"))]
fn limit_memory(_: u64) -> bool {
    false
}

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// Processor time was used up.
    CpuTime,
    /// Something else: a signal, where there are signals.
    Signal(i32),
    /// By itself, with this code.
    Code(i32),
}

impl Ending {
    pub(super) fn of(status: std::process::ExitStatus) -> Self {
        #[cfg(unix)]
        {
            use std::os::unix::process::ExitStatusExt as _;
            if let Some(signal) = status.signal() {
                let cpu = signal == rustix::process::Signal::XCPU.as_raw();
                return if cpu { Self::CpuTime } else { Self::Signal(signal) };
            }
        }
        Self::Code(status.code().unwrap_or(0))
    }
}

/// Takes a worker out of the reach of the terminal's interruptions and of this process's
/// surroundings: its documents are foreign, what is in the environment is not theirs.
pub(super) fn detach(command: &mut std::process::Command) {
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt as _;
        let libraries = std::env::var_os("LD_LIBRARY_PATH");
        command.process_group(0).arg0("mijian").env_clear();
        command.envs(libraries.map(|path| ("LD_LIBRARY_PATH", path)));
    }
    #[cfg(not(unix))]
    let _ = command;
}

/// Makes room in a pipe for a whole group of documents: fewer turns between run and worker.
pub(super) fn widen(pipe: &std::process::ChildStdin) {
    #[cfg(target_os = "linux")]
    let _ = rustix::pipe::fcntl_setpipe_size(pipe, PIPE_BYTES);
    #[cfg(not(target_os = "linux"))]
    let _ = pipe;
}

/// The program that runs now; on Linux also when its file has been replaced meanwhile.
pub fn this_program() -> std::io::Result<std::path::PathBuf> {
    #[cfg(target_os = "linux")]
    if std::path::Path::new("/proc/self/exe").exists() {
        return Ok("/proc/self/exe".into());
    }
    std::env::current_exe()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::fs::File;
    use std::net::TcpListener;
    use std::thread;

    use super::{Protection, linux};

    /// Landlock and the filter hold the thread that asks for them, so a test can ask too.
    #[test]
    fn what_is_said_to_be_shut_is_shut() {
        let shut = thread::spawn(|| {
            let mut protection = Protection::default();
            linux::confine(&mut protection);
            let file = File::open("/etc/passwd").map(drop).map_err(|error| error.kind());
            let written = File::create("/tmp/mijian-confined").map(drop).map_err(|error| error.kind());
            let port = TcpListener::bind("127.0.0.1:0").map(drop).map_err(|error| error.kind());
            let program = std::process::Command::new("true").spawn().map(drop).map_err(|error| error.kind());
            let panicked = std::panic::catch_unwind(|| panic!("on purpose")).is_err();
            let memory = vec![1_u8; 64 << 20].len();
            (protection, [file, written, port, program], panicked, memory)
        });
        let (protection, refused, panicked, memory) = shut.join().unwrap();
        assert!(panicked && memory == 64 << 20);
        // Old kernels and other processors hold less, and say so.
        if protection.system_calls {
            assert_eq!(refused, [Err(std::io::ErrorKind::PermissionDenied); 4]);
        }
        if protection.no_files {
            assert_eq!(refused[0], Err(std::io::ErrorKind::PermissionDenied));
        }
        assert!(File::open("/etc/passwd").is_ok(), "only that thread is confined");
    }
}
