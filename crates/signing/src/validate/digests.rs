//! Digests of all signatures in one pass: one running hash per algorithm, cloned at each gap, since ranges nest.

use std::ops::Range;

use super::facts::DocumentDigest;
use crate::{
    budget::LimitError,
    pdf::ReadError,
    source::{ByteSource, in_pieces},
    x509::digest::{Digest, Running},
};

/// A digest that ran over the beginning of a file already, so that it need not run there again.
#[derive(Clone)]
pub(crate) struct Begun {
    pub(crate) algorithm: Digest,
    /// How far it came.
    pub(crate) length: u64,
    pub(crate) running: Running,
}

/// A digest over the file from its first byte to `end` without `gap`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) algorithm: Digest,
    pub(super) gap: Range<u64>,
    pub(super) end: u64,
}

/// The digests, in the order asked for. Where one has begun, only those are made whose gap lies behind it.
pub(super) fn all(
    source: &dyn ByteSource,
    wanted: &[Wanted],
    begun: Option<&Begun>,
) -> Result<Vec<Option<DocumentDigest>>, ReadError> {
    within_reason(source.len(), wanted)?;
    let mut digests: Vec<Option<DocumentDigest>> = wanted.iter().map(|_| None).collect();
    let from = begun.map_or(0, |begun| begun.length);
    for algorithm in Digest::ALL {
        let mut order: Vec<(usize, &Wanted)> = wanted
            .iter()
            .enumerate()
            .filter(|(_, one)| one.algorithm == algorithm && one.gap.start >= from)
            .collect();
        order.sort_by_key(|(_, one)| one.gap.start);
        let (mut running, mut at) = match begun {
            Some(begun) if begun.algorithm == algorithm => (begun.running.clone(), begun.length),
            Some(_) | None => (Running::new(algorithm), 0),
        };
        for (position, one) in order {
            in_pieces(source, at..one.gap.start, |piece| running.update(piece))?;
            at = one.gap.start;
            let mut own = running.clone();
            in_pieces(source, one.gap.end..one.end, |piece| own.update(piece))?;
            if let Some(slot) = digests.get_mut(position) {
                let value = own.finish();
                *slot = Some(DocumentDigest { algorithm, value });
            }
        }
    }
    Ok(digests)
}

/// Lawful signatures lie one behind the other, so all their tails together are hardly longer than the file. A file made to
/// be hashed again and again is over budget.
fn within_reason(length: u64, wanted: &[Wanted]) -> Result<(), LimitError> {
    const SPARE: u64 = 64 << 20;
    let tails = wanted.iter().fold(0_u64, |sum, one| {
        sum.saturating_add(one.end.saturating_sub(one.gap.end))
    });
    if tails > length.saturating_mul(4).saturating_add(SPARE) {
        return Err(LimitError::Signatures);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::to_usize;

    #[test]
    fn nested_ranges_hash_as_if_each_were_hashed_alone() {
        let bytes: Vec<u8> = (0..=255_u8).cycle().take(200_000).collect();
        let wanted = wanted();
        for (digest, one) in all(&bytes, &wanted, None).unwrap().iter().zip(&wanted) {
            assert_eq!(digest.as_ref().unwrap().value, alone(&bytes, one));
        }
    }

    #[test]
    fn a_digest_that_has_begun_goes_on_and_those_before_it_are_left_out() {
        let bytes: Vec<u8> = (0..=255_u8).cycle().take(200_000).collect();
        let wanted = wanted();
        let mut running = Running::new(Digest::Sha256);
        running.update(&bytes[..90_000]);
        let begun = Begun {
            algorithm: Digest::Sha256,
            length: 90_000,
            running,
        };
        let digests = all(&bytes, &wanted, Some(&begun)).unwrap();
        let [Some(newest), None, None] = digests.as_slice() else {
            panic!("{digests:?}");
        };
        assert_eq!(newest.value, alone(&bytes, &wanted[0]));
    }

    fn alone(bytes: &[u8], one: &Wanted) -> Vec<u8> {
        let mut alone = bytes[..to_usize(one.gap.start)].to_vec();
        alone.extend_from_slice(&bytes[to_usize(one.gap.end)..to_usize(one.end)]);
        one.algorithm.of(&alone)
    }

    fn wanted() -> [Wanted; 3] {
        [
            Wanted {
                algorithm: Digest::Sha256,
                gap: 100_000..110_000,
                end: 200_000,
            },
            Wanted {
                algorithm: Digest::Sha256,
                gap: 10..20,
                end: 70_000,
            },
            Wanted {
                algorithm: Digest::Sha512,
                gap: 5..6,
                end: 7,
            },
        ]
    }
}
