//! A key from elsewhere for an official: looked at, tried out, and only then taken on.

use std::sync::Arc;

use custody::{KdfParams, P12Error, Passphrase, Secret, open_p12, seal_official, throwaway};
use flow::id::{KeyId, PejabatId};
use flow::pejabat::Pejabat;
use flow::time::Timestamp;
use signing::policy::trust::{Anchor, RevocationRule};
use signing::policy::{Policy, TrustAnchors};
use signing::validate::Evidence;
use signing::x509::Certificate;
use signing::x509::certificate::issuers as given_certificates;
use signing::{AttributeSigner, CertificateDer, LocalSigner, SignerError};
use store::StoreError;
use store::model::{BoundKey, KeyPlace, KeyPurpose, KeySecret, NewCertificate, NewKey};

use super::issue::strong_enough;
use super::{AsksForCode, KeyProblem, at_service, cleared, on_token};
use crate::pem::pem;
use crate::transaction::transaction;
use crate::trial::{self, TrialProblem};
use crate::verification::Trust;
use crate::{App, ServiceError};

/// Where the key comes from, and what its owner gives to use it.
pub enum KeySource<'a> {
    /// A PKCS#12 file; its key is sealed in the vault.
    Import {
        /// The file.
        file: &'a [u8],
        /// What opens the file.
        file_passphrase: &'a Passphrase,
        /// What the key is sealed under from now on.
        passphrase: &'a Passphrase,
    },
    /// A key on a token of the configuration.
    Token {
        /// The configuration's name for it.
        provider: &'a str,
        /// The label of the key.
        label: &'a str,
        /// The PIN; forgotten afterwards.
        pin: &'a Passphrase,
        /// Certificates that are not on the token, the key's own or its issuers', PEM; may be empty.
        certificates: &'a str,
    },
    /// A key at a signing service of the configuration.
    Service {
        /// The configuration's name for it.
        provider: &'a str,
        /// The id of the key there.
        credential: &'a str,
        /// The PIN; forgotten afterwards.
        pin: &'a Passphrase,
        /// A one-time code, where the service asks for one.
        code: Option<&'a Passphrase>,
    },
}

/// Binds a key to an official, once its certificate was looked at and the key has signed a page that our validator finds
/// intact. The newest key in force signs from then on.
///
/// # Errors
/// [`ServiceError::KeyPlace`]; [`ServiceError::WeakPassphrase`]; [`ServiceError::NotFound`] if there is no such official.
pub async fn bind(
    app: &Arc<App>,
    official: PejabatId,
    source: KeySource<'_>,
) -> Result<KeyId, ServiceError> {
    let office = app.store.snapshot().await?.office().await?;
    let person = office
        .pejabat
        .get(&official)
        .ok_or_else(|| ServiceError::NotFound {
            what: "official",
            id: official.to_string(),
        })?;
    let Found {
        signer,
        place,
        asks,
        sealing,
    } = find(app, source).await?;
    let chain = signer.certificate_chain().to_vec();
    let (leaf, issuers) = chain
        .split_first()
        .ok_or_else(|| KeyProblem::unfit(&SignerError::NoCertificate))?;
    belongs(leaf, person)?;
    cleared(app, &chain).await?;
    let id = KeyId::new(app.now(), app.random()?);
    let certificate = certificate(id, leaf)?;
    not_taken(app, &certificate).await?;
    tried(app, signer).await?;
    let envelope = match sealing {
        None => String::new(),
        Some((secret, passphrase)) => {
            let app = Arc::clone(app);
            // argon2 works for a while and must not hold up other tasks.
            tokio::task::spawn_blocking(move || {
                let cost = KdfParams::default();
                let (kek, rng) = (&app.kek, &app.rng);
                seal_official(kek, &passphrase, &id.to_string(), &secret, cost, rng)
            })
            .await??
        }
    };
    let key = NewKey {
        id,
        pejabat: Some(official),
        purpose: KeyPurpose::Official,
        envelope,
        created: app.now(),
    };
    let bound = BoundKey {
        key: id,
        place,
        asks,
        issuers: issuers.iter().map(|issuer| pem(&issuer.0)).collect(),
    };
    let kept = transaction!(app.store, |tx| {
        tx.insert_key(&key).await?;
        tx.insert_bound_key(&bound).await?;
        tx.insert_certificate(&certificate).await?;
        Ok(())
    });
    match kept {
        Ok(()) => Ok(id),
        // Somebody bound it while it was tried out.
        Err(ServiceError::Store(StoreError::Exists {
            table: "certificate",
        })) => Err(KeyProblem::Bound.into()),
        Err(error) => Err(error),
    }
}

/// A key that was found, and not used yet.
struct Found {
    signer: Box<dyn AttributeSigner + Send + Sync>,
    place: KeyPlace,
    asks: KeySecret,
    /// What is to be sealed under what, of a key that was brought along.
    sealing: Option<(Secret, Passphrase)>,
}

async fn find(app: &App, source: KeySource<'_>) -> Result<Found, ServiceError> {
    match source {
        KeySource::Import {
            file,
            file_passphrase,
            passphrase,
        } => import(app, file, file_passphrase, passphrase).await,
        KeySource::Token {
            provider,
            label,
            pin,
            certificates,
        } => Ok(Found {
            signer: on_token(
                app,
                provider,
                label,
                pin,
                given_certificates(certificates.as_bytes()),
            )
            .await?,
            place: KeyPlace::Token {
                provider: provider.to_owned(),
                label: label.to_owned(),
            },
            asks: KeySecret::Pin,
            sealing: None,
        }),
        KeySource::Service {
            provider,
            credential,
            pin,
            code,
        } => {
            let (signer, asks) = at_service(app, provider, credential, pin, code).await?;
            Ok(Found {
                signer,
                place: KeyPlace::Service {
                    provider: provider.to_owned(),
                    credential: credential.to_owned(),
                },
                asks: match asks {
                    AsksForCode::Yes => KeySecret::PinAndCode,
                    AsksForCode::No => KeySecret::Pin,
                },
                sealing: None,
            })
        }
    }
}

async fn import(
    app: &App,
    file: &[u8],
    file_passphrase: &Passphrase,
    passphrase: &Passphrase,
) -> Result<Found, ServiceError> {
    strong_enough(passphrase)?;
    let (file, opens) = (file.to_vec(), file_passphrase.clone());
    // The file says how long opening it takes.
    let identity = tokio::task::spawn_blocking(move || open_p12(&file, &opens)).await?;
    let identity = identity.map_err(|error| match error {
        P12Error::WrongPassphrase => KeyProblem::WrongPin,
        P12Error::Pem | P12Error::Unreadable(_) | P12Error::NoKey => KeyProblem::unfit(&error),
    })?;
    let chain = identity.chain.into_iter().map(CertificateDer).collect();
    let signer = LocalSigner::from_pkcs8(identity.pkcs8.expose(), chain, app.rng.clone())
        .map_err(KeyProblem::from)?;
    Ok(Found {
        signer: Box::new(signer),
        place: KeyPlace::Imported,
        asks: KeySecret::Passphrase,
        sealing: Some((identity.pkcs8, passphrase.clone())),
    })
}

/// A key made for this signs first, then the real one; both must be found intact, the real one by what the public page
/// judges by.
async fn tried(
    app: &Arc<App>,
    signer: Box<dyn AttributeSigner + Send + Sync>,
) -> Result<(), ServiceError> {
    let trust = Trust::load(app).await?;
    let app = Arc::clone(app);
    tokio::task::spawn_blocking(move || {
        let now = app.now().seconds();
        let stand_in = throwaway(
            signer.algorithm(),
            signer.certificate_chain(),
            now,
            &app.rng,
        )?;
        let mut anchors = TrustAnchors::new();
        if let Some(own) = stand_in.certificate_chain().first() {
            anchors.add(Anchor::new(own.clone(), RevocationRule::Ignore));
        }
        let fault = |problem: TrialProblem| match problem {
            TrialProblem::Key(error) => KeyProblem::from(error),
            TrialProblem::Step(what) => KeyProblem::Trial(what),
        };
        trial::sign(&app, &stand_in, Evidence::new(), Policy::new(anchors)).map_err(fault)?;
        trial::sign(&app, signer.as_ref(), trust.evidence, trust.policy).map_err(fault)?;
        Ok(())
    })
    .await?
}

fn certificate(id: KeyId, leaf: &CertificateDer) -> Result<NewCertificate, ServiceError> {
    let unreadable = |_| KeyProblem::unfit(&SignerError::BadCertificate);
    let parsed = Certificate::parse(&leaf.0).map_err(unreadable)?;
    Ok(NewCertificate {
        issuer: id,
        serial: parsed.serial,
        key: Some(id),
        der: leaf.0.clone(),
        not_before: Timestamp::from_seconds(parsed.not_before.unix()),
        // X.509 counts the last second in.
        not_after: Timestamp::from_seconds(parsed.not_after.unix().saturating_add(1)),
    })
}

/// One certificate is one key of one official; one that was revoked here does not come back. Asked before the key is used;
/// the store holds to it.
async fn not_taken(app: &App, new: &NewCertificate) -> Result<(), ServiceError> {
    let mut tx = app.store.snapshot().await?;
    for key in tx.keys_for(KeyPurpose::Official).await? {
        let certificates = tx.certificates_of(key.key.id).await?;
        if certificates
            .iter()
            .any(|found| found.certificate.der == new.der)
        {
            return Err(KeyProblem::Bound.into());
        }
    }
    Ok(())
}

/// The certificate is in the official's name, and of the same NIP where both state one.
fn belongs(leaf: &CertificateDer, person: &Pejabat) -> Result<(), KeyProblem> {
    let unreadable = || KeyProblem::unfit(&SignerError::BadCertificate);
    let (_, parsed) = x509_parser::parse_x509_certificate(&leaf.0).map_err(|_| unreadable())?;
    let subject = parsed.subject();
    let text = |value: &x509_parser::x509::AttributeTypeAndValue<'_>| {
        value.as_str().unwrap_or_default().to_owned()
    };
    let named: String = subject
        .iter_common_name()
        .next()
        .map_or_else(String::new, text);
    let own = [person.name.clone(), person.name_with_gelar()];
    let is_own = own.iter().any(|own| letters(own) == letters(&named));
    let number = |value: String| -> Option<String> {
        let digits: String = value.chars().filter(char::is_ascii_digit).collect();
        (digits.len() == NIP_DIGITS).then_some(digits)
    };
    let mut numbers = subject.iter_attributes().map(text).filter_map(number);
    let other_nip = person
        .nip
        .as_ref()
        .is_some_and(|nip| numbers.any(|stated| stated != nip.as_str()));
    if is_own && !other_nip {
        return Ok(());
    }
    Err(KeyProblem::OtherPerson {
        named: named
            .chars()
            .filter(|letter| !letter.is_control())
            .take(100)
            .collect(),
        official: person.name.clone(),
    })
}

/// What a name is without spaces, points and capitals; certificates are often written in capitals.
fn letters(name: &str) -> String {
    let kept = name.chars().filter(|letter| letter.is_alphanumeric());
    kept.flat_map(char::to_lowercase).collect()
}

const NIP_DIGITS: usize = 18;
