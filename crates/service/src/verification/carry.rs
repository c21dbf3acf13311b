//! What was found, carried by whoever asked: the service keeps nothing, and knows its own words again by their tag.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flow::digest::Sha256;
use flow::time::Timestamp;
use ring::hmac;
use serde::{Deserialize, Serialize};
use signing::validate::Report;

use super::{Basis, Verdict};
use crate::App;

/// What was found of a file, as it is carried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Examination {
    /// What its sender called the file.
    pub name: Option<String>,
    /// How many bytes it has.
    pub size: u64,
    /// Its digest.
    pub sha256: Sha256,
    /// The judgement.
    pub report: Report,
    /// By what it was judged.
    pub basis: Basis,
}

/// Why carried words are not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotBelieved {
    /// They are not as this service wrote them.
    #[error("what was sent is not as this service wrote it")]
    Forged,
    /// They were written too long ago; the file can be examined again.
    #[error("what was sent was written more than an hour ago")]
    Stale,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Carried {
    examination: Examination,
    written: Timestamp,
}

impl Examination {
    /// What was found, under the name its sender gave the file.
    pub fn new(verdict: Verdict, name: Option<String>) -> Self {
        Self {
            name: name.map(|name| name.chars().take(MOST_NAME).collect()),
            size: verdict.size,
            sha256: verdict.sha256,
            report: verdict.report,
            basis: verdict.basis,
        }
    }

    /// Writes it down with a tag over it; `None` where it has more bytes than a page should carry.
    pub fn carried(&self, app: &App) -> Option<String> {
        let carried = Carried {
            examination: self.clone(),
            written: app.now(),
        };
        let text = serde_json::to_vec(&carried).ok()?;
        if text.len() > MOST_CARRIED {
            return None;
        }
        let tag = hmac::sign(&key(app), &text);
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        Some(format!("{}.{}", encode(&text), encode(tag.as_ref())))
    }

    /// Reads what [`Self::carried`] wrote within the last hour, on whatever node.
    ///
    /// # Errors
    /// [`NotBelieved`].
    pub fn read(app: &App, carried: &str) -> Result<Self, NotBelieved> {
        let (text, tag) = carried.split_once('.').ok_or(NotBelieved::Forged)?;
        let decode = |part: &str| {
            URL_SAFE_NO_PAD
                .decode(part)
                .map_err(|_| NotBelieved::Forged)
        };
        let (text, tag) = (decode(text)?, decode(tag)?);
        hmac::verify(&key(app), &text, &tag).map_err(|_| NotBelieved::Forged)?;
        // Nobody but this service writes what the tag fits; an older version of it may have written otherwise.
        let carried: Carried = serde_json::from_slice(&text).map_err(|_| NotBelieved::Stale)?;
        let age = app
            .now()
            .seconds()
            .saturating_sub(carried.written.seconds());
        if !(-CLOCKS..=LIFETIME).contains(&age) {
            return Err(NotBelieved::Stale);
        }
        Ok(carried.examination)
    }
}

fn key(app: &App) -> hmac::Key {
    app.derived_key("verification receipt")
}

/// A report of hundreds of signatures is had through the interface for programs.
const MOST_CARRIED: usize = 256 * 1024;
/// Characters of a file's name.
const MOST_NAME: usize = 255;
/// Long enough to read a result; what was found is as old as that at most when a seal is put on it.
const LIFETIME: i64 = 3_600;
/// How far the clocks of two nodes may be apart.
const CLOCKS: i64 = 60;
