//! The keys that something reads, and the answer to one that nothing does.

/// Every key, with its section.
pub(super) const KNOWN_KEYS: [&str; 26] = [
    "custody.kek_file",
    "limits.api",
    "limits.code",
    "limits.log_in",
    "limits.page",
    "limits.verification",
    "limits.wrong_key",
    "oidc.client_id",
    "oidc.client_secret_file",
    "oidc.issuer",
    "oidc.username_claim",
    "remote.evidence_allow",
    "remote.oidc_allow",
    "remote.webhook_allow",
    "server.base_address",
    "server.listen",
    "server.metrics_token_file",
    "server.tls_cert",
    "server.tls_key",
    "server.trusted_proxies",
    "signing.csc",
    "signing.level",
    "signing.pkcs11",
    "signing.tsa",
    "storage.data_dir",
    "storage.database",
];

/// The first key, written with its section, that nothing reads.
pub(super) fn unknown_key(table: &toml::Table) -> Option<String> {
    table
        .iter()
        .flat_map(|(section, value)| match value.as_table() {
            Some(keys) if !keys.is_empty() => {
                keys.keys().map(|key| format!("{section}.{key}")).collect()
            }
            Some(_) | None => vec![section.clone()],
        })
        .find(|key| !is_known(key))
}

/// A known key, or the heading of an empty section.
fn is_known(key: &str) -> bool {
    KNOWN_KEYS.contains(&key)
        || KNOWN_KEYS.iter().any(|known| {
            known
                .split_once('.')
                .is_some_and(|(section, _)| section == key)
        })
}

/// The known key spelt most like this one; a key without its section is compared without sections.
pub(super) fn nearest(key: &str) -> &'static str {
    let distance = |known: &str| {
        let bare = known.split_once('.').map_or(known, |(_, name)| name);
        let written = key.split_once('.').map_or(key, |(_, name)| name);
        (
            strsim::damerau_levenshtein(bare, written),
            strsim::damerau_levenshtein(known, key),
        )
    };
    let [first, rest @ ..] = KNOWN_KEYS;
    rest.into_iter().fold(first, |best, known| {
        if distance(known) < distance(best) {
            known
        } else {
            best
        }
    })
}
