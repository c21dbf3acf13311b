//! The program as a whole: its version, its help, its completion scripts.

use std::path::Path;

use crate::common::{parts, pena};

#[test]
fn the_version_names_the_program_and_nothing_else() {
    let (code, out, _) = parts(&pena(Path::new("."), &["--version"]));
    assert_eq!(code, 0);
    assert_eq!(out.trim(), format!("pena {}", env!("CARGO_PKG_VERSION")));
}

#[test]
fn help_goes_to_standard_output_and_a_bare_call_is_a_usage_error() {
    let (code, out, err) = parts(&pena(Path::new("."), &["--help"]));
    assert_eq!(code, 0);
    assert!(out.contains("Examples:") && out.contains("Exit codes:") && err.is_empty());
    let (code, out, err) = parts(&pena(Path::new("."), &[]));
    assert_eq!(code, 2);
    assert!(out.is_empty() && err.contains("Examples:"));
}

#[test]
fn a_mistyped_command_is_answered_with_the_nearest_one() {
    let (code, _, err) = parts(&pena(Path::new("."), &["verfy", "a.pdf"]));
    assert_eq!(code, 2);
    assert!(err.contains("verify"), "{err}");
}

#[test]
fn every_shell_gets_its_completion_script() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let (code, out, _) = parts(&pena(Path::new("."), &["completion", shell]));
        assert_eq!(code, 0);
        assert!(out.contains("verify"), "{shell}");
    }
}
