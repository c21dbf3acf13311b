//! The child gives up what it will not need: before it reads a byte of anybody's document, and
//! before it has a second thread.

use std::collections::BTreeMap;

use rustix::process::{DumpableBehavior, Resource, Rlimit};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch,
};

use crate::Caller;
use crate::wire::SetUp;

/// Confines this process for good. What the kernel refuses is said, and the rest done all the same.
pub(crate) fn confine(set_up: &SetUp) -> Vec<String> {
    let both = |limit| Rlimit {
        current: Some(limit),
        maximum: Some(limit),
    };
    let mut refused = Vec::new();
    let mut note = |what: &str, outcome: Result<(), String>| {
        if let Err(reason) = outcome {
            refused.push(format!("{what}: {reason}"));
        }
    };
    for (what, resource, limit) in [
        ("memory limit", Resource::As, set_up.memory),
        ("core dumps off", Resource::Core, 0),
        ("files of no length", Resource::Fsize, 0),
        ("few open files", Resource::Nofile, OPEN_FILES),
    ] {
        let outcome = rustix::process::setrlimit(resource, both(limit));
        note(what, outcome.map_err(|errno| errno.to_string()));
    }
    let dumpable = rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable);
    note(
        "memory unreadable to others",
        dumpable.map_err(|errno| errno.to_string()),
    );
    if set_up.caller == Caller::Public {
        let polite = rustix::process::setpriority_process(None, PUBLIC_NICENESS);
        note("low priority", polite.map_err(|errno| errno.to_string()));
    }
    note("system call filter", filter());
    refused
}

/// Lets the process use this many seconds of processor time in all; it is then ended.
pub(crate) fn limit_cpu(seconds: u64) {
    let limit = Rlimit {
        current: Some(seconds),
        maximum: None,
    };
    // Where it is refused, the parent's clock still ends the task.
    let _kept = rustix::process::setrlimit(Resource::Cpu, limit);
}

/// Everything that is not on the list fails as not permitted: above all opening a file or a socket,
/// starting a program, and looking into another process.
fn filter() -> Result<(), String> {
    let arch = TargetArch::try_from(std::env::consts::ARCH).map_err(|error| error.to_string())?;
    let only = |rules, otherwise, on_match| {
        SeccompFilter::new(rules, otherwise, on_match, arch)
            .and_then(BpfProgram::try_from)
            .map_err(|error| error.to_string())
    };
    let errno = |errno: i32| SeccompAction::Errno(errno.unsigned_abs());
    let allowed = only(allowed()?, errno(libc::EPERM), SeccompAction::Allow)?;
    // A filter cannot look at the flags of clone3, and the C library takes clone where it is unknown.
    let unknown = BTreeMap::from([(libc::SYS_clone3, Vec::new())]);
    let unknown = only(unknown, SeccompAction::Allow, errno(libc::ENOSYS))?;
    // The first one on must still allow the second to be put on, so the list comes last.
    for program in [unknown, allowed] {
        seccompiler::apply_filter(&program).map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn allowed() -> Result<BTreeMap<i64, Vec<SeccompRule>>, String> {
    let mut rules: BTreeMap<_, _> = ALLOWED.iter().map(|call| (*call, Vec::new())).collect();
    let thread = u64::from(libc::CLONE_THREAD.unsigned_abs());
    let executable = u64::from(libc::PROT_EXEC.unsigned_abs());
    let on_condition = [
        // Threads, not processes.
        (libc::SYS_clone, 0, SeccompCmpOp::MaskedEq(thread), thread),
        // No memory that holds both what was read and what is run.
        (libc::SYS_mmap, 2, SeccompCmpOp::MaskedEq(executable), 0),
        (libc::SYS_mprotect, 2, SeccompCmpOp::MaskedEq(executable), 0),
        // Its own limits alone.
        (libc::SYS_prlimit64, 0, SeccompCmpOp::Eq, 0),
        // The name of a thread.
        (
            libc::SYS_prctl,
            0,
            SeccompCmpOp::Eq,
            u64::from(libc::PR_SET_NAME.unsigned_abs()),
        ),
    ];
    for (call, argument, operator, value) in on_condition {
        let rule = SeccompCondition::new(argument, SeccompCmpArgLen::Dword, operator, value)
            .and_then(|condition| SeccompRule::new(vec![condition]))
            .map_err(|error| error.to_string())?;
        rules.insert(call, vec![rule]);
    }
    Ok(rules)
}

/// What memory, threads, time, randomness and descriptors that are open already need.
const ALLOWED: &[i64] = &[
    libc::SYS_brk,
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_clone3,
    libc::SYS_close,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_fcntl,
    libc::SYS_fstat,
    libc::SYS_futex,
    libc::SYS_getpid,
    libc::SYS_getrandom,
    libc::SYS_gettid,
    libc::SYS_lseek,
    libc::SYS_madvise,
    libc::SYS_membarrier,
    libc::SYS_mremap,
    libc::SYS_munmap,
    libc::SYS_newfstatat,
    libc::SYS_pread64,
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_recvfrom,
    libc::SYS_recvmsg,
    libc::SYS_restart_syscall,
    libc::SYS_rseq,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sched_getaffinity,
    libc::SYS_sched_yield,
    libc::SYS_sendmsg,
    libc::SYS_sendto,
    libc::SYS_set_robust_list,
    libc::SYS_sigaltstack,
    libc::SYS_statx,
    libc::SYS_tgkill,
    libc::SYS_write,
    libc::SYS_writev,
];

/// The socket, the document, and the three that every process has.
const OPEN_FILES: u64 = 16;
/// A stranger's upload waits for the office: beside signing it gets a thirtieth of a core, which is enough for its few
/// milliseconds and too little to be felt.
const PUBLIC_NICENESS: i32 = 15;
