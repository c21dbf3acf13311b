//! What to judge by: anchors and revocation lists from files, PEM or DER.

use std::{fs, path::PathBuf};

use signing::{policy::TrustAnchors, validate::Evidence};

use crate::exit::UsageError;

/// Reads every certificate of these files as an anchor; `command` is whose option names them.
///
/// # Errors
/// [`UsageError`] names the file that holds none.
pub fn anchors(command: &'static str, paths: &[PathBuf]) -> Result<TrustAnchors, UsageError> {
    let mut anchors = TrustAnchors::new();
    for path in paths {
        let bytes = read(command, path)?;
        anchors.add_file(&bytes).map_err(|error| {
            UsageError::new(command, format!("--trust {}: {error}", path.display()))
        })?;
    }
    Ok(anchors)
}

/// Reads every revocation list of these files.
///
/// # Errors
/// [`UsageError`] names the file that holds none.
pub fn evidence(command: &'static str, paths: &[PathBuf]) -> Result<Evidence, UsageError> {
    let mut evidence = Evidence::default();
    for path in paths {
        let bytes = read(command, path)?;
        evidence.add_crl_file(&bytes).map_err(|error| {
            UsageError::new(command, format!("--crl {}: {error}", path.display()))
        })?;
    }
    Ok(evidence)
}

fn read(command: &'static str, path: &PathBuf) -> Result<Vec<u8>, UsageError> {
    fs::read(path).map_err(|error| {
        UsageError::new(
            command,
            format!("{} cannot be read: {error}", path.display()),
        )
    })
}
