//! Texts of a form, read at the door exactly as the OpenAPI document states them; [`super::schema`] states them.

use serde::de::Error;
use serde::{Deserialize, Deserializer};

use super::secret::Secret;

/// A line that names something.
pub(super) fn name<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    String::deserialize(from).and_then(|text| fitting(text, |text| is_line(text, 200)))
}

/// A line that names something, or nothing.
pub(super) fn optional_name<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<String>, D::Error> {
    let text = Option::<String>::deserialize(from)?;
    text.map(|text| fitting(text, |text| is_line(text, 200)))
        .transpose()
}

/// The lines of an address.
pub(super) fn address<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    let lines = Vec::<String>::deserialize(from)?;
    if !(1..=4).contains(&lines.len()) {
        return Err(D::Error::custom(MISFIT));
    }
    let line = |text| fitting(text, |text| is_line(text, 100));
    lines.into_iter().map(line).collect()
}

/// What its owner calls a key.
pub(super) fn label<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    String::deserialize(from).and_then(|text| fitting(text, |text| is_line(text, 100)))
}

/// Titles beside a name; there may be none.
pub(super) fn titles<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let fits = |text: &str| text.is_empty() || is_line(text, 60);
    String::deserialize(from).and_then(|text| fitting(text, fits))
}

/// What the owner of an account types.
pub(super) fn username<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let is_plain = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit();
    let fits = |text: &str| {
        (3..=60).contains(&text.len())
            && text.starts_with(|char: char| char.is_ascii_lowercase())
            && text.ends_with(is_plain)
            && text
                .chars()
                .all(|char| is_plain(char) || "._-".contains(char))
    };
    String::deserialize(from).and_then(|text| fitting(text, fits))
}

/// The code of an OPD, as numbers of letters show it.
pub(super) fn unit_code<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let fits = |text: &str| {
        (1..=20).contains(&text.len())
            && text
                .chars()
                .all(|char| char.is_ascii_alphanumeric() || ".-".contains(char))
    };
    String::deserialize(from).and_then(|text| fitting(text, fits))
}

/// An address of the web. Whether anything is sent there is another question.
pub(super) fn web_address<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let fits = |text: &str| {
        let rest = text
            .strip_prefix("https://")
            .or(text.strip_prefix("http://"));
        rest.is_some_and(|rest| !rest.is_empty())
            && text.len() <= 2000
            && text.bytes().all(|byte| byte.is_ascii_graphic())
    };
    String::deserialize(from).and_then(|text| fitting(text, fits))
}

/// The six digits of an authenticator, where one is enrolled.
pub(super) fn code<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Secret>, D::Error> {
    let code = Option::<Secret>::deserialize(from)?;
    match code {
        Some(Secret(code))
            if code.len() != 6 || !code.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            Err(D::Error::custom(MISFIT))
        }
        Some(_) | None => Ok(code),
    }
}

/// Never with the text: it may be a secret.
const MISFIT: &str = "a text is not of its form";

fn fitting<E: Error>(text: String, fits: impl Fn(&str) -> bool) -> Result<String, E> {
    if fits(&text) {
        Ok(text)
    } else {
        Err(E::custom(MISFIT))
    }
}

/// On one line, and neither begun nor ended by white space.
fn is_line(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.chars().count())
        && !text.chars().any(char::is_control)
        && !text.starts_with(char::is_whitespace)
        && !text.ends_with(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn lines_are_taken_as_they_are_and_nothing_is_trimmed_in_silence() {
        let long = "n".repeat(201);
        for (text, is_taken) in [
            ("Dinas Komunikasi dan Informatika", true),
            ("Siti Nurhaliza Ásmara", true),
            ("", false),
            (" Dinas", false),
            ("Dinas\u{a0}", false),
            ("Dinas\nKominfo", false),
            (long.as_str(), false),
        ] {
            assert_eq!(name(json!(text)).is_ok(), is_taken, "{text:?}");
        }
    }

    #[test]
    fn forms_are_those_of_the_document() {
        type Reading = fn(Value) -> Result<String, serde_json::Error>;
        let cases: [(Reading, &str, &[&str]); 4] = [
            (
                username,
                "kadis.kominfo-2",
                &["Kadis", "ka", "kadis-", "2kadis"],
            ),
            (unit_code, "DISKOMINFO", &["", "DIS/KOM", "D I S"]),
            (
                web_address,
                "https://a.example/kait?x=1",
                &["ftp://a.example", "https://", "https://a b"],
            ),
            (titles, "", &[" Dr.", "Dr.\n"]),
        ];
        for (read, good, bad) in cases {
            assert_eq!(read(json!(good)).unwrap(), good);
            for bad in bad {
                assert!(read(json!(bad)).is_err(), "{bad:?}");
            }
        }
        assert!(code(json!("123456")).unwrap().is_some());
        assert!(code(Value::Null).unwrap().is_none());
        assert!(
            ["", "12345", "12345a", "1234567"]
                .iter()
                .all(|bad| code(json!(bad)).is_err())
        );
    }
}
