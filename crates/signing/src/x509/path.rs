//! Building and checking a certification path to a configured anchor at a given time (RFC 5280 6.1), in bounded work.
//!
//! Names are compared as 7.1 says; constraints on names and policies are held to.

use super::{
    certificate::Certificate,
    constraints,
    policies::{self, PolicyInputs},
    signature::{Checked, Scheme},
};
use crate::UtcTime;

const MAX_LENGTH: usize = 8;
const MAX_STEPS: u16 = 100;

/// A path that ends in a configured anchor; only [`build`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    certificates: Vec<Certificate>,
    validity: Validity,
}

/// Whether every certificate below the anchor was within its validity at the time asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Validity {
    /// All were.
    Inside,
    /// This subject's was over at this time.
    Expired(String, UtcTime),
    /// This subject's had not begun before this time.
    NotYet(String, UtcTime),
}

/// Why no path was found. The nearest miss is reported.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum PathProblem {
    /// Nobody vouches for this issuer.
    #[error("no configured anchor vouches for {0}")]
    NoAnchor(String),
    /// The certificate of this subject is not signed by the issuer it names.
    #[error("the certificate of {0} was not signed by the issuer it names")]
    BadSignature(String),
    /// The signature on a certificate is of this algorithm.
    #[error("a certificate is signed with an algorithm that cannot be checked: {0}")]
    CannotCheck(String),
    /// A certificate may not stand where it stands.
    #[error("{subject}: {rule}")]
    Constraint {
        /// Whose certificate.
        subject: String,
        /// What it breaks.
        rule: String,
    },
    /// More candidates than a real path ever needs.
    #[error("the search for a path ran out of its budget")]
    Budget,
}

impl Path {
    /// From the signer to the anchor.
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// Whether the path held in time.
    pub const fn validity(&self) -> &Validity {
        &self.validity
    }

    /// Each certificate below the anchor, with its issuer.
    pub fn links(&self) -> impl Iterator<Item = (&Certificate, &Certificate)> {
        self.certificates
            .iter()
            .zip(self.certificates.iter().skip(1))
    }

    /// How the certificates below the anchor were signed.
    pub fn schemes(&self) -> impl Iterator<Item = (&Certificate, Option<Scheme>)> {
        self.links()
            .map(|(certificate, _)| (certificate, certificate.scheme()))
    }
}

/// Finds a path from `leaf` over `pool` to one of `anchors`; one that held at `at` wins over one that did not.
/// The anchor counts by name and key alone (RFC 5280 6.1.1 d): its own validity and signature are the policy's matter.
///
/// # Errors
/// The nearest miss when there is none.
pub fn build(
    leaf: &Certificate,
    pool: &[Certificate],
    anchors: &[Certificate],
    at: UtcTime,
) -> Result<Path, PathProblem> {
    build_for(leaf, pool, anchors, at, &PolicyInputs::default())
}

/// Like [`build`], for a validator that asks for certificate policies.
///
/// # Errors
/// The nearest miss when there is none.
pub fn build_for(
    leaf: &Certificate,
    pool: &[Certificate],
    anchors: &[Certificate],
    at: UtcTime,
    policies: &PolicyInputs,
) -> Result<Path, PathProblem> {
    lawful_leaf(leaf)?;
    let mut search = Search {
        pool,
        anchors,
        policies,
        at,
        steps: MAX_STEPS,
        outside: None,
        problem: PathProblem::NoAnchor(leaf.issuer_text.clone()),
    };
    let found = search.from(&mut vec![leaf]);
    match found {
        Ok(Some(path)) => Ok(path),
        Ok(None) => search.outside.ok_or(search.problem),
        Err(problem) => search.outside.ok_or(problem),
    }
}

struct Search<'a> {
    pool: &'a [Certificate],
    anchors: &'a [Certificate],
    policies: &'a PolicyInputs,
    at: UtcTime,
    steps: u16,
    /// The first path that is right but for its time.
    outside: Option<Path>,
    problem: PathProblem,
}

impl<'a> Search<'a> {
    /// Depth first, at most [`MAX_LENGTH`] deep; running out of steps is fatal, a failed candidate is not.
    fn from(&mut self, path: &mut Vec<&'a Certificate>) -> Result<Option<Path>, PathProblem>
    where
        'a: 'a,
    {
        let Some(&last) = path.last() else {
            return Ok(None);
        };
        if self.anchors.iter().any(|anchor| anchor.der == last.der) {
            return Ok(self.finish(path));
        }
        for anchor in self.anchors {
            if anchor.subject_name == last.issuer_name
                && self.links(path, last, anchor, Role::Anchor)?
            {
                path.push(anchor);
                let found = self.finish(path);
                path.pop();
                if found.is_some() {
                    return Ok(found);
                }
            }
        }
        if path.len() >= MAX_LENGTH {
            return Ok(None);
        }
        let (pool, likely) = (self.pool, |issuer: &Certificate| {
            key_ids_agree(last, issuer)
        });
        let first = pool.iter().filter(|issuer| likely(issuer));
        let then = pool.iter().filter(|issuer| !likely(issuer));
        for issuer in first.chain(then) {
            if issuer.subject_name != last.issuer_name
                || path.iter().any(|known| known.der == issuer.der)
            {
                continue;
            }
            if self.links(path, last, issuer, Role::Intermediate)? {
                path.push(issuer);
                let found = self.from(path)?;
                path.pop();
                if found.is_some() {
                    return Ok(found);
                }
            }
        }
        Ok(None)
    }

    /// Whether `issuer` may stand above `subject` and signed it.
    fn links(
        &mut self,
        path: &[&Certificate],
        subject: &Certificate,
        issuer: &Certificate,
        role: Role,
    ) -> Result<bool, PathProblem> {
        self.steps = self.steps.checked_sub(1).ok_or(PathProblem::Budget)?;
        if let Some(rule) = unlawful_issuer(path, issuer, role) {
            self.miss(PathProblem::Constraint {
                subject: issuer.subject_text.clone(),
                rule,
            });
            return Ok(false);
        }
        match issuer.certified(subject) {
            Checked::Good => return Ok(true),
            Checked::Bad => self.miss(PathProblem::BadSignature(subject.subject_text.clone())),
            Checked::CannotCheck(name) => self.miss(PathProblem::CannotCheck(name)),
        }
        Ok(false)
    }

    fn miss(&mut self, problem: PathProblem) {
        self.problem = self.problem.clone().max(problem);
    }

    fn finish(&mut self, path: &[&Certificate]) -> Option<Path> {
        let constrained =
            constraints::check(path).and_then(|()| policies::check(path, self.policies));
        if let Err((subject, rule)) = constrained {
            let rule = rule.to_owned();
            self.miss(PathProblem::Constraint { subject, rule });
            return None;
        }
        let below = path.len().saturating_sub(1).max(1);
        let validity = path
            .iter()
            .take(below)
            .find_map(|certificate| outside(certificate, self.at))
            .unwrap_or(Validity::Inside);
        let found = Path {
            certificates: path
                .iter()
                .map(|certificate| (*certificate).clone())
                .collect(),
            validity,
        };
        if found.validity == Validity::Inside {
            return Some(found);
        }
        self.outside.get_or_insert(found);
        None
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Anchor,
    Intermediate,
}

fn lawful_leaf(leaf: &Certificate) -> Result<(), PathProblem> {
    match leaf.unprocessed_critical.first() {
        Some(oid) => Err(PathProblem::Constraint {
            subject: leaf.subject_text.clone(),
            rule: format!("extension {oid} is not processed here"),
        }),
        None => Ok(()),
    }
}

/// RFC 5280 6.1.4 (k) to (o). An anchor without basicConstraints (version 1) is taken as configured.
fn unlawful_issuer(path: &[&Certificate], issuer: &Certificate, role: Role) -> Option<String> {
    if let Some(oid) = issuer.unprocessed_critical.first() {
        return Some(format!("extension {oid} is not processed here"));
    }
    match issuer.basic_constraints {
        Some(constraints) if !constraints.ca => return Some("it is no authority".to_owned()),
        None if role == Role::Intermediate => return Some("it is no authority".to_owned()),
        Some(constraints) => {
            let below = path
                .iter()
                .skip(1)
                .filter(|certificate| !certificate.self_issued());
            let below = u32::try_from(below.count()).unwrap_or(u32::MAX);
            if constraints.path_length.is_some_and(|most| below > most) {
                return Some("the path below it is longer than it allows".to_owned());
            }
        }
        None => {}
    }
    if issuer.key_usage.is_some_and(|usage| !usage.certify) {
        return Some("its key may not certify".to_owned());
    }
    None
}

fn key_ids_agree(subject: &Certificate, issuer: &Certificate) -> bool {
    subject.authority_key_id.is_some() && subject.authority_key_id == issuer.subject_key_id
}

fn outside(certificate: &Certificate, at: UtcTime) -> Option<Validity> {
    let name = || certificate.subject_text.clone();
    if at > certificate.not_after {
        Some(Validity::Expired(name(), certificate.not_after))
    } else if at < certificate.not_before {
        Some(Validity::NotYet(name(), certificate.not_before))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{
        BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair,
        KeyUsagePurpose,
    };

    use super::*;

    struct Ca(CertifiedIssuer<'static, KeyPair>);

    fn params(name: &str, is_ca: IsCa) -> CertificateParams {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = is_ca;
        params
    }

    impl Ca {
        fn root(name: &str) -> Self {
            let params = params(name, IsCa::Ca(BasicConstraints::Unconstrained));
            Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
        }

        fn child(&self, params: CertificateParams) -> Self {
            let key = KeyPair::generate().unwrap();
            Self(CertifiedIssuer::signed_by(params, key, &self.0).unwrap())
        }

        fn leaf(&self, params: &CertificateParams) -> Certificate {
            let key = KeyPair::generate().unwrap();
            Certificate::parse(params.signed_by(&key, &self.0).unwrap().der()).unwrap()
        }

        fn certificate(&self) -> Certificate {
            Certificate::parse(self.0.der()).unwrap()
        }
    }

    fn now() -> UtcTime {
        UtcTime::parse_rfc3339("2026-11-24T00:00:00Z").unwrap()
    }

    #[test]
    fn a_path_over_an_intermediate_reaches_its_anchor() {
        let root = Ca::root("root");
        let middle = root.child(params("middle", IsCa::Ca(BasicConstraints::Constrained(0))));
        let leaf = middle.leaf(&params("leaf", IsCa::NoCa));
        let path = build(&leaf, &[middle.certificate()], &[root.certificate()], now()).unwrap();
        assert_eq!(path.certificates().len(), 3);
        assert_eq!(path.validity(), &Validity::Inside);
    }

    #[test]
    fn an_anchor_of_the_same_name_with_another_key_vouches_for_nobody() {
        let (root, rogue) = (Ca::root("root"), Ca::root("root"));
        let leaf = root.leaf(&params("leaf", IsCa::NoCa));
        let problem = build(&leaf, &[], &[rogue.certificate()], now()).unwrap_err();
        assert!(matches!(problem, PathProblem::BadSignature(_)), "{problem}");
    }

    #[test]
    fn an_end_entity_may_not_certify() {
        let root = Ca::root("root");
        let fake = root.child(params("person", IsCa::ExplicitNoCa));
        let leaf = fake.leaf(&params("leaf", IsCa::NoCa));
        let problem =
            build(&leaf, &[fake.certificate()], &[root.certificate()], now()).unwrap_err();
        assert!(
            matches!(problem, PathProblem::Constraint { .. }),
            "{problem}"
        );
    }

    #[test]
    fn a_path_longer_than_its_issuer_allows_is_refused() {
        let root = Ca::root("root");
        let first = root.child(params("first", IsCa::Ca(BasicConstraints::Constrained(0))));
        let second = first.child(params("second", IsCa::Ca(BasicConstraints::Unconstrained)));
        let leaf = second.leaf(&params("leaf", IsCa::NoCa));
        let pool = [first.certificate(), second.certificate()];
        let problem = build(&leaf, &pool, &[root.certificate()], now()).unwrap_err();
        assert!(
            matches!(problem, PathProblem::Constraint { .. }),
            "{problem}"
        );
    }

    #[test]
    fn a_key_that_may_only_sign_lists_may_not_certify() {
        let root = Ca::root("root");
        let mut only_lists = params("lists", IsCa::Ca(BasicConstraints::Unconstrained));
        only_lists.key_usages = vec![KeyUsagePurpose::CrlSign];
        let lists = root.child(only_lists);
        let leaf = lists.leaf(&params("leaf", IsCa::NoCa));
        let problem =
            build(&leaf, &[lists.certificate()], &[root.certificate()], now()).unwrap_err();
        assert!(
            matches!(problem, PathProblem::Constraint { .. }),
            "{problem}"
        );
    }

    #[test]
    fn a_critical_extension_that_nobody_processes_is_refused() {
        let root = Ca::root("root");
        let mut params = params("leaf", IsCa::NoCa);
        let mut unknown =
            rcgen::CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 55555, 1], vec![5, 0]);
        unknown.set_criticality(true);
        params.custom_extensions.push(unknown);
        let problem = build(&root.leaf(&params), &[], &[root.certificate()], now()).unwrap_err();
        assert!(
            matches!(problem, PathProblem::Constraint { .. }),
            "{problem}"
        );
    }

    #[test]
    fn an_expired_certificate_has_a_path_outside_its_time() {
        let root = Ca::root("root");
        let mut params = params("leaf", IsCa::NoCa);
        params.not_after = rcgen::date_time_ymd(2020, 1, 1);
        let path = build(&root.leaf(&params), &[], &[root.certificate()], now()).unwrap();
        assert!(matches!(path.validity(), Validity::Expired(..)));
    }

    #[test]
    fn authorities_that_certify_each_other_end_the_search_in_bounded_work() {
        let roots: Vec<Ca> = (0..40).map(|_| Ca::root("same")).collect();
        let pool: Vec<Certificate> = roots.iter().map(Ca::certificate).collect();
        let leaf = Ca::root("same").leaf(&params("leaf", IsCa::NoCa));
        let anchor = Ca::root("elsewhere").certificate();
        assert!(build(&leaf, &pool, &[anchor], now()).is_err());
    }
}
