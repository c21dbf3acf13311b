//! PKCS#12 files: OpenSSL 3 and legacy forms, RSA and elliptic curve.
use p12_keystore::error::Error;
use p12_keystore::{KeyStore, Pkcs12ImportPolicy};

use crate::{Passphrase, Secret};

/// A private key and its certificates out of a PKCS#12 file.
pub struct P12Identity {
    /// The private key, PKCS#8 DER.
    pub pkcs8: Secret,
    /// Certificates in DER, the key's own first, then towards the root.
    pub chain: Vec<Vec<u8>>,
}

/// Why a PKCS#12 file gave no key.
#[derive(Debug, thiserror::Error)]
pub enum P12Error {
    /// The passphrase does not match.
    #[error("the passphrase does not open this PKCS#12 file")]
    WrongPassphrase,
    /// It is text with keys or certificates.
    #[error(
        "this is PEM text, not PKCS#12; make a file of key and certificate with `openssl pkcs12 -export -inkey KEY.pem -in CERTIFICATE.pem -out kunci.p12`"
    )]
    Pem,
    /// Not a PKCS#12 file this program reads.
    #[error("not a readable PKCS#12 file: {0}")]
    Unreadable(String),
    /// It holds no private key with a certificate.
    #[error("the PKCS#12 file holds no private key with its certificate")]
    NoKey,
}

/// Reads a PKCS#12 file.
///
/// # Errors
/// [`P12Error`] tells a wrong passphrase from a broken file.
pub fn open_p12(file: &[u8], passphrase: &Passphrase) -> Result<P12Identity, P12Error> {
    if is_pem(file) {
        return Err(P12Error::Pem);
    }
    let store = KeyStore::from_pkcs12(file, passphrase.expose(), Pkcs12ImportPolicy::Strict)
        .map_err(|error| {
            if matches!(error, Error::MacError(_)) {
                P12Error::WrongPassphrase
            } else {
                P12Error::Unreadable(error.to_string())
            }
        })?;
    let (_, found) = store.private_key_chain().ok_or(P12Error::NoKey)?;
    let chain: Vec<Vec<u8>> = found
        .certs()
        .iter()
        .map(|certificate| certificate.as_der().to_vec())
        .collect();
    if chain.is_empty() {
        return Err(P12Error::NoKey);
    }
    Ok(P12Identity {
        pkcs8: Secret::new(found.key().as_der().to_vec()),
        chain,
    })
}

/// DER begins with no printable sign; PEM may say what it holds before its first line.
fn is_pem(file: &[u8]) -> bool {
    const BEGINNING: &[u8] = b"-----BEGIN ";
    file.is_ascii() && file.windows(BEGINNING.len()).any(|part| part == BEGINNING)
}
