//! Passwords: argon2id, two at a time, and as long for a name that does not exist.

use std::sync::Arc;

use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use custody::Passphrase;

use crate::{App, ServiceError};

/// Refuses what anybody would guess.
///
/// # Errors
/// [`ServiceError::WeakPassphrase`].
pub(super) fn check_strength(password: &Passphrase) -> Result<(), ServiceError> {
    let length = password.expose().chars().count();
    if length < SHORTEST {
        return Err(ServiceError::WeakPassphrase(SHORTEST));
    }
    // Nobody types this, and hashing it would only take time.
    if length > LONGEST {
        return Err(ServiceError::Invalid { what: "password" });
    }
    Ok(())
}

/// The hash of a password, a PHC string.
///
/// # Errors
/// [`ServiceError::Random`], [`ServiceError::Task`].
pub(super) async fn hash(app: &Arc<App>, password: &Passphrase) -> Result<String, ServiceError> {
    let salt = app.random::<16>()?;
    let password = password.clone();
    let _turn = turn(app).await?;
    tokio::task::spawn_blocking(move || {
        let hash: Result<argon2::password_hash::phc::PasswordHash, _> =
            argon2()?.hash_password_with_salt(password.expose().as_bytes(), &salt);
        hash.map(|hash| hash.to_string()).map_err(|_| UNHASHED)
    })
    .await?
}

/// Whether the password is that of the hash. Without a hash it takes as long and is wrong.
///
/// # Errors
/// [`ServiceError::Task`].
pub(super) async fn verify(
    app: &Arc<App>,
    password: &Passphrase,
    hash: Option<String>,
) -> Result<bool, ServiceError> {
    let _turn = turn(app).await?;
    let password = password.clone();
    tokio::task::spawn_blocking(move || {
        let argon2 = argon2()?;
        let bytes = password.expose().as_bytes();
        let bytes = bytes.get(..MOST_BYTES).unwrap_or(bytes);
        Ok(if let Some(hash) = hash {
            argon2.verify_password(bytes, hash.as_str()).is_ok()
        } else {
            let mut nowhere = zeroize::Zeroizing::new([0_u8; 32]);
            argon2
                .hash_password_into(bytes, b"nobody has this salt", nowhere.as_mut_slice())
                .is_err()
        })
    })
    .await?
}

async fn turn(app: &App) -> Result<tokio::sync::SemaphorePermit<'_>, ServiceError> {
    app.hashing.acquire().await.map_err(|_| UNHASHED)
}

/// 19 MiB, two passes, one lane (OWASP's first choice for Argon2id).
fn argon2() -> Result<Argon2<'static>, ServiceError> {
    let params = Params::new(19 * 1024, 2, 1, Some(32)).map_err(|_| UNHASHED)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

const UNHASHED: ServiceError = ServiceError::Invalid { what: "password" };
/// Characters of the shortest password; guesses are slowed down besides.
const SHORTEST: usize = 10;
const LONGEST: usize = 256;
/// Longer entries are cut before they are hashed, which no password that was taken can be.
const MOST_BYTES: usize = 4 * LONGEST;
