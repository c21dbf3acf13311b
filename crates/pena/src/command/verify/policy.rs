//! The policy file of `pena verify`: anchors, each with its purpose and name, trusted lists that were confirmed, and until
//! when algorithms prove anything.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use signing::policy::{AnchorPurpose, Policy, RevocationRule, Sunset, TrustAnchors, TrustedList};

use crate::exit::UsageError;

/// What stands in the file. Names of files in it count from the folder it lies in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyFile {
    #[serde(default)]
    anchor: Vec<AnchorEntry>,
    #[serde(default)]
    trusted_list: Vec<ListEntry>,
    #[serde(default)]
    algorithm: Vec<Sunset>,
}

/// `[[anchor]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AnchorEntry {
    file: PathBuf,
    name: Option<String>,
    #[serde(default)]
    purpose: AnchorPurpose,
    #[serde(default)]
    revocation: RevocationRule,
}

/// `[[trusted_list]]`, of ETSI TS 119 612
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ListEntry {
    file: PathBuf,
    /// Of the file, as compared with its publisher's over another channel.
    sha256: String,
    #[serde(default)]
    revocation: RevocationRule,
}

/// Adds the anchors that a policy file names, and sets the ends of algorithms that it names.
///
/// # Errors
/// [`UsageError`] says which file is wrong, and why.
pub fn add(policy: &mut Policy, path: &Path) -> Result<(), UsageError> {
    let text = read(path)?;
    let text = String::from_utf8_lossy(&text);
    let file: PolicyFile =
        toml::from_str(&text).map_err(|error| wrong(path, &error.to_string()))?;
    let folder = path.parent().unwrap_or(Path::new("."));
    for entry in file.anchor {
        let certificate = folder.join(&entry.file);
        let mut found = TrustAnchors::new();
        found
            .add_file(&read(&certificate)?)
            .map_err(|error| wrong(&certificate, &error.to_string()))?;
        for anchor in found.iter() {
            let mut anchor = anchor.clone();
            anchor.purpose = entry.purpose;
            anchor.revocation = entry.revocation;
            anchor.name.clone_from(&entry.name);
            policy.anchors.add(anchor);
        }
    }
    for entry in file.trusted_list {
        let list = folder.join(&entry.file);
        let read = TrustedList::read(&read(&list)?, &entry.sha256)
            .map_err(|error| wrong(&list, &error.to_string()))?;
        for mut anchor in read.anchors {
            anchor.revocation = entry.revocation;
            policy.anchors.add(anchor);
        }
    }
    for sunset in file.algorithm {
        policy
            .algorithms
            .set(sunset)
            .map_err(|error| wrong(path, &error.to_string()))?;
    }
    Ok(())
}

fn read(path: &Path) -> Result<Vec<u8>, UsageError> {
    fs::read(path).map_err(|error| wrong(path, &format!("it cannot be read: {error}")))
}

fn wrong(path: &Path, why: &str) -> UsageError {
    UsageError::new("verify", format!("--policy {}: {why}", path.display()))
}
