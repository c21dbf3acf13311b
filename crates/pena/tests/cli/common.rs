//! What the black-box tests of the command line share: the program, foreign tools, keys, and small PDF files.

use std::{
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

/// The passphrase of every key here.
pub const PASSPHRASE: &str = "rahasia dapur";

/// Runs `pena` in a folder, without colours or a terminal.
pub fn pena(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pena"))
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// The exit code, standard output and standard error of a run.
pub fn parts(output: &Output) -> (i32, String, String) {
    (
        output.status.code().unwrap_or(-1),
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

/// Whether a foreign tool is there. Under CI it must be.
pub fn have(tool: &str) -> bool {
    let found = std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(tool).is_file()));
    assert!(
        found || std::env::var_os("CI").is_none(),
        "{tool} is missing, and CI must not leave tests out"
    );
    if !found {
        let _ = writeln!(std::io::stderr(), "left out: {tool} is not installed");
    }
    found
}

/// Runs a foreign tool and returns what it said.
pub fn tool(folder: &Path, name: &str, args: &[&str]) -> String {
    let output = Command::new(name)
        .args(args)
        .current_dir(folder)
        .output()
        .unwrap();
    let (code, out, err) = parts(&output);
    assert_eq!(code, 0, "{name} {args:?}: {out}{err}");
    out
}

/// The kinds of key file that people have.
#[derive(Debug, Clone, Copy)]
pub enum KeyFile {
    RsaOpenssl3,
    RsaLegacy,
    P256,
}

/// A folder with `key.p12`, its certificate `cert.pem` and the passphrase in `pass.txt`.
pub fn folder_with_key(kind: KeyFile) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let mut request = vec![
        "req", "-x509", "-nodes", "-keyout", "key.pem", "-out", "cert.pem",
    ];
    request.extend([
        "-days",
        "3650",
        "-subj",
        "/CN=Penguji Contoh/O=Kabupaten Contohrejo",
    ]);
    request.extend([
        "-addext",
        "keyUsage=critical,digitalSignature,nonRepudiation,keyCertSign",
    ]);
    request.extend(match kind {
        KeyFile::P256 => ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"].as_slice(),
        KeyFile::RsaOpenssl3 | KeyFile::RsaLegacy => ["-newkey", "rsa:2048"].as_slice(),
    });
    tool(at, "openssl", &request);
    let password = format!("pass:{PASSPHRASE}");
    let mut export = vec!["pkcs12", "-export", "-inkey", "key.pem", "-in", "cert.pem"];
    export.extend(["-out", "key.p12", "-passout", &password]);
    if let KeyFile::RsaLegacy = kind {
        export.push("-legacy");
    }
    tool(at, "openssl", &export);
    fs::write(at.join("pass.txt"), format!("{PASSPHRASE}\n")).unwrap();
    folder
}

/// Writes a one-page PDF with a classic cross-reference table.
pub fn small_pdf(path: &Path) -> PathBuf {
    pdf(
        path,
        &["<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"],
        "",
    )
}

/// Writes a PDF like [`small_pdf`] with one empty signature field of this name.
pub fn pdf_with_field(path: &Path, name: &str) -> PathBuf {
    let field = format!(
        "<< /Type /Annot /Subtype /Widget /FT /Sig /T ({name}) /F 132 /Rect [72 72 272 132] /P 3 0 R >>"
    );
    pdf(
        path,
        &[
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Annots [4 0 R] >>",
            &field,
        ],
        "/AcroForm << /Fields [4 0 R] /SigFlags 1 >>",
    )
}

fn pdf(path: &Path, objects_from_3: &[&str], catalog: &str) -> PathBuf {
    let mut objects = vec![
        format!("<< /Type /Catalog /Pages 2 0 R {catalog} >>"),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
    ];
    objects.extend(objects_from_3.iter().map(ToString::to_string));
    let mut text = "%PDF-1.7\n".to_owned();
    let mut table = "0000000000 65535 f \n".to_owned();
    for (number, object) in (1..).zip(&objects) {
        writeln!(table, "{:010} 00000 n ", text.len()).unwrap();
        writeln!(text, "{number} 0 obj\n{object}\nendobj").unwrap();
    }
    let (start, size) = (text.len(), objects.len() + 1);
    write!(
        text,
        "xref\n0 {size}\n{table}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    )
    .unwrap();
    fs::write(path, text).unwrap();
    path.to_owned()
}
