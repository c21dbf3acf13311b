//! Runs a program to its end, or to the end of our patience.

use std::io::{Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How a run ended and what it said.
#[derive(Debug)]
pub struct Finished {
    /// The exit code; `None` if a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: String,
    /// Whether it was ended by us because it took too long.
    pub timed_out: bool,
}

impl Finished {
    /// Standard output as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// The end of all that it said, for a message about a failure.
    pub fn all(&self) -> String {
        let Self {
            code, timed_out, ..
        } = self;
        let (out, err) = (self.text(), self.stderr.as_str());
        let (out, err) = (end_of(&out), end_of(err));
        format!("exit {code:?}, timed out: {timed_out}\n--- stdout\n{out}\n--- stderr\n{err}")
    }

    /// Insists on this exit code.
    ///
    /// # Panics
    /// If the run ended otherwise, with all that it said.
    pub fn must_exit(&self, code: i32) {
        assert_eq!(self.code, Some(code), "{}", self.all());
    }
}

/// Runs a command with this input. A run that takes longer than `limit` is killed.
///
/// # Panics
/// If the program cannot be started.
pub fn run(command: &mut Command, input: &[u8], limit: Duration) -> Finished {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?} cannot be started: {error}"));
    let stdout = read_all(child.stdout.take());
    let stderr = read_all(child.stderr.take());
    let input = input.to_vec();
    let stdin = child.stdin.take();
    let writer = thread::spawn(move || {
        // A program that does not want its input may close it.
        stdin.map(|mut stdin| stdin.write_all(&input))
    });
    let (status, timed_out) = wait(&mut child, limit);
    drop(writer.join());
    Finished {
        code: status.code(),
        stdout: stdout.join().expect("the reader of a pipe cannot panic"),
        stderr: String::from_utf8_lossy(&stderr.join().expect("the reader of a pipe cannot panic"))
            .into_owned(),
        timed_out,
    }
}

/// Waits for a child; kills it, and only it, when the time is up. Says whether it had to.
///
/// # Panics
/// If the operating system cannot say how the child ended.
pub fn wait(child: &mut Child, limit: Duration) -> (ExitStatus, bool) {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("a child can be waited for") {
            return (status, false);
        }
        if start.elapsed() >= limit {
            // It may have ended this very moment; then there is nothing to kill.
            drop(child.kill());
            return (child.wait().expect("a child can be waited for"), true);
        }
        thread::sleep(Duration::from_millis(2));
    }
}

/// A log can be long; why it ended stands at its end.
fn end_of(text: &str) -> &str {
    let start = text.len().saturating_sub(8_000);
    text.get(text.ceil_char_boundary(start)..).unwrap_or(text)
}

fn read_all<R: Read + Send + 'static>(pipe: Option<R>) -> JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // What came before an error still tells what happened.
            drop(pipe.read_to_end(&mut bytes));
        }
        bytes
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_takes_too_long_is_ended_and_said_to_be() {
        let start = Instant::now();
        let slow = run(
            Command::new("sleep").arg("30"),
            b"",
            Duration::from_millis(50),
        );
        assert!(slow.timed_out && slow.code.is_none());
        assert!(start.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn output_larger_than_a_pipe_and_input_nobody_reads_block_nothing() {
        let mut command = Command::new("sh");
        command.args(["-c", "head -c 300000 /dev/zero; echo done >&2; exit 3"]);
        let run = run(&mut command, &vec![7; 300_000], Duration::from_secs(20));
        run.must_exit(3);
        assert_eq!(run.stdout.len(), 300_000);
        assert_eq!(run.stderr, "done\n");
    }
}
