//! The figures of the service over HTTP: `cargo xtask bench http`. Ratios are to a bare axum process in the same run; the
//! loader and both servers share the machine. Ends with a failure when a goal is missed.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a bench that cannot go on stops loudly"
)]

mod bare;
mod hostile;
mod load;
mod stage;
mod table;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::Duration;

use load::{Load, Target};
use stage::{Stage, cpu_seconds};
use table::{Goal, Table};

/// The word by which this program is asked to be the bare server.
const BARE: &str = "bare";
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(2);
const IN_MEMORY_CONNECTIONS: usize = 32;
const LETTER_CONNECTIONS: usize = 50;
const LETTER_TIME: Duration = Duration::from_secs(10);
const IDLE: Duration = Duration::from_mins(1);
/// Megabytes of the server process, workers apart.
const MEMORY: Goal = Goal::Most(80.0);

fn main() -> ExitCode {
    if std::env::args().any(|word| word == BARE) {
        bare::serve();
        return ExitCode::SUCCESS;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime starts");
    let missed = runtime.block_on(run());
    if missed.is_empty() {
        return ExitCode::SUCCESS;
    }
    eprintln!("missed: {}", missed.join("; "));
    ExitCode::FAILURE
}

async fn run() -> Vec<String> {
    let mut table = Table::default();
    let stage = Stage::set().await;
    table.heading("memory of the server process");
    table.row("after the start", stage.megabytes(), "MB", MEMORY);
    in_memory(&stage, &mut table).await;
    letter_reads(&stage, &mut table).await;
    table.heading("memory of the server process");
    table.row("after the load", stage.megabytes(), "MB", Goal::None);
    hostile::run(&stage, &mut table).await;
    tokio::time::sleep(IDLE).await;
    table.heading("memory of the server process");
    table.row(
        "idle for a minute after all of it",
        stage.megabytes(),
        "MB",
        MEMORY,
    );
    stage.server.stop();
    stage.place.clean_audit();
    table.missed().to_vec()
}

/// Answers in a second, and processor time of the server for one of them.
#[derive(Debug, Default)]
struct Figures {
    rates: Vec<f64>,
    microseconds: Vec<f64>,
    wrong: u64,
}

impl Figures {
    async fn round(&mut self, target: &Target, pid: u32) {
        let before = cpu_seconds(pid);
        let load = target.load(IN_MEMORY_CONNECTIONS, ROUND).await;
        let used = cpu_seconds(pid) - before;
        self.rates.push(load.rate());
        self.microseconds
            .push(used * 1e6 / load::count(load.times.len()).max(1.0));
        self.wrong += load.other_than(200);
    }
}

/// What needs no database passes everything that every request passes, and should cost little more.
async fn in_memory(stage: &Stage, table: &mut Table) {
    let bare = Bare::start();
    let (address, key) = (stage.address(), Some(stage.key.as_str()));
    let targets = [
        (Target::new(&bare.address, "/", None), bare.process.id()),
        (Target::new(address, "/livez", None), stage.server.pid()),
        (Target::new(address, "/api/v1/me", key), stage.server.pid()),
    ];
    let mut figures: [Figures; 3] = Default::default();
    for _ in 0..ROUNDS {
        for ((target, pid), figures) in targets.iter().zip(&mut figures) {
            figures.round(target, *pid).await;
        }
    }
    let wrong = figures.iter().map(|one| one.wrong).sum::<u64>();
    let [bare, livez, me] = figures.map(|one| (median(one.rates), median(one.microseconds)));
    table.heading(format!(
        "{IN_MEMORY_CONNECTIONS} connections, medians of {ROUNDS} rounds"
    ));
    for (what, (rate, cpu)) in [
        ("bare axum JSON", bare),
        ("/livez: in memory, the whole stack of layers", livez),
        ("/api/v1/me: an API key, one query", me),
    ] {
        table.row(what, rate, "req/s", Goal::None);
        table.row("  processor time of the server", cpu, "us", Goal::None);
    }
    table.row(
        "in memory, against bare",
        100.0 * livez.0 / bare.0,
        "%",
        Goal::Least(30.0),
    );
    table.row(
        "with a key, against bare",
        100.0 * me.0 / bare.0,
        "%",
        Goal::None,
    );
    table.row(
        "answers other than 200",
        wrong_count(wrong),
        "",
        Goal::Most(0.0),
    );
}

async fn letter_reads(stage: &Stage, table: &mut Table) {
    let letter = stage.letter().await;
    let path = format!("/api/v1/letters/{letter}");
    let target = Target::new(stage.address(), &path, Some(&stage.key));
    // The first reads find out how many pages the letter has.
    let _warm: Load = target.load(LETTER_CONNECTIONS, ROUND).await;
    let before = cpu_seconds(stage.server.pid());
    let load = target.load(LETTER_CONNECTIONS, LETTER_TIME).await;
    let used = cpu_seconds(stage.server.pid()) - before;
    table.heading(format!(
        "GET /api/v1/letters/ID from SQLite, {LETTER_CONNECTIONS} connections"
    ));
    table.row("letters read", load.rate(), "req/s", Goal::None);
    let each = used * 1e6 / load::count(load.times.len()).max(1.0);
    table.row("  processor time of the server", each, "us", Goal::None);
    table.row("p50", load.percentile(50), "ms", Goal::None);
    table.row("p95", load.percentile(95), "ms", Goal::Most(20.0));
    table.row("p99", load.percentile(99), "ms", Goal::None);
    table.row(
        "answers other than 200",
        wrong_count(load.other_than(200)),
        "",
        Goal::Most(0.0),
    );
}

fn wrong_count(wrong: u64) -> f64 {
    f64::from(u32::try_from(wrong).unwrap_or(u32::MAX))
}

/// The middle one.
fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or_default()
}

/// This program again, as the bare server.
struct Bare {
    process: Child,
    address: String,
}

impl Bare {
    fn start() -> Self {
        let program = std::env::current_exe().expect("a running program knows where it lies");
        let mut process = Command::new(program)
            .arg(BARE)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts again");
        let mut address = String::new();
        let stdout = process.stdout.take().expect("it was piped");
        BufReader::new(stdout)
            .read_line(&mut address)
            .expect("it says where it is");
        Self {
            process,
            address: address.trim().to_owned(),
        }
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
