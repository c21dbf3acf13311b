//! Tokens and signing services that the operator named, and opening a key that lies there.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use custody::Passphrase;
use custody::pkcs11::{FinalTry, KeyChoice, Module, Token};
use remote::csc::{Credential, CscError, CscSigner, Factors, Secret, Service, Waits};
use signing::sign::Wish;
use signing::{AttributeSigner, CertificateDer};
use tokio::runtime::Handle;

use super::{Flaw, KeyProblem};
use crate::{App, ServiceError};

/// Where officials' keys may lie besides the vault, by the names of the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Providers {
    /// Tokens and hardware security modules.
    pub tokens: BTreeMap<String, TokenProvider>,
    /// Signing services.
    pub services: BTreeMap<String, ServiceProvider>,
}

/// A token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenProvider {
    /// Its PKCS#11 module.
    pub module: PathBuf,
    /// Its label.
    pub token: String,
}

/// A signing service (Cloud Signature Consortium API 2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceProvider {
    /// Its address.
    pub url: String,
    /// The file of our access token; read at each use, as tokens are renewed.
    pub access_token_file: PathBuf,
}

/// Opens a key on a token, with certificates that may not lie there. The PIN is sent once, and not at all when one try is
/// left.
///
/// # Errors
/// [`KeyProblem`].
pub(crate) async fn on_token(
    app: &App,
    provider: &str,
    label: &str,
    pin: &Passphrase,
    given: Vec<CertificateDer>,
) -> Result<Box<dyn AttributeSigner + Send + Sync>, ServiceError> {
    let named = app.providers.tokens.get(provider).cloned();
    let named = named.ok_or_else(|| KeyProblem::NotConfigured(provider.to_owned()))?;
    let (label, pin) = (KeyChoice::Label(label.to_owned()), pin.clone());
    // Native code that talks to hardware holds up its thread.
    tokio::task::spawn_blocking(move || {
        let signer =
            find(&named)?.signer(Some(&pin), FinalTry::Keep, &label, &given, Wish::default());
        let signer = signer.map_err(KeyProblem::from)?;
        Ok(Box::new(signer) as Box<dyn AttributeSigner + Send + Sync>)
    })
    .await?
}

fn find(named: &TokenProvider) -> Result<Token, KeyProblem> {
    let module = Module::load(&named.module)?;
    let token = Token::find(&module, &named.token)?;
    // Nobody stands beside the server to type on the token's own keys.
    if token.has_pin_pad()? {
        let why = "the token takes its PIN on keys of its own alone";
        return Err(KeyProblem::Unfit {
            flaw: Flaw::Other,
            why: why.to_owned(),
        });
    }
    Ok(token)
}

/// A key at a service, and whether its use asks for a one-time code. PIN and code are not proven right by this: they are
/// sent with the hashes.
///
/// # Errors
/// [`KeyProblem`].
pub(crate) async fn at_service(
    app: &App,
    provider: &str,
    credential: &str,
    pin: &Passphrase,
    code: Option<&Passphrase>,
) -> Result<(Box<dyn AttributeSigner + Send + Sync>, AsksForCode), ServiceError> {
    let service = service(app, provider)?;
    let credential = Credential::open(service, credential, Wish::default());
    let credential = credential.await.map_err(KeyProblem::from)?;
    if !credential.wants_pin() {
        let why = "the service asks for no PIN, so that whoever is logged in could sign";
        return Err(KeyProblem::Unfit {
            flaw: Flaw::Other,
            why: why.to_owned(),
        }
        .into());
    }
    let asks = match (credential.wants_otp(), code) {
        (true, None) => return Err(KeyProblem::CodeMissing.into()),
        (true, Some(_)) => AsksForCode::Yes,
        (false, _) => AsksForCode::No,
    };
    let secret = |text: &Passphrase| Secret::new(text.expose().to_owned());
    let factors = Factors {
        pin: Some(secret(pin)),
        otp: code.map(secret),
    };
    let signer = CscSigner::new(credential, factors, Waits::Within(Handle::current()));
    Ok((Box::new(signer), asks))
}

/// Whether a service asks for a one-time code besides the PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AsksForCode {
    Yes,
    No,
}

fn service(app: &App, provider: &str) -> Result<Service, KeyProblem> {
    let named = app.providers.services.get(provider);
    let named = named.ok_or_else(|| KeyProblem::NotConfigured(provider.to_owned()))?;
    let token = fs::read_to_string(&named.access_token_file)
        .map_err(|error| KeyProblem::Denied(format!("the access token cannot be read: {error}")))?;
    let token = Secret::new(token.trim_end().to_owned());
    Ok(Service::new(app.outside.clone(), &named.url, &token)?)
}

/// What a provider was found to do when it was tried, without any PIN.
pub(crate) struct Tried {
    /// Its name in the configuration.
    pub(crate) name: String,
    pub(crate) found: Result<(), KeyProblem>,
}

/// Looks for every token, and asks every service about a key.
///
/// # Errors
/// [`ServiceError::Task`].
pub(crate) async fn try_all(app: &App) -> Result<Vec<Tried>, ServiceError> {
    let mut tried = Vec::new();
    for (name, named) in &app.providers.tokens {
        let named = named.clone();
        let found = tokio::task::spawn_blocking(move || find(&named).map(drop)).await?;
        tried.push(Tried {
            name: format!("signing.pkcs11.{name}"),
            found,
        });
    }
    for name in app.providers.services.keys() {
        let found = match service(app, name) {
            Ok(service) => answers(service).await,
            Err(problem) => Err(problem),
        };
        tried.push(Tried {
            name: format!("signing.csc.{name}"),
            found,
        });
    }
    Ok(tried)
}

/// Whether a service answers and takes our access token; that it has no such key is its right answer.
async fn answers(service: Service) -> Result<(), KeyProblem> {
    match Credential::open(service, NO_CREDENTIAL, Wish::default()).await {
        Ok(_) => Ok(()),
        Err(CscError::Refused { status, .. }) if status.is_client_error() => Ok(()),
        Err(error) => Err(error.into()),
    }
}

const NO_CREDENTIAL: &str = "pena-doctor";
