//! Until when something should be done, by its urgency (tata naskah: 24 hours, 2 × 24, 3 × 24, 5 working days).

use flow::id::OpdId;
use flow::office::Office;
use flow::sifat::Sifat;
use flow::time::Timestamp;

/// The instant by which a task that begins at `since` is due.
pub(super) fn due(office: &Office, opd: &OpdId, sifat: Sifat, since: Timestamp) -> Timestamp {
    match sifat {
        Sifat::AmatSegera => since.plus_seconds(DAY),
        Sifat::Segera => since.plus_seconds(2 * DAY),
        Sifat::Penting => since.plus_seconds(3 * DAY),
        Sifat::Biasa => {
            let zone = office.zone(*opd);
            let mut at = since;
            let mut left = WORKING_DAYS;
            while left > 0 {
                at = at.plus_seconds(DAY);
                if !at.date_in(zone).is_weekend() {
                    left -= 1;
                }
            }
            at
        }
    }
}

const DAY: i64 = 86_400;
const WORKING_DAYS: u32 = 5;

#[cfg(test)]
mod tests {
    use super::*;
    use flow::time::{CalendarDate, Zone};

    fn noon(year: u16, month: u8, day: u8) -> Timestamp {
        let date = CalendarDate::new(year, month, day).unwrap();
        date.begins_in(Zone::default()).plus_seconds(DAY / 2)
    }

    fn due_of(sifat: Sifat, since: Timestamp) -> Timestamp {
        let opd = OpdId::from_uuid(uuid::Uuid::nil());
        due(&Office::default(), &opd, sifat, since)
    }

    #[test]
    fn an_ordinary_letter_has_five_working_days() {
        // Tuesday, 24 November 2026: over one weekend.
        assert_eq!(due_of(Sifat::Biasa, noon(2026, 11, 24)), noon(2026, 12, 1));
        // Saturday begins to count on Monday.
        assert_eq!(due_of(Sifat::Biasa, noon(2026, 11, 28)), noon(2026, 12, 4));
    }

    #[test]
    fn urgent_letters_count_hours_whatever_the_day() {
        let friday = noon(2026, 11, 27);
        assert_eq!(due_of(Sifat::AmatSegera, friday), friday.plus_seconds(DAY));
        assert_eq!(due_of(Sifat::Segera, friday), friday.plus_seconds(2 * DAY));
        assert_eq!(due_of(Sifat::Penting, friday), friday.plus_seconds(3 * DAY));
    }
}
