//! The parts of the administration.

use service::ServiceError;
use service::access::Action;
use service::identity::Confirmed;

use super::{Desk, Done, accounts, api_keys, certificates, mandates, office, people, webhooks};
use crate::pages::parts::{Fields, Form, Table};
use crate::problem::Problem;

/// A part of the administration: a page with tables and forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Area {
    /// OPD and their positions.
    Opd,
    /// Officials, and which positions they hold.
    People,
    /// Delegations.
    Mandates,
    /// Accounts.
    Accounts,
    /// API keys.
    ApiKeys,
    /// Certificates and frozen signatures.
    Certificates,
    /// Webhooks.
    Webhooks,
}

impl Area {
    pub(super) const ALL: [Self; 7] = [
        Self::Opd,
        Self::People,
        Self::Mandates,
        Self::Accounts,
        Self::ApiKeys,
        Self::Certificates,
        Self::Webhooks,
    ];

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Opd => "opd",
            Self::People => "pejabat",
            Self::Mandates => "mandat",
            Self::Accounts => "akun",
            Self::ApiKeys => "kunci",
            Self::Certificates => "sertifikat",
            Self::Webhooks => "webhook",
        }
    }

    pub(super) fn parse(word: &str) -> Result<Self, Problem> {
        Self::ALL
            .into_iter()
            .find(|area| area.word() == word)
            .ok_or_else(Problem::not_found)
    }

    pub(super) const fn action(self) -> Action {
        match self {
            Self::Opd
            | Self::People
            | Self::Mandates
            | Self::Accounts
            | Self::ApiKeys
            | Self::Certificates => Action::Administer,
            Self::Webhooks => Action::ManageWebhooks,
        }
    }

    pub(super) async fn tables(self, desk: &Desk) -> Result<Vec<Table>, Problem> {
        match self {
            Self::Opd => Ok(office::tables(desk)),
            Self::People => Ok(people::tables(desk)),
            Self::Mandates => Ok(mandates::tables(desk)),
            Self::Accounts => accounts::tables(desk).await,
            Self::ApiKeys => api_keys::tables(desk).await,
            Self::Certificates => certificates::tables(desk).await,
            Self::Webhooks => webhooks::tables(desk).await,
        }
    }

    pub(super) async fn forms(self, desk: &Desk) -> Result<Vec<Form>, Problem> {
        match self {
            Self::Opd => Ok(office::forms(desk)),
            Self::People => Ok(people::forms(desk)),
            Self::Mandates => Ok(mandates::forms(desk)),
            Self::Accounts => Ok(accounts::forms(desk)),
            Self::ApiKeys => api_keys::forms(desk).await,
            Self::Certificates => Ok(certificates::forms(desk)),
            Self::Webhooks => Ok(webhooks::forms(desk)),
        }
    }

    /// The form of an act on one row, if the row is there.
    pub(super) async fn row_form(
        self,
        desk: &Desk,
        verb: &str,
        id: &str,
    ) -> Result<Option<Form>, Problem> {
        match self {
            Self::Opd => Ok(None),
            Self::People => Ok(people::row_form(desk, verb, id)),
            Self::Mandates => Ok(mandates::row_form(desk, verb, id)),
            Self::Accounts => accounts::row_form(desk, verb, id).await,
            Self::ApiKeys => api_keys::row_form(desk, verb, id).await,
            Self::Certificates => certificates::row_form(desk, verb, id).await,
            Self::Webhooks => webhooks::row_form(desk, verb, id).await,
        }
    }

    pub(super) async fn act(
        self,
        desk: &Desk,
        confirmed: &Confirmed,
        verb: &str,
        fields: &Fields,
    ) -> Result<Done, ServiceError> {
        match self {
            Self::Opd => office::act(desk, confirmed, verb, fields).await,
            Self::People => people::act(desk, confirmed, verb, fields).await,
            Self::Mandates => mandates::act(desk, confirmed, verb, fields).await,
            Self::Accounts => accounts::act(desk, confirmed, verb, fields).await,
            Self::ApiKeys => api_keys::act(desk, confirmed, verb, fields).await,
            Self::Certificates => certificates::act(desk, confirmed, verb, fields).await,
            Self::Webhooks => webhooks::act(desk, confirmed, verb, fields).await,
        }
    }
}
