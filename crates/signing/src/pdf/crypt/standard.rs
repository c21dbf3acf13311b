//! The standard security handler: from a password to the file's key (ISO 32000-2 7.6.4; revisions 2 to 4 as ISO 32000-1
//! has them, revision 5 as Adobe's extension level 3 has it).

use ring::digest;
use zeroize::Zeroizing;

use super::cipher;

/// What the encryption dictionary says about passwords.
pub(super) struct Standard {
    /// `/R`, 2 to 6.
    pub(super) revision: i64,
    /// Length of the file's key in bytes.
    pub(super) key_length: usize,
    /// `/O`
    pub(super) owner: Vec<u8>,
    /// `/U`
    pub(super) user: Vec<u8>,
    /// `/OE`
    pub(super) owner_key: Vec<u8>,
    /// `/UE`
    pub(super) user_key: Vec<u8>,
    /// `/P`
    pub(super) permissions: u32,
    /// Whether `/EncryptMetadata` leaves the metadata in clear, which the key depends on.
    pub(super) clear_metadata: bool,
    /// The first element of `/ID`.
    pub(super) identifier: Vec<u8>,
}

/// As whom a password opens a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Bound by the permissions.
    User,
    /// Bound by nothing.
    Owner,
}

const PADDING: [u8; 32] = [
    0x28, 0xbf, 0x4e, 0x5e, 0x4e, 0x75, 0x8a, 0x41, 0x64, 0x00, 0x4e, 0x56, 0xff, 0xfa, 0x01, 0x08,
    0x2e, 0x2e, 0x00, 0xb6, 0xd0, 0x68, 0x3e, 0x80, 0x2f, 0x0c, 0xa9, 0xfe, 0x64, 0x53, 0x69, 0x7a,
];
/// More of a password does not count (7.6.4.3.3).
const LONGEST: usize = 127;

impl Standard {
    /// The file's key, when this is the user's or the owner's password.
    pub(super) fn unlock(&self, password: &[u8]) -> Option<(Zeroizing<Vec<u8>>, Role)> {
        if self.revision >= 5 {
            return self.unlock_aes256(password);
        }
        let as_owner = self.user_password(password);
        if let Some(key) = self.user_key_of(&as_owner) {
            return Some((key, Role::Owner));
        }
        Some((self.user_key_of(password)?, Role::User))
    }

    /// Algorithms 4 to 6: the key, if it proves right.
    fn user_key_of(&self, password: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let key = self.file_key(password);
        let expected = if self.revision == 2 {
            cipher::rc4(&key, &PADDING)
        } else {
            let mut value = cipher::md5(&[&PADDING, &self.identifier]).to_vec();
            for round in 0..20 {
                value = cipher::rc4(&mixed(&key, round), &value);
            }
            value
        };
        let stored = self.user.get(..expected.len())?;
        (stored == expected).then_some(key)
    }

    /// Algorithm 2.
    fn file_key(&self, password: &[u8]) -> Zeroizing<Vec<u8>> {
        let clear: &[u8] = if self.revision >= 4 && self.clear_metadata {
            &[0xff; 4]
        } else {
            &[]
        };
        let owner = self.owner.get(..32).unwrap_or(&self.owner);
        let mut digest = cipher::md5(&[
            padded(password).as_slice(),
            owner,
            &self.permissions.to_le_bytes(),
            &self.identifier,
            clear,
        ]);
        let length = self.key_length.min(digest.len());
        if self.revision >= 3 {
            for _ in 0..50 {
                digest = cipher::md5(&[digest.get(..length).unwrap_or_default()]);
            }
        }
        Zeroizing::new(digest.get(..length).unwrap_or_default().to_vec())
    }

    /// Algorithm 7: the user's password that the owner's opens.
    fn user_password(&self, owner: &[u8]) -> Zeroizing<Vec<u8>> {
        let mut digest = cipher::md5(&[padded(owner).as_slice()]);
        if self.revision >= 3 {
            for _ in 0..50 {
                digest = cipher::md5(&[&digest]);
            }
        }
        let length = self.key_length.min(digest.len());
        let key = digest.get(..length).unwrap_or_default();
        let mut password = self.owner.get(..32).unwrap_or(&self.owner).to_vec();
        if self.revision == 2 {
            password = cipher::rc4(key, &password);
        } else {
            for round in (0..20).rev() {
                password = cipher::rc4(&mixed(key, round), &password);
            }
        }
        Zeroizing::new(password)
    }

    /// Algorithm 2.A.
    fn unlock_aes256(&self, password: &[u8]) -> Option<(Zeroizing<Vec<u8>>, Role)> {
        let password = password.get(..LONGEST).unwrap_or(password);
        let user = self.user.get(..48)?;
        let owned = Validator::of(&self.owner)?;
        if self.hash(password, owned.validation, user) == owned.hash {
            let wrapping = self.hash(password, owned.wrapping, user);
            return Some((unwrapped(&wrapping, &self.owner_key)?, Role::Owner));
        }
        let used = Validator::of(&self.user)?;
        if self.hash(password, used.validation, &[]) == used.hash {
            let wrapping = self.hash(password, used.wrapping, &[]);
            return Some((unwrapped(&wrapping, &self.user_key)?, Role::User));
        }
        None
    }

    /// Algorithm 2.B, or the plain digest of revision 5.
    fn hash(&self, password: &[u8], salt: &[u8], user: &[u8]) -> Vec<u8> {
        let first = [password, salt, user].concat();
        let mut key = sha(&digest::SHA256, &first);
        if self.revision == 5 {
            return key;
        }
        let mut round = 0_u32;
        loop {
            let once = [password, &key, user].concat();
            let mut repeated = once.repeat(64);
            let (Some(aes_key), Some(iv)) = (key.get(..16), key.get(16..32)) else {
                return key;
            };
            cipher::cbc_seal(aes_key, iv, &mut repeated);
            // The first 16 bytes as a number, modulo 3: 256 is 1 modulo 3, so their sum does.
            let sum: u32 = repeated.iter().take(16).map(|byte| u32::from(*byte)).sum();
            key = match sum % 3 {
                0 => sha(&digest::SHA256, &repeated),
                1 => sha(&digest::SHA384, &repeated),
                _ => sha(&digest::SHA512, &repeated),
            };
            let last = repeated.last().map_or(0, |last| u32::from(*last));
            round += 1;
            // The last byte is at most 255, so this ends by round 288.
            if round >= 64 && last + 32 <= round {
                key.truncate(32);
                return key;
            }
        }
    }
}

/// `/O` or `/U` of revisions 5 and 6.
struct Validator<'a> {
    hash: &'a [u8],
    validation: &'a [u8],
    wrapping: &'a [u8],
}

impl<'a> Validator<'a> {
    fn of(value: &'a [u8]) -> Option<Self> {
        Some(Self {
            hash: value.get(..32)?,
            validation: value.get(32..40)?,
            wrapping: value.get(40..48)?,
        })
    }
}

fn unwrapped(wrapping: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut key = Zeroizing::new(sealed.get(..32)?.to_vec());
    cipher::cbc_open(wrapping, &[0; 16], &mut key);
    Some(key)
}

fn padded(password: &[u8]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(password.iter().chain(&PADDING).copied().take(32).collect())
}

fn mixed(key: &[u8], round: u8) -> Vec<u8> {
    key.iter().map(|byte| byte ^ round).collect()
}

fn sha(algorithm: &'static digest::Algorithm, data: &[u8]) -> Vec<u8> {
    digest::digest(algorithm, data).as_ref().to_vec()
}
