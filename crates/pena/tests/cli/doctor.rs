//! `pena doctor`: one line per check, and an exit code for monitors.

use crate::common::{parts, pena};

#[test]
fn a_fresh_demo_is_well_to_the_test_signature() {
    let folder = tempfile::tempdir().unwrap();
    let (code, out, err) = parts(&pena(folder.path(), &["demo", "--data-dir", "data"]));
    assert_eq!(code, 0, "{out}{err}");

    let (code, out, err) = parts(&pena(folder.path(), &["doctor", "--data-dir", "data"]));
    assert_eq!(code, 0, "{out}{err}");
    for check in [
        "database",
        "clock",
        "issuing authority",
        "revocation list",
        "test signature",
    ] {
        let good = format!("ok    {check}: ");
        assert!(out.lines().any(|line| line.starts_with(&good)), "{out}");
    }
    assert!(!out.contains("fail  "), "{out}");

    let (code, out, _) = parts(&pena(
        folder.path(),
        &["doctor", "--data-dir", "data", "--json"],
    ));
    let answer: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &answer["ok"]), (0, &serde_json::Value::Bool(true)));
}

#[test]
fn a_mistyped_directory_is_said_and_not_made() {
    let folder = tempfile::tempdir().unwrap();
    let (code, out, _) = parts(&pena(folder.path(), &["doctor", "--data-dir", "nothing"]));
    assert_eq!(code, 1);
    assert!(out.contains("fail  data directory"), "{out}");
    assert!(!folder.path().join("nothing").exists());
}

#[test]
fn an_address_in_clear_is_a_failure_with_its_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let args = ["doctor", "--listen", "0.0.0.0:8080"];
    let (code, out, _) = parts(&pena(folder.path(), &args));
    assert_eq!(code, 1);
    assert!(out.contains("server.trusted_proxies"), "{out}");
}
