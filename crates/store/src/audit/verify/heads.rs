//! Checkpoints: signed by the trusted key, and true to their rows.

use std::collections::BTreeMap;

use flow::digest::Sha256;

use super::Offence;
use crate::audit::CheckpointVerifier;
use crate::row::CheckpointColumns;
use crate::{StoreError, Tx};

/// What the trusted key has signed.
pub(super) struct Heads {
    /// The size of the log.
    pub size: u64,
    /// The root at each signed size.
    pub roots: BTreeMap<u64, Sha256>,
}

/// Checks every checkpoint, the outside one included.
pub(super) async fn check(
    tx: &mut Tx,
    trusted: &CheckpointVerifier,
    outside: Option<&str>,
    offences: &mut Vec<Offence>,
) -> Result<Heads, StoreError> {
    let mut roots = BTreeMap::new();
    for row in tx.checkpoints().await? {
        match read(trusted, &row) {
            Ok((size, root)) => {
                roots.insert(size, root);
            }
            Err(reason) => offences.push(Offence::CheckpointInvalid {
                size: row.size,
                reason,
            }),
        }
    }
    let recorded = tx.log_size().await?;
    let signed = roots.keys().next_back().copied().unwrap_or(0);
    if recorded != signed {
        offences.push(Offence::HeadDiffers { recorded, signed });
    }
    if let Some(note) = outside {
        check_outside(trusted, note, signed, &mut roots, offences);
    }
    Ok(Heads {
        size: signed,
        roots,
    })
}

fn read(trusted: &CheckpointVerifier, row: &CheckpointColumns) -> Result<(u64, Sha256), String> {
    let signed = trusted
        .verify(&row.note)
        .map_err(|error| error.to_string())?;
    if i64::try_from(signed.size) != Ok(row.size) || signed.root.0[..] != row.root[..] {
        return Err("the row is not what was signed".to_owned());
    }
    Ok((signed.size, signed.root))
}

fn check_outside(
    trusted: &CheckpointVerifier,
    note: &str,
    signed: u64,
    roots: &mut BTreeMap<u64, Sha256>,
    offences: &mut Vec<Offence>,
) {
    let outside = match trusted.verify(note) {
        Ok(outside) => outside,
        Err(error) => {
            offences.push(Offence::OutsideInvalid {
                reason: error.to_string(),
            });
            return;
        }
    };
    if outside.size > signed {
        offences.push(Offence::RolledBack {
            size: signed,
            outside: outside.size,
        });
    } else if *roots.entry(outside.size).or_insert(outside.root) != outside.root {
        offences.push(Offence::RootDiffers { size: outside.size });
    }
}
