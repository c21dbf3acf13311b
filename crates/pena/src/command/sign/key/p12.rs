//! A key from a PKCS#12 file.

use std::{fs::File, io::Read, path::Path};

use anyhow::{Context, bail};
use ring::rand::SystemRandom;
use signing::{CertificateDer, LocalSigner, sign::Wish};

use crate::secret_input::PassphraseArgs;

/// Reads the file and makes a signer of it.
///
/// # Errors
/// When the file, its passphrase or its key is not usable.
pub fn open(path: &Path, passphrase: &PassphraseArgs, wish: Wish) -> anyhow::Result<LocalSigner> {
    let shown = path.display();
    let file = read(path).with_context(|| format!("the key file {shown} cannot be read"))?;
    let passphrase = passphrase.obtain(&format!("Passphrase of {shown}"))?;
    let identity = custody::open_p12(&file, &passphrase).with_context(|| shown.to_string())?;
    let chain = identity.chain.into_iter().map(CertificateDer).collect();
    LocalSigner::with_wish(identity.pkcs8.expose(), chain, wish, SystemRandom::new())
        .with_context(|| format!("the key in {shown} cannot sign"))
}

/// Far above any key with its certificates, far below what would hurt.
const MAX_BYTES: u64 = 1 << 20;

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?
        .take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MAX_BYTES {
        bail!("it is larger than 1 MiB, so it is no PKCS#12 key file");
    }
    Ok(bytes)
}
