//! Dates, times and digests as offices write them.

use flow::digest::Sha256;
use flow::time::{CalendarDate, Timestamp, Zone};

use crate::lang::Lang;

/// An instant: "23 November 2026, 14.05 WIB".
pub fn instant(at: Timestamp, zone: Zone) -> String {
    let seconds = at.micros().div_euclid(1_000_000) + i64::from(zone.hours()) * 3_600;
    let of_day = seconds.rem_euclid(86_400);
    format!(
        "{}, {:02}.{:02} {}",
        at.date_in(zone).in_words(),
        of_day / 3_600,
        of_day % 3_600 / 60,
        zone.word()
    )
}

/// A date: "23 November 2026".
pub fn date(date: CalendarDate, lang: Lang) -> String {
    format!("{} {} {}", date.day(), month(date, lang), date.year())
}

/// A month's name.
pub fn month(date: CalendarDate, lang: Lang) -> String {
    match lang {
        Lang::Id => date.name_of_month().to_owned(),
        Lang::En => lang.text(&format!("bulan-{}", date.month())),
    }
}

/// The first digits of a digest, in groups.
pub fn short_digest(sha256: &Sha256) -> String {
    let text = sha256.to_string();
    let groups: Vec<String> = text
        .chars()
        .take(16)
        .collect::<Vec<_>>()
        .chunks(4)
        .map(|group| group.iter().collect())
        .collect();
    groups.join(" ")
}

/// The stage of a letter in words.
pub fn tahap(tahap: &str, lang: Lang) -> String {
    lang.text(&format!("tahap-{tahap}"))
}
