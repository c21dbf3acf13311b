//! Files made to do harm, on the door that is open to everybody: each gets an answer soon, and the server stays.

use std::fs;
use std::time::{Duration, Instant};

use tests::database::Engine;
use tests::demo::Demo;
use tests::hostile::hostile;
use tests::person::{Person, form_to};
use tests::server::Server;

/// How soon everybody is answered; a debug build on a busy machine still keeps the worker's own limit.
const SOON: Duration = Duration::from_secs(5);
/// How much the server itself may grow: uploads are files, and files are read by workers.
const GROWTH: u64 = 48 << 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn hostile_files_get_an_answer_each_and_leave_the_server_as_it_was() {
    let Some(demo) = Demo::shared(Engine::Sqlite) else {
        return;
    };
    let place = demo.place.copy("hostile");
    let mut server = Server::start(&place);
    let anybody = Person::new(&server.address);
    let door = anybody.get("/verifikasi").await.must(200).text();
    let form = form_to(&door, "/verifikasi");
    let genuine = fs::read(&place.contoh()[0]).expect("a sample");
    // The first answer starts a worker and fills caches.
    let judged = anybody.upload(&form, "berkas", "asli.pdf", &genuine).await;
    assert!(judged.must(200).text().contains("Asli dan utuh"));
    let (pid, before) = (server.pid(), server.memory());

    let mut wrong = Vec::new();
    for file in hostile(&place.contoh(), 100) {
        let start = Instant::now();
        let answer = anybody
            .upload(&form, "berkas", "kiriman.pdf", &file.bytes)
            .await;
        let took = start.elapsed();
        let is_answer = answer.status == 200 || (400..500).contains(&answer.status);
        if !is_answer || took > SOON {
            wrong.push(format!("{}: {} after {took:?}", file.name, answer.status));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(server.is_alive() && server.pid() == pid);
    let grown = server.memory().saturating_sub(before);
    assert!(grown < GROWTH, "the server grew by {grown} bytes");
    let judged = anybody.upload(&form, "berkas", "asli.pdf", &genuine).await;
    assert!(judged.must(200).text().contains("Asli dan utuh"));
    server.stop();
}
