//! One key by openssl, one value by openssl, and what our check says of it and of its neighbours.

use std::{fs, io::Write as _, path::Path, process::Command};

use signing::{
    UtcTime,
    policy::AlgorithmPolicy,
    x509::signature::{Checked, Digest, KeyKind, Pss, PublicKey, Scheme},
};

const MESSAGE: &[u8] = b"Surat perintah tugas";

/// A key that `openssl genpkey` makes, and schemes with the options of `openssl dgst` that make their values.
struct Kind {
    key: &'static [&'static str],
    schemes: Vec<(Scheme, Vec<String>)>,
}

fn kinds() -> Vec<Kind> {
    // RSA and ECDSA go with SHAKE256 under identifiers of their own (RFC 8702), which nothing here knows.
    let digests = Digest::ALL
        .into_iter()
        .filter(|digest| *digest != Digest::Shake256);
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
            .clone()
            .map(|digest| (Scheme::RsaPkcs1(digest), dgst(digest)))
            .chain(digests.clone().flat_map(|digest| {
                let own = [digest.length()];
                let salts: Vec<usize> = salts.iter().chain(&own).copied().collect();
                salts.into_iter().map(move |salt| pss(digest, salt))
            }))
            .collect(),
    };
    let ec = |curve: &'static [&'static str]| Kind {
        key: curve,
        schemes: digests
            .clone()
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
        Digest::Shake256 => "shake256",
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
        Scheme::RsaPkcs1(_) | Scheme::Ecdsa(_) | Scheme::Ed25519 | Scheme::Ed448 => false,
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
    let curve = ["EC", "-pkeyopt", "ec_paramgen_curve:brainpoolP512r1"];
    let public = key(folder.path(), &curve);
    let checked = Scheme::Ecdsa(Digest::Sha256).check(&public, MESSAGE, b"");
    let Checked::CannotCheck(said) = checked else {
        panic!("{checked:?}");
    };
    assert!(said.contains("brainpoolP512r1"), "{said}");
}

#[test]
fn edwards_curves_sign_messages_and_not_digests() {
    if !have_openssl() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("message"), MESSAGE).unwrap();
    for (name, scheme) in [("ED25519", Scheme::Ed25519), ("ED448", Scheme::Ed448)] {
        let public = key(at, &[name]);
        let sign = ["pkeyutl", "-sign", "-rawin", "-inkey", "key.pem"];
        let files = ["-in", "message", "-out", "value"];
        assert!(openssl(at, &[sign.as_slice(), &files].concat()), "{name}");
        let value = fs::read(at.join("value")).unwrap();
        assert_good(scheme, &public, &value);
        let short = PublicKey {
            bytes: public.bytes[1..].to_vec(),
            ..public.clone()
        };
        assert_eq!(
            scheme.check(&short, MESSAGE, &value),
            Checked::Bad,
            "{name}"
        );
        let checked = Scheme::Ecdsa(Digest::Sha256).check(&public, MESSAGE, b"");
        assert!(matches!(checked, Checked::CannotCheck(_)), "{checked:?}");
    }
}

/// RFC 8032 7.4, the test vectors "Blank" and "1 octet".
#[test]
fn ed448_gives_the_values_of_its_standard() {
    let vectors = [
        (
            "5fd7449b59b461fd2ce787ec616ad46a1da1342485a70e1f8a0ea75d80e96778edf124769b46c7061bd6783df1e50f6cd1fa1abeafe8256180",
            "",
            "533a37f6bbe457251f023c0d88f976ae2dfb504a843e34d2074fd823d41a591f2b233f034f628281f2fd7a22ddd47d7828c59bd0a21bfd3980ff0d2028d4b18a9df63e006c5d1c2d345b925d8dc00b4104852db99ac5c7cdda8530a113a0f4dbb61149f05a7363268c71d95808ff2e652600",
        ),
        (
            "43ba28f430cdff456ae531545f7ecd0ac834a55d9358c0372bfa0c6c6798c0866aea01eb00742802b8438ea4cb82169c235160627b4c3a9480",
            "03",
            "26b8f91727bd62897af15e41eb43c377efb9c610d48f2335cb0bd0087810f4352541b143c4b981b7e18f62de8ccdf633fc1bf037ab7cd779805e0dbcc0aae1cbcee1afb2e027df36bc04dcecbf154336c19f0af7e0a6472905e799f1953d2a0ff3348ab21aa4adafd1d234441cf807c03a00",
        ),
    ];
    for (key, message, value) in vectors {
        let key = PublicKey {
            kind: KeyKind::Ed448,
            bytes: bytes(key),
        };
        let (message, value) = (bytes(message), bytes(value));
        assert_eq!(Scheme::Ed448.check(&key, &message, &value), Checked::Good);
        assert_eq!(Scheme::Ed448.check(&key, b"x", &value), Checked::Bad);
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits = hex.as_bytes().chunks(2);
    digits
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
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
