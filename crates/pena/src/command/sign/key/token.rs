//! A key on a token.

use std::{fs, path::PathBuf};

use anyhow::Context;
use custody::pkcs11::{FinalTry, KeyChoice, Module, Token, TokenSigner};
use signing::{CertificateDer, sign::Wish, x509::certificate::issuers};

use super::{args::KeySourceArgs, pkcs11_uri::Pkcs11Uri};
use crate::exit::UsageError;

/// Finds the token, asks for its PIN, logs in and finds the key.
///
/// # Errors
/// When the options do not name a key, or [`custody::pkcs11::TokenError`].
pub fn open(module: &str, args: &KeySourceArgs, wish: Wish) -> anyhow::Result<TokenSigner> {
    let wanted = wanted(module, args)?;
    let given = given(args)?;
    let module = Module::load(&wanted.module)?;
    let token = Token::find(&module, &wanted.token)?;
    let pin = if token.has_pin_pad()? {
        crate::output::talk("enter the PIN on the token's own keys");
        None
    } else {
        Some(
            args.passphrase
                .obtain(&format!("PIN of the token {}", wanted.token))?,
        )
    };
    let final_try = if args.pin_final_try {
        FinalTry::Allow
    } else {
        FinalTry::Keep
    };
    Ok(token.signer(pin.as_ref(), final_try, &wanted.key, &given, wish)?)
}

fn wanted(module: &str, args: &KeySourceArgs) -> Result<Pkcs11Uri, UsageError> {
    let usage = |what: String| UsageError::new("sign", what);
    if let Some(rest) = module.strip_prefix("pkcs11:") {
        if args.token.is_some() || args.key.is_some() {
            return Err(usage(
                "the URI names token and key; leave out --token and --key".to_owned(),
            ));
        }
        return Pkcs11Uri::parse(rest).map_err(|why| usage(format!("--pkcs11: {why}")));
    }
    let (Some(token), Some(key)) = (&args.token, &args.key) else {
        return Err(usage(
            "name the key on the token by --token LABEL and --key LABEL".to_owned(),
        ));
    };
    Ok(Pkcs11Uri {
        module: PathBuf::from(module),
        token: token.clone(),
        key: KeyChoice::Label(key.clone()),
    })
}

/// The certificates of `--chain`.
fn given(args: &KeySourceArgs) -> anyhow::Result<Vec<CertificateDer>> {
    let Some(path) = &args.chain else {
        return Ok(Vec::new());
    };
    let bytes = fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let found = issuers(&bytes);
    if found.is_empty() {
        let what = format!(
            "--chain {}: no certificate, neither PEM nor DER",
            path.display()
        );
        return Err(UsageError::new("sign", what).into());
    }
    Ok(found)
}
