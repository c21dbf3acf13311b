//! What a validator is told to trust: anchors, how much revocation matters, and which algorithms still prove anything.

pub mod algorithms;
pub mod trust;
pub mod trusted_list;

pub use algorithms::{AlgorithmPolicy, Sunset, UnknownAlgorithm};
pub use trust::{Anchor, AnchorPurpose, BadAnchor, Policy, RevocationRule, TrustAnchors};
pub use trusted_list::{TrustedList, TrustedListError};
