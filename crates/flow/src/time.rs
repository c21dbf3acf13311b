//! Instants in UTC, the three zones of the country, and calendar dates.

use std::{borrow::Cow, fmt, str::FromStr};

use ::time::{Date, Month, OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An instant: microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The instant so many microseconds after 1970.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// The instant so many seconds after 1970, held at the ends of the range.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1_000_000))
    }

    /// Whole seconds since 1970, as protocols and certificates count.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// This instant and so many seconds more (or fewer), held at the ends of the range.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }

    /// The calendar date in that zone. Instants outside the years 1 to 9999 give the nearest date inside.
    pub fn date_in(self, zone: Zone) -> CalendarDate {
        let date = self.at_offset(zone.offset()).date();
        CalendarDate {
            year: u16::try_from(date.year()).unwrap_or(1),
            month: u8::from(date.month()),
            day: date.day(),
        }
    }

    fn at_offset(self, offset: UtcOffset) -> OffsetDateTime {
        let seconds = self
            .0
            .div_euclid(1_000_000)
            .clamp(FIRST_SECOND, LAST_SECOND);
        let micros = self.0.rem_euclid(1_000_000);
        OffsetDateTime::from_unix_timestamp(seconds)
            .unwrap_or(OffsetDateTime::UNIX_EPOCH)
            .saturating_add(::time::Duration::microseconds(micros))
            .to_offset(offset)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at_offset(UtcOffset::UTC).format(&Rfc3339) {
            Ok(text) => f.write_str(&text),
            Err(_) => write!(f, "{} µs", self.0),
        }
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A zone of the country; none of them has summer time.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "UPPERCASE")]
pub enum Zone {
    /// Western, UTC+7.
    #[default]
    Wib,
    /// Central, UTC+8.
    Wita,
    /// Eastern, UTC+9.
    Wit,
}

impl Zone {
    /// The abbreviation people write after a time.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Wib => "WIB",
            Self::Wita => "WITA",
            Self::Wit => "WIT",
        }
    }

    /// Hours ahead of UTC.
    pub const fn hours(self) -> i8 {
        match self {
            Self::Wib => 7,
            Self::Wita => 8,
            Self::Wit => 9,
        }
    }

    fn offset(self) -> UtcOffset {
        UtcOffset::from_hms(self.hours(), 0, 0).unwrap_or(UtcOffset::UTC)
    }
}

/// A date of the Gregorian calendar that exists, years 1 to 9999.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CalendarDate {
    year: u16,
    month: u8,
    day: u8,
}

/// There is no such date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a calendar date")]
pub struct DateError;

impl CalendarDate {
    /// That date.
    ///
    /// # Errors
    /// When the calendar has no such day, or the year is not 1 to 9999.
    pub fn new(year: u16, month: u8, day: u8) -> Result<Self, DateError> {
        if year == 0 {
            return Err(DateError);
        }
        to_date(year, month, day).ok_or(DateError)?;
        Ok(Self { year, month, day })
    }

    /// Year.
    pub const fn year(self) -> u16 {
        self.year
    }

    /// Month, 1 to 12.
    pub const fn month(self) -> u8 {
        self.month
    }

    /// Day of the month, from 1.
    pub const fn day(self) -> u8 {
        self.day
    }

    /// Midnight at which the date begins in that zone.
    pub fn begins_in(self, zone: Zone) -> Timestamp {
        let seconds = to_date(self.year, self.month, self.day).map_or(0, |date| {
            date.midnight()
                .assume_offset(zone.offset())
                .unix_timestamp()
        });
        Timestamp(seconds.saturating_mul(1_000_000))
    }

    /// Whether offices are closed on it: Saturday or Sunday.
    pub fn is_weekend(self) -> bool {
        to_date(self.year, self.month, self.day).is_some_and(|date| {
            matches!(
                date.weekday(),
                ::time::Weekday::Saturday | ::time::Weekday::Sunday
            )
        })
    }

    /// The date in words: "24 November 2026".
    pub fn in_words(self) -> String {
        format!("{} {} {}", self.day, self.name_of_month(), self.year)
    }

    /// The month's Indonesian name.
    pub fn name_of_month(self) -> &'static str {
        self.month_from(&[
            "Januari",
            "Februari",
            "Maret",
            "April",
            "Mei",
            "Juni",
            "Juli",
            "Agustus",
            "September",
            "Oktober",
            "November",
            "Desember",
        ])
    }

    /// The month in Roman numerals, as letter numbers carry it.
    pub fn roman_month(self) -> &'static str {
        self.month_from(&[
            "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII",
        ])
    }

    fn month_from(self, names: &[&'static str; 12]) -> &'static str {
        let index = usize::from(self.month.saturating_sub(1));
        names.get(index).copied().unwrap_or_default()
    }
}

impl fmt::Display for CalendarDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl fmt::Debug for CalendarDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for CalendarDate {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let mut parts = text.split('-');
        let year = number(parts.next(), 4)?;
        let month = number(parts.next(), 2)?;
        let day = number(parts.next(), 2)?;
        if parts.next().is_some() {
            return Err(DateError);
        }
        let narrow = |value: u16| u8::try_from(value).map_err(|_| DateError);
        Self::new(year, narrow(month)?, narrow(day)?)
    }
}

impl Serialize for CalendarDate {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for CalendarDate {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = <Cow<'de, str>>::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

// 0001-01-01T00:00:00Z, and the end of 9999 less a day so that no zone runs past it.
const FIRST_SECOND: i64 = -62_135_596_800;
const LAST_SECOND: i64 = 253_402_214_399;

fn to_date(year: u16, month: u8, day: u8) -> Option<Date> {
    let month = Month::try_from(month).ok()?;
    Date::from_calendar_date(i32::from(year), month, day).ok()
}

fn number(part: Option<&str>, width: usize) -> Result<u16, DateError> {
    let part = part.filter(|part| part.len() == width).ok_or(DateError)?;
    if !part.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(DateError);
    }
    part.parse().map_err(|_| DateError)
}

#[cfg(test)]
mod tests {
    use super::*;

    // 2026-12-31T16:59:59.999999Z
    const LAST_OF_2026_WIB: i64 = 1_798_736_399_999_999;

    #[test]
    fn the_year_turns_at_the_zones_own_midnight() {
        let before = Timestamp::from_micros(LAST_OF_2026_WIB);
        let after = Timestamp::from_micros(LAST_OF_2026_WIB + 1);
        assert_eq!(before.date_in(Zone::Wib).to_string(), "2026-12-31");
        assert_eq!(before.date_in(Zone::Wita).to_string(), "2027-01-01");
        assert_eq!(after.date_in(Zone::Wib).to_string(), "2027-01-01");
        assert_eq!(after.date_in(Zone::Wib).begins_in(Zone::Wib), after);
        assert_eq!(before.to_string(), "2026-12-31T16:59:59.999999Z");
    }

    #[test]
    fn instants_beyond_the_calendar_give_its_ends() {
        assert_eq!(
            Timestamp::from_micros(i64::MIN).date_in(Zone::Wit).year(),
            1
        );
        assert_eq!(
            Timestamp::from_micros(i64::MAX).date_in(Zone::Wit).year(),
            9999
        );
    }

    #[test]
    fn only_dates_that_exist_are_read() {
        let date: CalendarDate = "2028-02-29".parse().unwrap();
        assert_eq!(date.in_words(), "29 Februari 2028");
        assert_eq!(date.roman_month(), "II");
        assert_eq!(serde_json::to_string(&date).unwrap(), "\"2028-02-29\"");
        for wrong in [
            "2027-02-29",
            "2027-2-9",
            "0000-01-01",
            "2027-13-01",
            "+027-01-01",
            "x",
        ] {
            assert_eq!(wrong.parse::<CalendarDate>(), Err(DateError), "{wrong}");
        }
    }
}
