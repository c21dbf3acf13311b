//! What the tests need beside Rust: foreign validators, a database server, a Python of their own.
//! Installed only where missing, and never without saying so.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::postgres;
use crate::process::{cargo, is_on_path, must, succeeds, user_id};

/// Every Python package of the tests' own folder, pinned.
const REQUIREMENTS: &str = include_str!("../python-requirements.txt");

/// The npm packages of the tests, and the lock that pins each by its digest.
const NPM_PACKAGES: &str = include_str!("../npm/package.json");
const NPM_LOCK: &str = include_str!("../npm/package-lock.json");

/// The tools in place.
#[derive(Debug)]
pub struct Tools {
    /// The Python interpreter that has pyHanko, schemathesis and bagit.
    pub python: PathBuf,
    /// The script that judges a page's accessibility.
    pub axe: PathBuf,
}

/// Installs what is missing: Debian packages by apt, Rust components by rustup, Python packages
/// into `.tools/venv` and npm's into `.tools/npm` inside the checkout.
///
/// # Errors
///
/// When something is missing and cannot be installed; the error says what to install by hand.
pub fn ensure(root: &Path) -> Result<Tools> {
    ensure_components()?;
    ensure_debian_packages()?;
    Ok(Tools {
        python: ensure_python_packages(root)?,
        axe: ensure_npm_packages(root)?,
    })
}

/// Which Debian packages are missing, by what each is needed for.
fn missing_packages() -> Vec<&'static str> {
    let python_makes_environments =
        || succeeds(Command::new("python3").args(["-c", "import ensurepip, venv"]));
    let needs: [(&[&'static str], bool); 8] = [
        (
            &["poppler-utils"],
            ["pdfsig", "pdftotext", "pdftoppm"]
                .into_iter()
                .all(is_on_path),
        ),
        (&["qpdf"], is_on_path("qpdf")),
        (&["openssl"], is_on_path("openssl")),
        (&["softhsm2"], is_on_path("softhsm2-util")),
        (&["postgresql"], postgres::programs().is_some()),
        (&["python3", "python3-venv"], python_makes_environments()),
        (
            &["chromium", "chromium-driver"],
            ["chromium", "chromedriver"].into_iter().all(is_on_path),
        ),
        (&["npm"], is_on_path("npm")),
    ];
    needs
        .into_iter()
        .filter(|(_, present)| !present)
        .flat_map(|(packages, _)| packages.iter().copied())
        .collect()
}

fn ensure_debian_packages() -> Result<()> {
    let missing = missing_packages();
    if missing.is_empty() {
        return Ok(());
    }
    let wanted = missing.join(" ");
    if !is_on_path("apt-get") {
        bail!("missing: {wanted} (Debian's names); there is no apt-get here, install them by hand");
    }
    println!("installing Debian packages: {wanted}");
    must(apt()?.arg("update").arg("-qq"))?;
    must(
        apt()?
            .args(["install", "-y", "-qq", "--no-install-recommends"])
            .args(&missing),
    )?;
    let still = missing_packages();
    if !still.is_empty() {
        bail!("installed, yet still missing: {}", still.join(" "));
    }
    Ok(())
}

fn apt() -> Result<Command> {
    if user_id(None)? == 0 {
        let mut command = Command::new("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive");
        return Ok(command);
    }
    if !is_on_path("sudo") {
        bail!(
            "apt-get needs root, and there is no sudo: run `cargo xtask test --only tools` as root once"
        );
    }
    let mut command = Command::new("sudo");
    command.args(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    Ok(command)
}

fn ensure_components() -> Result<()> {
    for (verb, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        if succeeds(cargo(&[verb])?.arg("--version")) {
            continue;
        }
        println!("installing the Rust component {component}");
        must(Command::new("rustup").args(["component", "add", component]))?;
    }
    Ok(())
}

fn ensure_python_packages(root: &Path) -> Result<PathBuf> {
    let folder = root.join(".tools/venv");
    let python = folder.join("bin/python");
    let stamp = folder.join("installed-requirements.txt");
    let works =
        || succeeds(Command::new(&python).args(["-c", "import bagit, pyhanko, schemathesis"]));
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == REQUIREMENTS) && works() {
        return Ok(python);
    }
    println!(
        "installing pinned Python packages into {}",
        folder.display()
    );
    must(
        Command::new("python3")
            .args(["-m", "venv", "--clear"])
            .arg(&folder),
    )?;
    must(
        Command::new(&python)
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--no-deps",
            ])
            .arg("--requirement")
            .arg(root.join("xtask/python-requirements.txt")),
    )?;
    must(Command::new(&python).args(["-m", "pip", "check", "--disable-pip-version-check"]))?;
    std::fs::write(&stamp, REQUIREMENTS).with_context(|| stamp.display().to_string())?;
    Ok(python)
}

/// Only the one package, whose digest the lock file names; none of its scripts run.
fn ensure_npm_packages(root: &Path) -> Result<PathBuf> {
    let folder = root.join(".tools/npm");
    let script = folder.join("node_modules/axe-core/axe.min.js");
    let stamp = folder.join("installed-lock.json");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == NPM_LOCK)
        && script.is_file()
    {
        return Ok(script);
    }
    println!("installing pinned npm packages into {}", folder.display());
    std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    std::fs::write(folder.join("package.json"), NPM_PACKAGES)?;
    std::fs::write(folder.join("package-lock.json"), NPM_LOCK)?;
    must(
        Command::new("npm")
            .args([
                "ci",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "--prefix",
            ])
            .arg(&folder),
    )?;
    std::fs::write(&stamp, NPM_LOCK).with_context(|| stamp.display().to_string())?;
    Ok(script)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_python_package_is_pinned_to_one_version() {
        let lines: Vec<&str> = REQUIREMENTS
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .collect();
        assert!(
            ["pyHanko==", "schemathesis==", "bagit=="]
                .iter()
                .all(|judge| lines.iter().any(|line| line.starts_with(judge))),
            "{lines:?}"
        );
        for line in lines {
            assert_eq!(line.matches("==").count(), 1, "{line} is not pinned");
        }
    }

    #[test]
    fn every_npm_package_is_pinned_by_its_digest_and_names_no_registry() {
        assert!(NPM_LOCK.contains("node_modules/axe-core"));
        let packages = NPM_LOCK.matches("\"node_modules/").count();
        assert_eq!(
            NPM_LOCK.matches("\"integrity\": \"sha512-").count(),
            packages
        );
        assert!(!NPM_LOCK.contains("://"), "{NPM_LOCK}");
    }
}
