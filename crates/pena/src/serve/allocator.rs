//! The C library's allocator, as a process that serves for months needs it.
//!
//! By itself it keeps what was freed: once a password was hashed in 19 MiB, each of up to eight arenas a core holds
//! that much back for the next one. It reads its settings before a program begins, so the program begins again.

use std::env;
use std::io;
use std::os::unix::process::CommandExt;
use std::process::Command;

/// Few arenas, and large blocks straight from the kernel and straight back. What the operator set stands.
const SETTINGS: [(&str, &str); 3] = [
    ("MALLOC_ARENA_MAX", "2"),
    ("MALLOC_MMAP_THRESHOLD_", "262144"),
    ("MALLOC_TRIM_THRESHOLD_", "1048576"),
];

/// Replaces this process by itself, with the same id, unless the settings are there already. Returns when they are.
///
/// # Errors
/// When the program cannot be started again.
pub fn settle() -> io::Result<()> {
    let missing: Vec<_> = SETTINGS
        .into_iter()
        .filter(|(name, _)| env::var_os(name).is_none())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let mut words = env::args_os();
    let mut again = Command::new(env::current_exe()?);
    if let Some(name) = words.next() {
        again.arg0(name);
    }
    Err(again.args(words).envs(missing).exec())
}
