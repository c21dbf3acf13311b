//! `pena serve` over a demo, on a free port.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::demo::Place;
use crate::process;
use crate::program::pena;

/// How long a start may take; in a debug build on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// A serving process; killed when dropped.
#[derive(Debug)]
pub struct Server {
    /// Where it is reached: `http://127.0.0.1:PORT`.
    pub address: String,
    child: Child,
    log: Arc<Mutex<String>>,
}

impl Server {
    /// Starts one that lets a test ask as often as it likes.
    ///
    /// # Panics
    /// If it does not say where it is.
    pub fn start(place: &Place) -> Self {
        Self::start_on(place, "127.0.0.1:0")
    }

    /// Starts one on this address and port.
    ///
    /// # Panics
    /// If it does not say where it is.
    pub fn start_on(place: &Place, listen: &str) -> Self {
        allow_every_rate(place);
        Self::start_with(place, &["--listen", listen])
    }

    /// Starts one with further sections of its configuration.
    ///
    /// # Panics
    /// If it does not say where it is.
    pub fn start_configured(place: &Place, sections: &str) -> Self {
        Self::start_in(place, sections, &[])
    }

    /// Starts one with further sections of its configuration, in this environment.
    ///
    /// # Panics
    /// If it does not say where it is.
    pub fn start_in(place: &Place, sections: &str, environment: &[(&str, PathBuf)]) -> Self {
        configure(place, sections);
        let mut command = command(place, &["--listen", "127.0.0.1:0"]);
        command.env("PENA_LOG", "debug").stderr(Stdio::piped());
        command.envs(environment.iter().map(|(name, value)| (name, value)));
        Self::spawn(command)
    }

    /// Starts one with these options and the place's own configuration.
    ///
    /// # Panics
    /// If it does not say where it is.
    pub fn start_with(place: &Place, further: &[&str]) -> Self {
        let mut command = command(place, further);
        command.env("PENA_LOG", "debug").stderr(Stdio::piped());
        Self::spawn(command)
    }

    /// Starts one as it is installed, its log in a file, that lets a bench ask as often as it likes.
    ///
    /// # Panics
    /// If it does not say where it is.
    pub fn start_logging_to(place: &Place, log: File) -> Self {
        allow_every_rate(place);
        let mut command = command(place, &["--listen", "127.0.0.1:0"]);
        command.stderr(log);
        Self::spawn(command)
    }

    fn spawn(mut command: Command) -> Self {
        #[expect(
            clippy::zombie_processes,
            reason = "`Drop`, `stop` and `kill` wait for it"
        )]
        let mut child = command
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?} cannot be started: {error}"));
        let log = Arc::new(Mutex::new(String::new()));
        let keep = Arc::clone(&log);
        if let Some(stderr) = child.stderr.take() {
            thread::spawn(move || {
                for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                    let mut log = keep.lock().unwrap_or_else(PoisonError::into_inner);
                    log.push_str(&line);
                    log.push('\n');
                }
            });
        }
        let stdout = child.stdout.take().expect("it was piped");
        let address = first_line(stdout);
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            let said = address
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone();
            if let Some(address) = said.strip_prefix("Pena is at ") {
                return Self {
                    address: address.trim().to_owned(),
                    child,
                    log,
                };
            }
            if child
                .try_wait()
                .expect("a child can be waited for")
                .is_some()
            {
                break;
            }
            thread::sleep(Duration::from_millis(5));
        }
        drop(child.kill());
        // Its last words may still be on their way.
        thread::sleep(Duration::from_millis(100));
        let log = log.lock().unwrap_or_else(PoisonError::into_inner);
        panic!("pena serve did not start:\n{log}");
    }

    /// All that it logged so far.
    pub fn log(&self) -> String {
        self.log
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Bytes of memory that it holds of its own, without its workers.
    ///
    /// # Panics
    /// If it is gone.
    pub fn memory(&self) -> u64 {
        let path = format!("/proc/{}/status", self.pid());
        let status = fs::read_to_string(path).expect("a living process has a status");
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .expect("a status tells the resident memory");
        let number = line.trim().trim_end_matches(" kB");
        number.parse::<u64>().expect("it is a number") * 1024
    }

    /// Whether it is still there.
    ///
    /// # Panics
    /// If the operating system cannot say.
    pub fn is_alive(&mut self) -> bool {
        let ended = self.child.try_wait().expect("a child can be waited for");
        ended.is_none()
    }

    /// Asks it to stop and does not wait.
    ///
    /// # Panics
    /// If it cannot be asked.
    pub fn ask_to_stop(&self) {
        let mut kill = Command::new("kill");
        kill.args(["-TERM", &self.pid().to_string()]);
        process::run(&mut kill, b"", PATIENCE).must_exit(0);
    }

    /// Stops it in order; how long that took.
    ///
    /// # Panics
    /// If it does not end, or not with exit code 0.
    pub fn stop(mut self) -> Duration {
        let start = Instant::now();
        self.ask_to_stop();
        let (status, timed_out) = process::wait(&mut self.child, PATIENCE);
        assert!(
            !timed_out && status.success(),
            "{status}, timed out: {timed_out}\n{}",
            self.log()
        );
        start.elapsed()
    }

    /// Ends it without a word.
    ///
    /// # Panics
    /// If it cannot be waited for.
    pub fn kill(mut self) {
        drop(self.child.kill());
        self.child.wait().expect("a child can be waited for");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn command(place: &Place, further: &[&str]) -> Command {
    let mut command = pena();
    command.arg("serve").args(place.options()).args(further);
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    command
}

/// Every rate, and further sections.
fn configure(place: &Place, sections: &str) {
    allow_every_rate(place);
    let path = place.folder.join("pena.toml");
    let limits = fs::read_to_string(&path).expect("it was just written");
    fs::write(&path, format!("{limits}{sections}")).expect("a file can be written");
}

/// One address plays a whole regency.
fn allow_every_rate(place: &Place) {
    let rates = ["log_in", "verification", "code", "api", "wrong_key", "page"]
        .map(|class| format!("{class} = 4000000000\n"))
        .concat();
    let text = format!("[limits]\n{rates}");
    fs::write(place.folder.join("pena.toml"), text).expect("a file can be written");
}

/// The first line, as soon as there is one; the rest is read and forgotten.
fn first_line(stdout: ChildStdout) -> Arc<Mutex<String>> {
    let line = Arc::new(Mutex::new(String::new()));
    let keep = Arc::clone(&line);
    thread::spawn(move || {
        let mut reader = BufReader::new(stdout);
        let mut first = String::new();
        if reader.read_line(&mut first).is_ok() {
            *keep.lock().unwrap_or_else(PoisonError::into_inner) = first;
        }
        drop(reader.read_to_end(&mut Vec::new()));
    });
    line
}
