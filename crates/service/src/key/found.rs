//! Founding the internal CA: a root kept apart, and the issuing CA that works every day.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use custody::{
    CertificateAuthority, KdfParams, Passphrase, open_with_passphrase, seal_server,
    seal_with_passphrase, serial_of,
};
use flow::id::KeyId;
use serde::{Deserialize, Serialize};
use store::model::{KeyPurpose, NewCertificate, NewKey};

use super::issuing::{addresses, open, seconds};
use super::revoke::publish_crl_if_due;
use super::seal::keep_seal;
use crate::data_dir::Readers;
use crate::office::{Identity, identity};
use crate::pem::pem;
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// The root outside the database: its certificate, and its key sealed under the operator's passphrase.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RootFile {
    v: u8,
    certificate: String,
    key: String,
}

/// Makes root and issuing CA with their revocation lists, and the institution's seal, or finishes what an interrupted run left; does nothing
/// when they stand. The operator's passphrase seals the root, which is needed again only to issue an issuing CA.
///
/// # Errors
/// [`ServiceError::Envelope`] if the passphrase does not open a root that is there already.
pub async fn found_authority(app: &Arc<App>, operator: &Passphrase) -> Result<(), ServiceError> {
    if open(app).await?.is_none() {
        let root = root(app, operator).await?;
        publish_root(app, &root)?;
        make_issuing(app, &root).await?;
    }
    keep_seal(app).await?;
    publish_crl_if_due(app).await
}

async fn root(app: &Arc<App>, operator: &Passphrase) -> Result<CertificateAuthority, ServiceError> {
    let identity = identity(&mut app.store.snapshot().await?).await?;
    let (app, operator) = (Arc::clone(app), operator.clone());
    // argon2 works for a while and must not hold up other tasks.
    tokio::task::spawn_blocking(move || match app.data_dir.read(ROOT_FILE)? {
        Some(file) => read_root(&file, &operator),
        None => new_root(&app, &identity, &operator),
    })
    .await?
}

fn read_root(file: &[u8], operator: &Passphrase) -> Result<CertificateAuthority, ServiceError> {
    let corrupt = |why: &str| ServiceError::Corrupt {
        what: "file",
        id: ROOT_FILE.to_owned(),
        why: why.to_owned(),
    };
    let file: RootFile = serde_json::from_slice(file).map_err(|_| corrupt("not a root file"))?;
    if file.v != 1 {
        return Err(corrupt("unknown version"));
    }
    let certificate = STANDARD
        .decode(&file.certificate)
        .map_err(|_| corrupt("the certificate is not base64"))?;
    let key = open_with_passphrase(operator, ROOT_KEY_ID, &file.key)?;
    Ok(CertificateAuthority::from_parts(certificate, key)?)
}

fn new_root(
    app: &App,
    identity: &Identity,
    operator: &Passphrase,
) -> Result<CertificateAuthority, ServiceError> {
    let root = CertificateAuthority::new_root(
        &identity.organisation,
        &identity.root_ca(),
        seconds(app.now()),
        &app.rng,
    )?;
    let file = RootFile {
        v: 1,
        certificate: STANDARD.encode(root.certificate()),
        key: seal_with_passphrase(
            operator,
            ROOT_KEY_ID,
            root.key(),
            KdfParams::default(),
            &app.rng,
        )?,
    };
    let text = serde_json::to_vec(&file).map_err(|error| ServiceError::Corrupt {
        what: "file",
        id: ROOT_FILE.to_owned(),
        why: error.to_string(),
    })?;
    app.data_dir.replace(ROOT_FILE, &text, Readers::Owner)?;
    Ok(root)
}

fn publish_root(app: &App, root: &CertificateAuthority) -> Result<(), ServiceError> {
    let now = seconds(app.now());
    let crl = root.crl(1, &[], now, now + ROOT_CRL_SECONDS)?;
    let publish = |name: &str, bytes: &[u8]| app.data_dir.replace(name, bytes, Readers::Everyone);
    publish("ca/root.pem", pem(root.certificate()).as_bytes())?;
    publish("ca/root.cer", root.certificate())?;
    publish("ca/root.crl", &crl)?;
    Ok(())
}

async fn make_issuing(app: &App, root: &CertificateAuthority) -> Result<(), ServiceError> {
    let identity = identity(&mut app.store.snapshot().await?).await?;
    let now = app.now();
    let issuing = root.issue_issuing(
        &identity.organisation,
        &identity.issuing_ca(),
        &addresses(app, "root"),
        seconds(now),
        &app.rng,
    )?;
    let key = NewKey {
        id: KeyId::new(now, app.random()?),
        pejabat: None,
        purpose: KeyPurpose::IssuingCa,
        envelope: String::new(),
        created: now,
    };
    let envelope = seal_server(
        &app.kek,
        &key.id.to_string(),
        issuing.key().expose(),
        &app.rng,
    )?;
    let key = NewKey { envelope, ..key };
    let certificate = NewCertificate {
        issuer: key.id,
        serial: serial_of(issuing.certificate())?,
        key: Some(key.id),
        der: issuing.certificate().to_vec(),
        not_before: now,
        not_after: now.plus_seconds(ISSUING_SECONDS),
    };
    transaction!(app.store, |tx| {
        tx.insert_key(&key).await?;
        tx.insert_certificate(&certificate).await?;
        Ok(())
    })?;
    let publish = |name: &str, bytes: &[u8]| app.data_dir.replace(name, bytes, Readers::Everyone);
    publish("ca/issuing.pem", pem(issuing.certificate()).as_bytes())?;
    publish("ca/issuing.cer", issuing.certificate())?;
    Ok(())
}

const ROOT_FILE: &str = "ca/root.sealed.json";
const ROOT_KEY_ID: &str = "root";
/// The root's list is renewed when the operator opens the root, so it lives as long as the issuing CA.
const ROOT_CRL_SECONDS: i64 = 730 * 86_400;
const ISSUING_SECONDS: i64 = 730 * 86_400;
