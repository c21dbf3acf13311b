//! A distinguished name as people read it, on one line (RFC 4514, most general attribute first).

use x509_parser::x509::{AttributeTypeAndValue, RelativeDistinguishedName, X509Name};

use super::legible::{one_line, shortened};

/// The name; what separates attributes, or signers in a list, is escaped where it stands inside a value.
pub(super) fn of(name: &X509Name<'_>) -> String {
    let parts: Vec<String> = name
        .iter_rdn()
        .map(|part| {
            let attributes: Vec<String> = part.iter().map(attribute_text).collect();
            attributes.join(" + ")
        })
        .collect();
    one_line(&within(&parts, MOST_OF_A_NAME))
}

/// As many of the parts as there is room for. However many stand around it, a common name is among them.
fn within(parts: &[String], most: usize) -> String {
    let length = |part: &String| part.chars().count().saturating_add(2);
    let is_common = |part: &&String| part.starts_with("CN=");
    let common: usize = parts.iter().filter(is_common).map(length).sum();
    let mut room = most.saturating_sub(common);
    let kept = parts.iter().filter(|part| {
        if is_common(part) {
            return true;
        }
        let fits = room.checked_sub(length(part));
        room = fits.unwrap_or(room);
        fits.is_some()
    });
    let kept: Vec<&str> = kept.map(String::as_str).collect();
    let more = if kept.len() < parts.len() {
        ", …"
    } else {
        ""
    };
    kept.join(", ") + more
}

/// The first attribute of one of these kinds in a name as the report writes it. A semicolon stays escaped: lists of
/// names are separated by it.
pub fn attribute(name: &str, kinds: &[&str]) -> Option<String> {
    parts(name)
        .into_iter()
        .filter_map(|part| part.split_once('='))
        .find(|(kind, value)| kinds.contains(kind) && !value.trim().is_empty())
        .map(|(_, value)| unescaped(value.trim()))
}

fn attribute_text(attribute: &AttributeTypeAndValue<'_>) -> String {
    let part = RelativeDistinguishedName::new(vec![attribute.clone()]);
    let text = X509Name::new(vec![part], &[]).to_string();
    match text.split_once('=') {
        Some((kind, value)) => format!("{kind}={}", escaped(&bounded(value))),
        None => text,
    }
}

/// A long value hides no attribute behind it, and a run of spaces no rest of its own.
fn bounded(value: &str) -> String {
    let words: Vec<&str> = value.split_whitespace().collect();
    shortened(words.join(" ").chars(), MOST_CHARACTERS)
}

const MOST_OF_A_NAME: usize = 290;
/// Twice what X.520 gives most attributes.
const MOST_CHARACTERS: usize = 127;

/// RFC 4514 2.4; of a value without spaces at its ends.
fn escaped(value: &str) -> String {
    let mut text = String::new();
    for (at, c) in value.chars().enumerate() {
        if (c == '#' && at == 0) || matches!(c, '"' | '+' | ',' | ';' | '<' | '>' | '\\') {
            text.push('\\');
        }
        text.push(c);
    }
    text
}

fn unescaped(value: &str) -> String {
    let mut text = String::new();
    let mut after_backslash = false;
    for c in value.chars() {
        if after_backslash && c == ';' {
            text.push('\\');
        }
        after_backslash = c == '\\' && !after_backslash;
        if !after_backslash {
            text.push(c);
        }
    }
    text
}

/// The attributes, with what is escaped in them left so.
fn parts(name: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut after_backslash) = (0, false);
    for (at, c) in name.char_indices() {
        let rest = name.get(at..).unwrap_or_default();
        let separator = [", ", " + "]
            .into_iter()
            .find(|separator| !after_backslash && rest.starts_with(separator));
        if let Some(separator) = separator
            && at >= start
        {
            parts.extend(name.get(start..at));
            start = at.saturating_add(separator.len());
        }
        after_backslash = c == '\\' && !after_backslash;
    }
    parts.extend(name.get(start..));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name_of(common_name: &str) -> String {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut params = rcgen::CertificateParams::default();
        params.distinguished_name = rcgen::DistinguishedName::new();
        let country = rcgen::DnType::CountryName;
        params.distinguished_name.push(country, "ID");
        let common = rcgen::DnType::CommonName;
        params.distinguished_name.push(common, common_name);
        let certificate = params.self_signed(&key).unwrap();
        crate::x509::Certificate::parse(certificate.der())
            .unwrap()
            .subject_text
    }

    #[test]
    fn a_value_that_looks_like_more_attributes_is_one_value() {
        let name = name_of("Budi, O=Badan Siber, CN=Bupati");
        assert_eq!(name, r"C=ID, CN=Budi\, O=Badan Siber\, CN=Bupati");
        let common = attribute(&name, &["CN"]).unwrap();
        assert_eq!(common, "Budi, O=Badan Siber, CN=Bupati");
        assert_eq!(attribute(&name, &["O"]), None);
    }

    #[test]
    fn a_value_never_reads_as_two_signers_or_two_values() {
        let name = name_of("Budi; CN=Siti + O=Dinas");
        assert_eq!(name, r"C=ID, CN=Budi\; CN=Siti \+ O=Dinas");
        let common = attribute(&name, &["CN"]).unwrap();
        assert_eq!(common, r"Budi\; CN=Siti + O=Dinas");
    }

    #[test]
    fn a_backslash_hides_no_separator() {
        let name = name_of("Budi\\");
        assert_eq!(name, r"C=ID, CN=Budi\\");
        let name = format!("{name}, T=Camat");
        assert_eq!(attribute(&name, &["CN"]).unwrap(), "Budi\\");
        assert_eq!(attribute(&name, &["T"]).unwrap(), "Camat");
    }

    #[test]
    fn a_long_value_hides_nothing_behind_it() {
        let name = name_of(&format!("{}, bukan Bupati", "Bupati ".repeat(20)));
        let common = attribute(&name, &["CN"]).unwrap();
        assert_eq!((common.chars().count(), common.ends_with('…')), (127, true));
        let name = name_of("Bupati                bukan Bupati");
        assert_eq!(name, "C=ID, CN=Bupati bukan Bupati");
    }

    #[test]
    fn a_common_name_is_shown_however_much_stands_around_it() {
        let units: Vec<String> = (10..50).map(|unit| format!("OU=Bagian {unit}")).collect();
        let around = |common: &str| {
            let mut parts = units.clone();
            parts.insert(30, common.to_owned());
            within(&parts, MOST_OF_A_NAME)
        };
        let name = around("CN=Budi");
        assert!(name.ends_with(", CN=Budi, …"), "{name}");
        assert!(name.chars().count() < 300, "{name}");
        let short = ["C=ID", "CN=Budi"].map(str::to_owned);
        assert_eq!(within(&short, MOST_OF_A_NAME), "C=ID, CN=Budi");
    }

    #[test]
    fn what_is_missing_or_empty_is_none() {
        assert_eq!(attribute("CN=", &["CN"]), None);
        assert_eq!(attribute("", &["CN"]), None);
        assert_eq!(attribute("OU=DINAS", &["T", "title"]), None);
    }
}
