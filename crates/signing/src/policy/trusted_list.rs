//! Anchors from a trusted list (ETSI TS 119 612). Who reads a list vouches for it: its SHA-256, compared over another
//! channel, has to be named; the XML signature on it is not checked here.

use ring::digest::{SHA256, digest};
use roxmltree::{Document, Node, ParsingOptions};

use super::trust::{Anchor, AnchorPurpose, RevocationRule};
use crate::{CertificateDer, UtcTime, num::hexadecimal, x509::Certificate};

/// A trusted list, as far as it names anchors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedList {
    /// Who publishes it.
    pub operator: String,
    /// The number of this issue.
    pub sequence: String,
    /// When the next issue is promised.
    pub next_update: Option<UtcTime>,
    /// An anchor for every service that issues certificates or timestamps and is in good standing.
    pub anchors: Vec<Anchor>,
    /// How many services were left out: of another kind, or withdrawn.
    pub left_out: usize,
}

/// Why a list is not imported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrustedListError {
    /// It is another file than the one that was confirmed.
    #[error("its SHA-256 is {found}, which is not the one that was confirmed")]
    NotConfirmed {
        /// In hexadecimal digits.
        found: String,
    },
    /// It is no XML, or too much of it.
    #[error("it cannot be read as XML: {0}")]
    Xml(String),
    /// It is XML of another kind.
    #[error("it is no trusted list of ETSI TS 119 612")]
    OtherKind,
    /// There is nobody in it to trust.
    #[error("no service in it is in good standing")]
    Empty,
}

impl TrustedList {
    /// Reads a list whose SHA-256, in hexadecimal digits, somebody confirmed.
    ///
    /// # Errors
    /// When the digest is another one, before anything is read; or when it is no such list.
    pub fn read(bytes: &[u8], confirmed: &str) -> Result<Self, TrustedListError> {
        let found = Self::sha256(bytes);
        if !found.eq_ignore_ascii_case(confirmed.trim()) {
            return Err(TrustedListError::NotConfirmed { found });
        }
        let text = std::str::from_utf8(bytes).map_err(|_| TrustedListError::OtherKind)?;
        let options = ParsingOptions {
            nodes_limit: MAX_NODES,
            ..ParsingOptions::default()
        };
        let document = Document::parse_with_options(text, options)
            .map_err(|problem| TrustedListError::Xml(problem.to_string()))?;
        let root = document.root_element();
        if !root.has_tag_name((LIST, "TrustServiceStatusList")) {
            return Err(TrustedListError::OtherKind);
        }
        let list = Self::from_xml(root)?;
        if list.anchors.is_empty() {
            return Err(TrustedListError::Empty);
        }
        Ok(list)
    }

    /// What has to be confirmed of a list, in hexadecimal digits.
    pub fn sha256(bytes: &[u8]) -> String {
        hexadecimal(digest(&SHA256, bytes).as_ref())
    }

    fn from_xml(root: Node<'_, '_>) -> Result<Self, TrustedListError> {
        let scheme = child(root, "SchemeInformation").ok_or(TrustedListError::OtherKind)?;
        let mut list = Self {
            operator: child(scheme, "SchemeOperatorName").map_or_else(String::new, name),
            sequence: child(scheme, "TSLSequenceNumber").map_or_else(String::new, text),
            next_update: child(scheme, "NextUpdate")
                .and_then(|next| child(next, "dateTime"))
                .and_then(|at| UtcTime::parse_rfc3339(&text(at)).ok()),
            anchors: Vec::new(),
            left_out: 0,
        };
        let providers = child(root, "TrustServiceProviderList");
        for provider in providers.into_iter().flat_map(|all| all.children()) {
            let Some(services) = child(provider, "TSPServices") else {
                continue;
            };
            // What a service was before stands in its history, which is not looked at.
            let current = services
                .children()
                .filter_map(|service| child(service, "ServiceInformation"));
            for service in current {
                match anchors(service) {
                    Some(found) => list.add(found),
                    None => list.left_out = list.left_out.saturating_add(1),
                }
            }
        }
        Ok(list)
    }

    fn add(&mut self, anchors: Vec<Anchor>) {
        for anchor in anchors {
            let known = self.anchors.iter().any(|known| {
                known.certificate == anchor.certificate && known.purpose == anchor.purpose
            });
            if !known {
                self.anchors.push(anchor);
            }
        }
    }
}

/// The certificates of a service in good standing, each with its purpose and name.
fn anchors(service: Node<'_, '_>) -> Option<Vec<Anchor>> {
    let status = text(child(service, "ServiceStatus")?);
    if !GOOD_STANDING.iter().any(|good| status.ends_with(good)) {
        return None;
    }
    let kind = text(child(service, "ServiceTypeIdentifier")?);
    let (_, purpose) = *PURPOSES.iter().find(|(end, _)| kind.ends_with(end))?;
    let name = child(service, "ServiceName").map(name);
    let identities = child(service, "ServiceDigitalIdentity")?;
    let anchors: Vec<Anchor> = identities
        .children()
        .filter_map(|identity| child(identity, "X509Certificate"))
        .filter_map(|certificate| base64(&text(certificate)))
        .filter(|der| Certificate::parse(der).is_ok())
        .map(|der| Anchor {
            purpose,
            name: name.clone(),
            ..Anchor::new(CertificateDer(der), RevocationRule::default())
        })
        .collect();
    (!anchors.is_empty()).then_some(anchors)
}

fn child<'a, 'd>(of: Node<'a, 'd>, name: &str) -> Option<Node<'a, 'd>> {
    of.children()
        .find(|child| child.is_element() && child.tag_name().name() == name)
}

fn text(of: Node<'_, '_>) -> String {
    of.text().unwrap_or_default().trim().to_owned()
}

/// The English name, or the first.
fn name(of: Node<'_, '_>) -> String {
    let mut names = of.children().filter(Node::is_element);
    let english = names.clone().find(|name| {
        name.attribute(("http://www.w3.org/XML/1998/namespace", "lang")) == Some("en")
    });
    let found = english.or_else(|| names.next()).map(text);
    crate::x509::legible::one_line(&found.unwrap_or_default())
}

fn base64(text: &str) -> Option<Vec<u8>> {
    let pem: String = text.split_whitespace().collect();
    let pem = format!("-----BEGIN CERTIFICATE-----\n{pem}\n-----END CERTIFICATE-----\n");
    let mut blocks = super::trust::pem_or_der(pem.as_bytes(), "CERTIFICATE")?;
    blocks.pop()
}

const LIST: &str = "http://uri.etsi.org/02231/v2#";
const MAX_NODES: u32 = 500_000;
/// Ends of the service types that are anchors (5.5.1.1), and what for.
const PURPOSES: [(&str, AnchorPurpose); 4] = [
    ("/Svctype/CA/QC", AnchorPurpose::National),
    ("/Svctype/CA/PKC", AnchorPurpose::National),
    ("/Svctype/TSA/QTST", AnchorPurpose::Timestamps),
    ("/Svctype/TSA", AnchorPurpose::Timestamps),
];
/// Ends of the states that count (5.5.4).
const GOOD_STANDING: [&str; 4] = [
    "/Svcstatus/granted",
    "/Svcstatus/undersupervision",
    "/Svcstatus/accredited",
    "/Svcstatus/recognisedatnationallevel",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn list(status: &str) -> String {
        let key = rcgen::KeyPair::generate().unwrap();
        let certificate = rcgen::CertificateParams::default()
            .self_signed(&key)
            .unwrap();
        let pem = certificate.pem();
        let body: String = pem
            .lines()
            .filter(|line| !line.starts_with("---"))
            .collect();
        format!(
            "<TrustServiceStatusList xmlns=\"{LIST}\"><SchemeInformation>\
             <TSLSequenceNumber>7</TSLSequenceNumber>\
             <SchemeOperatorName><Name xml:lang=\"id\">Badan Contoh</Name></SchemeOperatorName>\
             <NextUpdate><dateTime>2027-01-01T00:00:00Z</dateTime></NextUpdate></SchemeInformation>\
             <TrustServiceProviderList><TrustServiceProvider><TSPServices><TSPService>\
             <ServiceInformation>\
             <ServiceTypeIdentifier>http://uri.etsi.org/TrstSvc/Svctype/CA/QC</ServiceTypeIdentifier>\
             <ServiceName><Name xml:lang=\"en\">Contoh CA</Name></ServiceName>\
             <ServiceDigitalIdentity><DigitalId><X509Certificate>{body}</X509Certificate></DigitalId>\
             </ServiceDigitalIdentity>\
             <ServiceStatus>http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/{status}</ServiceStatus>\
             </ServiceInformation></TSPService></TSPServices></TrustServiceProvider>\
             </TrustServiceProviderList></TrustServiceStatusList>"
        )
    }

    #[test]
    fn a_confirmed_list_names_its_anchors() {
        let xml = list("granted");
        let read = TrustedList::read(xml.as_bytes(), &TrustedList::sha256(xml.as_bytes())).unwrap();
        assert_eq!(
            (read.operator.as_str(), read.sequence.as_str()),
            ("Badan Contoh", "7")
        );
        let [anchor] = read.anchors.as_slice() else {
            panic!("{read:?}")
        };
        assert_eq!(anchor.purpose, AnchorPurpose::National);
        assert_eq!(anchor.name.as_deref(), Some("Contoh CA"));
    }

    #[test]
    fn a_list_that_nobody_confirmed_is_not_read() {
        let xml = list("granted");
        let problem = TrustedList::read(xml.as_bytes(), &"0".repeat(64)).unwrap_err();
        assert!(
            matches!(problem, TrustedListError::NotConfirmed { .. }),
            "{problem}"
        );
    }

    #[test]
    fn a_service_that_was_withdrawn_is_no_anchor() {
        let xml = list("withdrawn");
        let problem = TrustedList::read(xml.as_bytes(), &TrustedList::sha256(xml.as_bytes()));
        assert_eq!(problem.unwrap_err(), TrustedListError::Empty);
    }
}
