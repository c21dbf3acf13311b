//! What a letter permits.

use std::collections::BTreeSet;

use super::{
    Chain, Command, ContentDigest, ContentRef, Draft, Fact, Naskah, Paraf, Preparation, Prepared,
    PreparedSigner, Refusal, Signature, Signing, Tahap,
};
use crate::{
    digest::Sha256,
    event::Event,
    id::{BlobId, JabatanId},
    office::{Actor, Authority, Office},
    time::Timestamp,
};

/// The events a command leads to.
///
/// # Errors
/// The rule that forbids it, and who can put it right.
pub fn decide(
    naskah: &Naskah,
    command: Command,
    actor: &Actor,
    office: &Office,
    now: Timestamp,
) -> Result<Vec<Event<Fact>>, Refusal> {
    let ask = Ask {
        naskah,
        actor,
        office,
        now,
    };
    let fact = match command {
        Command::Create { content, chain } => ask.create(content, chain),
        Command::Edit { content, chain } => ask.edit(content, chain),
        Command::Submit => ask.submit(),
        Command::Paraf {
            jabatan,
            content_digest,
        } => ask.paraf(jabatan, content_digest),
        Command::Return { jabatan, note } => ask.return_for_revision(jabatan, note),
        Command::Withdraw => ask.withdraw(),
        Command::Reject { jabatan, note } => ask.reject(jabatan, note),
        Command::Prepare(preparation) => ask.prepare(preparation),
        Command::Reprepare(preparation) => ask.reprepare(preparation),
        Command::Sign(signing) => ask.sign(&signing),
        Command::Dispatch => ask.dispatch(),
        Command::File => ask.file(),
        Command::Cancel { jabatan, note } => ask.cancel(jabatan, note),
    }?;
    Ok(vec![Event {
        at: now,
        by: *actor,
        fact,
    }])
}

/// Whether the actor may sign that step over that version at that instant, and by what authority.
///
/// Asked before the key is used; [`Command::Sign`] asks the same again when the outcome is recorded.
///
/// # Errors
/// The rule that forbids it, and who can put it right.
pub fn may_sign(
    naskah: &Naskah,
    step: u8,
    version_sha256: Sha256,
    actor: &Actor,
    office: &Office,
    at: Timestamp,
) -> Result<Authority, Refusal> {
    let ask = Ask {
        naskah,
        actor,
        office,
        now: at,
    };
    let draft = ask.draft()?;
    let Tahap::Signing {
        prepared,
        signatures,
    } = &naskah.tahap
    else {
        return Err(ask.stage());
    };
    if usize::from(step) != signatures.len() {
        return Err(Refusal::NotYourTurn);
    }
    let signer = prepared
        .signers
        .get(usize::from(step))
        .ok_or(Refusal::NotYourTurn)?;
    if naskah.tahap.current_version() != Some(version_sha256) {
        return Err(Refusal::StaleVersion);
    }
    // The date is that of the first signature; after it, the date stands.
    if signatures.is_empty() && office.date_in(draft.content.opd, at) != prepared.date {
        return Err(Refusal::DateMoved);
    }
    let authority = office
        .authority(actor, signer.jabatan, draft.content.matter(), at)
        .ok_or(Refusal::NoAuthority)?;
    if (actor.pejabat, authority) != (signer.pejabat, signer.authority) {
        return Err(Refusal::PrintedOtherwise);
    }
    Ok(authority)
}

/// Whether the actor may have the letter prepared now, for the first time or anew.
///
/// Asked before a number is reserved; [`Command::Prepare`] and [`Command::Reprepare`] ask the same again.
///
/// # Errors
/// The rule that forbids it, and who can put it right.
pub fn may_prepare(
    naskah: &Naskah,
    actor: &Actor,
    office: &Office,
    now: Timestamp,
) -> Result<(), Refusal> {
    let ask = Ask {
        naskah,
        actor,
        office,
        now,
    };
    match &naskah.tahap {
        Tahap::Ready => ask.as_preparer(ask.draft()?),
        Tahap::Signing { signatures, .. } if signatures.is_empty() => ask.as_preparer(ask.draft()?),
        Tahap::Signing { .. } => Err(Refusal::SignatureExists),
        Tahap::New
        | Tahap::Draft
        | Tahap::Review { .. }
        | Tahap::Returned { .. }
        | Tahap::Signed { .. }
        | Tahap::Dispatched { .. }
        | Tahap::Filed { .. }
        | Tahap::Withdrawn
        | Tahap::Rejected { .. }
        | Tahap::Cancelled { .. } => Err(ask.stage()),
    }
}

struct Ask<'a> {
    naskah: &'a Naskah,
    actor: &'a Actor,
    office: &'a Office,
    now: Timestamp,
}

impl Ask<'_> {
    fn create(&self, content: ContentRef, chain: Chain) -> Result<Fact, Refusal> {
        if self.naskah.tahap != Tahap::New {
            return Err(Refusal::Exists);
        }
        if !self
            .office
            .holds(self.actor.pejabat, self.actor.jabatan, self.now)
        {
            return Err(Refusal::NoAuthority);
        }
        self.in_opd(&content)?;
        same_signers(&content, &chain)?;
        Ok(Fact::Created { content, chain })
    }

    fn edit(&self, content: ContentRef, chain: Chain) -> Result<Fact, Refusal> {
        let draft = self.draft()?;
        self.editable()?;
        self.as_drafter()?;
        same_signers(&content, &chain)?;
        let kind_moves = content.jenis != draft.content.jenis && self.naskah.nomor.is_some();
        if content.opd != draft.content.opd || kind_moves {
            return Err(Refusal::FixedByNumber);
        }
        Ok(Fact::Edited { content, chain })
    }

    fn submit(&self) -> Result<Fact, Refusal> {
        self.editable()?;
        self.as_drafter()?;
        Ok(Fact::Submitted)
    }

    fn paraf(&self, jabatan: JabatanId, shown: ContentDigest) -> Result<Fact, Refusal> {
        let draft = self.draft()?;
        let Tahap::Review { stage, .. } = self.naskah.tahap else {
            return Err(self.stage());
        };
        if !self.takes_part(jabatan) {
            return Err(Refusal::NotParticipant);
        }
        if self.naskah.has_paraf(stage, jabatan) {
            return Err(Refusal::ParafGiven);
        }
        if shown != draft.content.digest {
            return Err(Refusal::StaleContent);
        }
        let authority = self.acting_for(jabatan)?;
        let pejabat = self.actor.pejabat;
        let paraf = Paraf {
            stage,
            jabatan,
            pejabat,
            authority,
            content_digest: shown,
        };
        Ok(Fact::ParafGiven { paraf })
    }

    fn return_for_revision(&self, jabatan: JabatanId, note: BlobId) -> Result<Fact, Refusal> {
        self.before_first_signature()?;
        self.as_participant(jabatan)?;
        Ok(Fact::Returned { jabatan, note })
    }

    fn withdraw(&self) -> Result<Fact, Refusal> {
        self.before_first_signature()?;
        self.as_drafter()?;
        self.unnumbered()?;
        Ok(Fact::Withdrawn)
    }

    fn reject(&self, jabatan: JabatanId, note: BlobId) -> Result<Fact, Refusal> {
        self.before_first_signature()?;
        self.as_participant(jabatan)?;
        self.unnumbered()?;
        Ok(Fact::Rejected { jabatan, note })
    }

    fn prepare(&self, preparation: Preparation) -> Result<Fact, Refusal> {
        if self.naskah.tahap != Tahap::Ready {
            return Err(self.stage());
        }
        Ok(Fact::Prepared {
            prepared: self.prepared(preparation)?,
        })
    }

    fn reprepare(&self, preparation: Preparation) -> Result<Fact, Refusal> {
        let Tahap::Signing { signatures, .. } = &self.naskah.tahap else {
            return Err(self.stage());
        };
        if !signatures.is_empty() {
            return Err(Refusal::SignatureExists);
        }
        Ok(Fact::Reprepared {
            prepared: self.prepared(preparation)?,
        })
    }

    /// Whoever works in the letter's OPD, or signs it.
    fn as_preparer(&self, draft: &Draft) -> Result<(), Refusal> {
        self.in_opd(&draft.content).or_else(|refusal| {
            let signs = draft
                .chain
                .signers()
                .iter()
                .any(|jabatan| self.acting_for(*jabatan).is_ok());
            if signs { Ok(()) } else { Err(refusal) }
        })
    }

    fn prepared(&self, preparation: Preparation) -> Result<Prepared, Refusal> {
        let draft = self.draft()?;
        self.as_preparer(draft)?;
        if preparation.content_digest != draft.content.digest {
            return Err(Refusal::StaleContent);
        }
        if preparation.date != self.office.date_in(draft.content.opd, self.now) {
            return Err(Refusal::DateMoved);
        }
        if preparation.nomor.tahun() != preparation.date.year() {
            return Err(Refusal::NomorYear);
        }
        // Only the year's end parts a letter from its number.
        let keeps = |held: &&crate::nomor::Nomor| held.tahun() == preparation.date.year();
        if self
            .naskah
            .nomor
            .as_ref()
            .filter(keeps)
            .is_some_and(|held| *held != preparation.nomor)
        {
            return Err(Refusal::OtherNomor);
        }
        let planned = preparation.signers.iter().map(|signer| signer.jabatan);
        if !planned.eq(draft.chain.signers().iter().copied()) {
            return Err(Refusal::SignersDiffer);
        }
        let fields: BTreeSet<&str> = preparation
            .signers
            .iter()
            .map(|signer| signer.field.as_str())
            .collect();
        if fields.len() != preparation.signers.len() || fields.contains("") {
            return Err(Refusal::Fields);
        }
        let matter = draft.content.matter();
        let signers = preparation
            .signers
            .into_iter()
            .map(|signer| {
                let authority = self
                    .office
                    .authority(&signer.actor, signer.jabatan, matter, self.now)
                    .ok_or(Refusal::NoAuthority)?;
                Ok(PreparedSigner {
                    jabatan: signer.jabatan,
                    pejabat: signer.actor.pejabat,
                    authority,
                    field: signer.field,
                })
            })
            .collect::<Result<_, Refusal>>()?;
        Ok(Prepared {
            nomor: preparation.nomor,
            date: preparation.date,
            content_digest: preparation.content_digest,
            version_sha256: preparation.version_sha256,
            blob: preparation.blob,
            signers,
        })
    }

    fn sign(&self, signing: &Signing) -> Result<Fact, Refusal> {
        let authority = may_sign(
            self.naskah,
            signing.step,
            signing.version_sha256,
            self.actor,
            self.office,
            signing.signed_at,
        )?;
        let (step, jabatan) = self.naskah.next_signer().ok_or(Refusal::NotYourTurn)?;
        let signature = Signature {
            step,
            jabatan,
            pejabat: self.actor.pejabat,
            authority,
            version_sha256: signing.version_sha256,
            signed_sha256: signing.signed_sha256,
            blob: signing.blob,
            signed_at: signing.signed_at,
        };
        Ok(Fact::Signed { signature })
    }

    fn dispatch(&self) -> Result<Fact, Refusal> {
        let draft = self.draft()?;
        if !matches!(self.naskah.tahap, Tahap::Signed { .. }) {
            return Err(self.stage());
        }
        self.in_opd(&draft.content)?;
        Ok(Fact::Dispatched {
            opd: draft.content.opd,
        })
    }

    fn file(&self) -> Result<Fact, Refusal> {
        let draft = self.draft()?;
        if !matches!(self.naskah.tahap, Tahap::Dispatched { .. }) {
            return Err(self.stage());
        }
        self.in_opd(&draft.content)?;
        Ok(Fact::Filed {
            klasifikasi: draft.content.klasifikasi.clone(),
        })
    }

    fn cancel(&self, jabatan: JabatanId, note: BlobId) -> Result<Fact, Refusal> {
        let draft = self.draft()?;
        match &self.naskah.tahap {
            Tahap::New
            | Tahap::Dispatched { .. }
            | Tahap::Filed { .. }
            | Tahap::Rejected { .. }
            | Tahap::Cancelled { .. } => return Err(self.stage()),
            Tahap::Draft
            | Tahap::Review { .. }
            | Tahap::Returned { .. }
            | Tahap::Ready
            | Tahap::Withdrawn
            | Tahap::Signing { .. }
            | Tahap::Signed { .. } => {}
        }
        // Once somebody has signed, the drafter alone can no longer undo it.
        let drafts = jabatan == draft.drafter.jabatan && self.naskah.tahap.signatures().is_empty();
        if !drafts && !draft.chain.signers().contains(&jabatan) {
            return Err(Refusal::NotParticipant);
        }
        self.acting_for(jabatan)?;
        Ok(Fact::Cancelled {
            jabatan,
            note,
            nomor: self.naskah.nomor.clone(),
        })
    }

    fn draft(&self) -> Result<&Draft, Refusal> {
        self.naskah.draft.as_ref().ok_or(self.stage())
    }

    fn stage(&self) -> Refusal {
        Refusal::Stage(self.naskah.tahap.word())
    }

    fn editable(&self) -> Result<(), Refusal> {
        match &self.naskah.tahap {
            Tahap::Draft | Tahap::Returned { .. } | Tahap::Withdrawn => Ok(()),
            Tahap::Signing { signatures, .. } if !signatures.is_empty() => {
                Err(Refusal::SignatureExists)
            }
            Tahap::New
            | Tahap::Review { .. }
            | Tahap::Ready
            | Tahap::Signing { .. }
            | Tahap::Signed { .. }
            | Tahap::Dispatched { .. }
            | Tahap::Filed { .. }
            | Tahap::Rejected { .. }
            | Tahap::Cancelled { .. } => Err(self.stage()),
        }
    }

    fn before_first_signature(&self) -> Result<(), Refusal> {
        match &self.naskah.tahap {
            Tahap::Review { .. } | Tahap::Ready => Ok(()),
            Tahap::Signing { signatures, .. } if signatures.is_empty() => Ok(()),
            Tahap::Signing { .. } => Err(Refusal::SignatureExists),
            Tahap::New
            | Tahap::Draft
            | Tahap::Returned { .. }
            | Tahap::Signed { .. }
            | Tahap::Dispatched { .. }
            | Tahap::Filed { .. }
            | Tahap::Withdrawn
            | Tahap::Rejected { .. }
            | Tahap::Cancelled { .. } => Err(self.stage()),
        }
    }

    fn unnumbered(&self) -> Result<(), Refusal> {
        if self.naskah.nomor.is_some() {
            Err(Refusal::Numbered)
        } else {
            Ok(())
        }
    }

    /// Whether the position takes part in what the letter waits for: its paraf stage, or signing.
    fn takes_part(&self, jabatan: JabatanId) -> bool {
        let Some(draft) = &self.naskah.draft else {
            return false;
        };
        match &self.naskah.tahap {
            Tahap::Review { stage, .. } => draft
                .chain
                .parafs()
                .get(*stage)
                .is_some_and(|stage| stage.participants.contains(&jabatan)),
            Tahap::Ready | Tahap::Signing { .. } | Tahap::Signed { .. } => {
                draft.chain.signers().contains(&jabatan)
            }
            Tahap::New
            | Tahap::Draft
            | Tahap::Returned { .. }
            | Tahap::Dispatched { .. }
            | Tahap::Filed { .. }
            | Tahap::Withdrawn
            | Tahap::Rejected { .. }
            | Tahap::Cancelled { .. } => false,
        }
    }

    fn as_participant(&self, jabatan: JabatanId) -> Result<(), Refusal> {
        if !self.takes_part(jabatan) {
            return Err(Refusal::NotParticipant);
        }
        self.acting_for(jabatan).map(|_| ())
    }

    fn as_drafter(&self) -> Result<(), Refusal> {
        let drafter = self.draft()?.drafter.jabatan;
        self.acting_for(drafter)
            .map_err(|_| Refusal::NotDrafter)
            .map(|_| ())
    }

    fn acting_for(&self, jabatan: JabatanId) -> Result<Authority, Refusal> {
        let matter = self.draft()?.content.matter();
        self.office
            .authority(self.actor, jabatan, matter, self.now)
            .ok_or(Refusal::NoAuthority)
    }

    /// The actor works in the letter's OPD: in a position of it, by holding it or by delegation.
    fn in_opd(&self, content: &ContentRef) -> Result<(), Refusal> {
        let works_there = self
            .office
            .jabatan
            .get(&self.actor.jabatan)
            .is_some_and(|jabatan| jabatan.opd == content.opd);
        let authority =
            self.office
                .authority(self.actor, self.actor.jabatan, content.matter(), self.now);
        if works_there && authority.is_some() {
            Ok(())
        } else {
            Err(Refusal::OtherOpd)
        }
    }
}

fn same_signers(content: &ContentRef, chain: &Chain) -> Result<(), Refusal> {
    if content.signers == chain.signers() {
        Ok(())
    } else {
        Err(Refusal::SignersDiffer)
    }
}
