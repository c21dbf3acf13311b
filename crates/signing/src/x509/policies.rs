//! Certificate policies along a path (RFC 5280 6.1.2 to 6.1.5), kept as the graph of RFC 9618, whose size is bounded.

use std::collections::BTreeSet;

use super::certificate::Certificate;
use crate::cms::ber::{BerError, Reader, tag};

/// The content octets of an object identifier.
pub(crate) type PolicyId = Vec<u8>;

/// What a path is asked to say about policies (RFC 5280 6.1.1 c to g). The default asks for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PolicyInputs {
    /// The policies that will do, each as the content octets of its object identifier; none named: any will do.
    pub acceptable: Vec<Vec<u8>>,
    /// Whether the path must be valid for one of them.
    pub explicit: bool,
    /// Whether policies may not be mapped to each other.
    pub inhibit_mapping: bool,
    /// Whether anyPolicy counts for nothing.
    pub inhibit_any: bool,
}

/// What one certificate says about policies (RFC 5280 4.2.1.4, 4.2.1.5, 4.2.1.11, 4.2.1.14).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policies {
    /// Under which it was issued; `None` without the extension.
    pub(crate) issued_under: Option<Vec<PolicyId>>,
    /// Which of the issuer's policies the subject may treat as which of its own.
    pub(crate) mappings: Vec<(PolicyId, PolicyId)>,
    /// After how many certificates a policy is required.
    pub(crate) require_explicit: Option<u32>,
    /// After how many certificates nothing may be mapped.
    pub(crate) inhibit_mapping: Option<u32>,
    /// After how many certificates anyPolicy counts for nothing.
    pub(crate) inhibit_any: Option<u32>,
}

impl Policies {
    /// Reads certificatePolicies.
    pub(crate) fn read_policies(value: &[u8]) -> Result<Vec<PolicyId>, BerError> {
        let all = Reader::new(value)
            .expect(tag::SEQUENCE)?
            .reader()
            .all(MAX_POLICIES)?;
        all.into_iter()
            .map(|one| {
                let mut information = one.expect(tag::SEQUENCE)?.reader();
                Ok(information.expect(tag::OID)?.value.to_vec())
            })
            .collect()
    }

    /// Reads policyMappings.
    pub(crate) fn read_mappings(value: &[u8]) -> Result<Vec<(PolicyId, PolicyId)>, BerError> {
        let all = Reader::new(value)
            .expect(tag::SEQUENCE)?
            .reader()
            .all(MAX_POLICIES)?;
        all.into_iter()
            .map(|one| {
                let mut pair = one.expect(tag::SEQUENCE)?.reader();
                let from = pair.expect(tag::OID)?.value.to_vec();
                Ok((from, pair.expect(tag::OID)?.value.to_vec()))
            })
            .collect()
    }

    /// Reads policyConstraints.
    pub(crate) fn read_constraints(&mut self, value: &[u8]) -> Result<(), BerError> {
        let mut fields = Reader::new(value).expect(tag::SEQUENCE)?.reader();
        if let Some(skip) = fields.optional(tag::implicit(0))? {
            self.require_explicit = Some(count(skip.value)?);
        }
        if let Some(skip) = fields.optional(tag::implicit(1))? {
            self.inhibit_mapping = Some(count(skip.value)?);
        }
        Ok(())
    }

    /// Reads inhibitAnyPolicy.
    pub(crate) fn read_inhibit_any(&mut self, value: &[u8]) -> Result<(), BerError> {
        self.inhibit_any = Some(count(Reader::new(value).expect(tag::INTEGER)?.value)?);
        Ok(())
    }
}

fn count(octets: &[u8]) -> Result<u32, BerError> {
    if octets.is_empty() || octets.first().is_some_and(|first| first & 0x80 != 0) {
        return Err(BerError::Value("number of certificates"));
    }
    // No path is long enough for the difference between a large number and a larger one.
    let value = octets.iter().try_fold(0_u32, |sum, octet| {
        sum.checked_mul(256)?.checked_add(u32::from(*octet))
    });
    Ok(value.unwrap_or(u32::MAX))
}

/// Checks a path, leaf first, its anchor last: which certificate fails, and why.
pub(super) fn check(
    path: &[&Certificate],
    inputs: &PolicyInputs,
) -> Result<(), (String, &'static str)> {
    let Some((_, below)) = path.split_last() else {
        return Ok(());
    };
    let mut state = State::new(inputs, below.len());
    for (left, certificate) in below.iter().enumerate().rev() {
        let wrong = |rule| (certificate.subject_text.clone(), rule);
        state.step(certificate, left == 0).map_err(wrong)?;
    }
    let Some(leaf) = below.first() else {
        return Ok(());
    };
    state
        .finish(leaf, inputs)
        .map_err(|rule| (leaf.subject_text.clone(), rule))
}

struct Node {
    policy: PolicyId,
    expected: BTreeSet<PolicyId>,
    /// In the level above.
    parents: Vec<usize>,
}

struct State {
    /// The graph, its root first; empty once there is no valid policy any more.
    levels: Vec<Vec<Node>>,
    explicit: usize,
    mapping: usize,
    any: usize,
}

impl State {
    fn new(inputs: &PolicyInputs, length: usize) -> Self {
        let beyond = length.saturating_add(1);
        let unless = |inhibited: bool| if inhibited { 0 } else { beyond };
        let root = Node {
            policy: ANY.to_vec(),
            expected: BTreeSet::from([ANY.to_vec()]),
            parents: Vec::new(),
        };
        Self {
            levels: vec![vec![root]],
            explicit: unless(inputs.explicit),
            mapping: unless(inputs.inhibit_mapping),
            any: unless(inputs.inhibit_any),
        }
    }

    /// RFC 5280 6.1.3 d to f and 6.1.4 a, b, h to j.
    fn step(&mut self, certificate: &Certificate, is_leaf: bool) -> Result<(), &'static str> {
        let policies = &certificate.policies;
        let self_issued = certificate.self_issued();
        match (&policies.issued_under, self.levels.last()) {
            (Some(own), Some(above)) => {
                let any_counts = self.any > 0 || (!is_leaf && self_issued);
                let level = level(above, own, any_counts);
                if level.len() > MAX_NODES {
                    return Err("there are too many policies in its path");
                }
                if level.is_empty() {
                    self.levels.clear();
                } else {
                    self.levels.push(level);
                }
            }
            (None, _) => self.levels.clear(),
            (Some(_), None) => {}
        }
        if self.explicit == 0 && self.levels.is_empty() {
            return Err("no policy is valid for it, and one is required");
        }
        if is_leaf {
            return Ok(());
        }
        self.map(&policies.mappings)?;
        if !self_issued {
            self.explicit = self.explicit.saturating_sub(1);
            self.mapping = self.mapping.saturating_sub(1);
            self.any = self.any.saturating_sub(1);
        }
        limit(&mut self.explicit, policies.require_explicit);
        limit(&mut self.mapping, policies.inhibit_mapping);
        limit(&mut self.any, policies.inhibit_any);
        Ok(())
    }

    /// RFC 5280 6.1.4 a and b.
    fn map(&mut self, mappings: &[(PolicyId, PolicyId)]) -> Result<(), &'static str> {
        if mappings.iter().any(|(from, to)| from == ANY || to == ANY) {
            return Err("it maps anyPolicy");
        }
        let any_above = match self.levels.as_slice() {
            [.., above, _] => above.iter().position(|node| node.policy == ANY),
            _ => None,
        };
        let Some(level) = self.levels.last_mut() else {
            return Ok(());
        };
        let sources: BTreeSet<&PolicyId> = mappings.iter().map(|(from, _)| from).collect();
        for from in sources {
            if self.mapping == 0 {
                level.retain(|node| node.policy != *from);
                continue;
            }
            let targets = || {
                let own = mappings.iter().filter(|(other, _)| other == from);
                own.map(|(_, to)| to.clone()).collect::<BTreeSet<_>>()
            };
            if let Some(node) = level.iter_mut().find(|node| node.policy == *from) {
                node.expected = targets();
            } else if let Some(parent) = any_above
                && level.iter().any(|node| node.policy == ANY)
            {
                level.push(Node {
                    policy: from.clone(),
                    expected: targets(),
                    parents: vec![parent],
                });
            }
        }
        if level.is_empty() {
            self.levels.clear();
        }
        Ok(())
    }

    /// RFC 5280 6.1.5 a, b and g, the last as RFC 9618 puts it.
    fn finish(mut self, leaf: &Certificate, inputs: &PolicyInputs) -> Result<(), &'static str> {
        self.explicit = self.explicit.saturating_sub(1);
        if leaf.policies.require_explicit == Some(0) {
            self.explicit = 0;
        }
        if self.explicit > 0 {
            return Ok(());
        }
        let valid = self.authority_constrained();
        let accepted = inputs.acceptable.is_empty()
            || inputs.acceptable.iter().any(|policy| policy == ANY)
            || valid.contains(ANY)
            || inputs
                .acceptable
                .iter()
                .any(|policy| valid.contains(policy.as_slice()));
        if valid.is_empty() || !accepted {
            return Err("none of the policies asked for is valid for it");
        }
        Ok(())
    }

    /// In the words of the topmost authority: the policies the whole path is valid for.
    fn authority_constrained(&self) -> BTreeSet<&[u8]> {
        let mut valid = BTreeSet::new();
        let Some(last) = self.levels.last() else {
            return valid;
        };
        if last.iter().any(|node| node.policy == ANY) {
            valid.insert(ANY);
        }
        let mut reached: BTreeSet<usize> = (0..last.len()).collect();
        for pair in self.levels.windows(2).rev() {
            let [above, level] = pair else { continue };
            let mut reached_above = BTreeSet::new();
            for node in reached.iter().filter_map(|at| level.get(*at)) {
                let below_any = node
                    .parents
                    .iter()
                    .any(|parent| above.get(*parent).is_some_and(|above| above.policy == ANY));
                if node.policy != ANY && below_any {
                    valid.insert(node.policy.as_slice());
                }
                reached_above.extend(node.parents.iter().copied());
            }
            reached = reached_above;
        }
        valid
    }
}

/// RFC 5280 6.1.3 d, steps 1 and 2.
fn level(above: &[Node], own: &[PolicyId], any_counts: bool) -> Vec<Node> {
    let mut level: Vec<Node> = Vec::new();
    let holders = |policy: &[u8]| -> Vec<usize> {
        let all = above.iter().enumerate();
        all.filter(|(_, node)| node.expected.contains(policy))
            .map(|(at, _)| at)
            .collect()
    };
    let any_above = above.iter().position(|node| node.policy == ANY);
    for policy in own.iter().filter(|policy| policy.as_slice() != ANY) {
        let mut parents = holders(policy);
        if parents.is_empty() {
            parents.extend(any_above);
        }
        if !parents.is_empty() && level.iter().all(|node| node.policy != *policy) {
            level.push(Node {
                policy: policy.clone(),
                expected: BTreeSet::from([policy.clone()]),
                parents,
            });
        }
    }
    if any_counts && own.iter().any(|policy| policy == ANY) {
        let expected: BTreeSet<&PolicyId> = above.iter().flat_map(|node| &node.expected).collect();
        for policy in expected {
            if level.iter().all(|node| node.policy != *policy) {
                level.push(Node {
                    policy: policy.clone(),
                    expected: BTreeSet::from([policy.clone()]),
                    parents: holders(policy),
                });
            }
        }
    }
    level
}

fn limit(counter: &mut usize, stated: Option<u32>) {
    if let Some(stated) = stated.and_then(|stated| usize::try_from(stated).ok()) {
        *counter = (*counter).min(stated);
    }
}

const MAX_POLICIES: usize = 64;
const MAX_NODES: usize = 256;
/// Content octets of anyPolicy.
const ANY: &[u8] = &[0x55, 0x1d, 0x20, 0];
