//! The keys of words that several pages of letters share.

use service::desk::ActivityKind;

/// What somebody did.
pub(super) fn activity(kind: ActivityKind) -> String {
    let word = match kind {
        ActivityKind::Created => "dibuat",
        ActivityKind::Edited => "diubah",
        ActivityKind::Submitted => "diajukan",
        ActivityKind::ParafGiven => "diparaf",
        ActivityKind::Returned => "dikembalikan",
        ActivityKind::Withdrawn => "ditarik",
        ActivityKind::Rejected => "ditolak",
        ActivityKind::Prepared => "disiapkan",
        ActivityKind::Signed => "ditandatangani",
        ActivityKind::Dispatched => "dikirim",
        ActivityKind::Filed => "diberkaskan",
        ActivityKind::Cancelled => "dibatalkan",
        ActivityKind::MailReceived => "dicatat",
        ActivityKind::DisposisiRead => "disposisi-dibaca",
        ActivityKind::Disposed => "didisposisikan",
        ActivityKind::Recalled => "disposisi-ditarik",
        ActivityKind::FollowedUp => "ditindaklanjuti",
        ActivityKind::Completed => "selesai",
        ActivityKind::MailFiled => "masuk-diberkaskan",
    };
    format!("kejadian-{word}")
}
