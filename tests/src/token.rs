//! A token of SoftHSM with keys on it, and where its module lies.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use crate::process::run;
use crate::tool::{left_out, on_path};

/// The PIN of the token.
pub const PIN: &str = "271828";
/// Its label.
pub const LABEL: &str = "Kab Contohrejo";
const PATIENCE: Duration = Duration::from_mins(1);

/// A token in a folder of its own.
pub struct SoftToken {
    folder: TempDir,
    tool: PathBuf,
    module: PathBuf,
    keys: u8,
}

impl SoftToken {
    /// An empty token; none where there is no SoftHSM.
    ///
    /// # Panics
    /// If it cannot be made.
    pub fn new() -> Option<Self> {
        let tool = on_path("softhsm2-util")?;
        let module = module()?;
        let folder = tempfile::tempdir().expect("a folder can be made");
        let at = folder.path();
        fs::create_dir(at.join("tokens")).expect("a folder can be made");
        let configuration = format!("directories.tokendir = {}/tokens\n", at.display());
        fs::write(at.join("softhsm2.conf"), configuration).expect("a file can be written");
        fs::write(at.join("pin"), format!("{PIN}\n")).expect("a file can be written");
        let token = Self {
            folder,
            tool,
            module,
            keys: 0,
        };
        let make = [
            "--init-token",
            "--free",
            "--label",
            LABEL,
            "--so-pin",
            "000000",
            "--pin",
            PIN,
        ];
        token.softhsm(&make);
        Some(token)
    }

    /// Puts a key in PKCS#8 PEM onto it.
    ///
    /// # Panics
    /// If the token does not take it.
    pub fn import(&mut self, key: &Path, label: &str) {
        self.keys += 1;
        let (key, id) = (key.display().to_string(), format!("{:02x}", self.keys));
        self.softhsm(&[
            "--import", &key, "--token", LABEL, "--label", label, "--id", &id, "--pin", PIN,
        ]);
    }

    /// Its module.
    pub fn module(&self) -> &Path {
        &self.module
    }

    /// The file with its PIN.
    pub fn pin_file(&self) -> PathBuf {
        self.folder.path().join("pin")
    }

    /// What a process finds it by: the name and the value of a variable of its environment.
    pub fn environment(&self) -> (&'static str, PathBuf) {
        ("SOFTHSM2_CONF", self.folder.path().join("softhsm2.conf"))
    }

    fn softhsm(&self, arguments: &[&str]) {
        let (name, value) = self.environment();
        let mut command = Command::new(&self.tool);
        run(command.args(arguments).env(name, value), b"", PATIENCE).must_exit(0);
    }
}

/// Where Debian and others put the module.
fn module() -> Option<PathBuf> {
    let places = [
        "/usr/lib/softhsm/libsofthsm2.so",
        "/usr/lib64/pkcs11/libsofthsm2.so",
        "/usr/local/lib/softhsm/libsofthsm2.so",
    ];
    let found = places
        .into_iter()
        .map(PathBuf::from)
        .find(|place| place.is_file());
    found.or_else(|| left_out("SoftHSM's module is not installed"))
}
