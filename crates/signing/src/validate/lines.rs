//! Five plain lines for people: what it is, who, when, what came later, and who vouches.

use super::{
    report::{Headline, Kind, Report, Revocation, SignatureReport},
    words,
};
use crate::{UtcTime, diff::Modification};

/// The languages of the five lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Indonesian.
    Id,
    /// English.
    En,
}

impl Headline {
    /// The words people see.
    pub const fn words(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Intact, Language::Id) => "Asli dan utuh",
            (Self::Intact, Language::En) => "Genuine and unchanged",
            (Self::Changed, Language::Id) => "Asli, lalu diubah",
            (Self::Changed, Language::En) => "Genuine, then changed",
            (Self::Invalid, Language::Id) => "Tidak sah",
            (Self::Invalid, Language::En) => "Not valid",
            (Self::Untrusted, Language::Id) => "Tidak dapat dipastikan",
            (Self::Untrusted, Language::En) => "Cannot be established",
            (Self::Unsigned, Language::Id) => "Tidak ada tanda tangan elektronik",
            (Self::Unsigned, Language::En) => "There is no electronic signature",
            (Self::Unreadable, Language::Id) => "Tidak dapat diperiksa",
            (Self::Unreadable, Language::En) => "Cannot be checked",
        }
    }
}

impl Report {
    /// The five lines: headline, who, when, later changes, and trust with revocation.
    pub fn lines(&self, language: Language) -> [String; 5] {
        self.lines_with(language, &|at| at.to_string())
    }

    /// Like [`Self::lines`], with times as the caller's readers write them.
    pub fn lines_with(&self, language: Language, show: &dyn Fn(UtcTime) -> String) -> [String; 5] {
        let words = self.headline.words(language);
        let headline = match words::reason(self, language) {
            Some(reason) => format!("{words} ({reason})"),
            None => words.to_owned(),
        };
        let say = |id: &str, en: &str, text: &str| match language {
            Language::Id => format!("{id}: {text}"),
            Language::En => format!("{en}: {text}"),
        };
        [
            headline,
            say("Penanda tangan", "Signed by", &self.who(language)),
            say("Waktu", "Time", &self.when(language, show)),
            say(
                "Perubahan sesudahnya",
                "Later changes",
                &self.changes(language),
            ),
            say("Kepercayaan", "Trust", &self.trust(language)),
        ]
    }

    fn people(&self) -> impl Iterator<Item = &SignatureReport> {
        self.signatures
            .iter()
            .filter(|signature| signature.kind == Kind::Signature)
    }

    fn who(&self, language: Language) -> String {
        let unknown = none(language, "tidak diketahui", "unknown");
        joined(
            self.people()
                .map(|signature| signature.signer.clone().unwrap_or_else(|| unknown.clone())),
            language,
        )
    }

    fn when(&self, language: Language, show: &dyn Fn(UtcTime) -> String) -> String {
        joined(
            self.people().map(|signature| {
                let by = signature.time_authority.as_deref().unwrap_or("?");
                match (
                    signature.proven_time().or(signature.claimed_time).map(show),
                    language,
                ) {
                    (Some(at), Language::Id) if signature.proven_time().is_some() => {
                        format!("{at} (dibuktikan cap waktu {by})")
                    }
                    (Some(at), Language::En) if signature.proven_time().is_some() => {
                        format!("{at} (proven by a timestamp of {by})")
                    }
                    (Some(at), Language::Id) => {
                        format!("{at} (menurut penanda tangan, tidak dibuktikan cap waktu)")
                    }
                    (Some(at), Language::En) => format!("{at} (claimed by the signer, not proven)"),
                    (None, Language::Id) => "tidak disebutkan".to_owned(),
                    (None, Language::En) => "not stated".to_owned(),
                }
            }),
            language,
        )
    }

    /// About the whole file: what came after its first signature, and what after its last.
    fn changes(&self, language: Language) -> String {
        let signatures = self.signatures.iter();
        let worst = signatures.map(|signature| signature.modification).max();
        let worst = worst.unwrap_or(Modification::None);
        if worst == Modification::None {
            return none(language, "tidak ada", "none");
        }
        let changes = self
            .signatures
            .iter()
            .flat_map(|signature| &signature.changes);
        let told = words::later(changes, worst, language).join(", ");
        let permitted = self
            .signatures
            .iter()
            .all(|signature| signature.modification_permitted);
        match (permitted, language) {
            (true, Language::Id) => format!("{told} (diizinkan)"),
            (true, Language::En) => format!("{told} (permitted)"),
            (false, Language::Id) => format!("{told} (TIDAK diizinkan)"),
            (false, Language::En) => format!("{told} (NOT permitted)"),
        }
    }

    fn trust(&self, language: Language) -> String {
        joined(
            self.people().map(|signature| {
                let issuer = signature.issuer.as_deref().unwrap_or("?");
                let anchor = match (&signature.anchor, language) {
                    (Some(anchor), Language::Id) => format!("akar tepercaya {anchor}"),
                    (Some(anchor), Language::En) => format!("trusted root {anchor}"),
                    (None, Language::Id) => "tidak ada akar tepercaya".to_owned(),
                    (None, Language::En) => "no trusted root".to_owned(),
                };
                let revocation = revocation(signature.revocation, language);
                match language {
                    Language::Id => format!("penerbit {issuer}, {anchor}, {revocation}"),
                    Language::En => format!("issuer {issuer}, {anchor}, {revocation}"),
                }
            }),
            language,
        )
    }
}

fn none(language: Language, id: &str, en: &str) -> String {
    match language {
        Language::Id => id.to_owned(),
        Language::En => en.to_owned(),
    }
}

fn joined(parts: impl Iterator<Item = String>, language: Language) -> String {
    let mut distinct: Vec<String> = Vec::new();
    for part in parts {
        if !distinct.contains(&part) {
            distinct.push(part);
        }
    }
    if distinct.is_empty() {
        none(language, "tidak ada", "none")
    } else {
        distinct.join("; ")
    }
}

const fn revocation(known: Revocation, language: Language) -> &'static str {
    match (known, language) {
        (Revocation::Good, Language::Id) => "sertifikat tidak dicabut",
        (Revocation::Good, Language::En) => "the certificate is not revoked",
        (Revocation::Revoked, Language::Id) => "sertifikat DICABUT",
        (Revocation::Revoked, Language::En) => "the certificate is REVOKED",
        (Revocation::RevokedLater, Language::Id) => {
            "sertifikat baru DICABUT sesudah waktu yang dibuktikan"
        }
        (Revocation::RevokedLater, Language::En) => {
            "the certificate was REVOKED only after the time that is proven"
        }
        (Revocation::Unknown | Revocation::NotChecked, Language::Id) => {
            "status pencabutan tidak diperiksa"
        }
        (Revocation::Unknown | Revocation::NotChecked, Language::En) => {
            "revocation was not checked"
        }
    }
}
