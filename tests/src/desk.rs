//! A desk with a key and small documents, for tests of `pena sign` and its like.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::judge::pdfsig;
use crate::key;
use crate::process::Finished;
use crate::program;
use crate::tool::on_path;

/// A folder with a key, or nothing where there is no openssl.
///
/// # Panics
/// If the key cannot be made.
pub fn desk() -> Option<TempDir> {
    let openssl = on_path("openssl")?;
    let folder = tempfile::tempdir().expect("a folder can be made");
    key::make(folder.path(), &openssl);
    Some(folder)
}

/// A page with this attribute and one line of text in Courier.
pub fn pdf(attribute: &str, text: &str) -> Vec<u8> {
    let content = format!("BT /F1 12 Tf 100 300 Td ({text}) Tj ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] {attribute} /Contents 4 0 R \
             /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Courier >> >> >> >>"
        ),
        format!(
            "<< /Length {} >>\nstream\n{content}\nendstream",
            content.len()
        ),
    ];
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut table = "xref\n0 5\n0000000000 65535 f \n".to_owned();
    for (at, body) in objects.iter().enumerate() {
        table.extend([format!("{:010} 00000 n \n", out.len())]);
        out.extend(format!("{} 0 obj\n{body}\nendobj\n", at + 1).bytes());
    }
    let start = out.len();
    out.extend(
        format!("{table}trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").bytes(),
    );
    out
}

/// A file in a folder.
///
/// # Panics
/// If it cannot be written.
pub fn put(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, bytes).expect("a file can be written");
    path
}

/// Runs `pena sign --json` with the key of a desk and these options.
///
/// # Panics
/// If the program takes too long or panics.
pub fn sign(desk: &Path, input: &Path, output: &Path, options: &[&str]) -> Finished {
    let mut line: Vec<String> = vec!["sign".to_owned(), "--json".to_owned()];
    line.push(input.display().to_string());
    line.extend(["-o".to_owned(), output.display().to_string()]);
    for (option, file) in [("--p12", "key.p12"), ("--passphrase-file", "pass.txt")] {
        line.extend([option.to_owned(), desk.join(file).display().to_string()]);
    }
    line.extend(options.iter().map(|option| (*option).to_owned()));
    program::call(line)
}

/// The signature fields of a file, as `pena fields --json` lists them.
///
/// # Panics
/// If it refuses.
pub fn fields(file: &Path) -> Vec<Value> {
    let file = file.display().to_string();
    let finished = program::call(["fields", "--json", file.as_str()]);
    finished.must_exit(0);
    program::json_lines(&finished)
}

/// The last signature is valid and covers the whole file, as `pdfsig` sees it.
///
/// # Panics
/// If it is not.
pub fn assert_signed(file: &Path) {
    if let Some(signatures) = pdfsig(file) {
        assert!(
            signatures
                .last()
                .is_some_and(|last| last.valid && last.total),
            "{signatures:?}"
        );
    }
}
