//! What somebody may want to do.

use flow::account::Scope;
use serde::Serialize;

/// What somebody wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// See that a letter or entry is there, and where it stands.
    Read,
    /// See what it says.
    ReadContent,
    /// Get the signed PDF.
    Download,
    /// Begin a letter.
    Create,
    /// Change it.
    Edit,
    /// Send it up the chain.
    Submit,
    /// Initial it.
    Paraf,
    /// Send it back.
    Return,
    /// Take it back.
    Withdraw,
    /// Refuse it for good.
    Reject,
    /// Give it number, date and final bytes.
    Prepare,
    /// Sign it.
    Sign,
    /// Send it.
    Dispatch,
    /// Put it, or an entry, into the archive.
    File,
    /// Void it.
    Cancel,
    /// Register incoming mail.
    ReceiveMail,
    /// Read an agenda book.
    ReadAgenda,
    /// Pass an entry on.
    Dispose,
    /// Open a disposisi.
    MarkRead,
    /// Answer a disposisi.
    FollowUp,
    /// Take a disposisi back.
    Recall,
    /// Close an entry.
    Complete,
    /// Read a number register.
    ReadRegister,
    /// Look up who is who.
    ReadOffice,
    /// Search letters.
    Search,
    /// Take archive packages out.
    Export,
    /// Read the audit log.
    ReadAudit,
    /// See accounts and keys of applications.
    ReadAccounts,
    /// Change office, accounts and rights.
    Administer,
    /// Manage webhooks.
    ManageWebhooks,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 30] = [
        Self::Read,
        Self::ReadContent,
        Self::Download,
        Self::Create,
        Self::Edit,
        Self::Submit,
        Self::Paraf,
        Self::Return,
        Self::Withdraw,
        Self::Reject,
        Self::Prepare,
        Self::Sign,
        Self::Dispatch,
        Self::File,
        Self::Cancel,
        Self::ReceiveMail,
        Self::ReadAgenda,
        Self::Dispose,
        Self::MarkRead,
        Self::FollowUp,
        Self::Recall,
        Self::Complete,
        Self::ReadRegister,
        Self::ReadOffice,
        Self::Search,
        Self::Export,
        Self::ReadAudit,
        Self::ReadAccounts,
        Self::Administer,
        Self::ManageWebhooks,
    ];

    /// The word it is written as.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::ReadContent => "read_content",
            Self::Download => "download",
            Self::Create => "create",
            Self::Edit => "edit",
            Self::Submit => "submit",
            Self::Paraf => "paraf",
            Self::Return => "return",
            Self::Withdraw => "withdraw",
            Self::Reject => "reject",
            Self::Prepare => "prepare",
            Self::Sign => "sign",
            Self::Dispatch => "dispatch",
            Self::File => "file",
            Self::Cancel => "cancel",
            Self::ReceiveMail => "receive_mail",
            Self::ReadAgenda => "read_agenda",
            Self::Dispose => "dispose",
            Self::MarkRead => "mark_read",
            Self::FollowUp => "follow_up",
            Self::Recall => "recall",
            Self::Complete => "complete",
            Self::ReadRegister => "read_register",
            Self::ReadOffice => "read_office",
            Self::Search => "search",
            Self::Export => "export",
            Self::ReadAudit => "read_audit",
            Self::ReadAccounts => "read_accounts",
            Self::Administer => "administer",
            Self::ManageWebhooks => "manage_webhooks",
        }
    }

    /// What a key of an application needs for it. Agenda entries are read with [`Scope::AgendaRead`] or
    /// [`Scope::LettersRead`].
    pub(super) const fn scopes(self) -> &'static [Scope] {
        match self {
            Self::Read | Self::ReadContent | Self::Download => {
                &[Scope::LettersRead, Scope::AgendaRead]
            }
            Self::Search => &[Scope::LettersRead],
            Self::Create
            | Self::Edit
            | Self::Submit
            | Self::Paraf
            | Self::Return
            | Self::Withdraw
            | Self::Reject
            | Self::Prepare
            | Self::Dispatch
            | Self::Cancel => &[Scope::LettersWrite],
            Self::File => &[Scope::LettersWrite, Scope::AgendaWrite],
            Self::Sign => &[Scope::LettersSign],
            Self::ReadAgenda | Self::ReadRegister => &[Scope::AgendaRead],
            Self::ReceiveMail
            | Self::Dispose
            | Self::MarkRead
            | Self::FollowUp
            | Self::Recall
            | Self::Complete => &[Scope::AgendaWrite],
            Self::Export => &[Scope::ArchiveExport],
            Self::ReadOffice => &[Scope::LettersRead, Scope::AgendaRead, Scope::AdminRead],
            Self::ReadAudit | Self::ReadAccounts => &[Scope::AdminRead],
            Self::Administer => &[Scope::AdminWrite],
            Self::ManageWebhooks => &[Scope::WebhooksManage],
        }
    }
}
