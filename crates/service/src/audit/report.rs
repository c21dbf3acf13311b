//! What the audit found, for people and for scripts.

use serde::Serialize;
use store::audit::AuditReport;

use super::reconcile::Reconciliation;

/// What the audit found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    #[serde(flatten)]
    log: AuditReport,
    reconciliation: Reconciliation,
}

impl Report {
    pub(super) fn new(log: AuditReport, reconciliation: Reconciliation) -> Self {
        Self {
            log,
            reconciliation,
        }
    }

    /// Whether nothing is wrong.
    pub fn is_clean(&self) -> bool {
        self.log.is_clean() && self.reconciliation.offences.is_empty()
    }

    /// How many leaves the log holds.
    pub fn size(&self) -> u64 {
        self.log.size
    }

    /// One line of JSON per offence: each names the row that does not fit.
    pub fn sentences(&self) -> Vec<String> {
        let of_log = self.log.offences.iter().map(serde_json::to_string);
        let of_rows = self
            .reconciliation
            .offences
            .iter()
            .map(serde_json::to_string);
        of_log.chain(of_rows).filter_map(Result::ok).collect()
    }

    /// One closing line.
    pub fn summary(&self) -> String {
        let offences = self.log.offences.len() + self.reconciliation.offences.len();
        format!(
            "{} events, {} leaves in a signed log of {}, {} waiting; {} intents, {} numbers; {offences} offences",
            self.log.events,
            self.log.leaves,
            self.log.size,
            self.log.waiting,
            self.reconciliation.intents,
            self.reconciliation.numbers,
        )
    }
}
