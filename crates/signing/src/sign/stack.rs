//! Where private keys are used: ring, or AWS-LC for whoever chose its feature. Both have one interface but for the calls
//! that each wraps here.

#[cfg(feature = "aws-lc")]
mod aws_lc;
#[cfg(not(feature = "aws-lc"))]
mod ring;

#[cfg(feature = "aws-lc")]
pub(super) use aws_lc::*;
#[cfg(not(feature = "aws-lc"))]
pub(super) use ring::*;
