//! Digests of all signatures in one pass: one running hash per algorithm, cloned at each gap, since ranges nest.

use std::ops::Range;

use super::facts::DocumentDigest;
use crate::{
    budget::LimitError,
    num::{to_u64, to_usize},
    pdf::ReadError,
    source::ByteSource,
    x509::digest::{Digest, Running},
};

/// A digest over the file from its first byte to `end` without `gap`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) algorithm: Digest,
    pub(super) gap: Range<u64>,
    pub(super) end: u64,
}

/// The digests, in the order asked for.
pub(super) fn all(
    source: &dyn ByteSource,
    wanted: &[Wanted],
) -> Result<Vec<DocumentDigest>, ReadError> {
    within_reason(source.len(), wanted)?;
    let mut digests: Vec<Option<DocumentDigest>> = wanted.iter().map(|_| None).collect();
    for algorithm in Digest::ALL {
        let mut order: Vec<(usize, &Wanted)> = wanted
            .iter()
            .enumerate()
            .filter(|(_, one)| one.algorithm == algorithm)
            .collect();
        order.sort_by_key(|(_, one)| one.gap.start);
        let mut running = Running::new(algorithm);
        let mut at = 0;
        for (position, one) in order {
            feed(source, &mut running, at..one.gap.start)?;
            at = one.gap.start;
            let mut own = running.clone();
            feed(source, &mut own, one.gap.end..one.end)?;
            if let Some(slot) = digests.get_mut(position) {
                let value = own.finish();
                *slot = Some(DocumentDigest { algorithm, value });
            }
        }
    }
    Ok(digests.into_iter().flatten().collect())
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

fn feed(
    source: &dyn ByteSource,
    context: &mut Running,
    range: Range<u64>,
) -> Result<(), ReadError> {
    let mut buffer = vec![0; to_usize(range.end.saturating_sub(range.start).min(CHUNK))];
    let mut at = range.start;
    while at < range.end {
        let length = range.end.saturating_sub(at).min(to_u64(buffer.len()));
        let Some(part) = buffer.get_mut(..to_usize(length)) else {
            break;
        };
        source.read_at(at, part)?;
        context.update(part);
        at = at.saturating_add(length);
    }
    Ok(())
}

const CHUNK: u64 = 64 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_ranges_hash_as_if_each_were_hashed_alone() {
        let bytes: Vec<u8> = (0..=255_u8).cycle().take(200_000).collect();
        let wanted = [
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
        ];
        for (digest, one) in all(&bytes, &wanted).unwrap().iter().zip(&wanted) {
            let mut alone = bytes[..to_usize(one.gap.start)].to_vec();
            alone.extend_from_slice(&bytes[to_usize(one.gap.end)..to_usize(one.end)]);
            assert_eq!(digest.value, one.algorithm.of(&alone));
        }
    }
}
