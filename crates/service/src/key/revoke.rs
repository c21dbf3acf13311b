//! Revocation and the lists that tell of it.

use custody::{Reason, Revoked};
use flow::id::KeyId;
use store::StoreError;
use store::model::CrlRow;

use super::issuing::{Issuing, open, required, seconds};
use crate::data_dir::Readers;
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// Revokes every certificate of an official's key and publishes a new list; one that is revoked already is published
/// again. A certificate of another issuer is on no list of ours: it opens for nothing here from then on.
///
/// # Errors
/// [`ServiceError::NotFound`] if the key has no certificate.
pub async fn revoke(app: &App, key: KeyId, reason: Reason) -> Result<(), ServiceError> {
    let issuing = required(app).await?;
    let now = app.now();
    transaction!(app.store, |tx| {
        let certificates = tx.certificates_of(key).await?;
        // Collected, because a lazy filter held across the updates keeps this from being spawned.
        let live: Vec<_> = certificates
            .iter()
            .filter(|row| row.revoked.is_none())
            .collect();
        let already = certificates.iter().any(|row| row.revoked.is_some());
        if key == issuing.key || (live.is_empty() && !already) {
            return Err(ServiceError::NotFound {
                what: "certificate of key",
                id: key.to_string(),
            });
        }
        for row in live {
            let (issuer, serial) = (row.certificate.issuer, &row.certificate.serial);
            tx.revoke_certificate(issuer, serial, now, word(reason))
                .await?;
        }
        Ok(())
    })?;
    publish_crl(app).await
}

/// Signs a new list of the issuing CA and puts it in place of the old one in `ca/issuing.crl`.
///
/// # Errors
/// [`ServiceError::NotFound`] if the CA was not founded.
pub async fn publish_crl(app: &App) -> Result<(), ServiceError> {
    let issuing = required(app).await?;
    loop {
        let crl = next_crl(app, &issuing).await?;
        // The list is signed before the transaction: no key use inside one. If another process took the number
        // meanwhile, the next one is made from what is stored now.
        let stored = transaction!(app.store, |tx| { Ok(tx.insert_crl(&crl).await?) });
        match stored {
            Ok(()) => return publish_newest(app, &issuing).await,
            Err(ServiceError::Store(StoreError::Exists { .. })) => {}
            Err(error) => return Err(error),
        }
    }
}

/// Keeps a fresh list published once there is a CA: relying parties refuse an old one.
pub(crate) async fn keep_crl_fresh(app: &App) -> Result<(), ServiceError> {
    if open(app).await?.is_none() {
        return Ok(());
    }
    publish_crl_if_due(app).await
}

/// Publishes a list when there is none, or when half the life of the newest is over.
pub(super) async fn publish_crl_if_due(app: &App) -> Result<(), ServiceError> {
    let issuing = required(app).await?;
    let mut tx = app.store.snapshot().await?;
    let newest = tx.newest_crl(issuing.key).await?;
    let revoked = tx.revoked_by(issuing.key).await?;
    drop(tx);
    let last_revoked = revoked
        .iter()
        .filter_map(|row| row.revoked.as_ref().map(|(at, _)| *at))
        .max();
    let fresh = newest.is_some_and(|crl| {
        app.now() < crl.this_update.plus_seconds(CRL_SECONDS / 2)
            && last_revoked.is_none_or(|at| at <= crl.this_update)
    });
    if fresh {
        return publish_newest(app, &issuing).await;
    }
    publish_crl(app).await
}

/// Puts the newest stored list in place, whoever made it, unless it is there already.
async fn publish_newest(app: &App, issuing: &Issuing) -> Result<(), ServiceError> {
    let newest = app.store.snapshot().await?.newest_crl(issuing.key).await?;
    if let Some(newest) = newest
        && app.data_dir.read(CRL_FILE)?.as_ref() != Some(&newest.der)
    {
        app.data_dir
            .replace(CRL_FILE, &newest.der, Readers::Everyone)?;
    }
    Ok(())
}

async fn next_crl(app: &App, issuing: &Issuing) -> Result<CrlRow, ServiceError> {
    let mut tx = app.store.snapshot().await?;
    let newest = tx.newest_crl(issuing.key).await?;
    let number = newest.map_or(1, |crl| crl.number + 1);
    let revoked = tx
        .revoked_by(issuing.key)
        .await?
        .into_iter()
        .filter_map(|row| {
            let (at, word) = row.revoked?;
            Some(Revoked {
                serial: row.certificate.serial,
                at: seconds(at),
                reason: reason(&word),
            })
        })
        .collect::<Vec<_>>();
    let now = app.now();
    let der = issuing
        .authority
        .crl(number, &revoked, seconds(now), seconds(now) + CRL_SECONDS)?;
    Ok(CrlRow {
        issuer: issuing.key,
        number,
        der,
        this_update: now,
    })
}

fn word(reason: Reason) -> &'static str {
    match reason {
        Reason::KeyCompromise => "key_compromise",
        Reason::AffiliationChanged => "affiliation_changed",
        Reason::Superseded => "superseded",
        Reason::CessationOfOperation => "cessation_of_operation",
    }
}

/// A word nobody wrote counts as the most serious reason.
fn reason(word: &str) -> Reason {
    match word {
        "affiliation_changed" => Reason::AffiliationChanged,
        "superseded" => Reason::Superseded,
        "cessation_of_operation" => Reason::CessationOfOperation,
        _ => Reason::KeyCompromise,
    }
}

const CRL_FILE: &str = "ca/issuing.crl";
/// A list is good for a month; every revocation publishes a newer one.
pub(crate) const CRL_SECONDS: i64 = 30 * 86_400;
