//! Signs every PDF of a folder with a throwaway key: `sign_all IN_DIR OUT_DIR`, root certificate in `OUT_DIR/root.pem`.

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
    Budget, UtcTime,
    sign::{Place, Request, sign},
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(from), Some(to)) = (arguments.next(), arguments.next()) else {
        return Err("usage: sign_all IN_DIR OUT_DIR".into());
    };
    let pki = support::p256("Penanda Tangan Uji");
    fs::create_dir_all(&to)?;
    fs::write(to.join("root.pem"), &pki.root_pem)?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let Some(name) = path.file_name() else {
            continue;
        };
        let bytes = fs::read(&path)?;
        let place = Place::New {
            name: None,
            page: 0,
            rect: [50.0, 50.0, 150.0, 40.0],
        };
        let request = Request::new(place, UtcTime::from_unix(1_795_000_000));
        match sign(&bytes, request, &pki.signer, Budget::cli()) {
            Ok(append) => fs::write(to.join(name), [bytes.as_slice(), append.bytes()].concat())?,
            Err(error) => println!("{}\t{error}", path.display()),
        }
    }
    Ok(())
}
