//! A signer's key that is its own authority.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::process::run;

/// Makes `key.p12`, its passphrase in `pass.txt`, and `cert.pem`, which is its own anchor.
///
/// # Panics
/// If openssl refuses.
pub fn make(folder: &Path, openssl: &Path) {
    let steps: [&[&str]; 2] = [
        &[
            "req",
            "-x509",
            "-nodes",
            "-newkey",
            "rsa:2048",
            "-keyout",
            "key.pem",
            "-out",
            "cert.pem",
            "-days",
            "30",
            "-subj",
            "/CN=Penguji Contoh",
            "-addext",
            "keyUsage=critical,digitalSignature,nonRepudiation,keyCertSign",
        ],
        &[
            "pkcs12",
            "-export",
            "-inkey",
            "key.pem",
            "-in",
            "cert.pem",
            "-out",
            "key.p12",
            "-passout",
            "pass:rahasia dapur",
        ],
    ];
    for step in steps {
        let mut command = Command::new(openssl);
        command.current_dir(folder).args(step);
        run(&mut command, b"", Duration::from_mins(1)).must_exit(0);
    }
    fs::write(folder.join("pass.txt"), "rahasia dapur\n").expect("a file can be written");
}
