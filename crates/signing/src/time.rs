//! Instants with the precision of X.509 and PDF: whole seconds, UTC.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use time::{
    Date, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset,
    format_description::well_known::Rfc3339,
};

/// Seconds since 1970-01-01T00:00:00Z; shown and serialised as RFC 3339.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UtcTime(i64);

/// A text that is no instant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a {form} time: {text}")]
pub struct TimeError {
    form: &'static str,
    text: String,
}

impl UtcTime {
    /// The instant this many seconds after the Unix epoch.
    pub const fn from_unix(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since the Unix epoch.
    pub const fn unix(self) -> i64 {
        self.0
    }

    /// Reads an RFC 3339 text such as `2026-11-24T08:00:00+07:00`.
    ///
    /// # Errors
    /// When the text is not RFC 3339.
    pub fn parse_rfc3339(text: &str) -> Result<Self, TimeError> {
        OffsetDateTime::parse(text, &Rfc3339)
            .map(|at| Self(at.unix_timestamp()))
            .map_err(|_| TimeError {
                form: "RFC 3339",
                text: text.to_owned(),
            })
    }

    /// Reads a PDF date, `D:YYYYMMDDHHmmSSOHH'mm'` with everything after the year optional (ISO 32000-2 7.9.4).
    /// A date without a zone is taken as UTC.
    ///
    /// # Errors
    /// When a component is missing its digits or out of range.
    pub fn parse_pdf(text: &str) -> Result<Self, TimeError> {
        let error = || TimeError {
            form: "PDF",
            text: text.to_owned(),
        };
        let mut rest = text.strip_prefix("D:").unwrap_or(text);
        let year = digits(&mut rest, 4).ok_or_else(error)?;
        let mut component = |default: u16| -> Result<u16, TimeError> {
            if rest.as_bytes().first().is_some_and(u8::is_ascii_digit) {
                digits(&mut rest, 2).ok_or_else(error)
            } else {
                Ok(default)
            }
        };
        let (month, day) = (component(1)?, component(1)?);
        let (hour, minute, second) = (component(0)?, component(0)?, component(0)?);
        let offset = pdf_offset(rest).ok_or_else(error)?;
        civil(year, [month, day, hour, minute, second])
            .map(|at| Self(at.assume_offset(offset).unix_timestamp()))
            .ok_or_else(error)
    }

    /// Writes a PDF date in UTC: `D:20261124010000Z`; `None` outside the years 0 to 9999.
    pub fn to_pdf(self) -> Option<String> {
        let at = OffsetDateTime::from_unix_timestamp(self.0)
            .ok()
            .filter(|at| (0..=9999).contains(&at.year()))?;
        let month = u8::from(at.month());
        Some(format!(
            "D:{:04}{month:02}{:02}{:02}{:02}{:02}Z",
            at.year(),
            at.day(),
            at.hour(),
            at.minute(),
            at.second()
        ))
    }

    /// Reads the text of an X.509 `UTCTime` (`YYMMDDHHMMSSZ`) or `GeneralizedTime` (`YYYYMMDDHHMMSSZ`), RFC 5280 4.1.2.5.
    ///
    /// # Errors
    /// When the text has neither form.
    pub fn parse_x509(text: &str) -> Result<Self, TimeError> {
        let error = || TimeError {
            form: "X.509",
            text: text.to_owned(),
        };
        let mut rest = text;
        let year = match text.len() {
            13 => {
                digits(&mut rest, 2).map(|year| if year >= 50 { 1900 + year } else { 2000 + year })
            }
            15 => digits(&mut rest, 4),
            _ => None,
        }
        .ok_or_else(error)?;
        let mut next = || digits(&mut rest, 2).ok_or_else(error);
        let parts = [next()?, next()?, next()?, next()?, next()?];
        if rest != "Z" {
            return Err(error());
        }
        civil(year, parts)
            .map(|at| Self(at.assume_utc().unix_timestamp()))
            .ok_or_else(error)
    }

    /// Writes an X.509 time: `UTCTime` text until 2049, `GeneralizedTime` text from 2050; `None` outside 1950 to 9999.
    pub fn to_x509(self) -> Option<String> {
        let at = OffsetDateTime::from_unix_timestamp(self.0)
            .ok()
            .filter(|at| (1950..=9999).contains(&at.year()))?;
        let year = if at.year() < 2050 {
            format!("{:02}", at.year() % 100)
        } else {
            at.year().to_string()
        };
        let month = u8::from(at.month());
        Some(format!(
            "{year}{month:02}{:02}{:02}{:02}{:02}Z",
            at.day(),
            at.hour(),
            at.minute(),
            at.second()
        ))
    }
}

impl fmt::Display for UtcTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match OffsetDateTime::from_unix_timestamp(self.0)
            .ok()
            .and_then(|at| at.format(&Rfc3339).ok())
        {
            Some(text) => f.write_str(&text),
            None => write!(f, "{}s", self.0),
        }
    }
}

impl Serialize for UtcTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for UtcTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse_rfc3339(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// Takes exactly `count` digits off the front.
fn digits(rest: &mut &str, count: usize) -> Option<u16> {
    let (head, tail) = rest.split_at_checked(count)?;
    if !head.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    *rest = tail;
    head.parse().ok()
}

fn civil(year: u16, [month, day, hour, minute, second]: [u16; 5]) -> Option<PrimitiveDateTime> {
    let small = |value: u16| u8::try_from(value).ok();
    let month = Month::try_from(small(month)?).ok()?;
    let date = Date::from_calendar_date(i32::from(year), month, small(day)?).ok()?;
    Some(PrimitiveDateTime::new(
        date,
        Time::from_hms(small(hour)?, small(minute)?, small(second)?).ok()?,
    ))
}

/// `Z`, `+07'00'`, `+07'00`, `+07`, or nothing; writers leave out the last apostrophe freely.
fn pdf_offset(text: &str) -> Option<UtcOffset> {
    let sign = match text.as_bytes().first() {
        None | Some(b'Z') => return Some(UtcOffset::UTC),
        Some(b'+') => 1,
        Some(b'-') => -1,
        Some(_) => return None,
    };
    let mut rest = text.get(1..)?;
    let hours = i8::try_from(digits(&mut rest, 2)?).ok()?;
    rest = rest.strip_prefix('\'').unwrap_or(rest);
    let minutes = if rest.is_empty() {
        0
    } else {
        i8::try_from(digits(&mut rest, 2)?).ok()?
    };
    UtcOffset::from_hms(sign * hours, sign * minutes, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pdf_date_with_a_zone_is_read_as_utc() {
        let at = UtcTime::parse_pdf("D:20261124080000+07'00'").unwrap();
        assert_eq!(at.to_string(), "2026-11-24T01:00:00Z");
        assert_eq!(UtcTime::parse_pdf(&at.to_pdf().unwrap()), Ok(at));
    }

    #[test]
    fn a_pdf_date_may_stop_after_the_year_but_not_inside_a_number() {
        assert_eq!(
            UtcTime::parse_pdf("D:2026").unwrap().to_string(),
            "2026-01-01T00:00:00Z"
        );
        assert!(UtcTime::parse_pdf("D:20261").is_err());
        assert!(UtcTime::parse_pdf("D:20261301").is_err());
    }

    #[test]
    fn an_x509_time_turns_the_century_at_fifty() {
        assert_eq!(
            UtcTime::parse_x509("500101000000Z").unwrap().to_string(),
            "1950-01-01T00:00:00Z"
        );
        assert_eq!(
            UtcTime::parse_x509("491231235959Z")
                .unwrap()
                .to_x509()
                .unwrap(),
            "491231235959Z"
        );
        assert_eq!(
            UtcTime::parse_x509("20500101000000Z")
                .unwrap()
                .to_x509()
                .unwrap(),
            "20500101000000Z"
        );
    }
}
