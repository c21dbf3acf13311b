//! At the receiver: the surat dinas is disposed of, followed up and completed.

use std::collections::BTreeSet;

use flow::agenda::{Instruksi, State, Tahap};
use service::agenda::{NewDisposisi, complete, dispose, entries_of, follow_up};
use service::{App, naskah};

use super::office::{jabatan_titled, opd_coded};
use super::script::actor;
use super::texts;

const HEAD: &str = "Kepala Dinas Komunikasi dan Informatika";
const DOES_IT: &str = "Kepala Bidang Program Dinas Komunikasi dan Informatika";

/// The head of the receiving OPD disposes of the letter to a division, which follows it up; the head completes it.
pub async fn dispose_of_network_letter(app: &App) -> anyhow::Result<()> {
    let letters = naskah::find_batch(app, "surat-dinas-jaringan").await?;
    let entries = entries_of(app, opd_coded("KOMINFO")).await?;
    let Some(entry) = entries
        .iter()
        .find(|entry| letters.iter().any(|letter| letter.id == entry.naskah))
    else {
        return Ok(());
    };
    let id = entry.agenda.id();
    match entry.agenda.tahap() {
        Tahap::Received { .. } => {
            let new = NewDisposisi {
                from: jabatan_titled(HEAD),
                parent: None,
                to: vec![jabatan_titled(DOES_IT)],
                instructions: BTreeSet::from([Instruksi::ProsesLebihLanjut]),
                note: texts::DISPOSISI_NOTE.to_owned(),
                deadline: Some(app.now().plus_seconds(3 * 86_400)),
            };
            dispose(app, &actor(HEAD), id, &new).await?;
        }
        Tahap::Disposed => {
            let open = entry
                .agenda
                .disposisi()
                .values()
                .find(|node| matches!(node.state, State::Sent | State::Read { .. }));
            if let Some(open) = open {
                follow_up(app, &actor(DOES_IT), id, open.id, texts::FOLLOW_UP, None).await?;
            }
        }
        Tahap::FollowedUp => complete(app, &actor(HEAD), id).await?,
        Tahap::New | Tahap::Completed { .. } | Tahap::Filed => return Ok(()),
    }
    // What comes next is read from the entry again.
    Box::pin(dispose_of_network_letter(app)).await
}
