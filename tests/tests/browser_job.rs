//! The whole main job by hand in a real browser, and every page before the judge of accessibility.
#![expect(clippy::expect_used, reason = "a test that cannot go on stops loudly")]

use std::path::PathBuf;

use tests::browser::{Driver, Script, Viewport, Window, axe};
use tests::database::Engine;
use tests::demo::{Demo, Place};
use tests::job::{Crew, PEOPLE};
use tests::judge::pdfsig;
use tests::office::Keys;
use tests::pages::every_page;
use tests::program;
use tests::server::Server;

const HAL: &str = "Rencana kerja dari peramban";

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_a_phone_with_scripts() {
    main_job(Engine::Sqlite, Viewport::Phone, Script::On).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_a_phone_without_scripts() {
    main_job(Engine::Sqlite, Viewport::Phone, Script::Off).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_a_desk_with_scripts_on_postgres() {
    main_job(Engine::Postgres, Viewport::Desktop, Script::On).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_a_desk_without_scripts() {
    main_job(Engine::Sqlite, Viewport::Desktop, Script::Off).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn everywhere_else_when_there_is_time() {
    if std::env::var_os("PENA_LONG").is_none() {
        return;
    }
    main_job(Engine::Sqlite, Viewport::Desktop, Script::On).await;
    for script in [Script::On, Script::Off] {
        main_job(Engine::Postgres, Viewport::Phone, script).await;
    }
    main_job(Engine::Postgres, Viewport::Desktop, Script::Off).await;
}

async fn main_job(engine: Engine, viewport: Viewport, script: Script) {
    let Some(driver) = Driver::start() else {
        return;
    };
    let Some(demo) = Demo::shared(engine) else {
        return;
    };
    let purpose = format!("{}-{script:?}", viewport.name()).to_lowercase();
    let place = demo.place.copy(&purpose);
    let server = Server::start(&place);
    let desk = Desk {
        window: driver.window(viewport, script).await,
        place: &place,
        address: server.address.clone(),
    };
    let letter = desk.write().await;
    desk.send_back(&letter).await;
    desk.revise(&letter).await;
    desk.sign(&letter).await;
    desk.send(&letter).await;
    desk.dispose().await;
    desk.follow_up().await;
    desk.complete().await;
    let pdf = desk.download(&letter).await;
    desk.verify(&pdf).await;
    desk.receipt().await;
    desk.export().await;
    desk.window.close().await;
    server.stop();
    place.clean_audit();
}

/// Somebody at a browser, one after the other.
struct Desk<'a> {
    window: Window,
    place: &'a Place,
    address: String,
}

impl Desk<'_> {
    async fn goto(&self, path: &str) {
        self.window.goto(&format!("{}{path}", self.address)).await;
    }

    async fn log_in(&self, username: &str) {
        let login = self.place.login(username);
        self.goto("/masuk").await;
        self.window.fill("#nama", &login.username).await;
        self.window.fill("#sandi", &login.password).await;
        self.window.press("form[action='/masuk'] button").await;
        assert_ne!(self.window.path().await, "/masuk", "{}", self.told().await);
    }

    async fn log_out(&self) {
        self.window.press("form[action='/keluar'] button").await;
    }

    async fn told(&self) -> String {
        self.window.told().await
    }

    /// Opens what waits for whoever is logged in.
    async fn task(&self) {
        self.goto("/tugas").await;
        self.window.open(HAL).await;
    }

    async fn write(&self) -> String {
        self.log_in("konseptor-kominfo").await;
        self.goto("/tulis").await;
        self.window.press("a.kind[href$='surat_dinas']").await;
        self.window.fill("#hal", HAL).await;
        self.window.fill("#kepada", "Kepala Dinas Kesehatan").await;
        self.window.fill("#tempat", "Contohrejo").await;
        self.window
            .fill(
                "textarea[name='isi']",
                "Bersama ini kami sampaikan rencana kerja.",
            )
            .await;
        self.window.fill("#klasifikasi", "000.5.2").await;
        self.window
            .choose("hierarki-1", tests::office::DRAFTER)
            .await;
        self.window
            .choose("penandatangan-1", tests::office::HEAD)
            .await;
        if !self.window.has("#hierarki-2").await {
            self.window
                .press("fieldset:last-of-type button[value='baris']")
                .await;
        }
        self.window
            .choose("hierarki-2", tests::office::SECRETARY)
            .await;
        self.window.press("button[value='ajukan']").await;
        let path = self.window.path().await;
        let id = path
            .strip_prefix("/naskah/")
            .unwrap_or_else(|| panic!("not submitted: {path}"))
            .to_owned();
        self.window.press("form[action$='/paraf'] button").await;
        self.log_out().await;
        id
    }

    async fn send_back(&self, letter: &str) {
        self.log_in("sekretaris-kominfo").await;
        self.task().await;
        assert_eq!(self.window.path().await, format!("/naskah/{letter}"));
        self.window.click("details summary").await;
        self.window.fill("#catatan", "Sebutkan anggarannya.").await;
        self.window
            .press("form[action$='/kembalikan'] button:not(.danger)")
            .await;
        self.window.says("Dikembalikan").await;
        self.log_out().await;
    }

    async fn revise(&self, letter: &str) {
        self.log_in("konseptor-kominfo").await;
        self.task().await;
        self.window.says("Sebutkan anggarannya.").await;
        self.window.press("a[href$='/ubah']").await;
        self.window
            .fill("textarea[name='isi']", "Anggarannya tujuh juta rupiah.")
            .await;
        self.window.press("button[value='ajukan']").await;
        assert_eq!(
            self.window.path().await,
            format!("/naskah/{letter}"),
            "{}",
            self.told().await
        );
        self.window.press("form[action$='/paraf'] button").await;
        self.log_out().await;
        self.log_in("sekretaris-kominfo").await;
        self.task().await;
        self.window.press("form[action$='/paraf'] button").await;
        self.log_out().await;
    }

    async fn sign(&self, letter: &str) {
        let login = self.place.login("kadis-kominfo");
        let passphrase = login.passphrase.expect("the signer has a key");
        self.log_in("kadis-kominfo").await;
        self.task().await;
        self.window
            .press("form[action='/tandatangan'] button")
            .await;
        self.window.says(HAL).await;
        self.window.fill("#frasa", "bukan frasa yang benar").await;
        self.window
            .press("form[action='/tandatangan/mulai'] button")
            .await;
        assert!(
            self.window.has("[role='alert']").await,
            "a wrong passphrase is refused: {}",
            self.told().await
        );
        // The next attempt is evaluated a moment later.
        tokio::time::sleep(std::time::Duration::from_secs(2)).await;
        self.window.fill("#frasa", &passphrase).await;
        self.window
            .press("form[action='/tandatangan/mulai'] button")
            .await;
        let _link = self
            .window
            .find(&format!("a[href='/naskah/{letter}/unduh']"))
            .await;
        self.goto(&format!("/naskah/{letter}")).await;
        self.window.says("Ditandatangani").await;
        self.log_out().await;
    }

    async fn send(&self, letter: &str) {
        self.log_in("tu-kominfo").await;
        self.task().await;
        assert_eq!(self.window.path().await, format!("/naskah/{letter}"));
        self.window.press("form[action$='/kirim'] button").await;
        self.window.says("Terkirim").await;
        self.log_out().await;
        // The outbox delivers it within a second or two.
        tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    }

    async fn dispose(&self) {
        self.log_in("kadis-kesehatan").await;
        self.task().await;
        self.window.tick("Sekretaris Dinas Kesehatan").await;
        self.window.click("input[name='instruksi']").await;
        self.window
            .press("form[action$='/disposisi'] button.primary")
            .await;
        self.log_out().await;
    }

    async fn follow_up(&self) {
        self.log_in("sekretaris-kesehatan").await;
        self.task().await;
        if self.window.has("form[action$='/baca'] button").await {
            self.window.press("form[action$='/baca'] button").await;
        }
        let field = "form[action$='/tindak-lanjut'] textarea";
        if !self
            .window
            .find(field)
            .await
            .is_displayed()
            .await
            .expect("it says")
        {
            self.window.click("main details summary").await;
        }
        self.window.fill(field, "Sudah dijawab.").await;
        self.window
            .press("form[action$='/tindak-lanjut'] button")
            .await;
        self.window.says("Sudah dijawab.").await;
        self.log_out().await;
    }

    async fn complete(&self) {
        self.log_in("kadis-kesehatan").await;
        self.goto("/agenda/masuk").await;
        self.window.open(HAL).await;
        self.window.press("form[action$='/selesai'] button").await;
        self.window.says("Selesai").await;
    }

    async fn download(&self, letter: &str) -> PathBuf {
        self.goto(&format!("/naskah/{letter}")).await;
        self.window
            .click(&format!("a[href='/naskah/{letter}/unduh']"))
            .await;
        let pdf = self.window.downloaded("pdf").await;
        self.log_out().await;
        pdf
    }

    async fn verify(&self, pdf: &std::path::Path) {
        self.goto("/verifikasi").await;
        let field = self.window.find("#berkas").await;
        let path = pdf.to_str().expect("a path is text");
        field.send_keys(path).await.expect("a file can be chosen");
        self.window.press("form.drop button").await;
        self.window.says("Asli dan utuh").await;
    }

    /// From the page of a result, without a mouse.
    async fn receipt(&self) {
        self.window
            .enter_by_keyboard("form[action='/verifikasi/tanda-terima'] button")
            .await;
        let receipt = self.window.downloaded_as("tanda-terima-verifikasi.pdf");
        let receipt = receipt.await;
        if let Some(found) = pdfsig(&receipt) {
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found[0].valid && found[0].total, "{found:?}");
        }
    }

    async fn export(&self) {
        let login = self.place.login("auditor");
        self.log_in("auditor").await;
        self.goto(&format!("/auditor?q={}", HAL.replace(' ', "+")))
            .await;
        self.window.click("input[name='naskah']").await;
        self.window
            .fill(
                "form[action='/auditor/ekspor'] input[type='password']",
                &login.password,
            )
            .await;
        self.window
            .click("form[action='/auditor/ekspor'] button.primary")
            .await;
        let package = self.window.downloaded("zip").await;
        let root = self.place.ca("root.pem");
        let line = [
            "audit".as_ref(),
            "verify".as_ref(),
            package.as_os_str(),
            "--trust".as_ref(),
            root.as_os_str(),
        ];
        let finished = program::call(line);
        // Without the log's key from another hand it cannot say more.
        assert!(matches!(finished.code, Some(0 | 3)), "{}", finished.all());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_page_keeps_anybody_out_and_none_is_wider_than_the_screen() {
    let (Some(driver), Some(axe)) = (Driver::start(), axe()) else {
        return;
    };
    let Some(demo) = Demo::shared(Engine::Sqlite) else {
        return;
    };
    let place = demo.place.copy("axe");
    let keys = Keys::make(&place, &PEOPLE);
    let server = Server::start(&place);
    let crew = Crew::new(&place, &server.address, &keys).await;
    let pages = every_page(&crew).await;
    let mut wrong = Vec::new();
    for viewport in [Viewport::Phone, Viewport::Desktop] {
        let desk = Desk {
            window: driver.window(viewport, Script::On).await,
            place: &place,
            address: server.address.clone(),
        };
        for (who, paths) in &pages {
            if !who.is_empty() {
                desk.log_in(who).await;
            }
            for path in paths {
                desk.goto(path).await;
                wrong.extend(desk.judged(&axe, viewport, who, path).await);
            }
            if let Some(place) = desk.go_on(who, &place, paths).await {
                wrong.extend(desk.judged(&axe, viewport, who, place).await);
            }
            if !who.is_empty() {
                desk.goto("/profil").await;
                desk.log_out().await;
            }
        }
        desk.window.close().await;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

impl Desk<'_> {
    /// What is wrong with the page that is open.
    async fn judged(&self, axe: &str, viewport: Viewport, who: &str, path: &str) -> Vec<String> {
        keep(&self.window, viewport, who, path).await;
        let page = format!("{} {who} {path}", viewport.name());
        let findings = self.window.accessibility(axe).await;
        let mut wrong: Vec<String> = findings
            .iter()
            .map(|finding| format!("{page}: {finding}"))
            .collect();
        let beyond = self.window.overflow().await;
        if beyond > 0 {
            wrong.push(format!("{page}: {beyond} px wider than the screen"));
        }
        wrong
    }

    /// On to a page that only a form leads to.
    async fn go_on(&self, who: &str, place: &Place, seen: &[String]) -> Option<&'static str> {
        match who {
            "" => {
                let sample = place.folder.join("contoh").join("surat-dinas-jaringan.pdf");
                self.goto("/verifikasi").await;
                let field = self.window.find("#berkas").await;
                let path = sample.to_str().expect("a path is text");
                field.send_keys(path).await.expect("a file can be chosen");
                self.window.press("form.drop button").await;
                Some("/verifikasi (hasil)")
            }
            "kadis-kominfo" => {
                let letter = seen.iter().find(|path| path.starts_with("/naskah/nsk_"));
                self.goto(letter.expect("a letter waits")).await;
                self.window
                    .press("form[action='/tandatangan'] button")
                    .await;
                Some("/tandatangan")
            }
            "admin" => {
                let login = place.login(who);
                self.goto("/administrasi/sertifikat").await;
                self.window.click("details:has(#ikat-berkas) summary").await;
                let no_key = place.folder.join("contoh").join("surat-dinas-jaringan.pdf");
                let field = self.window.find("#ikat-berkas-berkas").await;
                let path = no_key.to_str().expect("a path is text");
                field.send_keys(path).await.expect("a file can be chosen");
                for field in ["frasa", "ulang"] {
                    let field = format!("#ikat-berkas-{field}");
                    self.window.fill(&field, "kalimat yang panjang").await;
                }
                let password = "#ikat-berkas-sandi";
                self.window.fill(password, &login.password).await;
                self.window.press("#ikat-berkas button").await;
                self.window.says("tidak dapat dibaca").await;
                Some("/administrasi/sertifikat (ditolak)")
            }
            _ => None,
        }
    }
}

/// A picture for whoever wants to look, in the folder that `PENA_PICTURES` names.
async fn keep(window: &Window, viewport: Viewport, who: &str, path: &str) {
    let Some(folder) = std::env::var_os("PENA_PICTURES") else {
        return;
    };
    let name: String = format!("{}-{who}{path}", viewport.name())
        .chars()
        .map(|found| {
            if found.is_ascii_alphanumeric() {
                found
            } else {
                '-'
            }
        })
        .take(60)
        .collect();
    let file = PathBuf::from(folder).join(format!("{name}.png"));
    std::fs::write(file, window.picture().await).expect("a picture can be kept");
}
