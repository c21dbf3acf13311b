//! `pena account`: the first admin without a browser, and keys for scripts.

use std::fs;
use std::path::Path;

use crate::common::{parts, pena};

/// A data directory that is there, and a password beside it.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("data")).unwrap();
    fs::write(folder.path().join("data/lock"), "").unwrap();
    fs::write(folder.path().join("sandi"), "sandi yang panjang\n").unwrap();
    folder
}

fn account(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let all: Vec<&str> = ["account"]
        .into_iter()
        .chain(args.iter().copied())
        .chain(["--data-dir", "data"])
        .collect();
    parts(&pena(folder, &all))
}

#[test]
fn the_first_admin_is_made_without_a_browser() {
    let folder = folder();
    let at = folder.path();
    let add = [
        "add",
        "Admin",
        "--role",
        "admin",
        "--passphrase-file",
        "sandi",
    ];
    let (code, out, err) = account(at, &add);
    assert_eq!(code, 0, "{err}");
    assert!(out.starts_with("acc_"), "{out}");
    let (code, _, err) = account(at, &add);
    assert_eq!(code, 1);
    assert!(err.contains("account already"), "{err}");

    let (_, list, _) = account(at, &["list", "--json"]);
    let row: serde_json::Value = serde_json::from_str(list.trim()).unwrap();
    assert_eq!(row["username"], "admin");
    assert_eq!(row["grants"][0]["role"], "admin");
    assert!(
        !list.contains("argon2") && !list.contains("sandi"),
        "{list}"
    );

    let (code, _, _) = account(at, &["disable", "admin"]);
    let (_, list, _) = account(at, &["list"]);
    assert!(code == 0 && list.contains("(disabled)"), "{list}");
    let (code, _, err) = account(at, &["enable", "tiada"]);
    assert!(
        code == 1 && err.contains("there is no account tiada"),
        "{err}"
    );
}

#[test]
fn a_key_is_printed_once_and_alone_on_standard_output() {
    let folder = folder();
    let at = folder.path();
    let add = [
        "add",
        "simpeg",
        "--role",
        "integrator",
        "--passphrase-file",
        "sandi",
    ];
    assert_eq!(account(at, &add).0, 0);
    let key = [
        "key",
        "simpeg",
        "--label",
        "uji",
        "--scope",
        "letters:read",
        "--days",
        "7",
    ];
    let (code, first, err) = account(at, &key);
    assert_eq!(code, 0, "{err}");
    assert!(
        first.starts_with("pena_") && first.trim_end().len() == 57,
        "{first}"
    );
    assert!(!err.contains(first.trim_end()));
    let (_, second, _) = account(at, &key);
    assert_ne!(first, second);
}

#[test]
fn roles_and_scopes_that_do_not_exist_are_named_with_those_that_do() {
    let folder = folder();
    let at = folder.path();
    let add = [
        "add",
        "sari",
        "--role",
        "raja",
        "--passphrase-file",
        "sandi",
    ];
    let (code, _, err) = account(at, &add);
    assert!(code == 2 && err.contains("konseptor"), "{code} {err}");
    let (code, _, err) = account(at, &["key", "sari", "--label", "x", "--scope", "semua"]);
    assert!(code == 2 && err.contains("letters:read"), "{code} {err}");
    let add = [
        "add",
        "sari",
        "--role",
        "konseptor@TIADA",
        "--passphrase-file",
        "sandi",
    ];
    let (code, _, err) = account(at, &add);
    assert!(code == 1 && err.contains("TIADA"), "{code} {err}");
}
