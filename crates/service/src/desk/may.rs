//! What a person may do now: the policy and the rules of the office, asked with the very commands.

use std::collections::BTreeSet;

use flow::agenda::{Agenda, Disposisi, State};
use flow::id::{BlobId, JabatanId};
use flow::naskah::{Command, Content, Refusal, Tahap, decide, may_prepare, may_sign};
use flow::office::{Actor, Office};
use flow::time::Timestamp;

use crate::access::{self, Action, AgendaFacts, Decision, LetterPermit, Object};
use crate::identity::Subject;

/// What the person may do with a letter now.
pub(super) fn of_letter(
    subject: &Subject,
    permit: &LetterPermit,
    content: Option<&Content>,
    now: Timestamp,
) -> BTreeSet<Action> {
    let ask = Letter {
        subject,
        permit,
        content,
        now,
    };
    Action::ALL
        .into_iter()
        .filter(|action| {
            let object = Object::Letter(&permit.facts);
            let policy = access::allowed(subject, &permit.office, *action, object, now);
            policy == Decision::Allow && ask.permits(*action)
        })
        .collect()
}

struct Letter<'a> {
    subject: &'a Subject,
    permit: &'a LetterPermit,
    content: Option<&'a Content>,
    now: Timestamp,
}

impl Letter<'_> {
    fn permits(&self, action: Action) -> bool {
        let naskah = &self.permit.naskah;
        let chain = &self.permit.facts.chain;
        match action {
            Action::Read | Action::ReadContent | Action::Export => true,
            Action::Download => !naskah.tahap().signatures().is_empty(),
            Action::Edit => self.content.is_some_and(|_| self.edits()),
            Action::Submit => self
                .actors()
                .any(|actor| self.decides(Command::Submit, &actor)),
            Action::Withdraw => self
                .actors()
                .any(|actor| self.decides(Command::Withdraw, &actor)),
            Action::Paraf => self.initials(),
            Action::Return => self.any_of(chain, |jabatan| Command::Return {
                jabatan,
                note: NO_BLOB,
            }),
            Action::Reject => self.any_of(chain, |jabatan| Command::Reject {
                jabatan,
                note: NO_BLOB,
            }),
            Action::Cancel => {
                let drafter = self.permit.facts.drafter.jabatan;
                let who: BTreeSet<JabatanId> = chain.iter().copied().chain([drafter]).collect();
                self.any_of(&who, |jabatan| Command::Cancel {
                    jabatan,
                    note: NO_BLOB,
                })
            }
            Action::Prepare => self.actors().any(|actor| self.prepares(&actor)),
            Action::Sign => self.signs(),
            Action::Dispatch => self
                .actors()
                .any(|actor| self.decides(Command::Dispatch, &actor)),
            Action::File => self
                .actors()
                .any(|actor| self.decides(Command::File, &actor)),
            Action::Create
            | Action::ReceiveMail
            | Action::ReadAgenda
            | Action::Dispose
            | Action::MarkRead
            | Action::FollowUp
            | Action::Recall
            | Action::Complete
            | Action::ReadRegister
            | Action::ReadOffice
            | Action::Search
            | Action::ReadAudit
            | Action::ReadAccounts
            | Action::Administer
            | Action::ManageWebhooks => false,
        }
    }

    fn initials(&self) -> bool {
        let naskah = &self.permit.naskah;
        let Some(content) = naskah.content() else {
            return false;
        };
        naskah.awaited().into_iter().any(|jabatan| {
            let command = Command::Paraf {
                jabatan,
                content_digest: content.digest,
            };
            self.acting(jabatan)
                .is_some_and(|actor| self.decides(command, &actor))
        })
    }

    fn edits(&self) -> bool {
        let draft = self.permit.naskah.draft();
        draft.is_some_and(|draft| {
            self.actors().any(|actor| {
                let command = Command::Edit {
                    content: draft.content.clone(),
                    chain: draft.chain.clone(),
                };
                self.decides(command, &actor)
            })
        })
    }

    /// A signer signs what is prepared, and may have it prepared first, or anew on another day.
    fn signs(&self) -> bool {
        let naskah = &self.permit.naskah;
        if matches!(naskah.tahap(), Tahap::Ready) {
            let first = self.permit.facts.signers.first();
            return first.is_some_and(|first| {
                self.acting(*first)
                    .is_some_and(|actor| self.prepares(&actor))
            });
        }
        let Some((step, jabatan)) = naskah.next_signer() else {
            return false;
        };
        let (Some(version), Some(actor)) = (naskah.tahap().current_version(), self.acting(jabatan))
        else {
            return false;
        };
        let answer = may_sign(naskah, step, version, &actor, &self.permit.office, self.now);
        match answer {
            Ok(_) => true,
            Err(Refusal::DateMoved | Refusal::PrintedOtherwise) => self.prepares(&actor),
            Err(_) => false,
        }
    }

    fn prepares(&self, actor: &Actor) -> bool {
        may_prepare(&self.permit.naskah, actor, &self.permit.office, self.now).is_ok()
    }

    fn any_of(
        &self,
        positions: &BTreeSet<JabatanId>,
        command: impl Fn(JabatanId) -> Command,
    ) -> bool {
        positions.iter().any(|jabatan| {
            self.acting(*jabatan)
                .is_some_and(|actor| self.decides(command(*jabatan), &actor))
        })
    }

    fn decides(&self, command: Command, actor: &Actor) -> bool {
        decide(
            &self.permit.naskah,
            command,
            actor,
            &self.permit.office,
            self.now,
        )
        .is_ok()
    }

    fn acting(&self, jabatan: JabatanId) -> Option<Actor> {
        self.subject.acting_for(
            &self.permit.office,
            jabatan,
            self.permit.facts.matter,
            self.now,
        )
    }

    fn actors(&self) -> impl Iterator<Item = Actor> + '_ {
        self.subject.actors()
    }
}

/// What the person may do with an agenda entry now, its disposisi apart.
pub(super) fn of_entry(
    subject: &Subject,
    office: &Office,
    agenda: &Agenda,
    facts: &AgendaFacts,
    now: Timestamp,
) -> BTreeSet<Action> {
    use flow::agenda::Tahap;
    let live = match agenda.tahap() {
        Tahap::Received { .. } | Tahap::Disposed | Tahap::FollowedUp => true,
        Tahap::New | Tahap::Completed { .. } | Tahap::Filed => false,
    };
    let addressed = subject
        .acting_for(office, facts.to, facts.matter(), now)
        .is_some();
    [
        (Action::Read, true),
        (Action::ReadContent, true),
        (Action::Download, true),
        (Action::Dispose, live && addressed),
        (
            Action::Complete,
            live && addressed && agenda.open().next().is_none(),
        ),
        (
            Action::File,
            matches!(agenda.tahap(), Tahap::Completed { .. }),
        ),
    ]
    .into_iter()
    .filter(|(action, possible)| {
        let policy = access::allowed(subject, office, *action, Object::Agenda(facts), now);
        *possible && policy == Decision::Allow
    })
    .map(|(action, _)| action)
    .collect()
}

/// What the person may do with one disposisi now.
pub(super) fn of_disposisi(
    subject: &Subject,
    office: &Office,
    node: &Disposisi,
    facts: &AgendaFacts,
    now: Timestamp,
) -> BTreeSet<Action> {
    let acts_for = |jabatan| {
        subject
            .acting_for(office, jabatan, facts.matter(), now)
            .is_some()
    };
    let (sent, standing) = match node.state {
        State::Sent => (true, true),
        State::Read { .. } => (false, true),
        State::FollowedUp { .. } | State::Recalled => (false, false),
    };
    [
        (Action::MarkRead, sent && acts_for(node.to)),
        (Action::FollowUp, standing && acts_for(node.to)),
        (Action::Dispose, standing && acts_for(node.to)),
        (Action::Recall, sent && acts_for(node.from)),
    ]
    .into_iter()
    .filter(|(action, possible)| {
        let policy = access::allowed(subject, office, *action, Object::Agenda(facts), now);
        *possible && policy == Decision::Allow
    })
    .map(|(action, _)| action)
    .collect()
}

/// The rules never look at what a note says.
const NO_BLOB: BlobId = BlobId::from_uuid(uuid::Uuid::nil());
