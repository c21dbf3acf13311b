//! Constraints that authorities put on the names below them (RFC 5280 4.2.1.10).

use super::{
    certificate::Certificate,
    name::{GeneralName, MAX_NAMES},
};
use crate::cms::ber::{BerError, Reader, Tlv, tag};

/// nameConstraints of one authority.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NameConstraints {
    /// Where names of these forms must stand.
    pub permitted: Vec<GeneralName>,
    /// Where no name may stand.
    pub excluded: Vec<GeneralName>,
}

impl NameConstraints {
    /// Reads the value of the extension.
    pub(crate) fn read(value: &[u8]) -> Result<Self, BerError> {
        let mut parts = Reader::new(value).expect(tag::SEQUENCE)?.reader();
        let mut subtrees = |number| match parts.optional(tag::context(number))? {
            Some(list) => bases(list),
            None => Ok(Vec::new()),
        };
        Ok(Self {
            permitted: subtrees(0)?,
            excluded: subtrees(1)?,
        })
    }

    /// Why a name may not stand below this authority.
    fn against(&self, name: &GeneralName) -> Option<&'static str> {
        if self
            .excluded
            .iter()
            .any(|base| covers(base, name) != Some(false) && same_form(base, name))
        {
            return Some("a name in it is excluded by an authority above");
        }
        let mut of_its_form = self
            .permitted
            .iter()
            .filter(|base| same_form(base, name))
            .peekable();
        if of_its_form.peek().is_some() && !of_its_form.any(|base| covers(base, name) == Some(true))
        {
            return Some("a name in it is not among those that an authority above permits");
        }
        None
    }
}

/// Checks a path, leaf first: which certificate breaks whose constraint, and how.
pub(super) fn check(path: &[&Certificate]) -> Result<(), (String, &'static str)> {
    for (position, certificate) in path.iter().enumerate() {
        // A self-issued authority, which only rolls its key over, is left out; the leaf never is (6.1.3 b).
        if position > 0 && certificate.self_issued() {
            continue;
        }
        let above = path.iter().skip(position.saturating_add(1));
        let above: Vec<&NameConstraints> = above
            .filter_map(|authority| authority.name_constraints.as_ref())
            .collect();
        if above.is_empty() {
            continue;
        }
        for name in names(certificate) {
            if let Some(rule) = above
                .iter()
                .find_map(|constraints| constraints.against(&name))
            {
                return Err((certificate.subject_text.clone(), rule));
            }
        }
    }
    Ok(())
}

fn names(certificate: &Certificate) -> Vec<GeneralName> {
    let mut names = certificate.alternative_names.clone();
    let has_email = names
        .iter()
        .any(|name| matches!(name, GeneralName::Email(_)));
    if !has_email {
        let emails = certificate.subject_name.emails();
        names.extend(emails.map(|email| GeneralName::Email(email.to_owned())));
    }
    if !certificate.subject_name.is_empty() {
        names.push(GeneralName::Directory(certificate.subject_name.clone()));
    }
    names
}

fn bases(list: Tlv<'_>) -> Result<Vec<GeneralName>, BerError> {
    let subtrees = list.reader().all(MAX_NAMES)?;
    let bases = subtrees
        .into_iter()
        .map(|subtree| GeneralName::read(subtree.expect(tag::SEQUENCE)?.reader().any()?));
    bases.collect()
}

fn same_form(base: &GeneralName, name: &GeneralName) -> bool {
    match (base, name) {
        (GeneralName::Other(one), GeneralName::Other(other)) => one == other,
        (one, other) => std::mem::discriminant(one) == std::mem::discriminant(other),
    }
}

/// Whether a name lies within a constraint of its own form; `None` where that cannot be told, which forbids.
fn covers(base: &GeneralName, name: &GeneralName) -> Option<bool> {
    match (base, name) {
        (GeneralName::Directory(base), GeneralName::Directory(name)) => Some(name.within(base)),
        (GeneralName::Email(base), GeneralName::Email(name)) => Some(email_within(base, name)),
        (GeneralName::Dns(base), GeneralName::Dns(name)) => Some(dns_within(base, name)),
        (GeneralName::Uri(base), GeneralName::Uri(name)) => {
            host(name).map(|host| host_within(base, host))
        }
        (GeneralName::Ip(base), GeneralName::Ip(name)) => ip_within(base, name),
        (
            GeneralName::Directory(_)
            | GeneralName::Email(_)
            | GeneralName::Dns(_)
            | GeneralName::Uri(_)
            | GeneralName::Ip(_)
            | GeneralName::Other(_),
            _,
        ) => None,
    }
}

fn email_within(base: &str, mailbox: &str) -> bool {
    let Some((local, host)) = mailbox.rsplit_once('@') else {
        return false;
    };
    match base.rsplit_once('@') {
        // Names inside a distinguished name come in lower case, so the local part is compared without case as well.
        Some((base_local, base_host)) => {
            base_local.eq_ignore_ascii_case(local) && base_host.eq_ignore_ascii_case(host)
        }
        None => host_within(base, host),
    }
}

/// A host, or with a leading point every host below one.
fn host_within(base: &str, host: &str) -> bool {
    let (base, host) = (base.to_ascii_lowercase(), host.to_ascii_lowercase());
    if base.starts_with('.') {
        host.len() > base.len() && host.ends_with(&base)
    } else {
        host == base
    }
}

fn dns_within(base: &str, name: &str) -> bool {
    let (base, name) = (base.to_ascii_lowercase(), name.to_ascii_lowercase());
    let base = base.strip_prefix('.').unwrap_or(&base);
    match name.strip_suffix(base) {
        Some(rest) => rest.is_empty() || base.is_empty() || rest.ends_with('.'),
        None => false,
    }
}

/// The host of a URI with an authority (RFC 3986 3.2).
fn host(uri: &str) -> Option<&str> {
    let (_, rest) = uri.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = host.split(':').next()?;
    (!host.is_empty()).then_some(host)
}

fn ip_within(base: &[u8], address: &[u8]) -> Option<bool> {
    let (network, mask) = base.split_at_checked(base.len() / 2)?;
    if network.len() != mask.len() {
        return None;
    }
    if network.len() != address.len() {
        return Some(false);
    }
    let inside = network
        .iter()
        .zip(mask)
        .zip(address)
        .all(|((network, mask), address)| network & mask == address & mask);
    Some(inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_mailboxes_and_addresses_are_held_to_their_constraint() {
        assert!(host_within("contoh.go.id", "CONTOH.go.id"));
        assert!(!host_within("contoh.go.id", "surat.contoh.go.id"));
        assert!(host_within(".contoh.go.id", "surat.contoh.go.id"));
        assert!(dns_within("contoh.go.id", "surat.contoh.go.id"));
        assert!(!dns_within("contoh.go.id", "bukancontoh.go.id"));
        assert!(email_within("contoh.go.id", "siti@contoh.go.id"));
        assert!(!email_within("contoh.go.id", "siti@surat.contoh.go.id"));
        assert_eq!(
            host("https://siti:x@contoh.go.id:8443/a"),
            Some("contoh.go.id")
        );
        assert_eq!(host("urn:contoh"), None);
        let network = [10, 1, 0, 0, 255, 255, 0, 0];
        assert_eq!(ip_within(&network, &[10, 1, 9, 9]), Some(true));
        assert_eq!(ip_within(&network, &[10, 2, 9, 9]), Some(false));
        assert_eq!(ip_within(&network[..3], &[10, 2, 9, 9]), None);
    }
}
