//! Writes sample letters into a folder, to be looked at: `cargo run -p letter --example samples DIR`.

use std::error::Error;
use std::path::PathBuf;

use letter::{LetterInput, Paper, Template, Typesetter};

#[path = "../tests/sample/mod.rs"]
mod sample;
#[path = "../tests/sample/variants.rs"]
mod variants;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("usage: samples DIR")?);
    std::fs::create_dir_all(&folder)?;
    let typesetter = Typesetter::new();
    for (name, letter) in letters() {
        let set = typesetter.typeset(&letter)?;
        println!("{name}: {} pages, {:?}", set.pages, set.anchors);
        std::fs::write(folder.join(format!("{name}.pdf")), set.pdf)?;
    }
    Ok(())
}

fn letters() -> Vec<(&'static str, LetterInput)> {
    let nota = sample::letter(Template::NotaDinas);
    let surat = sample::letter(Template::SuratDinas);
    let two = vec![variants::stand_in(), sample::head()];
    vec![
        ("nota", nota.clone()),
        ("surat", surat.clone()),
        (
            "surat-plh",
            LetterInput {
                signers: vec![variants::stand_in()],
                yth: (1..=4)
                    .map(|n| format!("Kepala Dinas Contoh {n}"))
                    .collect(),
                ..surat.clone()
            },
        ),
        (
            "surat-two",
            LetterInput {
                signers: two.clone(),
                paper: Paper::F4,
                ..surat.clone()
            },
        ),
        (
            "nota-long",
            LetterInput {
                body: variants::long_body(6, 60),
                signers: two,
                ..nota.clone()
            },
        ),
        (
            "surat-six",
            LetterInput {
                signers: (0..6)
                    .map(|n| {
                        if n % 2 == 0 {
                            sample::head()
                        } else {
                            variants::stand_in()
                        }
                    })
                    .collect(),
                yth: (1..=100)
                    .map(|n| format!("Kepala Desa Contoh {n}"))
                    .collect(),
                ..surat
            },
        ),
    ]
}
