//! Codes that people read and type.

/// Five bits of each byte, in Crockford's alphabet without look-alikes.
pub(crate) fn spelled(random: &[u8]) -> String {
    random
        .iter()
        .filter_map(|byte| ALPHABET.chars().nth(usize::from(byte & 31)))
        .collect()
}

const ALPHABET: &str = "0123456789abcdefghjkmnpqrstvwxyz";
