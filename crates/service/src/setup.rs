//! The first start: an empty database has no office, and whoever holds the data directory may make one in a browser.

use std::sync::Arc;

use custody::Passphrase;
use flow::account::{Grant, Role};
use flow::id::AccountId;
use flow::office_event::By;
use store::Tx;
use store::model::KeyPurpose;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::code::spelled;
use crate::data_dir::Readers;
use crate::identity::{self, NewAccount};
use crate::office::{self, Identity, NewOpd};
use crate::transaction::transaction;
use crate::{App, ServiceError, key};

/// Where the set-up code lies in the data directory, readable by its owner alone.
pub const CODE_FILE: &str = "kode-pemasangan";

/// What the first start asks for.
pub struct SetUp {
    /// Whose letters these will be.
    pub identity: Identity,
    /// The first OPD: the one that administers.
    pub opd: NewOpd,
    /// The name of the first admin.
    pub username: String,
    /// Their password.
    pub password: Passphrase,
    /// The passphrase that seals the root CA, needed again only when the issuing CA is renewed.
    pub operator: Passphrase,
}

/// Whether there is no office yet, or one without a CA because its set-up was cut off.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn needed(app: &App) -> Result<bool, ServiceError> {
    stands(&mut app.store.snapshot().await?)
        .await
        .map(|(office, authority)| !office || !authority)
}

/// Writes a set-up code into the data directory if one is needed and there is none; whether one is needed.
///
/// # Errors
/// [`ServiceError::DataDir`].
pub async fn offer(app: &App) -> Result<bool, ServiceError> {
    if !needed(app).await? {
        withdraw(app)?;
        return Ok(false);
    }
    if code(app)?.is_none() {
        let random = Zeroizing::new(app.random::<26>()?);
        let code = Zeroizing::new(format!("{}\n", spelled(random.as_slice())));
        app.data_dir
            .replace(CODE_FILE, code.as_bytes(), Readers::Owner)?;
    }
    Ok(true)
}

/// Makes office, first OPD, admin and CA, and voids the code. A run that was cut off is finished by the next one; an
/// admin who was made already keeps the first password.
///
/// # Errors
/// [`ServiceError::LoginFailed`] for a wrong code or when nothing is to be set up; [`ServiceError::Invalid`],
/// [`ServiceError::WeakPassphrase`].
pub async fn install(
    app: &Arc<App>,
    entered: &str,
    set_up: &SetUp,
) -> Result<Option<AccountId>, ServiceError> {
    let right = code(app)?.is_some_and(|code| {
        let entered = entered.trim().as_bytes();
        bool::from(code.trim().as_bytes().ct_eq(entered))
    });
    if !right || !needed(app).await? {
        return Err(ServiceError::LoginFailed);
    }
    if set_up.operator.expose().chars().count() < SHORTEST {
        return Err(ServiceError::WeakPassphrase(SHORTEST));
    }
    let whose = Identity {
        pemda: office::named("government", &set_up.identity.pemda)?,
        organisation: office::named("organisation", &set_up.identity.organisation)?,
        place: office::named("place", &set_up.identity.place)?,
    };
    let opd = office::opd(app, &set_up.opd)?;
    let new = NewAccount {
        username: set_up.username.clone(),
        pejabat: None,
        grants: vec![Grant {
            role: Role::Admin,
            opd: None,
        }],
    };
    let row = identity::new_row(app, &new, &set_up.password).await?;
    let admin = transaction!(app.store, |tx| {
        let (office, _) = stands(tx).await?;
        if office {
            return Ok(None);
        }
        office::put_identity(tx, &whose).await?;
        office::insert_opd(app, tx, By::Operator, &opd).await?;
        identity::insert_row(app, tx, By::Operator, &row).await?;
        Ok(Some(row.id))
    })?;
    key::found_authority(app, &set_up.operator).await?;
    withdraw(app)?;
    Ok(admin)
}

/// Whether there is an office, and a CA.
async fn stands(tx: &mut Tx) -> Result<(bool, bool), ServiceError> {
    let office = !tx.office().await?.opd.is_empty();
    let authority = !tx.keys_for(KeyPurpose::IssuingCa).await?.is_empty();
    Ok((office, authority))
}

fn code(app: &App) -> Result<Option<Zeroizing<String>>, ServiceError> {
    let bytes = app.data_dir.read(CODE_FILE)?;
    Ok(bytes.map(|bytes| Zeroizing::new(String::from_utf8_lossy(&bytes).into_owned())))
}

fn withdraw(app: &App) -> Result<(), ServiceError> {
    Ok(app.data_dir.remove(CODE_FILE)?)
}

/// Characters of the shortest passphrase of a root.
const SHORTEST: usize = 12;
