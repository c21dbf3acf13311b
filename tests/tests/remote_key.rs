//! `pena sign --csc`: a key at a signing service, honest or lying. Whatever a lie, it is named, and nothing is written.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on stops loudly and says why"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tests::csc::{self, Csc, Lie};
use tests::judge::{Trust, pena_verdicts};
use tests::pdf::plain;
use tests::process::Finished;
use tests::program;

struct Desk {
    folder: tempfile::TempDir,
    csc: Csc,
}

impl Desk {
    fn new(kind: csc::Kind) -> Option<Self> {
        let csc = Csc::start(kind)?;
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path();
        for name in ["a", "b", "c", "d"] {
            fs::write(at.join(format!("{name}.pdf")), plain()).unwrap();
        }
        fs::write(at.join("pin"), format!("{}\n", csc::PIN)).unwrap();
        fs::write(at.join("token"), format!("{}\n", csc::TOKEN)).unwrap();
        Some(Self { folder, csc })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn sign(&self, files: &[&str], options: &[&str]) -> Finished {
        let mut line = vec!["sign".to_owned(), "--json".to_owned()];
        line.extend(files.iter().map(|name| shown(&self.path(name))));
        line.extend(["--out-dir".to_owned(), shown(&self.path("out"))]);
        line.extend(["--csc".to_owned(), self.csc.url()]);
        line.extend(["--credential".to_owned(), csc::CREDENTIAL.to_owned()]);
        for (option, name) in [("--token-file", "token"), ("--pin-file", "pin")] {
            line.extend([option.to_owned(), shown(&self.path(name))]);
        }
        line.extend(options.iter().map(|option| (*option).to_owned()));
        let finished = program::call(line);
        let said = format!("{}{}", finished.text(), finished.stderr);
        assert!(
            !said.contains(csc::PIN) && !said.contains(csc::TOKEN),
            "a secret is told: {said}"
        );
        finished
    }

    fn written(&self) -> Vec<PathBuf> {
        let Ok(entries) = fs::read_dir(self.path("out")) else {
            return Vec::new();
        };
        entries.map(|entry| entry.unwrap().path()).collect()
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

#[test]
fn several_files_are_authorised_together_as_many_as_the_service_takes() {
    let Some(desk) = Desk::new(csc::P256) else {
        return;
    };
    let signed = desk.sign(&["a.pdf", "b.pdf", "c.pdf", "d.pdf"], &[]);
    signed.must_exit(0);
    let calls: Vec<String> = desk
        .csc
        .asked()
        .iter()
        .map(|asked| asked.path.clone())
        .collect();
    let [info, authorize, sign] = [
        "credentials/info",
        "credentials/authorize",
        "signatures/signHash",
    ]
    .map(|call| format!("/csc/v2/{call}"));
    assert_eq!(
        calls,
        [&info, &authorize, &sign, &authorize, &sign].map(Clone::clone)
    );
    let files = desk.written();
    assert_eq!(files.len(), 4);
    let trust = Trust {
        anchors: vec![desk.csc.file("own.pem")],
        crls: Vec::new(),
    };
    let (verdicts, worst) = pena_verdicts(&files, &trust, 4);
    assert_eq!(worst, 0, "{verdicts:?}");
}

#[test]
fn every_lie_of_the_service_is_refused_by_its_own_name_and_nothing_is_written() {
    let Some(desk) = Desk::new(csc::P256) else {
        return;
    };
    for (lie, says) in [
        (Lie::OtherCertificate, "not the one it describes"),
        (Lie::OtherKey, "no signature by the key of the certificate"),
        (Lie::Expired, "was valid until"),
        (Lie::Disabled, "the key is disabled"),
        (Lie::NotOffered, "does not offer"),
        (Lie::Browser, "oauth2code"),
        (Lie::SadExpired, "(SAD) expired"),
        (Lie::OneFewer, "1 signatures for 2 hashes"),
        (Lie::OneMore, "3 signatures for 2 hashes"),
        (Lie::OtherHash, "no signature by the key of the certificate"),
        (Lie::NoBase64, "no base64"),
        (Lie::NoJson, "no such JSON"),
        (Lie::Endless, "larger than"),
        (Lie::Redirect, "redirects elsewhere"),
        (Lie::Down, "HTTP 503"),
    ] {
        desk.csc.lie(lie);
        let refused = desk.sign(&["a.pdf", "b.pdf"], &[]);
        refused.must_exit(1);
        let said = format!("{}{}", refused.text(), refused.stderr);
        assert!(said.contains(says), "{lie:?}: {said}");
        assert_eq!(desk.written(), Vec::<PathBuf>::new(), "{lie:?}");
    }
}

#[test]
fn a_service_that_drips_is_left_in_time() {
    let Some(desk) = Desk::new(csc::P256) else {
        return;
    };
    desk.csc.lie(Lie::Slow);
    let begun = Instant::now();
    let refused = desk.sign(&["a.pdf"], &[]);
    refused.must_exit(1);
    assert!(refused.stderr.contains("in time"), "{}", refused.all());
    assert!(begun.elapsed() < Duration::from_secs(40));
}

#[test]
fn a_wrong_pin_or_token_is_sent_once() {
    let Some(desk) = Desk::new(csc::P256) else {
        return;
    };
    fs::write(desk.path("pin"), "000000\n").unwrap();
    let refused = desk.sign(&["a.pdf", "b.pdf"], &[]);
    refused.must_exit(1);
    assert!(refused.text().contains("PIN"), "{}", refused.all());
    let tries = desk
        .csc
        .asked()
        .iter()
        .filter(|asked| asked.path.ends_with("authorize"))
        .count();
    assert_eq!(tries, 1);

    fs::write(desk.path("token"), "lain\n").unwrap();
    desk.csc.lie(Lie::None);
    let refused = desk.sign(&["a.pdf"], &[]);
    refused.must_exit(1);
    assert!(refused.stderr.contains("access token"), "{}", refused.all());
    assert_eq!(desk.csc.asked().len(), 1);
    assert_eq!(desk.written(), Vec::<PathBuf>::new());
}

#[test]
fn a_one_time_code_comes_from_its_file_and_a_wrong_one_is_sent_once() {
    let Some(desk) = Desk::new(csc::P256) else {
        return;
    };
    desk.csc.want_code();
    let asked = || {
        let asked = desk.csc.asked();
        let calls = asked.iter();
        calls
            .filter(|asked| asked.path.ends_with("authorize"))
            .count()
    };
    let code = shown(&desk.path("code"));
    let refused = desk.sign(&["a.pdf"], &[]);
    refused.must_exit(1);
    assert!(refused.stderr.contains("--otp-file"), "{}", refused.all());
    assert_eq!(asked(), 0, "the PIN stays here without the code");
    fs::write(&code, "000000\n").unwrap();
    let refused = desk.sign(&["a.pdf", "b.pdf"], &["--otp-file", &code]);
    refused.must_exit(1);
    assert!(
        refused.text().contains("one-time code"),
        "{}",
        refused.all()
    );
    assert_eq!(asked(), 1);
    assert_eq!(desk.written(), Vec::<PathBuf>::new());
    fs::write(&code, format!("{}\n", csc::CODE)).unwrap();
    let signed = desk.sign(&["a.pdf", "b.pdf"], &["--otp-file", &code]);
    signed.must_exit(0);
    assert_eq!(desk.written().len(), 2);
    assert!(!signed.all().contains(csc::CODE), "the code is told");
}

#[test]
fn secrets_are_not_sent_in_clear_over_a_network() {
    let Some(desk) = Desk::new(csc::P256) else {
        return;
    };
    let line = [
        "sign",
        &shown(&desk.path("a.pdf")),
        "-o",
        &shown(&desk.path("x.pdf")),
        "--csc",
        "http://tanda.contoh.example",
        "--credential",
        "x",
        "--token-file",
        &shown(&desk.path("token")),
        "--pin-file",
        &shown(&desk.path("pin")),
    ]
    .map(str::to_owned);
    let refused = program::call(line);
    refused.must_exit(1);
    assert!(refused.stderr.contains("https"), "{}", refused.all());
}
