//! Activations: which versions a key may sign, how often, until when
//! (`docs/decisions/0007-activation-states.md`).
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// The longest life of an activation.
pub const MAX_LIFETIME_SECONDS: i64 = 5 * 60;

/// The states of an activation; only `Live` can be left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActivationState {
    /// May be used.
    Live,
    /// Every granted use was taken.
    Spent,
    /// Its time ran out.
    Expired,
    /// Withdrawn by the official, or its node died.
    Void,
}

/// A passphrase was given for exactly these versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activation {
    id: String,
    key_id: String,
    digests: BTreeSet<[u8; 32]>,
    count: u32,
    used: u32,
    expires: i64,
    state: ActivationState,
}

/// Why an activation does not allow a key use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ActivationRefusal {
    /// Not live.
    #[error("the activation is {0:?}; enter the passphrase again")]
    NotLive(ActivationState),
    /// Made for another key.
    #[error("the activation belongs to another key")]
    OtherKey,
    /// This version was not among those shown.
    #[error("this version was not shown when the passphrase was entered")]
    NotShown,
    /// It would live longer than five minutes, or not at all.
    #[error("an activation lives between one second and five minutes")]
    Lifetime,
    /// No versions, or more uses than a counter holds.
    #[error("an activation names at least one version")]
    Empty,
}

impl Activation {
    /// A live activation for one use of each version.
    ///
    /// # Errors
    /// [`ActivationRefusal::Lifetime`] or [`ActivationRefusal::Empty`].
    pub fn new(
        id: String,
        key_id: String,
        digests: BTreeSet<[u8; 32]>,
        now: i64,
        lifetime_seconds: i64,
    ) -> Result<Self, ActivationRefusal> {
        if !(1..=MAX_LIFETIME_SECONDS).contains(&lifetime_seconds) {
            return Err(ActivationRefusal::Lifetime);
        }
        let count = u32::try_from(digests.len()).map_err(|_| ActivationRefusal::Empty)?;
        if count == 0 {
            return Err(ActivationRefusal::Empty);
        }
        let expires = now.saturating_add(lifetime_seconds);
        Ok(Self {
            id,
            key_id,
            digests,
            count,
            used: 0,
            expires,
            state: ActivationState::Live,
        })
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its state as seen at `now`: a live one past its time is expired.
    pub fn state_at(&self, now: i64) -> ActivationState {
        match self.state {
            ActivationState::Live if now >= self.expires => ActivationState::Expired,
            state @ (ActivationState::Live
            | ActivationState::Spent
            | ActivationState::Expired
            | ActivationState::Void) => state,
        }
    }

    /// Takes one use for a version: each version once.
    ///
    /// # Errors
    /// [`ActivationRefusal`] names the rule; nothing is taken then.
    pub fn take(
        &mut self,
        key_id: &str,
        version: &[u8; 32],
        now: i64,
    ) -> Result<(), ActivationRefusal> {
        self.state = self.state_at(now);
        if self.state != ActivationState::Live {
            return Err(ActivationRefusal::NotLive(self.state));
        }
        if self.key_id != key_id {
            return Err(ActivationRefusal::OtherKey);
        }
        if !self.digests.remove(version) {
            return Err(ActivationRefusal::NotShown);
        }
        self.used = self.used.saturating_add(1);
        if self.used >= self.count {
            self.state = ActivationState::Spent;
        }
        Ok(())
    }

    /// Withdraws a live activation; any other keeps its state.
    pub fn withdraw(&mut self, now: i64) {
        self.state = match self.state_at(now) {
            ActivationState::Live => ActivationState::Void,
            state @ (ActivationState::Spent | ActivationState::Expired | ActivationState::Void) => {
                state
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two() -> Activation {
        let digests = [[1; 32], [2; 32]].into_iter().collect();
        Activation::new("act_1".into(), "key_1".into(), digests, 100, 300).unwrap()
    }

    #[derive(Deserialize)]
    struct Row {
        steps: Vec<(String, i64)>,
        state: ActivationState,
    }

    #[test]
    fn the_checked_in_table_of_transitions_holds() {
        let rows: Vec<Row> =
            serde_json::from_str(include_str!("../tests/vectors/activation.json")).unwrap();
        assert!(rows.len() >= 6);
        for row in rows {
            let mut activation = two();
            let mut now = 100;
            for (step, at) in &row.steps {
                now = *at;
                match step.as_str() {
                    "take 1" => drop(activation.take("key_1", &[1; 32], now)),
                    "take 2" => drop(activation.take("key_1", &[2; 32], now)),
                    "withdraw" => activation.withdraw(now),
                    "look" => {}
                    other => panic!("unknown step {other}"),
                }
            }
            assert_eq!(activation.state_at(now), row.state, "{:?}", row.steps);
        }
    }

    #[test]
    fn a_version_that_was_not_shown_or_was_already_signed_is_refused() {
        let mut activation = two();
        assert_eq!(
            activation.take("key_1", &[9; 32], 101),
            Err(ActivationRefusal::NotShown)
        );
        assert_eq!(
            activation.take("key_2", &[1; 32], 101),
            Err(ActivationRefusal::OtherKey)
        );
        assert_eq!(activation.take("key_1", &[1; 32], 101), Ok(()));
        assert_eq!(
            activation.take("key_1", &[1; 32], 102),
            Err(ActivationRefusal::NotShown)
        );
    }
}
