//! One office, its data directory and database, and the process that serves it.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use custody::Passphrase;
use flow::digest::Sha256;
use flow::id::{ActivationId, KeyId, NaskahId};
use service::clock::Clock as _;
use service::data_dir::DataDir;
use service::identity::oidc::SingleSignOn;
use service::key::Providers;
use service::naskah::{self, NewLetter};
use service::office::NikOf;
use service::provable::{Level, Provability};
use service::{App, Opening, Outside, ServiceError, Settings, audit, key, office, sign};
use signing::UtcTime;
use signing::policy::{Anchor, AnchorPurpose, RevocationRule};
use signing::validate::{Evidence, Policy, Report, TrustAnchors};
use store::model::{IntentRow, KeyRow, NomorRow};
use store::{Location, Store, Tx};
use tempfile::TempDir;
use worker::PdfWorker as _;

use super::authority::{Tsa, wanted, way_out};
use super::clock::TestClock;
use super::engine::Raw;
use super::office::{identity, office as made_up};
use super::worker::TestWorker;
use super::{STAFF_A, actor};

pub struct World {
    pub clock: Arc<TestClock>,
    pub worker: Arc<TestWorker>,
    pub outside: Outside,
    pub provability: Provability,
    /// For the next process.
    pub single_sign_on: Option<SingleSignOn>,
    /// Where keys may lie besides the vault, from the next process on.
    pub providers: Providers,
    pub raw: Raw,
    store: Store,
    location: Location,
    process: Option<Arc<App>>,
    folder: TempDir,
}

impl World {
    /// The office is installed, its CA founded; nobody has a key yet.
    pub async fn begin(folder: TempDir, location: Location, store: Store, raw: Raw) -> Self {
        let mut world = Self {
            clock: Arc::new(TestClock::new()),
            worker: Arc::new(TestWorker::new()),
            outside: Outside::default(),
            provability: Provability::default(),
            single_sign_on: None,
            providers: Providers::default(),
            raw,
            store,
            location,
            process: None,
            folder,
        };
        world.start().await.unwrap();
        let app = world.app();
        let made_up = made_up(app.now());
        office::install(&app, &identity(), &made_up, &NikOf::new())
            .await
            .unwrap();
        let operator = Passphrase::new("kata sandi operator".to_owned());
        key::found_authority(&app, &operator).await.unwrap();
        world
    }

    /// Everything is taken away again: an installation before its first start.
    pub async fn empty(&mut self) {
        self.crash().await;
        self.raw.forget_everything().await;
        for entry in fs::read_dir(self.folder.path()).unwrap() {
            let path = entry.unwrap().path();
            let database = path.to_string_lossy().contains(".sqlite3");
            if path.is_dir() {
                fs::remove_dir_all(path).unwrap();
            } else if !database {
                fs::remove_file(path).unwrap();
            }
        }
        self.start().await.unwrap();
    }

    pub fn app(&self) -> Arc<App> {
        Arc::clone(self.process.as_ref().unwrap())
    }

    /// The process ends without a word; the next one starts on the same data.
    pub async fn crash_and_restart(&mut self) {
        self.crash().await;
        self.start().await.unwrap();
    }

    pub async fn crash(&mut self) {
        let process = self.process.take().unwrap();
        // What a dropped use case left on other threads still ends by itself.
        while Arc::strong_count(&process) > 1 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    pub async fn start(&mut self) -> Result<(), ServiceError> {
        let app = App::open(Opening {
            data_dir: DataDir::open(self.folder.path()).unwrap(),
            database: Some(self.location.clone()),
            kek: None,
            settings: Settings {
                base_address: "https://tte.contohrejo.example".to_owned(),
                provability: self.provability.clone(),
            },
            worker: self.worker.clone(),
            clock: self.clock.clone(),
            outside: self.outside.clone(),
            single_sign_on: self.single_sign_on.take(),
            providers: self.providers.clone(),
        })
        .await?;
        self.process = Some(Arc::new(app));
        Ok(())
    }

    /// From the next process on, signatures are made for that level, with times by these authorities.
    pub async fn want(&mut self, level: Level, authorities: &[&Tsa]) {
        self.provability = wanted(level, authorities);
        self.outside = way_out(authorities);
        self.crash_and_restart().await;
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The rows, read past the process.
    pub async fn rows(&self) -> Tx {
        self.store.snapshot().await.unwrap()
    }

    pub async fn intents(&self) -> Vec<IntentRow> {
        self.rows().await.intents().await.unwrap()
    }

    pub async fn numbers(&self) -> Vec<NomorRow> {
        self.rows().await.nomors().await.unwrap()
    }

    /// The key of an official.
    pub async fn key(&self, n: u8) -> KeyRow {
        let mut keys = self.rows().await.keys_of(actor(n).pejabat).await.unwrap();
        keys.pop().unwrap()
    }

    pub async fn issue_key(&self, n: u8) -> KeyId {
        key::issue(&self.app(), actor(n).pejabat, &passphrase(n))
            .await
            .unwrap()
    }

    /// A letter of the staff that waits to be prepared.
    pub async fn submitted(&self, letter: &NewLetter) -> NaskahId {
        let app = self.app();
        let id = naskah::create(&app, &actor(STAFF_A), letter).await.unwrap();
        naskah::submit(&app, &actor(STAFF_A), id).await.unwrap();
        id
    }

    /// A letter that waits for its first signer, and the version shown.
    pub async fn prepared(&self, letter: &NewLetter) -> (NaskahId, Sha256) {
        let id = self.submitted(letter).await;
        let version = self.prepare(id).await.unwrap();
        (id, version)
    }

    pub async fn prepare(&self, id: NaskahId) -> Result<Sha256, ServiceError> {
        naskah::prepare(&self.app(), &actor(STAFF_A), id).await
    }

    /// The official enters the right passphrase.
    pub async fn activate(&self, n: u8, version: Sha256) -> Result<ActivationId, ServiceError> {
        self.enter(n, &passphrase(n), version).await
    }

    pub async fn enter_wrong(&self, n: u8) -> ServiceError {
        let wrong = Passphrase::new("bukan kata sandinya".to_owned());
        self.enter(n, &wrong, Sha256::of(b"")).await.unwrap_err()
    }

    pub async fn sign(
        &self,
        n: u8,
        id: NaskahId,
        activation: ActivationId,
    ) -> Result<sign::Signed, ServiceError> {
        sign::sign(&self.app(), &actor(n), id, activation).await
    }

    /// Both: the passphrase for the version, and the signature.
    pub async fn activate_and_sign(&self, n: u8, id: NaskahId, version: Sha256) -> sign::Signed {
        let activation = self.activate(n, version).await.unwrap();
        self.sign(n, id, activation).await.unwrap()
    }

    pub async fn tahap(&self, id: NaskahId) -> flow::naskah::Tahap {
        naskah::show(&self.app(), id).await.unwrap().tahap().clone()
    }

    pub async fn exported(&self, id: NaskahId) -> Vec<u8> {
        naskah::export(&self.app(), id).await.unwrap().unwrap().pdf
    }

    /// What a verifier with our root, and the authorities' for timestamps, says of a file.
    pub fn judged(&self, pdf: Vec<u8>) -> Report {
        let anchors = self.anchors();
        let mut evidence = Evidence::new();
        for crl in ["ca/issuing.crl", "ca/root.crl"] {
            let list = fs::read(self.path(crl)).unwrap();
            evidence.add_crl_file(&list).unwrap();
        }
        self.judged_with(pdf, evidence, anchors)
    }

    /// What the service itself says of a file.
    pub async fn judged_by_office(&self, pdf: Vec<u8>) -> Report {
        let verdict = service::verification::examine(&self.app(), Arc::new(pdf), None).await;
        verdict.unwrap().report
    }

    /// The same without anything beside the file.
    pub fn judged_by_itself(&self, pdf: Vec<u8>) -> Report {
        self.judged_with(pdf, Evidence::new(), self.anchors())
    }

    fn judged_with(&self, pdf: Vec<u8>, evidence: Evidence, anchors: TrustAnchors) -> Report {
        let at = UtcTime::from_unix(self.clock.now().seconds());
        self.worker
            .validate(Arc::new(pdf), evidence, Policy::new(anchors), at)
            .unwrap()
    }

    fn anchors(&self) -> TrustAnchors {
        let mut anchors = TrustAnchors::new();
        let root = fs::read(self.path("ca/root.pem")).unwrap();
        anchors.add_file(&root).unwrap();
        for certificate in self
            .provability
            .authorities
            .iter()
            .flat_map(|one| &one.anchors)
        {
            anchors.add(Anchor {
                purpose: AnchorPurpose::Timestamps,
                ..Anchor::new(certificate.clone(), RevocationRule::default())
            });
        }
        anchors
    }

    /// The log is taken up and explains everything that is stored.
    pub async fn assert_audit_is_clean(&self) {
        let app = self.app();
        audit::sequence_all(&app).await.unwrap();
        let report = audit::verify(&app).await.unwrap();
        assert!(report.is_clean(), "{:#?}", report.sentences());
    }

    async fn enter(
        &self,
        n: u8,
        passphrase: &Passphrase,
        version: Sha256,
    ) -> Result<ActivationId, ServiceError> {
        sign::activate(&self.app(), actor(n).pejabat, passphrase, None, &[version]).await
    }
}

pub fn passphrase(n: u8) -> Passphrase {
    Passphrase::new(format!("kata sandi orang {n}"))
}

/// The passphrase alone, as most signers enter it.
pub fn entered(passphrase: &Passphrase) -> sign::Entered<'_> {
    sign::Entered {
        passphrase,
        code: None,
        totp: None,
    }
}
