//! The policy itself: pure, one table.

use flow::account::Role;
use flow::id::{JabatanId, OpdId};
use flow::mandat::Matter;
use flow::office::Office;
use flow::sifat::Keamanan;
use flow::time::Timestamp;

use super::{Action, AgendaFacts, LetterFacts};
use crate::identity::Subject;

/// What somebody wants to do it to.
#[derive(Debug, Clone, Copy)]
pub enum Object<'a> {
    /// A letter.
    Letter(&'a LetterFacts),
    /// An agenda entry.
    Agenda(&'a AgendaFacts),
    /// Something of one OPD.
    Opd(OpdId),
    /// Something of the regency.
    Regency,
}

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Decision {
    /// It may be done.
    Allow,
    /// It is to be answered as if it were not there.
    Hide,
    /// It may be seen, but this is not the subject's to do.
    Refuse,
}

/// Whether the subject may do that to that object now.
///
/// | who | of their own OPD | of any OPD |
/// |---|---|---|
/// | konseptor, tata usaha, arsiparis, integrator | read letters below rahasia | – |
/// | drafter, chain, addressee, receiver of a disposisi | – | read, whatever the secrecy, and do their part |
/// | tata usaha, arsiparis | books, registers, dispatch, filing | – |
/// | auditor | – | read and export, below rahasia; that there is more, above |
/// | admin | – | office and accounts; no letter |
pub fn allowed(
    subject: &Subject,
    office: &Office,
    action: Action,
    object: Object<'_>,
    now: Timestamp,
) -> Decision {
    // Asked before anything else, so that a key without the scope learns nothing of what is there.
    if let Some(scopes) = &subject.scopes
        && !action.scopes().iter().any(|scope| scopes.contains(scope))
    {
        return Decision::Refuse;
    }
    let ask = Ask {
        subject,
        office,
        now,
    };
    match object {
        Object::Letter(facts) => ask.letter(action, facts),
        Object::Agenda(facts) => ask.agenda(action, facts),
        Object::Opd(opd) => ask.place(action, Some(opd)),
        Object::Regency => ask.place(action, None),
    }
}

/// How much of a thing somebody may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sight {
    Nothing,
    /// That it is there, and where it stands.
    Outline,
    Everything,
}

struct Ask<'a> {
    subject: &'a Subject,
    office: &'a Office,
    now: Timestamp,
}

impl Ask<'_> {
    fn letter(&self, action: Action, facts: &LetterFacts) -> Decision {
        let sight = self.sight_of_letter(facts);
        let opd = facts.matter.opd;
        let drafter = self.drafts(facts);
        let signs = self.acts_for_any(&facts.signers, facts.matter);
        let takes_part = self.acts_for_any(&facts.chain, facts.matter);
        let works_there = self.works_in(opd);
        let registry = self.has_in(&[Role::TataUsaha, Role::Arsiparis], opd);
        let may = match action {
            Action::Read => true,
            Action::ReadContent | Action::Download => sight == Sight::Everything,
            Action::Export => {
                sight == Sight::Everything && self.has_in(&[Role::Arsiparis, Role::Auditor], opd)
            }
            Action::Edit | Action::Submit | Action::Withdraw => drafter,
            Action::Paraf | Action::Return | Action::Reject => takes_part,
            Action::Prepare => {
                signs || (works_there && (drafter || registry || self.drafts_in(opd)))
            }
            Action::Sign => signs,
            Action::Dispatch => works_there && (drafter || registry || signs),
            Action::File => works_there && (drafter || registry),
            Action::Cancel => drafter || signs,
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
        };
        decision(sight, may)
    }

    fn agenda(&self, action: Action, facts: &AgendaFacts) -> Decision {
        let sight = self.sight_of_entry(facts);
        let matter = facts.matter();
        let addressee = self.acts_for(facts.to, matter);
        let asked = self.acts_for_any(&facts.asked, matter);
        let may = match action {
            Action::Read => true,
            Action::ReadContent | Action::Download => sight == Sight::Everything,
            Action::Dispose => addressee || asked,
            Action::MarkRead | Action::FollowUp => asked,
            Action::Recall => self.acts_for_any(&facts.asking, matter),
            Action::Complete => addressee,
            Action::File => self.has_in(&[Role::TataUsaha, Role::Arsiparis], facts.opd),
            Action::Create
            | Action::Edit
            | Action::Submit
            | Action::Paraf
            | Action::Return
            | Action::Withdraw
            | Action::Reject
            | Action::Prepare
            | Action::Sign
            | Action::Dispatch
            | Action::Cancel
            | Action::ReceiveMail
            | Action::ReadAgenda
            | Action::ReadRegister
            | Action::ReadOffice
            | Action::Search
            | Action::Export
            | Action::ReadAudit
            | Action::ReadAccounts
            | Action::Administer
            | Action::ManageWebhooks => false,
        };
        decision(sight, may)
    }

    /// What belongs to an OPD, or to the regency, rather than to one letter. An OPD is no secret, so nothing is hidden.
    fn place(&self, action: Action, opd: Option<OpdId>) -> Decision {
        let has = |roles: &[Role]| match opd {
            Some(opd) => self.has_in(roles, opd),
            None => roles.iter().any(|role| self.subject.has_everywhere(*role)),
        };
        let works_there = opd.is_some_and(|opd| self.works_in(opd));
        let may = match action {
            Action::ReadOffice => true,
            Action::Create => {
                works_there
                    && has(&[
                        Role::Konseptor,
                        Role::Pejabat,
                        Role::TataUsaha,
                        Role::Integrator,
                    ])
            }
            Action::ReceiveMail => has(&[Role::TataUsaha]),
            Action::ReadAgenda | Action::ReadRegister => {
                has(&[Role::TataUsaha, Role::Arsiparis, Role::Auditor])
                    || (works_there && has(&[Role::Pejabat]))
            }
            // What is found is asked one by one.
            Action::Search => self
                .subject
                .grants
                .iter()
                .any(|grant| grant.role != Role::Admin),
            Action::Export => has(&[Role::Arsiparis, Role::Auditor]),
            Action::ReadAudit => has(&[Role::Auditor, Role::Admin]),
            Action::ReadAccounts | Action::Administer => has(&[Role::Admin]),
            Action::ManageWebhooks => has(&[Role::Admin, Role::Integrator]),
            Action::Read
            | Action::ReadContent
            | Action::Download
            | Action::Edit
            | Action::Submit
            | Action::Paraf
            | Action::Return
            | Action::Withdraw
            | Action::Reject
            | Action::Prepare
            | Action::Sign
            | Action::Dispatch
            | Action::File
            | Action::Cancel
            | Action::Dispose
            | Action::MarkRead
            | Action::FollowUp
            | Action::Recall
            | Action::Complete => false,
        };
        if may {
            Decision::Allow
        } else {
            Decision::Refuse
        }
    }

    fn sight_of_letter(&self, facts: &LetterFacts) -> Sight {
        let opd = facts.matter.opd;
        let acted = self
            .subject
            .pejabat
            .is_some_and(|pejabat| facts.acted.contains(&pejabat));
        let takes_part = facts.submitted && self.acts_for_any(&facts.chain, facts.matter);
        if self.drafts(facts) || acted || takes_part {
            return Sight::Everything;
        }
        let by_role = self.sight_by_role(
            facts.keamanan,
            opd,
            &[
                Role::Konseptor,
                Role::TataUsaha,
                Role::Arsiparis,
                Role::Integrator,
            ],
        );
        let as_mail = facts.mail.iter().map(|entry| self.sight_of_entry(entry));
        as_mail.fold(by_role, Sight::max)
    }

    fn sight_of_entry(&self, facts: &AgendaFacts) -> Sight {
        let matter = facts.matter();
        if self.acts_for(facts.to, matter) || self.acts_for_any(&facts.asked, matter) {
            return Sight::Everything;
        }
        self.sight_by_role(
            facts.keamanan,
            facts.opd,
            &[Role::TataUsaha, Role::Arsiparis, Role::Integrator],
        )
    }

    /// Secret things are for those who have a part in them; a role alone never shows what they say.
    fn sight_by_role(&self, keamanan: Keamanan, opd: OpdId, roles: &[Role]) -> Sight {
        let audits = self.has_in(&[Role::Auditor], opd);
        match keamanan {
            Keamanan::Biasa | Keamanan::Terbatas if audits || self.has_in(roles, opd) => {
                Sight::Everything
            }
            Keamanan::Rahasia | Keamanan::SangatRahasia if audits => Sight::Outline,
            Keamanan::Biasa | Keamanan::Terbatas | Keamanan::Rahasia | Keamanan::SangatRahasia => {
                Sight::Nothing
            }
        }
    }

    fn drafts(&self, facts: &LetterFacts) -> bool {
        self.acts_for(facts.drafter.jabatan, facts.matter)
    }

    fn drafts_in(&self, opd: OpdId) -> bool {
        self.has_in(&[Role::Konseptor, Role::Integrator], opd)
    }

    fn works_in(&self, opd: OpdId) -> bool {
        self.subject.opds_of_positions(self.office).contains(&opd)
    }

    fn has_in(&self, roles: &[Role], opd: OpdId) -> bool {
        roles.iter().any(|role| self.subject.has_in(*role, opd))
    }

    fn acts_for(&self, jabatan: JabatanId, matter: Matter) -> bool {
        self.subject
            .acting_for(self.office, jabatan, matter, self.now)
            .is_some()
    }

    fn acts_for_any<'a>(
        &self,
        positions: impl IntoIterator<Item = &'a JabatanId>,
        matter: Matter,
    ) -> bool {
        positions
            .into_iter()
            .any(|jabatan| self.acts_for(*jabatan, matter))
    }
}

fn decision(sight: Sight, may: bool) -> Decision {
    match (sight, may) {
        (Sight::Nothing, _) => Decision::Hide,
        (Sight::Outline | Sight::Everything, true) => Decision::Allow,
        (Sight::Outline | Sight::Everything, false) => Decision::Refuse,
    }
}
