//! A thousand hostile files in a row on public verification, while others sign.

use std::slice::Chunks;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tests::hostile::{Hostile, hostile};
use tests::person::{Person, form_to};

use crate::load::{count, megabytes};
use crate::median;
use crate::stage::Stage;
use crate::table::{Goal, Table};

const FILES: usize = 1_000;
/// Letters that are prepared and signed by one activation.
const BATCH: usize = 4;
/// Batches without hostile files, half before and half after.
const QUIET: usize = 10;
/// Batches beside them; fewer when the files are used up before.
const BESIDE: usize = 30;

/// What came of the files.
#[derive(Debug, Default)]
struct Door {
    took: Duration,
    slowest: Duration,
    which: String,
    refused: usize,
    broken: Vec<String>,
}

/// Measures how soon each is answered, and how fast others sign with and without them.
pub async fn run(stage: &Stage, table: &mut Table) {
    let (pid, before) = (stage.server.pid(), stage.server.memory());
    // Everything is made beforehand, so that nothing but the service works while it is measured.
    let files: Vec<Hostile> = hostile(&stage.place.contoh(), FILES).collect();
    let letters = stage.waiting((1 + QUIET + BESIDE) * BATCH).await;
    let mut batches = letters.chunks(BATCH);
    let mut quiet = Vec::new();
    // The first one warms the typesetter up.
    let _warm = sign(stage, &mut batches).await;
    for _ in 0..QUIET / 2 {
        quiet.extend(sign(stage, &mut batches).await);
    }
    let over = Arc::new(AtomicBool::new(false));
    let sender = {
        let (address, over) = (stage.server.address.clone(), Arc::clone(&over));
        tokio::spawn(async move {
            let door = send_all(&address, files).await;
            over.store(true, Ordering::Relaxed);
            door
        })
    };
    let mut busy = Vec::new();
    while busy.len() < BESIDE {
        let rate = sign(stage, &mut batches).await;
        // What ended without hostile files beside it says nothing about them.
        if over.load(Ordering::Relaxed) {
            break;
        }
        busy.extend(rate);
    }
    let door = sender.await.expect("the sender does not panic");
    for _ in 0..QUIET / 2 {
        quiet.extend(sign(stage, &mut batches).await);
    }
    report(stage, table, &door);
    let (batches, quiet, busy) = (busy.len(), median(quiet), median(busy));
    table.row("letters signed without them", quiet, "1/s", Goal::None);
    table.row(
        &format!("letters signed beside them, {batches} batches"),
        busy,
        "1/s",
        Goal::None,
    );
    table.row(
        "slowed by",
        100.0 * (1.0 - busy / quiet),
        "%",
        Goal::Most(20.0),
    );
    let grown = stage.server.memory().saturating_sub(before);
    table.row("the server grew by", megabytes(grown), "MB", Goal::None);
    let same = stage.server.pid() == pid;
    table.row(
        "server processes lost",
        if same { 0.0 } else { 1.0 },
        "",
        Goal::Most(0.0),
    );
}

fn report(stage: &Stage, table: &mut Table, door: &Door) {
    table.heading(format!(
        "{FILES} hostile files in a row on /verifikasi of {}",
        stage.server.address
    ));
    table.row(
        "files answered",
        count(FILES) / door.took.as_secs_f64(),
        "1/s",
        Goal::None,
    );
    table.row(
        "the slowest answer",
        door.slowest.as_secs_f64(),
        "s",
        Goal::Most(5.0),
    );
    println!("  {}", door.which);
    table.row(
        "refused with a problem (4xx)",
        count(door.refused),
        "",
        Goal::None,
    );
    table.row(
        "no answer or 5xx",
        count(door.broken.len()),
        "",
        Goal::Most(0.0),
    );
    for line in &door.broken {
        println!("  {line}");
    }
}

/// Letters of the next batch signed in a second, from *prepare* to the last outcome; `None` when there is none left.
async fn sign(stage: &Stage, batches: &mut Chunks<'_, String>) -> Option<f64> {
    let letters = batches.next()?;
    let start = Instant::now();
    stage.sign(letters).await;
    Some(count(letters.len()) / start.elapsed().as_secs_f64())
}

async fn send_all(address: &str, files: Vec<Hostile>) -> Door {
    let anybody = Person::new(address);
    let page = anybody.get("/verifikasi").await.must(200).text();
    let form = form_to(&page, "/verifikasi");
    let mut door = Door::default();
    let begun = Instant::now();
    for file in files {
        let start = Instant::now();
        let answer = anybody
            .upload(&form, "berkas", "kiriman.pdf", &file.bytes)
            .await;
        let took = start.elapsed();
        if took > door.slowest {
            (door.slowest, door.which) = (took, file.name.clone());
        }
        match answer.status {
            200 => {}
            400..500 => door.refused += 1,
            status => door.broken.push(format!("{}: {status}", file.name)),
        }
    }
    door.took = begun.elapsed();
    door
}
