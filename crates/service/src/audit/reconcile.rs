//! Do numbers, key uses and intents explain each other? Pure: the caller reads the rows in one snapshot.
//!
//! Rows are named by their printed ids, because the report is for people who will look them up.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use store::model::{IntentState, NomorState};

/// No letter may stay longer than this between two named states, in microseconds.
pub const TRANSIENT_US: i64 = 60_000_000;

/// One intent.
#[derive(Debug, Clone)]
pub struct IntentRow {
    /// Its printed id.
    pub id: String,
    /// The letter.
    pub naskah: String,
    /// The signing step of the letter.
    pub step: u64,
    /// The key it counted a use of.
    pub key: String,
    /// Where it stands.
    pub state: IntentState,
    /// When it last changed, microseconds UTC.
    pub changed_us: i64,
}

/// One number of a register.
#[derive(Debug, Clone)]
pub struct NomorRow {
    /// The register's printed id.
    pub register: String,
    /// The running number, from 1.
    pub urut: u64,
    /// Where it stands.
    pub state: NomorState,
    /// The letter that holds it.
    pub naskah: Option<String>,
    /// Whether a reason is recorded; a tombstone needs one.
    pub has_reason: bool,
}

/// One finding, naming the offending row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Offence {
    /// The counter of a key differs from the intents that name it.
    KeyUses {
        /// The key.
        key: String,
        /// What the counter says.
        counted: u64,
        /// How many intents name it.
        explained: u64,
    },
    /// Two signatures for one step of one letter.
    SignedTwice {
        /// The letter.
        naskah: String,
        /// The step.
        step: u64,
    },
    /// An intent is neither completed nor released after the time allowed.
    Stuck {
        /// The intent.
        intent: String,
    },
    /// A number occurs more than once in its register.
    NomorTwice {
        /// The register.
        register: String,
        /// The number.
        urut: u64,
    },
    /// No row explains these numbers.
    NomorGap {
        /// The register.
        register: String,
        /// The first number missing.
        from: u64,
        /// The last number missing.
        to: u64,
    },
    /// A live number without a letter, or a tombstone without a reason.
    NomorUnexplained {
        /// The register.
        register: String,
        /// The number.
        urut: u64,
    },
}

/// What was looked at and what was wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reconciliation {
    /// Intents looked at.
    pub intents: usize,
    /// Numbers looked at.
    pub numbers: usize,
    /// Empty when everything explains itself; sorted, so that equal data gives an equal report.
    pub offences: Vec<Offence>,
}

/// Compares key counters, intents and numbers of one snapshot taken at `now_us`.
pub fn reconcile(
    counters: &BTreeMap<String, u64>,
    intents: &[IntentRow],
    numbers: &[NomorRow],
    now_us: i64,
) -> Reconciliation {
    let mut offences = key_uses(counters, intents);
    offences.extend(signatures(intents, now_us));
    offences.extend(registers(numbers));
    offences.sort();
    Reconciliation {
        intents: intents.len(),
        numbers: numbers.len(),
        offences,
    }
}

/// Step 2 counts the use in the transaction that writes the intent, so both sides agree at every instant.
fn key_uses(counters: &BTreeMap<String, u64>, intents: &[IntentRow]) -> Vec<Offence> {
    let mut explained: BTreeMap<&str, u64> = counters.keys().map(|key| (key.as_str(), 0)).collect();
    for intent in intents {
        *explained.entry(&intent.key).or_default() += 1;
    }
    explained
        .into_iter()
        .map(|(key, explained)| (key, counters.get(key).copied().unwrap_or(0), explained))
        .filter(|(_, counted, explained)| counted != explained)
        .map(|(key, counted, explained)| Offence::KeyUses {
            key: key.to_owned(),
            counted,
            explained,
        })
        .collect()
}

fn signatures(intents: &[IntentRow], now_us: i64) -> Vec<Offence> {
    let mut signed = BTreeSet::new();
    let mut twice = BTreeSet::new();
    let mut offences = Vec::new();
    for intent in intents {
        let (transient, carries_signature) = match intent.state {
            IntentState::Intended => (true, false),
            IntentState::Signed | IntentState::Stamped => (true, true),
            // Waiting for a timestamp is a state with a name, which everybody sees.
            IntentState::AwaitingTimestamp | IntentState::Completed => (false, true),
            IntentState::Released => (false, false),
        };
        if transient && now_us.saturating_sub(intent.changed_us) > TRANSIENT_US {
            offences.push(Offence::Stuck {
                intent: intent.id.clone(),
            });
        }
        if carries_signature && !signed.insert((&intent.naskah, intent.step)) {
            twice.insert((&intent.naskah, intent.step));
        }
    }
    offences.extend(
        twice
            .into_iter()
            .map(|(naskah, step)| Offence::SignedTwice {
                naskah: naskah.clone(),
                step,
            }),
    );
    offences
}

fn registers(numbers: &[NomorRow]) -> Vec<Offence> {
    let mut offences = BTreeSet::new();
    let mut seen: BTreeMap<&str, BTreeSet<u64>> = BTreeMap::new();
    for row in numbers {
        if !seen.entry(&row.register).or_default().insert(row.urut) {
            offences.insert(Offence::NomorTwice {
                register: row.register.clone(),
                urut: row.urut,
            });
        }
        let explained = match row.state {
            NomorState::Reserved | NomorState::Issued => row.naskah.is_some(),
            NomorState::Cancelled => row.has_reason,
        };
        if !explained {
            offences.insert(Offence::NomorUnexplained {
                register: row.register.clone(),
                urut: row.urut,
            });
        }
    }
    for (register, urut) in seen {
        let mut expected = 1;
        for number in urut {
            if number > expected {
                offences.insert(Offence::NomorGap {
                    register: register.to_owned(),
                    from: expected,
                    to: number - 1,
                });
            }
            expected = number.saturating_add(1);
        }
    }
    offences.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn intent(id: &str, step: u64, state: IntentState) -> IntentRow {
        IntentRow {
            id: id.into(),
            naskah: "nsk_1".into(),
            step,
            key: "key_1".into(),
            state,
            changed_us: 0,
        }
    }

    fn nomor(urut: u64, state: NomorState, naskah: Option<&str>, has_reason: bool) -> NomorRow {
        NomorRow {
            register: "reg_1".into(),
            urut,
            state,
            naskah: naskah.map(Into::into),
            has_reason,
        }
    }

    fn counters(uses: u64) -> BTreeMap<String, u64> {
        BTreeMap::from([("key_1".into(), uses)])
    }

    #[test]
    fn a_released_attempt_and_its_repetition_explain_two_key_uses() {
        let intents = [
            intent("int_1", 1, IntentState::Released),
            intent("int_2", 1, IntentState::Completed),
        ];
        assert_eq!(
            reconcile(&counters(2), &intents, &[], i64::MAX).offences,
            []
        );
    }

    #[test]
    fn a_key_use_without_an_intent_and_an_intent_without_a_counter_are_both_named() {
        let found = reconcile(&counters(1), &[], &[], 0).offences;
        assert_eq!(
            found,
            [Offence::KeyUses {
                key: "key_1".into(),
                counted: 1,
                explained: 0
            }]
        );
        let found = reconcile(
            &BTreeMap::new(),
            &[intent("int_1", 1, IntentState::Released)],
            &[],
            0,
        )
        .offences;
        assert_eq!(
            found,
            [Offence::KeyUses {
                key: "key_1".into(),
                counted: 0,
                explained: 1
            }]
        );
    }

    #[test]
    fn two_signatures_for_one_step_are_named_once() {
        let intents = ["int_1", "int_2", "int_3"].map(|id| intent(id, 1, IntentState::Completed));
        let found = reconcile(&counters(3), &intents, &[], 0).offences;
        assert_eq!(
            found,
            [Offence::SignedTwice {
                naskah: "nsk_1".into(),
                step: 1
            }]
        );
    }

    #[test]
    fn an_open_intent_is_stuck_only_after_the_time_allowed() {
        let intents = [intent("int_1", 1, IntentState::Signed)];
        assert_eq!(
            reconcile(&counters(1), &intents, &[], TRANSIENT_US).offences,
            []
        );
        let found = reconcile(&counters(1), &intents, &[], TRANSIENT_US + 1).offences;
        assert_eq!(
            found,
            [Offence::Stuck {
                intent: "int_1".into()
            }]
        );
    }

    #[test]
    fn a_gap_a_double_and_a_silent_tombstone_are_each_named() {
        let numbers = [
            nomor(2, NomorState::Issued, Some("nsk_1"), false),
            nomor(2, NomorState::Reserved, Some("nsk_2"), false),
            nomor(5, NomorState::Cancelled, Some("nsk_3"), false),
        ];
        let register = || "reg_1".to_owned();
        let found = reconcile(&BTreeMap::new(), &[], &numbers, 0).offences;
        assert_eq!(
            found,
            [
                Offence::NomorTwice {
                    register: register(),
                    urut: 2
                },
                Offence::NomorGap {
                    register: register(),
                    from: 1,
                    to: 1
                },
                Offence::NomorGap {
                    register: register(),
                    from: 3,
                    to: 4
                },
                Offence::NomorUnexplained {
                    register: register(),
                    urut: 5
                },
            ]
        );
    }

    #[test]
    fn a_tombstone_with_a_reason_explains_its_number() {
        let numbers = [
            nomor(1, NomorState::Cancelled, None, true),
            nomor(2, NomorState::Reserved, Some("nsk_1"), false),
        ];
        assert_eq!(reconcile(&BTreeMap::new(), &[], &numbers, 0).offences, []);
    }
}
