//! What other applications can hear of.

use flow::{agenda, naskah};

/// What other applications can hear of. The words never change.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub enum EventKind {
    /// A letter went up its chain.
    #[serde(rename = "surat.diajukan")]
    Submitted,
    /// A paraf was given.
    #[serde(rename = "surat.diparaf")]
    Initialled,
    /// A letter came back to its drafter.
    #[serde(rename = "surat.dikembalikan")]
    Returned,
    /// A letter was signed.
    #[serde(rename = "surat.ditandatangani")]
    Signed,
    /// A letter was sent.
    #[serde(rename = "surat.dikirim")]
    Dispatched,
    /// A letter came in.
    #[serde(rename = "surat.diterima")]
    Received,
    /// A letter became void.
    #[serde(rename = "surat.dibatalkan")]
    Cancelled,
    /// Somebody was asked to do something about a letter that came in.
    #[serde(rename = "disposisi.dibuat")]
    Disposed,
}

impl EventKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Submitted,
        Self::Initialled,
        Self::Returned,
        Self::Signed,
        Self::Dispatched,
        Self::Received,
        Self::Cancelled,
        Self::Disposed,
    ];

    /// The `type` of its messages.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Submitted => "surat.diajukan",
            Self::Initialled => "surat.diparaf",
            Self::Returned => "surat.dikembalikan",
            Self::Signed => "surat.ditandatangani",
            Self::Dispatched => "surat.dikirim",
            Self::Received => "surat.diterima",
            Self::Cancelled => "surat.dibatalkan",
            Self::Disposed => "disposisi.dibuat",
        }
    }

    /// The kind of a `type`.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    pub(super) fn of_letter(fact: &naskah::Fact) -> Option<Self> {
        match fact {
            naskah::Fact::Submitted => Some(Self::Submitted),
            naskah::Fact::ParafGiven { .. } => Some(Self::Initialled),
            naskah::Fact::Returned { .. } => Some(Self::Returned),
            naskah::Fact::Signed { .. } => Some(Self::Signed),
            naskah::Fact::Dispatched { .. } => Some(Self::Dispatched),
            naskah::Fact::Cancelled { .. } => Some(Self::Cancelled),
            naskah::Fact::Created { .. }
            | naskah::Fact::Edited { .. }
            | naskah::Fact::Withdrawn
            | naskah::Fact::Rejected { .. }
            | naskah::Fact::Prepared { .. }
            | naskah::Fact::Reprepared { .. }
            | naskah::Fact::Filed { .. } => None,
        }
    }

    pub(super) fn of_agenda(fact: &agenda::Fact) -> Option<Self> {
        match fact {
            agenda::Fact::Received { .. } => Some(Self::Received),
            agenda::Fact::Disposed { .. } => Some(Self::Disposed),
            agenda::Fact::Recalled { .. }
            | agenda::Fact::Read { .. }
            | agenda::Fact::FollowedUp { .. }
            | agenda::Fact::Completed
            | agenda::Fact::Filed { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_stored_under_the_word_it_is_told_by() {
        for kind in EventKind::ALL {
            assert_eq!(EventKind::of_word(kind.word()), Some(kind));
            let json = serde_json::to_string(&kind).unwrap();
            assert_eq!(json, format!("\"{}\"", kind.word()));
        }
        assert_eq!(EventKind::of_word("surat.dibaca"), None);
    }
}
