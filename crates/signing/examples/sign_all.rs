//! Signs every PDF of a folder with a throwaway key: `sign_all IN_DIR OUT_DIR [PASSWORDS]`, root certificate in
//! `OUT_DIR/root.pem`. Locked files are tried with each line of the file PASSWORDS; damaged ones are written anew.

#![expect(
    clippy::unwrap_used,
    reason = "throwaway keys are made by the tests' helpers"
)]

#[path = "../tests/writer/support.rs"]
#[expect(
    dead_code,
    reason = "the tests' helpers, of which only the keys are needed"
)]
mod support;

use std::{fs, path::PathBuf};

use signing::{
    Access, Budget, Password, UtcTime,
    pdf::{ReadError, append::AppendError, rewrite::rewrite},
    sign::{Place, Request, SignError, sign},
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(from), Some(to)) = (arguments.next(), arguments.next()) else {
        return Err("usage: sign_all IN_DIR OUT_DIR".into());
    };
    let passwords = match arguments.next() {
        Some(path) => fs::read_to_string(path)?,
        None => String::new(),
    };
    let pki = support::p256("Penanda Tangan Uji");
    fs::create_dir_all(&to)?;
    fs::write(to.join("root.pem"), &pki.root_pem)?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let mut bytes = fs::read(&path)?;
        let mut mended = "";
        let place = Place::Invisible { name: None };
        let request = Request::new(place, UtcTime::from_unix(1_795_000_000));
        let mut tried = passwords.lines();
        let mut password = None;
        let outcome = loop {
            let given = password.map(|text: &str| Password::new(text.to_owned().into()));
            let access = Access::new(Budget::cli(), given);
            match sign(&bytes, request.clone(), &pki.signer, access) {
                Err(error) if error == SignError::from(ReadError::Locked) => {
                    let Some(next) = tried.next() else {
                        break Err(error);
                    };
                    password = Some(next);
                }
                Err(SignError::Append(AppendError::Repaired)) if mended.is_empty() => {
                    let mut anew = Vec::new();
                    mended = match rewrite(&bytes, Budget::cli(), &mut anew) {
                        Ok(()) => " (written anew)",
                        Err(error) => {
                            println!("{}\tnot written anew: {error}", path.display());
                            " (damaged)"
                        }
                    };
                    if mended == " (written anew)" {
                        bytes = anew;
                    }
                }
                other => break other,
            }
        };
        let said = password.map(|password| format!(" [{password}]"));
        let said = said.unwrap_or_default();
        let name = path.display();
        match outcome {
            Ok(append) => {
                println!("{name}\tsigned{said}{mended}");
                let target = to.join(path.file_name().unwrap_or_default());
                fs::write(target, [bytes.as_slice(), append.bytes()].concat())?;
            }
            Err(error) => println!("{name}\t{error}{said}{mended}"),
        }
    }
    Ok(())
}
