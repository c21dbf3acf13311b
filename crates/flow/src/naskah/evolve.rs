//! How a letter follows from its events.

use super::{Draft, Fact, Naskah, Paraf, Prepared, Signature, Tahap};
use crate::{event::Event, id::NaskahId, time::Timestamp};

/// The letter after one more event.
#[must_use]
pub fn evolve(mut naskah: Naskah, event: &Event<Fact>) -> Naskah {
    naskah.version = naskah.version.saturating_add(1);
    match &event.fact {
        Fact::Created { content, chain } => {
            let draft = Draft {
                drafter: event.by,
                content: content.clone(),
                chain: chain.clone(),
            };
            naskah.draft = Some(draft);
            naskah.tahap = Tahap::Draft;
        }
        Fact::Edited { content, chain } => {
            if let Some(draft) = &mut naskah.draft {
                draft.content = content.clone();
                draft.chain = chain.clone();
            }
            naskah.parafs.clear();
            naskah.tahap = Tahap::Draft;
        }
        Fact::Submitted => {
            naskah.parafs.clear();
            naskah.tahap = waiting_in(&naskah, 0, event.at);
        }
        Fact::ParafGiven { paraf } => naskah = after_paraf(naskah, paraf),
        Fact::Returned { jabatan, note } => {
            naskah.tahap = Tahap::Returned {
                by: *jabatan,
                note: *note,
            };
        }
        Fact::Withdrawn => naskah.tahap = Tahap::Withdrawn,
        Fact::Rejected { jabatan, note } => {
            naskah.tahap = Tahap::Rejected {
                by: *jabatan,
                note: *note,
            };
        }
        Fact::Prepared { prepared } | Fact::Reprepared { prepared } => {
            naskah.nomor = Some(prepared.nomor.clone());
            naskah.tahap = Tahap::Signing {
                prepared: prepared.clone(),
                signatures: Vec::new(),
            };
        }
        Fact::Signed { signature } => {
            naskah.tahap = after_signature(naskah.tahap, signature.clone());
        }
        Fact::Dispatched { .. } => naskah.tahap = dispatched(naskah.tahap, event.at),
        Fact::Filed { .. } => naskah.tahap = filed(naskah.tahap, event.at),
        Fact::Cancelled { note, .. } => {
            naskah.tahap = Tahap::Cancelled {
                note: *note,
                prepared: naskah.tahap.prepared().cloned(),
                signatures: naskah.tahap.signatures().to_vec(),
            };
        }
    }
    naskah
}

/// The letter that these events make.
pub fn replay<'a>(id: NaskahId, events: impl IntoIterator<Item = &'a Event<Fact>>) -> Naskah {
    events.into_iter().fold(Naskah::new(id), evolve)
}

/// In review at that paraf stage, or ready when the chain has no further one.
fn waiting_in(naskah: &Naskah, stage: usize, submitted: Timestamp) -> Tahap {
    match naskah
        .draft
        .as_ref()
        .and_then(|draft| draft.chain.parafs().get(stage))
    {
        Some(_) => Tahap::Review { stage, submitted },
        None => Tahap::Ready,
    }
}

fn after_paraf(mut naskah: Naskah, paraf: &Paraf) -> Naskah {
    naskah.parafs.push(paraf.clone());
    let Tahap::Review { stage, submitted } = naskah.tahap else {
        return naskah;
    };
    let needed = naskah
        .draft
        .as_ref()
        .and_then(|draft| draft.chain.parafs().get(stage))
        .map_or(0, super::Stage::needed);
    if naskah
        .parafs
        .iter()
        .filter(|paraf| paraf.stage == stage)
        .count()
        >= needed
    {
        naskah.tahap = waiting_in(&naskah, stage.saturating_add(1), submitted);
    }
    naskah
}

fn after_signature(tahap: Tahap, signature: Signature) -> Tahap {
    let Tahap::Signing {
        prepared,
        mut signatures,
    } = tahap
    else {
        return tahap;
    };
    signatures.push(signature);
    if signatures.len() >= prepared.signers.len() {
        Tahap::Signed {
            prepared,
            signatures,
        }
    } else {
        Tahap::Signing {
            prepared,
            signatures,
        }
    }
}

fn dispatched(tahap: Tahap, at: Timestamp) -> Tahap {
    match finished(&tahap) {
        Some((prepared, signatures)) => Tahap::Dispatched {
            prepared,
            signatures,
            at,
        },
        None => tahap,
    }
}

fn filed(tahap: Tahap, at: Timestamp) -> Tahap {
    match finished(&tahap) {
        Some((prepared, signatures)) => Tahap::Filed {
            prepared,
            signatures,
            at,
        },
        None => tahap,
    }
}

fn finished(tahap: &Tahap) -> Option<(Prepared, Vec<Signature>)> {
    Some((tahap.prepared()?.clone(), tahap.signatures().to_vec()))
}
