//! Every page of the service, with a letter at each stage to show.

use std::time::{Duration, Instant};

use crate::job::{Crew, step, text};

/// Who opens which pages; nobody's name stands for whoever has not logged in.
pub type Visits = Vec<(&'static str, Vec<String>)>;

/// Carries letters to where there is something to see on every page, then lists the pages.
///
/// # Panics
/// If a step is refused, or the mail does not arrive.
pub async fn every_page(crew: &Crew) -> Visits {
    let waiting = crew.carried("Surat yang menunggu tanda tangan").await;
    let sent = crew.carried("Surat yang sudah terkirim").await;
    let _signed = crew.sign(&sent).await;
    let _state = step(&crew.registry, &sent, "dispatch").await;
    let shown = crew.head.get(&format!("/api/v1/letters/{sent}")).await;
    let code = text(&shown.json()["verification"], "code");
    let entry = mail(crew, &sent).await;
    let draft = crew.edited("Surat yang diubah").await;
    let outside = crew.registered("Surat dari luar", SCAN).await;
    let letter = |id: &str| format!("/naskah/{id}");
    let fixed = |paths: &[&str]| -> Vec<String> { paths.iter().map(|&path| path.into()).collect() };
    let with = |paths: &[&str], more: Vec<String>| [fixed(paths), more].concat();
    vec![
        (
            "",
            with(
                &[
                    "/masuk",
                    "/verifikasi",
                    "/v",
                    "/v/tidak-ada-kode",
                    "/tidak-ada",
                    "/masalah/tidak-ditemukan",
                    "/api/dokumentasi",
                ],
                vec![format!("/v/{code}")],
            ),
        ),
        (
            "konseptor-kominfo",
            with(
                &[
                    "/",
                    "/tugas",
                    "/naskah",
                    "/naskah?tab=masuk",
                    "/naskah?tab=tembusan",
                    "/naskah?tab=arsip",
                    "/naskah?tab=semua&q=surat",
                    "/administrasi/opd",
                    "/tulis",
                    "/tulis/surat_dinas",
                    "/tulis/nota_dinas",
                    "/tulis/pdf",
                    "/profil",
                ],
                vec![
                    letter(&waiting),
                    letter(&sent),
                    letter(&draft),
                    format!("/naskah/{draft}/ubah"),
                    format!("/naskah/{draft}/perubahan"),
                ],
            ),
        ),
        (
            "kadis-kominfo",
            with(
                &["/", "/tugas", "/profil", "/profil/totp"],
                vec![letter(&waiting), format!("/naskah/{waiting}/batalkan")],
            ),
        ),
        (
            "kadis-kesehatan",
            with(
                &["/agenda/masuk", "/naskah?tab=masuk"],
                vec![
                    format!("/agenda/entri/{entry}"),
                    format!("/agenda/entri/{entry}/lembar"),
                ],
            ),
        ),
        (
            "tu-kominfo",
            with(
                &[
                    "/agenda/masuk",
                    "/agenda/keluar",
                    "/agenda/ekspedisi",
                    "/agenda/catat",
                ],
                vec![
                    format!("/agenda/entri/{outside}"),
                    format!("/agenda/entri/{outside}/lembar"),
                ],
            ),
        ),
    ]
    .into_iter()
    .chain(overseers(&sent))
    .collect()
}

/// The pages of whoever runs the service, and of whoever checks it.
fn overseers(sent: &str) -> Visits {
    vec![
        (
            "admin",
            [
                "",
                "/opd",
                "/jabatan",
                "/pejabat",
                "/mandat",
                "/akun",
                "/kunci",
                "/sertifikat",
                "/kait",
            ]
            .map(|area| format!("/administrasi{area}"))
            .to_vec(),
        ),
        (
            "auditor",
            vec![
                "/auditor".to_owned(),
                "/auditor?q=surat".to_owned(),
                "/auditor/register".to_owned(),
                "/auditor/luring".to_owned(),
                format!("/auditor/surat/{sent}"),
            ],
        ),
    ]
}

/// No PDF worth the name: what is registered is shown whatever it is.
const SCAN: &[u8] = b"%PDF-1.4\n%%EOF\n";

/// The receiver's entry of a letter, once it was delivered.
async fn mail(crew: &Crew, letter: &str) -> String {
    let start = Instant::now();
    loop {
        let tasks = crew.receiver.get("/api/v1/tasks").await.must(200).json();
        let entry = tasks["items"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|task| task["letter"] == letter)
            .find_map(|task| task["agenda"].as_str());
        if let Some(entry) = entry {
            return entry.to_owned();
        }
        assert!(start.elapsed() < PATIENCE, "no mail arrives: {tasks}");
        tokio::time::sleep(PAUSE).await;
    }
}

const PATIENCE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(100);
