//! What every refusal says beside its rule: who can put it right.

use serde::Serialize;

/// Who can put a refused command right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// Whoever gave the command, with other data or after looking again.
    You,
    /// The drafter.
    Drafter,
    /// An official of the chain.
    Participant,
    /// The signer whose turn it is.
    Signer,
    /// The registry (tata usaha).
    Registry,
    /// The administrator of positions and delegations.
    Admin,
    /// Nobody: the rule stands.
    Nobody,
}
