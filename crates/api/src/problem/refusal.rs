//! Rules of the office in words: the key of the message that explains each refusal.

use flow::agenda::AgendaRefusal;
use flow::naskah::{ContentError, Refusal};
use flow::register::RegisterRefusal;

/// The rule a letter's refusal stands on.
pub(super) const fn letter(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Exists => "exists",
        Refusal::Stage(_) => "stage",
        Refusal::NotDrafter => "not-drafter",
        Refusal::OtherOpd => "other-opd",
        Refusal::NotParticipant => "not-participant",
        Refusal::NoAuthority => "no-authority",
        Refusal::ParafGiven => "paraf-given",
        Refusal::StaleContent => "stale-content",
        Refusal::SignersDiffer => "signers-differ",
        Refusal::FixedByNumber => "fixed-by-number",
        Refusal::Numbered => "numbered",
        Refusal::OtherNomor => "other-nomor",
        Refusal::NomorYear => "nomor-year",
        Refusal::DateMoved => "date-moved",
        Refusal::Fields => "fields",
        Refusal::SignatureExists => "signature-exists",
        Refusal::NotYourTurn => "not-your-turn",
        Refusal::PrintedOtherwise => "printed-otherwise",
        Refusal::StaleVersion => "stale-version",
    }
}

/// The rule an agenda's refusal stands on.
pub(super) const fn agenda(refusal: AgendaRefusal) -> &'static str {
    match refusal {
        AgendaRefusal::Exists => "exists",
        AgendaRefusal::Stage(_) => "stage",
        AgendaRefusal::OtherOpd => "target-opd",
        AgendaRefusal::NoAuthority => "no-authority",
        AgendaRefusal::UnknownDisposisi => "unknown-disposisi",
        AgendaRefusal::Targets => "targets",
        AgendaRefusal::NoInstruction => "no-instruction",
        AgendaRefusal::Deadline => "deadline",
        AgendaRefusal::Read => "disposisi-read",
        AgendaRefusal::Closed => "disposisi-closed",
        AgendaRefusal::Open => "disposisi-open",
    }
}

/// The rule a register's refusal stands on.
pub(super) const fn register(refusal: RegisterRefusal) -> &'static str {
    match refusal {
        RegisterRefusal::OpenAlready => "register-open",
        RegisterRefusal::NotOpen => "register-not-open",
        RegisterRefusal::UnknownOpd => "register-opd",
        RegisterRefusal::OtherYear => "register-year",
        RegisterRefusal::OtherKelompok => "register-kelompok",
        RegisterRefusal::NoReservation => "register-reservation",
        RegisterRefusal::YearNotEnded => "register-year-not-ended",
        RegisterRefusal::Issued => "register-issued",
        RegisterRefusal::Pattern => "register-pattern",
        RegisterRefusal::Full => "register-full",
    }
}

/// The bound a content breaks, and the field that does.
pub(super) const fn content(error: &ContentError) -> (&'static str, &'static str) {
    match error {
        ContentError::Version => ("content-version", "version"),
        ContentError::Hal => ("content-hal", "hal"),
        ContentError::Body => ("content-body", "body"),
        ContentError::Recipients => ("content-recipients", "recipients"),
        ContentError::Signers => ("content-signers", "signers"),
        ContentError::Json(_) => ("content-json", "content"),
    }
}
