//! OpenSSL as a foreign judge of our CA and reader's test files. Left out, with a message, where
//! there is no `openssl`; with `CI` set its absence fails.
#![expect(
    clippy::unwrap_used,
    reason = "a test helper that cannot go on fails the test"
)]
#![expect(
    clippy::too_many_lines,
    reason = "one story: one CA is judged from issue to revocation"
)]
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output};

use custody::{
    Addresses, CertificateAuthority, OfficialRequest, P12Error, Passphrase, Reason, Revoked,
    generate_key, open_p12, serial_of,
};
use ring::rand::SystemRandom;
use signing::{CertificateDer, LocalSigner};

#[test]
fn openssl_accepts_a_fresh_certificate_and_refuses_a_revoked_one() {
    if !present() {
        return;
    }
    let (rng, dir, now) = (
        SystemRandom::new(),
        tempfile::tempdir().unwrap(),
        1_800_000_000,
    );
    let at = |name: &str| Addresses {
        crl: format!("https://tte.contohrejo.example/ca/{name}.crl"),
        issuer: format!("https://tte.contohrejo.example/ca/{name}.cer"),
    };
    let root = CertificateAuthority::new_root("Kabupaten Contohrejo", "Root Contohrejo", now, &rng)
        .unwrap();
    let issuing = root
        .issue_issuing(
            "Kabupaten Contohrejo",
            "Penerbit Contohrejo",
            &at("root"),
            now,
            &rng,
        )
        .unwrap();
    let request = OfficialRequest {
        name: "Budi Rekaan".into(),
        organisation: "Kabupaten Contohrejo".into(),
        opd: "Dinas Contoh".into(),
        title: Some("Kepala Dinas".into()),
        days: 365,
    };
    let key = generate_key(&rng).unwrap();
    let leaf = issuing
        .issue_official(&request, &at("issuing"), &key, now, &rng)
        .unwrap();
    for (name, der) in [
        ("root", root.certificate()),
        ("issuing", issuing.certificate()),
        ("leaf", &leaf),
    ] {
        std::fs::write(dir.path().join(format!("{name}.der")), der).unwrap();
        run(
            dir.path(),
            &[
                "x509",
                "-inform",
                "DER",
                "-in",
                &format!("{name}.der"),
                "-out",
                &format!("{name}.pem"),
            ],
        );
    }
    let verify = |revoked: &[Revoked]| {
        for (name, crl) in [
            ("root", root.crl(1, &[], now, now + 86_400).unwrap()),
            (
                "issuing",
                issuing.crl(2, revoked, now, now + 86_400).unwrap(),
            ),
        ] {
            std::fs::write(dir.path().join("crl.der"), crl).unwrap();
            run(
                dir.path(),
                &[
                    "crl",
                    "-inform",
                    "DER",
                    "-in",
                    "crl.der",
                    "-out",
                    &format!("{name}.crl.pem"),
                ],
            );
        }
        openssl(
            dir.path(),
            &[
                "verify",
                "-x509_strict",
                "-crl_check_all",
                "-attime",
                &(now + 60).to_string(),
                "-CAfile",
                "root.pem",
                "-untrusted",
                "issuing.pem",
                "-CRLfile",
                "root.crl.pem",
                "-CRLfile",
                "issuing.crl.pem",
                "leaf.pem",
            ],
        )
    };
    let good = verify(&[]);
    assert!(
        good.status.success(),
        "{}",
        String::from_utf8_lossy(&good.stderr)
    );
    let bad = verify(&[Revoked {
        serial: serial_of(&leaf).unwrap(),
        at: now,
        reason: Reason::KeyCompromise,
    }]);
    assert!(!bad.status.success());
    assert!(String::from_utf8_lossy(&bad.stderr).contains("certificate revoked"));

    std::fs::write(dir.path().join("key.der"), key.expose()).unwrap();
    run(
        dir.path(),
        &[
            "pkey", "-inform", "DER", "-in", "key.der", "-out", "key.pem",
        ],
    );
    let pem = std::fs::read(dir.path().join("key.pem")).unwrap();
    let opened = open_p12(&pem, &Passphrase::new("contoh".into()));
    assert!(matches!(opened, Err(P12Error::Pem)));
    for legacy in [false, true] {
        let mut args = vec![
            "pkcs12",
            "-export",
            "-inkey",
            "key.pem",
            "-in",
            "leaf.pem",
            "-certfile",
            "issuing.pem",
            "-out",
            "k.p12",
            "-passout",
            "pass:contoh",
        ];
        args.extend(legacy.then_some("-legacy"));
        run(dir.path(), &args);
        let file = std::fs::read(dir.path().join("k.p12")).unwrap();
        let identity = open_p12(&file, &Passphrase::new("contoh".into())).unwrap();
        assert_eq!(
            identity.chain,
            [leaf.clone(), issuing.certificate().to_vec()]
        );
        let chain = identity.chain.into_iter().map(CertificateDer).collect();
        assert!(LocalSigner::from_pkcs8(identity.pkcs8.expose(), chain, rng.clone()).is_ok());
        assert!(matches!(
            open_p12(&file, &Passphrase::new("bukan".into())),
            Err(P12Error::WrongPassphrase)
        ));
    }
}

fn present() -> bool {
    let found = Command::new("openssl").arg("version").output().is_ok();
    assert!(
        found || std::env::var_os("CI").is_none(),
        "openssl is missing"
    );
    if !found {
        let _ = writeln!(std::io::stderr(), "left out: there is no openssl");
    }
    found
}

fn openssl(dir: &Path, args: &[&str]) -> Output {
    Command::new("openssl")
        .args(args)
        .current_dir(dir)
        .output()
        .unwrap()
}

fn run(dir: &Path, args: &[&str]) {
    let output = openssl(dir, args);
    assert!(
        output.status.success(),
        "{args:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}
