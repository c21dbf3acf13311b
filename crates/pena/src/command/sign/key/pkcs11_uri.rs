//! The URI of an object on a token (RFC 7512), as far as it names a key.

use std::path::PathBuf;

use custody::pkcs11::KeyChoice;

/// What a URI names.
#[derive(Debug, PartialEq, Eq)]
pub struct Pkcs11Uri {
    /// The module's library.
    pub module: PathBuf,
    /// The token's label.
    pub token: String,
    /// The key.
    pub key: KeyChoice,
}

impl Pkcs11Uri {
    /// Reads what follows `pkcs11:`.
    ///
    /// # Errors
    /// What is missing or not understood. Never repeats the URI: people put PINs into it.
    pub fn parse(rest: &str) -> Result<Self, String> {
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (mut module, mut token, mut key) = (None, None, None);
        for attribute in path.split(';').chain(query.split('&')) {
            let (name, value) = attribute.split_once('=').unwrap_or((attribute, ""));
            let bytes = || percent_decoded(value).ok_or_else(|| format!("{name} is not readable"));
            let text = || String::from_utf8(bytes()?).map_err(|_| format!("{name} is no UTF-8"));
            match name {
                "module-path" => module = Some(PathBuf::from(text()?)),
                "token" => token = Some(text()?),
                "object" => key = Some(KeyChoice::Label(text()?)),
                "id" => key = key.or(Some(KeyChoice::Id(bytes()?))),
                "type" if value == "private" => {}
                "" => {}
                "pin-value" => {
                    return Err(
                        "a PIN in the URI can be read by everybody on this machine; give --pin-file"
                            .to_owned(),
                    );
                }
                _ => return Err(format!("the attribute {name:?} is not understood")),
            }
        }
        let missing = |what: &str| format!("it does not say {what}");
        Ok(Self {
            module: module
                .ok_or_else(|| missing("module-path=…, the module of the token's maker"))?,
            token: token.ok_or_else(|| missing("token=…, the token's label"))?,
            key: key.ok_or_else(|| missing("object=…, the key's label"))?,
        })
    }
}

fn percent_decoded(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        if *first == b'%' {
            let (digits, after) = behind.split_at_checked(2)?;
            out.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
            rest = after;
        } else {
            out.push(*first);
            rest = behind;
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uri_names_module_token_and_key() {
        let uri = "token=Kab%20Contohrejo;object=ttd;type=private?module-path=/usr/lib/m.so";
        let read = Pkcs11Uri::parse(uri).unwrap();
        assert_eq!(read.token, "Kab Contohrejo");
        assert_eq!(read.key, KeyChoice::Label("ttd".to_owned()));
        assert_eq!(read.module, PathBuf::from("/usr/lib/m.so"));
        let read = Pkcs11Uri::parse("token=a;id=%01%ff?module-path=m").unwrap();
        assert_eq!(read.key, KeyChoice::Id(vec![1, 0xff]));
    }

    #[test]
    fn what_is_missing_or_unknown_is_named_and_a_pin_is_refused_without_being_repeated() {
        for (uri, says) in [
            ("token=a;object=b", "module-path"),
            ("object=b?module-path=m", "token"),
            ("token=a?module-path=m", "object"),
            ("token=a;object=b;slot-id=3?module-path=m", "slot-id"),
            ("token=%4;object=b?module-path=m", "token"),
        ] {
            let error = Pkcs11Uri::parse(uri).unwrap_err();
            assert!(error.contains(says), "{uri}: {error}");
        }
        let error = Pkcs11Uri::parse("token=a;object=b?pin-value=4711").unwrap_err();
        assert!(error.contains("--pin-file") && !error.contains("4711"));
    }
}
