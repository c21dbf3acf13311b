//! One document unsigned, signed by the program, and changed afterwards.

use std::fs;

use crate::key;
use crate::pdf;
use crate::program;
use crate::tool::on_path;

/// The document in its three states.
#[derive(Debug, Clone)]
pub struct Files {
    /// Nobody signed it.
    pub unsigned: Vec<u8>,
    /// Somebody signed it whom no service knows.
    pub signed: Vec<u8>,
    /// Its page shows other words than when it was signed.
    pub changed: Vec<u8>,
}

/// Makes them; nothing where there is no openssl to make a key by.
///
/// # Panics
/// If the program does not sign.
pub fn files() -> Option<Files> {
    let openssl = on_path("openssl")?;
    let folder = tempfile::tempdir().expect("a folder can be made");
    let at = |name: &str| folder.path().join(name);
    key::make(folder.path(), &openssl);
    let unsigned = pdf::plain();
    fs::write(at("surat.pdf"), &unsigned).expect("a file can be written");
    program::call([
        "sign".into(),
        at("surat.pdf").into_os_string(),
        "-o".into(),
        at("bertanda.pdf").into_os_string(),
        "--p12".into(),
        at("key.p12").into_os_string(),
        "--passphrase-file".into(),
        at("pass.txt").into_os_string(),
    ])
    .must_exit(0);
    let signed = fs::read(at("bertanda.pdf")).expect("it is signed");
    Some(Files {
        changed: pdf::with_another_page(&signed),
        unsigned,
        signed,
    })
}
