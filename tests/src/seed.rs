//! Random choices that can be made again.

use std::io::Write;

use rand::SeedableRng;
use rand::rngs::StdRng;

/// A source of random choices for one purpose, seeded by `PENA_SEED`.
///
/// # Panics
/// If `PENA_SEED` is no number.
pub fn choices(purpose: &str) -> StdRng {
    let seed: u64 = std::env::var("PENA_SEED").map_or(0x5045_4e41, |text| {
        text.parse().expect("PENA_SEED is a whole number")
    });
    drop(writeln!(
        std::io::stderr(),
        "{purpose}: PENA_SEED={seed} makes the same choices again"
    ));
    let mut mixed = ring::digest::Context::new(&ring::digest::SHA256);
    mixed.update(&seed.to_be_bytes());
    mixed.update(purpose.as_bytes());
    let mut bytes = [0; 32];
    bytes.copy_from_slice(mixed.finish().as_ref());
    StdRng::from_seed(bytes)
}
