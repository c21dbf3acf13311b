//! The ciphers and digests of PDF encryption (ISO 32000-2 7.6). MD5 and RC4 are here because old files use them, and for
//! nothing else.

use aes::{Aes128, Aes256};
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit, block_padding::NoPadding};
use md5::{Digest as _, Md5};

const BLOCK: usize = 16;

pub(super) fn md5(parts: &[&[u8]]) -> [u8; 16] {
    let mut digest = Md5::new();
    for part in parts {
        digest.update(part);
    }
    digest.finalize().into()
}

/// RC4 both ways.
pub(super) fn rc4(key: &[u8], data: &[u8]) -> Vec<u8> {
    let mut state: [u8; 256] = std::array::from_fn(|at| u8::try_from(at).unwrap_or(u8::MAX));
    let byte = |state: &[u8; 256], at: u8| state.get(usize::from(at)).copied().unwrap_or(0);
    let mut j = 0_u8;
    for (i, part) in (0..=u8::MAX).zip(key.iter().cycle()) {
        j = j.wrapping_add(byte(&state, i)).wrapping_add(*part);
        state.swap(usize::from(i), usize::from(j));
    }
    let (mut i, mut j) = (0_u8, 0_u8);
    data.iter()
        .map(|plain| {
            i = i.wrapping_add(1);
            j = j.wrapping_add(byte(&state, i));
            state.swap(usize::from(i), usize::from(j));
            let at = byte(&state, i).wrapping_add(byte(&state, j));
            plain ^ byte(&state, at)
        })
        .collect()
}

/// AES in CBC mode behind its initialisation vector, padding taken off (7.6.3.1). Damaged data gives what can be had of it:
/// whoever reads on finds out.
pub(super) fn aes_open(key: &[u8], data: &[u8]) -> Vec<u8> {
    let Some((iv, sealed)) = data.split_at_checked(BLOCK) else {
        return Vec::new();
    };
    let whole = sealed.len() - sealed.len() % BLOCK;
    let mut out = sealed.get(..whole).unwrap_or_default().to_vec();
    cbc_open(key, iv, &mut out);
    let padding = out.last().map_or(0, |last| usize::from(*last));
    if (1..=BLOCK).contains(&padding) {
        out.truncate(out.len().saturating_sub(padding));
    }
    out
}

/// The counterpart of [`aes_open`].
pub(super) fn aes_seal(key: &[u8], iv: [u8; BLOCK], plain: &[u8]) -> Vec<u8> {
    let padding = BLOCK - plain.len() % BLOCK;
    let mut sealed = plain.to_vec();
    sealed.extend(std::iter::repeat_n(
        u8::try_from(padding).unwrap_or(16),
        padding,
    ));
    cbc_seal(key, &iv, &mut sealed);
    let mut out = iv.to_vec();
    out.append(&mut sealed);
    out
}

/// Decrypts whole blocks in place; a key of a length that AES does not have leaves them.
pub(super) fn cbc_open(key: &[u8], iv: &[u8], blocks: &mut [u8]) {
    if key.len() == 16 {
        if let Ok(mode) = cbc::Decryptor::<Aes128>::new_from_slices(key, iv) {
            let _ = mode.decrypt_padded::<NoPadding>(blocks);
        }
    } else if let Ok(mode) = cbc::Decryptor::<Aes256>::new_from_slices(key, iv) {
        let _ = mode.decrypt_padded::<NoPadding>(blocks);
    }
}

/// Encrypts whole blocks in place, as above.
pub(super) fn cbc_seal(key: &[u8], iv: &[u8], blocks: &mut [u8]) {
    let length = blocks.len();
    if key.len() == 16 {
        if let Ok(mode) = cbc::Encryptor::<Aes128>::new_from_slices(key, iv) {
            let _ = mode.encrypt_padded::<NoPadding>(blocks, length);
        }
    } else if let Ok(mode) = cbc::Encryptor::<Aes256>::new_from_slices(key, iv) {
        let _ = mode.encrypt_padded::<NoPadding>(blocks, length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rc4_gives_the_published_vector() {
        assert_eq!(
            rc4(b"Key", b"Plaintext"),
            [0xbb, 0xf3, 0x16, 0xe8, 0xd9, 0x40, 0xaf, 0x0a, 0xd3]
        );
    }

    #[test]
    fn what_aes_seals_it_opens() {
        for key in [vec![7; 16], vec![9; 32]] {
            for length in [0, 1, 15, 16, 17, 100] {
                let plain = vec![3; length];
                let sealed = aes_seal(&key, [5; 16], &plain);
                assert_eq!(sealed.len() % 16, 0);
                assert_ne!(sealed.get(16..), Some(plain.as_slice()));
                assert_eq!(aes_open(&key, &sealed), plain);
            }
        }
        assert!(aes_open(&[7; 16], b"short").is_empty());
    }
}
