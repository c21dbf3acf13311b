//! Milliseconds per letter, warm: `cargo bench -p letter`. The aim is 15 or fewer.

use std::error::Error;
use std::time::Instant;

use letter::{Template, Typesetter};

#[path = "../tests/sample/mod.rs"]
mod sample;

const WARM_UP: u32 = 20;
const LETTERS: u32 = 200;

fn main() -> Result<(), Box<dyn Error>> {
    let typesetter = Typesetter::new();
    for template in [Template::NotaDinas, Template::SuratDinas] {
        let mut letter = sample::letter(template);
        let mut start = Instant::now();
        for number in 0..WARM_UP + LETTERS {
            if number == WARM_UP {
                start = Instant::now();
            }
            // Every letter is another one, as in an office.
            letter.nomor = format!("000.1.2.3/{number}/KOMINFO/XI/2026");
            letter.hal = format!("Undangan rapat nomor {number}");
            let set = typesetter.typeset(&letter)?;
            std::hint::black_box(set.pdf);
        }
        let each = start.elapsed().as_secs_f64() * 1000.0 / f64::from(LETTERS);
        println!("typeset {template:?}: {each:.1} ms per letter");
    }
    Ok(())
}
