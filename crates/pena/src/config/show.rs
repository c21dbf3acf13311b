//! What is in force, as text that would give the same again, secrets masked.

use std::fmt::Write as _;
use std::num::NonZeroU32;
use std::path::Path;

use service::key::Providers;

use super::{Config, Tsa, level_name};

impl Config {
    /// The effective configuration in the form of its file; what is not set stands as a comment.
    pub fn show(&self) -> String {
        let server = &self.server;
        let listed = |networks: &[ipnet::IpNet]| {
            let quoted: Vec<String> = networks.iter().map(|net| format!("\"{net}\"")).collect();
            format!("[{}]", quoted.join(", "))
        };
        let tls = server.tls.as_ref();
        let limits = &self.limits;
        let entries = |entries: &[String]| {
            let quoted: Vec<String> = entries.iter().map(|entry| quoted(entry)).collect();
            format!("[{}]", quoted.join(", "))
        };
        let oidc = self.oidc.as_ref();
        let sections = [
            (
                "server",
                vec![
                    ("listen", Some(quoted(&server.listen.to_string()))),
                    ("base_address", server.base_address.as_deref().map(quoted)),
                    ("tls_cert", tls.map(|tls| shown(&tls.cert))),
                    ("tls_key", tls.map(|tls| shown(&tls.key))),
                    ("trusted_proxies", Some(listed(&server.trusted_proxies))),
                    (
                        "metrics_token_file",
                        server.metrics_token_file.as_deref().map(shown),
                    ),
                ],
            ),
            (
                "storage",
                vec![
                    ("data_dir", Some(shown(&self.storage.data_dir))),
                    (
                        "database",
                        self.storage
                            .database
                            .as_deref()
                            .map(|url| quoted(&masked(url))),
                    ),
                ],
            ),
            (
                "custody",
                vec![("kek_file", self.custody.kek_file.as_deref().map(shown))],
            ),
            (
                "signing",
                vec![
                    ("level", Some(quoted(level_name(self.signing.level)))),
                    ("tsa", Some(authorities(&self.signing.tsa))),
                    ("pkcs11", Some(tokens(&self.signing.providers))),
                    ("csc", Some(services(&self.signing.providers))),
                ],
            ),
            (
                "limits",
                vec![
                    ("log_in", limits.log_in.map(number)),
                    ("verification", limits.verification.map(number)),
                    ("code", limits.code.map(number)),
                    ("api", limits.api.map(number)),
                    ("wrong_key", limits.wrong_key.map(number)),
                    ("page", limits.page.map(number)),
                ],
            ),
            (
                "remote",
                vec![
                    ("webhook_allow", Some(entries(&self.remote.webhook_allow))),
                    ("oidc_allow", Some(entries(&self.remote.oidc_allow))),
                    ("evidence_allow", Some(entries(&self.remote.evidence_allow))),
                ],
            ),
            (
                "oidc",
                vec![
                    ("issuer", oidc.map(|oidc| quoted(&oidc.issuer))),
                    ("client_id", oidc.map(|oidc| quoted(&oidc.client_id))),
                    (
                        "client_secret_file",
                        oidc.and_then(|oidc| oidc.client_secret_file.as_deref().map(shown)),
                    ),
                    (
                        "username_claim",
                        oidc.and_then(|oidc| oidc.username_claim.as_deref().map(quoted)),
                    ),
                ],
            ),
        ];
        let mut text = String::new();
        for (section, entries) in sections {
            // Writing into a String cannot fail.
            let _written = writeln!(text, "[{section}]");
            for (key, value) in entries {
                let _written = match value {
                    Some(value) => writeln!(text, "{key} = {value}"),
                    None => writeln!(text, "# {key} is not set"),
                };
            }
        }
        text
    }
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

fn authorities(all: &[Tsa]) -> String {
    let each: Vec<String> = all
        .iter()
        .map(|tsa| {
            format!(
                "{{ url = {}, trust = {} }}",
                quoted(&tsa.url),
                shown(&tsa.trust)
            )
        })
        .collect();
    format!("[{}]", each.join(", "))
}

fn tokens(providers: &Providers) -> String {
    table(providers.tokens.iter().map(|(name, one)| {
        let (module, token) = (shown(&one.module), quoted(&one.token));
        format!(
            "{} = {{ module = {module}, token = {token} }}",
            quoted(name)
        )
    }))
}

fn services(providers: &Providers) -> String {
    table(providers.services.iter().map(|(name, one)| {
        let (url, file) = (quoted(&one.url), shown(&one.access_token_file));
        format!(
            "{} = {{ url = {url}, access_token_file = {file} }}",
            quoted(name)
        )
    }))
}

fn table(entries: impl Iterator<Item = String>) -> String {
    let entries: Vec<String> = entries.collect();
    if entries.is_empty() {
        return "{}".to_owned();
    }
    format!("{{ {} }}", entries.join(", "))
}

fn shown(path: &Path) -> String {
    quoted(&path.display().to_string())
}

fn number(rate: NonZeroU32) -> String {
    rate.to_string()
}

/// A database address without its password, wherever that stands.
fn masked(url: &str) -> String {
    let (front, query) = url
        .split_once('?')
        .map_or((url, None), |(f, q)| (f, Some(q)));
    let front = match front.split_once("://") {
        Some((scheme, rest)) => match rest.rsplit_once('@') {
            Some((login, host)) => {
                let user = login.split(':').next().unwrap_or_default();
                let secret = if login.contains(':') { ":****" } else { "" };
                format!("{scheme}://{user}{secret}@{host}")
            }
            None => front.to_owned(),
        },
        None => front.to_owned(),
    };
    let query = query.map(|query| {
        let parts: Vec<String> = query
            .split('&')
            .map(|part| match part.split_once('=') {
                Some((name, _)) if name.contains("password") => format!("{name}=****"),
                Some(_) | None => part.to_owned(),
            })
            .collect();
        format!("?{}", parts.join("&"))
    });
    format!("{front}{}", query.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ConfigArgs;

    #[test]
    fn a_password_in_a_database_address_is_not_shown_wherever_it_stands() {
        for (url, expected) in [
            ("postgres://a:b@c/d", "postgres://a:****@c/d"),
            ("postgres://a:b@c@d/e", "postgres://a:****@d/e"),
            ("postgres://a@b/c", "postgres://a@b/c"),
            (
                "postgres://b/c?user=a&password=x",
                "postgres://b/c?user=a&password=****",
            ),
            ("sqlite://x.db", "sqlite://x.db"),
        ] {
            assert_eq!(masked(url), expected);
        }
    }

    #[test]
    fn what_is_shown_is_a_file_that_says_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let args = ConfigArgs {
            data_dir: Some(folder.path().join("a \"b\"")),
            database: Some("sqlite://x".into()),
            base_address: Some("https://a.example".into()),
            ..ConfigArgs::default()
        };
        let config = Config::load(&args).unwrap();
        let path = folder.path().join("shown.toml");
        std::fs::write(&path, config.show()).unwrap();
        let again = Config::load(&ConfigArgs {
            config: Some(path),
            ..ConfigArgs::default()
        });
        assert_eq!(again.unwrap(), config);
    }
}
