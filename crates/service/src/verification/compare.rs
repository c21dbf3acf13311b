//! Whether somebody's file is the letter of a code (threats T4: the code of one letter printed on another).

use std::sync::Arc;

use serde::Serialize;
use signing::source::ByteSource;
use store::model::VersionKind;

use super::by_code::find;
use super::examine::{Verdict, examine};
use crate::{App, ServiceError};

/// What a file is to the letter of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "comparison", rename_all = "snake_case")]
pub enum Comparison {
    /// The newest signed version, byte for byte.
    Same {
        /// Its place among the letter's versions.
        version: u64,
    },
    /// An earlier signed version: later signatures or evidence are missing from it.
    Older {
        /// Its place among the letter's versions.
        version: u64,
    },
    /// Another letter of this register.
    OtherLetter,
    /// No version of any letter here.
    Different,
}

/// Compares a file with the letter of a code; `None` for a code that tells nothing. The file is judged as well.
///
/// # Errors
/// As [`examine`].
pub async fn compare(
    app: &Arc<App>,
    code: &str,
    source: Arc<dyn ByteSource>,
) -> Result<Option<(Comparison, Verdict)>, ServiceError> {
    let found = find(&mut app.store.snapshot().await?, code).await?;
    let Some(found) = found else {
        return Ok(None);
    };
    let verdict = examine(app, source, None).await?;
    let mut tx = app.store.snapshot().await?;
    let version = tx.version_of_digest(verdict.sha256).await?;
    let version = version.filter(|version| version.kind != VersionKind::Prepared);
    let comparison = match version {
        None => Comparison::Different,
        Some(version) if version.naskah != found.naskah.id() => Comparison::OtherLetter,
        Some(version) => {
            let newest = tx.newest_version(version.naskah).await?;
            if newest.is_some_and(|newest| newest.no == version.no) {
                Comparison::Same {
                    version: version.no,
                }
            } else {
                Comparison::Older {
                    version: version.no,
                }
            }
        }
    };
    Ok(Some((comparison, verdict)))
}
