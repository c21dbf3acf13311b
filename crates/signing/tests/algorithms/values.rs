//! One key by openssl, one value by openssl, and what our check says of it and of its neighbours.

use std::{fs, io::Write as _, path::Path, process::Command};

use signing::{
    UtcTime,
    policy::AlgorithmPolicy,
    x509::signature::{Checked, Digest, Pss, PublicKey, Scheme},
};

const MESSAGE: &[u8] = b"Surat perintah tugas";

/// A key that `openssl genpkey` makes, and schemes with the options of `openssl dgst` that make their values.
struct Kind {
    key: &'static [&'static str],
    schemes: Vec<(Scheme, Vec<String>)>,
}

fn kinds() -> Vec<Kind> {
    let digests = Digest::ALL;
    let dgst = |digest: Digest| vec![format!("-{}", option(digest))];
    let pss = |digest: Digest, salt: usize| {
        let mut options = dgst(digest);
        for option in ["rsa_padding_mode:pss", &format!("rsa_pss_saltlen:{salt}")] {
            options.extend(["-sigopt".to_owned(), option.to_owned()]);
        }
        let scheme = Pss {
            salt,
            ..Pss::usual(digest)
        };
        (Scheme::RsaPss(scheme), options)
    };
    let rsa = |bits: &'static [&'static str], salts: &[usize]| Kind {
        key: bits,
        schemes: digests
            .into_iter()
            .map(|digest| (Scheme::RsaPkcs1(digest), dgst(digest)))
            .chain(digests.into_iter().flat_map(|digest| {
                let own = [digest.length()];
                let salts: Vec<usize> = salts.iter().chain(&own).copied().collect();
                salts.into_iter().map(move |salt| pss(digest, salt))
            }))
            .collect(),
    };
    let ec = |curve: &'static [&'static str]| Kind {
        key: curve,
        schemes: digests
            .into_iter()
            .map(|digest| (Scheme::Ecdsa(digest), dgst(digest)))
            .collect(),
    };
    vec![
        rsa(&["RSA", "-pkeyopt", "rsa_keygen_bits:2048"], &[0, 20, 33]),
        rsa(&["RSA", "-pkeyopt", "rsa_keygen_bits:3072"], &[20]),
        rsa(&["RSA", "-pkeyopt", "rsa_keygen_bits:1024"], &[20]),
        ec(&["EC", "-pkeyopt", "ec_paramgen_curve:P-256"]),
        ec(&["EC", "-pkeyopt", "ec_paramgen_curve:P-384"]),
        ec(&["EC", "-pkeyopt", "ec_paramgen_curve:P-521"]),
        ec(&["EC", "-pkeyopt", "ec_paramgen_curve:brainpoolP256r1"]),
        ec(&["EC", "-pkeyopt", "ec_paramgen_curve:brainpoolP384r1"]),
    ]
}

fn option(digest: Digest) -> &'static str {
    match digest {
        Digest::Sha1 => "sha1",
        Digest::Sha256 => "sha256",
        Digest::Sha384 => "sha384",
        Digest::Sha512 => "sha512",
        Digest::Sha3_256 => "sha3-256",
        Digest::Sha3_384 => "sha3-384",
        Digest::Sha3_512 => "sha3-512",
    }
}

#[test]
fn every_value_of_openssl_is_good_and_no_other_is() {
    if !have_openssl() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("message"), MESSAGE).unwrap();
    let mut checked = 0;
    for kind in kinds() {
        let public = key(at, kind.key);
        for (scheme, options) in &kind.schemes {
            let mut arguments = vec!["dgst", "-sign", "key.pem", "-out", "value"];
            arguments.extend(options.iter().map(String::as_str));
            arguments.push("message");
            if !openssl(at, &arguments) {
                // A salt and a digest that do not fit into the block of the smallest key.
                assert!(too_long(*scheme, &public), "{scheme} {}", public.kind);
                continue;
            }
            let value = fs::read(at.join("value")).unwrap();
            assert_good(*scheme, &public, &value);
            checked += 1;
        }
    }
    assert!(checked > 84, "{checked}");
}

/// Whether EMSA-PSS (RFC 8017 9.1.1) has no room for digest and salt.
fn too_long(scheme: Scheme, key: &PublicKey) -> bool {
    match scheme {
        Scheme::RsaPss(pss) => {
            key.rsa_modulus().unwrap().len() < pss.digest.length() + pss.salt + 2
        }
        Scheme::RsaPkcs1(_) | Scheme::Ecdsa(_) | Scheme::Ed25519 => false,
    }
}

fn assert_good(scheme: Scheme, key: &PublicKey, value: &[u8]) {
    let named = format!("{scheme} with {}", key.kind);
    assert_eq!(scheme.check(key, MESSAGE, value), Checked::Good, "{named}");
    assert_eq!(
        scheme.check(key, b"Surat lain", value),
        Checked::Bad,
        "{named}"
    );
    for at in [value.len() / 2, value.len() - 1] {
        let mut flipped = value.to_vec();
        flipped[at] ^= 1;
        assert_eq!(
            scheme.check(key, MESSAGE, &flipped),
            Checked::Bad,
            "{named}"
        );
    }
    assert_eq!(scheme.check(key, MESSAGE, b""), Checked::Bad, "{named}");
    let old = scheme.digest() == Some(Digest::Sha1);
    let short = key.rsa_modulus().is_some_and(|modulus| modulus.len() < 256);
    let today = UtcTime::parse_rfc3339("2026-11-24T00:00:00Z").unwrap();
    let ended = AlgorithmPolicy::default().value(scheme, &key.kind, today);
    assert_eq!(ended.is_some(), old || short, "{named}");
    // A salt of another length is another scheme.
    if let Scheme::RsaPss(pss) = scheme {
        let other = Scheme::RsaPss(Pss {
            salt: pss.salt + 1,
            ..pss
        });
        assert_ne!(other.check(key, MESSAGE, value), Checked::Good, "{named}");
    }
}

#[test]
fn a_point_that_is_compressed_is_the_same_key() {
    if !have_openssl() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("message"), MESSAGE).unwrap();
    key(at, &["EC", "-pkeyopt", "ec_paramgen_curve:P-256"]);
    let short = [
        "ec",
        "-in",
        "key.pem",
        "-pubout",
        "-conv_form",
        "compressed",
        "-outform",
        "DER",
        "-out",
        "public",
    ];
    assert!(openssl(at, &short));
    let public = PublicKey::parse(&fs::read(at.join("public")).unwrap()).unwrap();
    assert_eq!(public.bytes.len(), 33);
    assert!(openssl(
        at,
        &[
            "dgst", "-sha256", "-sign", "key.pem", "-out", "value", "message"
        ]
    ));
    let value = fs::read(at.join("value")).unwrap();
    assert_good(Scheme::Ecdsa(Digest::Sha256), &public, &value);
}

#[test]
fn a_key_that_nobody_here_can_check_is_named() {
    if !have_openssl() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for (kind, name) in [
        (["ED448"].as_slice(), "Ed448"),
        (
            &["EC", "-pkeyopt", "ec_paramgen_curve:brainpoolP512r1"],
            "brainpoolP512r1",
        ),
    ] {
        let public = key(folder.path(), kind);
        let checked = Scheme::Ecdsa(Digest::Sha256).check(&public, MESSAGE, b"");
        let Checked::CannotCheck(said) = checked else {
            panic!("{name}: {checked:?}");
        };
        assert!(said.contains(name), "{said}");
    }
}

/// Makes `key.pem` and gives its public half.
fn key(at: &Path, kind: &[&str]) -> PublicKey {
    let make = ["genpkey", "-out", "key.pem", "-algorithm"];
    assert!(openssl(at, &[&make, kind].concat()), "{kind:?}");
    let public = [
        "pkey", "-in", "key.pem", "-pubout", "-outform", "DER", "-out", "public",
    ];
    assert!(openssl(at, &public));
    PublicKey::parse(&fs::read(at.join("public")).unwrap()).unwrap()
}

pub fn openssl(at: &Path, arguments: &[&str]) -> bool {
    let output = Command::new("openssl")
        .args(arguments)
        .current_dir(at)
        .output()
        .unwrap();
    output.status.success()
}

pub fn have_openssl() -> bool {
    let found = Command::new("openssl").arg("version").output().is_ok();
    assert!(
        found || std::env::var_os("CI").is_none(),
        "openssl is missing"
    );
    if !found {
        drop(writeln!(
            std::io::stderr(),
            "left out: openssl is not installed"
        ));
    }
    found
}
