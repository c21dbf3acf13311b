//! What every use case works with.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use custody::{Activation, ActivationState, Kek, UnlockedKey, open_server, seal_server};
use flow::agenda::Agenda;
use flow::id::{ActivationId, KeyId, PejabatId};
use flow::naskah::Content;
use flow::time::Timestamp;
use remote::Outside;
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::Ed25519KeyPair;
use store::audit::{CheckpointSigner, CheckpointVerifier};
use store::blob::BlobStore;
use store::model::{KeyPurpose, Lease, NewKey};
use store::{Location, Store};
use tokio::sync::Semaphore;
use uuid::Uuid;
use worker::PdfWorker;
use zeroize::Zeroizing;

use crate::ServiceError;
use crate::clock::Clock;
use crate::data_dir::{DataDir, Readers};
use crate::desk;
use crate::folder;
use crate::histories::Histories;
use crate::identity::oidc::SingleSignOn;
use crate::key::Providers;
use crate::naskah;
use crate::picture::Pictures;
use crate::settings::Settings;
use crate::sign::AtWork;
use crate::transaction::transaction;

/// What a process is started with.
pub struct Opening {
    /// The data directory.
    pub data_dir: DataDir,
    /// The database; `None` is SQLite inside the data directory.
    pub database: Option<Location>,
    /// The server key; `None` is `keys/server.kek` in the data directory, made when the database is new.
    pub kek: Option<Kek>,
    /// What the operator set.
    pub settings: Settings,
    /// PDF work on bytes nobody vouches for.
    pub worker: Arc<dyn PdfWorker>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The way out of the house.
    pub outside: Outside,
    /// The identity provider people may log in with besides.
    pub single_sign_on: Option<SingleSignOn>,
    /// Where officials' keys may lie besides the vault.
    pub providers: Providers,
}

/// One process of the service.
pub struct App {
    /// What the operator set.
    pub settings: Settings,
    /// The data directory this process holds.
    pub data_dir: DataDir,
    pub(crate) store: Store,
    pub(crate) blobs: BlobStore,
    pub(crate) worker: Arc<dyn PdfWorker>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) outside: Outside,
    pub(crate) single_sign_on: Option<SingleSignOn>,
    /// Where officials' keys may lie besides the vault.
    pub providers: Providers,
    pub(crate) rng: SystemRandom,
    pub(crate) kek: Arc<Kek>,
    pub(crate) field_key: Kek,
    pub(crate) checkpoints: CheckpointSigner,
    pseudonym_key: hmac::Key,
    node: String,
    epoch: String,
    pub(crate) at_work: AtWork,
    pub(crate) pictures: Pictures,
    pub(crate) letters: Histories<naskah::History>,
    pub(crate) entries: Histories<Agenda>,
    pub(crate) contents: Histories<Content>,
    pub(crate) notes: Histories<String>,
    unlocked: Mutex<HashMap<ActivationId, Arc<Mutex<Unlocked>>>>,
    /// Hashing a password takes 19 MiB and a core: no more than two at a time.
    pub(crate) hashing: Semaphore,
}

/// When it is known that what the official entered was right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    /// The key opened with it.
    Given,
    /// A signing service takes it with the hashes: by the first signature.
    ByUse,
}

/// An official's key in memory, with the one activation that may use it.
pub(crate) struct Unlocked {
    pub(crate) key_id: KeyId,
    pub(crate) owner: PejabatId,
    pub(crate) key: Arc<UnlockedKey>,
    pub(crate) activation: Activation,
    pub(crate) proof: Proof,
}

impl App {
    /// Opens the database (running its migrations), the blobs and the server's keys; makes the keys when the
    /// database is new.
    ///
    /// # Errors
    /// [`ServiceError::OtherKek`] if the server key is not the one the data was sealed under, else what failed.
    pub async fn open(opening: Opening) -> Result<Self, ServiceError> {
        let Opening {
            data_dir,
            database,
            kek,
            settings,
            worker,
            clock,
            outside,
            single_sign_on,
            providers,
        } = opening;
        let rng = SystemRandom::new();
        let location = if let Some(location) = database {
            location
        } else {
            data_dir.reserve(DATABASE_FILE)?;
            Self::own_database(&data_dir)
        };
        let store = Store::open(&location).await?;
        let is_new = store.snapshot().await?.meta(KEK_CHECK).await?.is_none();
        let kek = match kek {
            Some(kek) => kek,
            None => kek_in(&data_dir, is_new, &rng)?,
        };
        prove_kek(&store, &kek, is_new, &rng).await?;
        let keys = ServerKeys {
            store: &store,
            kek: &kek,
            rng: &rng,
            now: clock.now(),
        };
        let pseudonym_key = keys.load_or_make(KeyPurpose::Pseudonym).await?;
        let field_key = keys.load_or_make(KeyPurpose::Field).await?;
        folder::prove(&store, &data_dir, &rng).await?;
        let checkpoints = checkpoint_signer(&data_dir, &kek, settings.domain(), &rng)?;
        let node = node_name(&data_dir, &rng)?;
        let blobs = BlobStore::open(&data_dir.blobs())?;
        data_dir.opened();
        let app = Self {
            epoch: hex::encode(random::<8>(&rng)?),
            node,
            settings,
            store,
            blobs,
            worker,
            clock,
            outside,
            single_sign_on,
            providers,
            kek: Arc::new(kek),
            field_key: field_kek(&field_key)?,
            checkpoints,
            pseudonym_key: hmac::Key::new(hmac::HMAC_SHA256, pseudonym_key.as_slice()),
            at_work: AtWork::default(),
            pictures: Pictures::default(),
            letters: Histories::default(),
            entries: Histories::default(),
            contents: Histories::default(),
            notes: Histories::default(),
            unlocked: Mutex::default(),
            hashing: Semaphore::new(2),
            data_dir,
            rng,
        };
        desk::rebuild_if_missing(&app).await?;
        Ok(app)
    }

    /// The database inside a data directory, where none is named.
    pub fn own_database(data_dir: &DataDir) -> Location {
        Location::Sqlite(data_dir.path(DATABASE_FILE))
    }

    /// Ends the process's work: the database is closed in order.
    pub async fn close(&self) {
        self.store.close().await;
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`ServiceError::Store`].
    pub async fn check(&self) -> Result<(), ServiceError> {
        self.store.snapshot().await?.meta(KEK_CHECK).await?;
        Ok(())
    }

    /// Checks checkpoints of this installation's audit log.
    pub fn checkpoint_verifier(&self) -> CheckpointVerifier {
        self.checkpoints.verifier()
    }

    /// The present instant.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Fresh random bytes.
    pub(crate) fn random<const N: usize>(&self) -> Result<[u8; N], ServiceError> {
        random(&self.rng)
    }

    /// Who acted, as the audit log names them.
    pub(crate) fn pseudonym(&self, who: Uuid) -> [u8; 32] {
        self.keyed_digest(who.as_bytes())
    }

    /// A digest nobody can compute who has only the database.
    pub(crate) fn keyed_digest(&self, text: &[u8]) -> [u8; 32] {
        let tag = hmac::sign(&self.pseudonym_key, text);
        let mut bytes = [0; 32];
        for (to, from) in bytes.iter_mut().zip(tag.as_ref()) {
            *to = *from;
        }
        bytes
    }

    /// A key for one purpose, the same on every node. What it is derived from is digested for nothing else: names that
    /// are digested begin with the word of their class, and this is none.
    pub(crate) fn derived_key(&self, purpose: &str) -> hmac::Key {
        let derived = self.keyed_digest(format!("derived key\0{purpose}").as_bytes());
        hmac::Key::new(hmac::HMAC_SHA256, &derived)
    }

    /// This process's lease on work, renewed now.
    pub(crate) fn lease(&self) -> Lease {
        Lease {
            node: self.node.clone(),
            epoch: self.epoch.clone(),
            renewed: self.now(),
        }
    }

    pub(crate) fn keep_unlocked(&self, id: ActivationId, unlocked: Unlocked) {
        self.forget_expired();
        self.unlocked_keys()
            .insert(id, Arc::new(Mutex::new(unlocked)));
    }

    /// No key stays unlocked longer than its activation lives.
    pub(crate) fn forget_expired(&self) {
        let now = self.now().micros().div_euclid(1_000_000);
        self.unlocked_keys().retain(|_, unlocked| {
            let unlocked = unlocked.lock().unwrap_or_else(PoisonError::into_inner);
            unlocked.activation.state_at(now) == ActivationState::Live
        });
    }

    pub(crate) fn unlocked(&self, id: ActivationId) -> Option<Arc<Mutex<Unlocked>>> {
        self.unlocked_keys().get(&id).cloned()
    }

    /// How many letters the key of an activation signs by one use.
    pub(crate) fn most_together(&self, id: ActivationId) -> usize {
        let unlocked = self.unlocked(id);
        unlocked.map_or(1, |unlocked| {
            let unlocked = unlocked.lock().unwrap_or_else(PoisonError::into_inner);
            unlocked.key.most_together().min(MOST_TOGETHER)
        })
    }

    pub(crate) fn forget_unlocked(&self, id: ActivationId) {
        self.unlocked_keys().remove(&id);
    }

    fn unlocked_keys(&self) -> MutexGuard<'_, HashMap<ActivationId, Arc<Mutex<Unlocked>>>> {
        self.unlocked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Fresh random bytes.
pub(crate) fn random<const N: usize>(rng: &SystemRandom) -> Result<[u8; N], ServiceError> {
    let mut bytes = [0; N];
    rng.fill(&mut bytes).map_err(|_| ServiceError::Random)?;
    Ok(bytes)
}

/// More at once would leave many intents behind if this process died.
const MOST_TOGETHER: usize = 100;
/// Row whose envelope only the right server key opens.
const KEK_CHECK: &str = "kek_check";
const DATABASE_FILE: &str = "pena.sqlite3";
const KEK_FILE: &str = "keys/server.kek";
const CHECKPOINT_FILE: &str = "keys/checkpoint";
const CHECKPOINT_KEY_ID: &str = "checkpoint";
const ORIGIN_FILE: &str = "audit/origin";
const NODE_FILE: &str = "node";

fn kek_in(dir: &DataDir, is_new: bool, rng: &SystemRandom) -> Result<Kek, ServiceError> {
    match dir.read(KEK_FILE)? {
        Some(text) => Ok(Kek::from_hex(&Zeroizing::new(
            String::from_utf8_lossy(&text).into_owned(),
        ))?),
        // A lost key must never be replaced by a fresh one: what was sealed would look destroyed.
        None if !is_new => Err(ServiceError::OtherKek),
        None => {
            let kek = Kek::generate(rng)?;
            dir.replace(KEK_FILE, kek.to_hex().as_bytes(), Readers::Owner)?;
            Ok(kek)
        }
    }
}

async fn prove_kek(
    store: &Store,
    kek: &Kek,
    is_new: bool,
    rng: &SystemRandom,
) -> Result<(), ServiceError> {
    if is_new {
        let proof = seal_server(kek, KEK_CHECK, b"pena", rng)?;
        let left: Result<(), ServiceError> = transaction!(store, |tx| {
            if tx.meta(KEK_CHECK).await?.is_none() {
                tx.put_meta(KEK_CHECK, &proof).await?;
            }
            Ok(())
        });
        left?;
    }
    // Also when the database was new: another process may have been the first.
    let proof = store.snapshot().await?.meta(KEK_CHECK).await?;
    match proof.map(|proof| open_server(kek, KEK_CHECK, &proof)) {
        Some(Ok(_)) => Ok(()),
        Some(Err(_)) | None => Err(ServiceError::OtherKek),
    }
}

/// Keys the server opens alone: rows of the vault, sealed under the server key.
struct ServerKeys<'a> {
    store: &'a Store,
    kek: &'a Kek,
    rng: &'a SystemRandom,
    now: Timestamp,
}

impl ServerKeys<'_> {
    async fn load_or_make(&self, purpose: KeyPurpose) -> Result<Zeroizing<Vec<u8>>, ServiceError> {
        let fresh = Zeroizing::new(random::<32>(self.rng)?);
        let id = KeyId::new(self.now, random(self.rng)?);
        let new = NewKey {
            id,
            pejabat: None,
            purpose,
            envelope: seal_server(self.kek, &id.to_string(), fresh.as_slice(), self.rng)?,
            created: self.now,
        };
        let key = transaction!(self.store, |tx| {
            if let Some(row) = tx.keys_for(purpose).await?.into_iter().next() {
                return Ok(row.key);
            }
            tx.insert_key(&new).await?;
            Ok(new.clone())
        })?;
        let secret = open_server(self.kek, &key.id.to_string(), &key.envelope)?;
        Ok(Zeroizing::new(secret.expose().to_vec()))
    }
}

fn field_kek(key: &[u8]) -> Result<Kek, ServiceError> {
    Ok(Kek::from_hex(&Zeroizing::new(hex::encode(key)))?)
}

fn checkpoint_signer(
    dir: &DataDir,
    kek: &Kek,
    domain: &str,
    rng: &SystemRandom,
) -> Result<CheckpointSigner, ServiceError> {
    let corrupt = |why: &str| ServiceError::Corrupt {
        what: "file",
        id: CHECKPOINT_FILE.to_owned(),
        why: why.to_owned(),
    };
    if dir.read(CHECKPOINT_FILE)?.is_none() {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(rng).map_err(|_| ServiceError::Random)?;
        let envelope = seal_server(kek, CHECKPOINT_KEY_ID, pkcs8.as_ref(), rng)?;
        dir.replace(CHECKPOINT_FILE, envelope.as_bytes(), Readers::Owner)?;
    }
    let envelope = dir.read(CHECKPOINT_FILE)?.unwrap_or_default();
    let envelope = String::from_utf8(envelope).map_err(|_| corrupt("not text"))?;
    let pkcs8 = open_server(kek, CHECKPOINT_KEY_ID, &envelope)?;
    let key = Ed25519KeyPair::from_pkcs8(pkcs8.expose()).map_err(|_| corrupt("not a key"))?;
    // Kept from the first start: checkpoints carry it, and the base address may change later.
    if dir.read(ORIGIN_FILE)?.is_none() {
        let origin = format!("{domain}/audit");
        dir.replace(ORIGIN_FILE, origin.as_bytes(), Readers::Everyone)?;
    }
    let origin = dir.read(ORIGIN_FILE)?.unwrap_or_default();
    CheckpointSigner::new(&String::from_utf8_lossy(&origin), key)
        .map_err(|error| corrupt(&error.to_string()))
}

/// The lasting name of this process among those that ever worked on the database: it takes over what it left behind
/// when it died, and nothing of a process that lives beside it.
fn node_name(dir: &DataDir, rng: &SystemRandom) -> Result<String, ServiceError> {
    let name = if let Some(name) = dir.read(NODE_FILE)? {
        String::from_utf8_lossy(&name).into_owned()
    } else {
        let name = hex::encode(random::<8>(rng)?);
        dir.replace(NODE_FILE, name.as_bytes(), Readers::Owner)?;
        name
    };
    Ok(match dir.slot() {
        0 => name,
        slot => format!("{name}-{slot}"),
    })
}
