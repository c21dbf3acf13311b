//! What to do with an intent that was left behind: decided by what is durable, nothing else.

use store::model::{IntentState, Level};

/// How long a lease of another node lasts after its last renewal, in microseconds.
pub const LEASE_US: i64 = 15_000_000;

/// Who makes the signature value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Signer {
    /// A key that gives values: of our vault, on a token, at a service that signs hashes. Its activation does not survive
    /// a crash, and a value that is not stored signs nothing.
    Local,
    /// A service that gives whole documents, and may have signed one although we have no answer.
    Remote,
}

/// Who works on an intent: a node, one start of its process, and when it last said so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease<'a> {
    /// The node's lasting name.
    pub node: &'a str,
    /// One start of the process on that node.
    pub epoch: &'a str,
    /// The last renewal, microseconds UTC.
    pub renewed_us: i64,
}

/// The process that settles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Process<'a> {
    /// The node's lasting name.
    pub node: &'a str,
    /// This start of the process.
    pub epoch: &'a str,
}

/// What the settler does with an intent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settlement {
    /// It is closed; nothing to do.
    Closed,
    /// Someone alive holds it.
    Leave,
    /// The CMS is stored, and its timestamp where its level asks for one: do steps 4 and 5 with the stored append,
    /// never a new one.
    Finish,
    /// The CMS is stored and its level asks for a timestamp: leave it visibly waiting, and the outbox gets one.
    Stamp,
    /// No signature can exist: back to "menunggu aktivasi", the key use counted as aborted.
    Release,
    /// The remote service may have signed: ask it and compare; never send again blindly.
    Reconcile,
}

/// Decides what `process` does with an intent at `now_us`.
///
/// A starting process takes over the older leases of its own node at once, because only one process at a
/// time holds the data directory; another node's lease must lapse first.
pub fn settle(
    state: IntentState,
    level: Level,
    signer: Signer,
    lease: Lease<'_>,
    process: Process<'_>,
    now_us: i64,
) -> Settlement {
    match state {
        IntentState::Completed | IntentState::Released => return Settlement::Closed,
        // The outbox carries it on.
        IntentState::AwaitingTimestamp => return Settlement::Leave,
        IntentState::Intended | IntentState::Signed | IntentState::Stamped => {}
    }
    if !may_take_over(lease, process, now_us) {
        return Settlement::Leave;
    }
    match (state, signer) {
        (IntentState::Signed, Signer::Local | Signer::Remote) => match level {
            Level::BB => Settlement::Finish,
            Level::BT | Level::BLt | Level::BLta => Settlement::Stamp,
        },
        (IntentState::Stamped, Signer::Local | Signer::Remote) => Settlement::Finish,
        (IntentState::Intended, Signer::Local) => Settlement::Release,
        (IntentState::Intended, Signer::Remote) => Settlement::Reconcile,
        (IntentState::AwaitingTimestamp, Signer::Local | Signer::Remote) => Settlement::Leave,
        (IntentState::Completed | IntentState::Released, Signer::Local | Signer::Remote) => {
            Settlement::Closed
        }
    }
}

fn may_take_over(lease: Lease<'_>, process: Process<'_>, now_us: i64) -> bool {
    if lease.node == process.node {
        // Our own epoch is working on it in another task; any other epoch of this node is dead.
        return lease.epoch != process.epoch;
    }
    now_us.saturating_sub(lease.renewed_us) > LEASE_US
}

#[cfg(test)]
mod tests {
    use super::*;

    const ME: Process<'_> = Process {
        node: "a",
        epoch: "2",
    };

    fn lease<'a>(node: &'a str, epoch: &'a str) -> Lease<'a> {
        Lease {
            node,
            epoch,
            renewed_us: 1_000,
        }
    }

    #[test]
    fn a_stored_signature_is_finished_and_never_made_again() {
        for signer in [Signer::Local, Signer::Remote] {
            assert_eq!(
                settle(
                    IntentState::Signed,
                    Level::BB,
                    signer,
                    lease("a", "1"),
                    ME,
                    1_000
                ),
                Settlement::Finish
            );
        }
    }

    #[test]
    fn an_intent_without_a_signature_is_released_when_the_key_was_ours() {
        assert_eq!(
            settle(
                IntentState::Intended,
                Level::BB,
                Signer::Local,
                lease("a", "1"),
                ME,
                1_000
            ),
            Settlement::Release
        );
    }

    #[test]
    fn a_remote_signer_is_asked_and_not_sent_to_again() {
        assert_eq!(
            settle(
                IntentState::Intended,
                Level::BB,
                Signer::Remote,
                lease("a", "1"),
                ME,
                1_000
            ),
            Settlement::Reconcile
        );
    }

    #[test]
    fn work_of_this_very_process_is_left_alone_however_old() {
        assert_eq!(
            settle(
                IntentState::Intended,
                Level::BB,
                Signer::Local,
                lease("a", "2"),
                ME,
                i64::MAX
            ),
            Settlement::Leave
        );
    }

    #[test]
    fn another_nodes_lease_is_respected_until_it_has_lapsed() {
        let theirs = lease("b", "1");
        assert_eq!(
            settle(
                IntentState::Intended,
                Level::BB,
                Signer::Local,
                theirs,
                ME,
                1_000 + LEASE_US
            ),
            Settlement::Leave
        );
        assert_eq!(
            settle(
                IntentState::Intended,
                Level::BB,
                Signer::Local,
                theirs,
                ME,
                1_001 + LEASE_US
            ),
            Settlement::Release
        );
    }

    #[test]
    fn a_closed_intent_stays_closed() {
        for state in [IntentState::Completed, IntentState::Released] {
            assert_eq!(
                settle(
                    state,
                    Level::BB,
                    Signer::Local,
                    lease("b", "1"),
                    ME,
                    i64::MAX
                ),
                Settlement::Closed
            );
        }
    }

    #[test]
    fn above_b_b_a_stored_signature_is_finished_with_its_timestamp_alone() {
        for level in [Level::BT, Level::BLt, Level::BLta] {
            let settled =
                |state, epoch| settle(state, level, Signer::Local, lease("a", epoch), ME, 1_000);
            assert_eq!(settled(IntentState::Signed, "1"), Settlement::Stamp);
            assert_eq!(settled(IntentState::Stamped, "1"), Settlement::Finish);
            assert_eq!(settled(IntentState::Stamped, "2"), Settlement::Leave);
            assert_eq!(
                settled(IntentState::AwaitingTimestamp, "1"),
                Settlement::Leave
            );
        }
    }
}
