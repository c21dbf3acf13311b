//! A key at a remote signing service.

use anyhow::Context as _;
use remote::{
    Allow, Outside,
    csc::{Credential, CscError, CscSigner, Factors, Secret, Service, Waits},
};
use signing::sign::Wish;

use super::args::KeySourceArgs;
use crate::{exit::UsageError, secret_input};

/// Has the service describe the key, and asks for what it needs to use it.
///
/// # Errors
/// When the options do not name a key, a secret is missing, or [`CscError`].
pub fn open(address: &str, args: &KeySourceArgs, wish: Wish) -> anyhow::Result<CscSigner> {
    let usage = |what: &str| UsageError::new("sign", what);
    let id = args.credential.as_ref();
    let id = id.ok_or_else(|| usage("name the key at the service by --credential ID"))?;
    let token = args.token_file.as_ref();
    let token = token.ok_or_else(|| usage("give the access token by --token-file FILE"))?;
    let token = secret(&secret_input::from_file(token)?);
    // Whoever names a service on the command line means it, wherever it stands.
    let outside = Outside::default().and_csc(&Allow::none().and_host_of(address));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("no requests can be made")?;
    let service = Service::new(outside, address, &token)?;
    let credential = runtime.block_on(Credential::open(service, id, wish))?;
    let mut factors = Factors::default();
    if credential.wants_pin() {
        factors.pin = Some(secret(
            &args.passphrase.obtain("PIN of the key at the service")?,
        ));
    }
    if credential.wants_otp() {
        let code = args.otp_file.as_ref();
        let code = code.ok_or(CscError::Needs(
            "a one-time code; give it by --otp-file FILE",
        ))?;
        factors.otp = Some(secret(&secret_input::from_file(code)?));
    }
    Ok(CscSigner::new(credential, factors, Waits::Alone(runtime)))
}

fn secret(passphrase: &custody::Passphrase) -> Secret {
    Secret::new(passphrase.expose().to_owned())
}
