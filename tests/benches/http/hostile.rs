//! A thousand hostile files in a row on public verification, while others sign.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tests::hostile::hostile;
use tests::person::{Person, form_to};

use crate::load::{count, megabytes};
use crate::median;
use crate::stage::Stage;
use crate::table::{Goal, Table};

const FILES: usize = 1_000;
/// Letters that are prepared and signed by one activation.
const BATCH: usize = 10;
/// Batches without hostile files, half before and half after.
const QUIET: usize = 6;

/// What came of the files.
#[derive(Debug, Default)]
struct Door {
    slowest: Duration,
    which: String,
    refused: usize,
    broken: Vec<String>,
}

/// Measures how soon each is answered, and how fast others sign with and without them.
pub async fn run(stage: &Stage, table: &mut Table) {
    let (pid, before) = (stage.server.pid(), stage.server.memory());
    let mut quiet = Vec::new();
    // The first one warms the typesetter up.
    let _warm = batch(stage).await;
    for _ in 0..QUIET / 2 {
        quiet.push(batch(stage).await);
    }
    let over = Arc::new(AtomicBool::new(false));
    let sender = {
        let (address, over) = (stage.server.address.clone(), Arc::clone(&over));
        let genuine = stage.place.contoh();
        tokio::spawn(async move {
            let door = send_all(&address, &genuine).await;
            over.store(true, Ordering::Relaxed);
            door
        })
    };
    let start = Instant::now();
    let mut busy = Vec::new();
    while !over.load(Ordering::Relaxed) {
        let rate = batch(stage).await;
        // What ended without hostile files beside it says nothing about them.
        if !over.load(Ordering::Relaxed) {
            busy.push(rate);
        }
    }
    let took = start.elapsed();
    let door = sender.await.expect("the sender does not panic");
    for _ in 0..QUIET / 2 {
        quiet.push(batch(stage).await);
    }
    report(stage, table, &door, took);
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

fn report(stage: &Stage, table: &mut Table, door: &Door, took: Duration) {
    table.heading(format!(
        "{FILES} hostile files in a row on /verifikasi of {}",
        stage.server.address
    ));
    table.row(
        "files answered",
        count(FILES) / took.as_secs_f64(),
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

/// Letters signed in a second, from prepare to the last outcome; making them is not measured.
async fn batch(stage: &Stage) -> f64 {
    let letters = stage.waiting(BATCH).await;
    let start = Instant::now();
    stage.sign(&letters).await;
    count(BATCH) / start.elapsed().as_secs_f64()
}

async fn send_all(address: &str, genuine: &[std::path::PathBuf]) -> Door {
    let anybody = Person::new(address);
    let page = anybody.get("/verifikasi").await.must(200).text();
    let form = form_to(&page, "/verifikasi");
    let mut door = Door::default();
    for file in hostile(genuine, FILES) {
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
    door
}
