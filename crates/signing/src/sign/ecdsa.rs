//! ECDSA values as CMS carries them.

use der::{Encode, Sequence, asn1::UintRef};

/// `Ecdsa-Sig-Value` (RFC 3279 2.2.3) of a value as tokens give it: r and s, each as long as the field, one behind the
/// other. `None` when the bytes have no such form.
pub fn value_from_raw(raw: &[u8]) -> Option<Vec<u8>> {
    let (r, s) = raw.split_at_checked(raw.len() / 2)?;
    if r.is_empty() || r.len() != s.len() {
        return None;
    }
    let (r, s) = (UintRef::new(r).ok()?, UintRef::new(s).ok()?);
    Value { r, s }.to_der().ok()
}

#[derive(Sequence)]
struct Value<'a> {
    r: UintRef<'a>,
    s: UintRef<'a>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_lose_their_zeros_and_keep_their_sign() {
        let raw = [0, 0, 5, 0x80, 0, 1];
        assert_eq!(
            value_from_raw(&raw),
            Some(vec![0x30, 9, 2, 1, 5, 2, 4, 0, 0x80, 0, 1])
        );
        assert_eq!(value_from_raw(&[]), None);
        assert_eq!(value_from_raw(&[1, 2, 3]), None);
    }
}
