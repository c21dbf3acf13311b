//! What a validator is told to trust: anchors, how much revocation matters, and which algorithms still prove anything.

pub mod algorithms;
pub mod trust;

pub use trust::{Anchor, BadAnchor, Policy, RevocationRule, TrustAnchors};
