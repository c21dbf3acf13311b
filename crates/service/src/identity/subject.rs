//! Who asks: an account as it may act at this moment.

use std::collections::BTreeSet;

use flow::account::{AccountState, Grant, Language, Role, Scope};
use flow::id::{AccountId, JabatanId, OpdId, PejabatId, SessionId};
use flow::mandat::{Matter, Penerima};
use flow::office::{Actor, Office};
use flow::time::Timestamp;
use store::model::AccountRow;

use crate::ServiceError;

/// Who asks, with everything the policy needs to know of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The account.
    pub account: AccountId,
    /// Its name.
    pub username: String,
    /// What to call its owner: the person's name, else the account's.
    pub name: String,
    /// The person, if it belongs to one.
    pub pejabat: Option<PejabatId>,
    /// Positions held now, then those acted for by a delegation to the person.
    pub positions: Vec<JabatanId>,
    /// Its roles.
    pub grants: Vec<Grant>,
    /// What a key of an application is good for; none for a session.
    pub scopes: Option<BTreeSet<Scope>>,
    /// The session, if it came by one.
    pub session: Option<SessionId>,
    /// The language of its owner.
    pub language: Language,
}

impl Subject {
    /// The person in their first position.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] when there is no person, or they hold no position.
    pub fn actor(&self) -> Result<Actor, ServiceError> {
        match (self.pejabat, self.positions.first()) {
            (Some(pejabat), Some(&jabatan)) => Ok(Actor { pejabat, jabatan }),
            (_, _) => Err(NO_POSITION),
        }
    }

    /// The person in one of their positions.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] when it is not theirs.
    pub fn actor_as(&self, jabatan: JabatanId) -> Result<Actor, ServiceError> {
        self.actors()
            .find(|actor| actor.jabatan == jabatan)
            .ok_or(NO_POSITION)
    }

    /// The person in each of their positions.
    pub fn actors(&self) -> impl Iterator<Item = Actor> + '_ {
        self.pejabat.into_iter().flat_map(|pejabat| {
            self.positions
                .iter()
                .map(move |&jabatan| Actor { pejabat, jabatan })
        })
    }

    /// Whether they have the role anywhere.
    pub fn has(&self, role: Role) -> bool {
        self.grants.iter().any(|grant| grant.role == role)
    }

    /// Whether they have the role in that OPD.
    pub fn has_in(&self, role: Role, opd: OpdId) -> bool {
        self.grants
            .iter()
            .any(|grant| grant.role == role && grant.opd.is_none_or(|of| of == opd))
    }

    /// Whether they have the role in the whole regency.
    pub fn has_everywhere(&self, role: Role) -> bool {
        self.grants
            .iter()
            .any(|grant| grant.role == role && grant.opd.is_none())
    }

    /// The OPD they work in: those of their positions and of their roles.
    pub fn opds(&self, office: &Office) -> BTreeSet<OpdId> {
        let by_position = self.opds_of_positions(office);
        let everywhere = self.grants.iter().any(|grant| grant.opd.is_none());
        let by_grant = self.grants.iter().filter_map(|grant| grant.opd);
        let all = office.opd.keys().copied().filter(|_| everywhere);
        by_position.into_iter().chain(by_grant).chain(all).collect()
    }

    /// The OPD of their positions.
    pub fn opds_of_positions(&self, office: &Office) -> BTreeSet<OpdId> {
        self.positions
            .iter()
            .filter_map(|jabatan| office.jabatan.get(jabatan))
            .map(|jabatan| jabatan.opd)
            .collect()
    }

    /// The person as whoever may act for that position in that matter: in the position itself before another one.
    pub fn acting_for(
        &self,
        office: &Office,
        jabatan: JabatanId,
        matter: Matter,
        now: Timestamp,
    ) -> Option<Actor> {
        let own = self.actors().filter(|actor| actor.jabatan == jabatan);
        let other = self.actors().filter(|actor| actor.jabatan != jabatan);
        own.chain(other)
            .find(|actor| office.authority(actor, jabatan, matter, now).is_some())
    }

    /// The subject an account is now; none for one that may not be used.
    pub(super) fn of(
        row: &AccountRow,
        office: &Office,
        scopes: Option<BTreeSet<Scope>>,
        session: Option<SessionId>,
        now: Timestamp,
    ) -> Option<Self> {
        match row.state {
            AccountState::Active => {}
            AccountState::Disabled => return None,
        }
        let account = &row.account;
        let person = account.pejabat.and_then(|id| office.pejabat.get(&id));
        Some(Self {
            account: account.id,
            username: account.username.clone(),
            name: person.map_or_else(|| account.username.clone(), |person| person.name.clone()),
            pejabat: account.pejabat,
            positions: account
                .pejabat
                .map(|pejabat| positions(office, pejabat, now))
                .unwrap_or_default(),
            grants: account.grants.clone(),
            scopes,
            session,
            language: account.language,
        })
    }
}

const NO_POSITION: ServiceError = ServiceError::Forbidden { what: "position" };

fn positions(office: &Office, pejabat: PejabatId, now: Timestamp) -> Vec<JabatanId> {
    let held = office
        .holdings
        .iter()
        .filter(|row| row.pejabat == pejabat && row.interval.contains(now))
        .map(|row| row.jabatan);
    let given = office
        .mandat
        .values()
        .filter(|mandat| mandat.penerima() == Penerima::Pejabat(pejabat))
        .filter(|mandat| mandat.masa().contains(now))
        .map(flow::mandat::Mandat::of);
    let mut all = Vec::new();
    for jabatan in held.chain(given) {
        if !all.contains(&jabatan) {
            all.push(jabatan);
        }
    }
    all
}
