//! PDFs that somebody made to do harm: those of the corpus, changes of genuine ones, and bombs.

use std::io::Write;
use std::path::{Path, PathBuf};

use rand::RngExt;
use rand::rngs::StdRng;

use crate::corpus;
use crate::files;
use crate::seed;

/// A file and what is wrong with it.
#[derive(Debug, Clone)]
pub struct Hostile {
    /// What it is, to find it again.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// So many files, the same ones in every run with the same seed: first the bombs, then the corpus's attacks and broken
/// files, then changes of both and of these genuine files.
///
/// # Panics
/// If there is no genuine file.
pub fn hostile(genuine: &[PathBuf], count: usize) -> impl Iterator<Item = Hostile> {
    let mut originals: Vec<Hostile> = corpus::folder()
        .into_iter()
        .flat_map(|folder| GROUPS.map(|group| folder.join(group)))
        .flat_map(|group| corpus::files(&group))
        .map(|path| read(&path))
        .collect();
    let unchanged: Vec<Hostile> = bombs().into_iter().chain(originals.clone()).collect();
    originals.extend(genuine.iter().map(|path| read(path)));
    assert!(!originals.is_empty(), "nothing to change");
    let mut choices = seed::choices("hostile");
    let changed = (0..).map(move |number| {
        let original = &originals[choices.random_range(0..originals.len())];
        change(number, original, &mut choices)
    });
    unchanged.into_iter().chain(changed).take(count)
}

const GROUPS: [&str; 3] = ["A-attack", "B-tampered-malformed", "U-broken"];

fn read(path: &Path) -> Hostile {
    Hostile {
        name: files::name(path),
        bytes: files::read(path),
    }
}

fn change(number: u32, original: &Hostile, choices: &mut StdRng) -> Hostile {
    let mut bytes = original.bytes.clone();
    let length = bytes.len().max(1);
    let place = choices.random_range(0..length);
    let how = match choices.random_range(0..5) {
        0 => {
            bytes.truncate(place);
            "cut off"
        }
        1 => {
            for _ in 0..16 {
                let place = choices.random_range(0..length);
                if let Some(byte) = bytes.get_mut(place) {
                    *byte = choices.random();
                }
            }
            "bytes changed"
        }
        2 => {
            digits(&mut bytes, place, choices);
            "numbers changed"
        }
        3 => {
            let end = (place + choices.random_range(1..4_096)).min(bytes.len());
            let piece = bytes.get(place..end).unwrap_or_default().to_vec();
            bytes.extend(piece.repeat(8));
            "a piece repeated at the end"
        }
        _ => {
            let end = (place + choices.random_range(1..4_096)).min(bytes.len());
            bytes.drain(place.min(end)..end);
            "a piece taken out"
        }
    };
    if bytes == original.bytes {
        bytes.truncate(place);
    }
    Hostile {
        name: format!("{number}: {}, {how} at {place}", original.name),
        bytes,
    }
}

/// Offsets, lengths and counts are what a parser trusts first.
fn digits(bytes: &mut [u8], from: usize, choices: &mut StdRng) {
    let found = bytes.iter_mut().skip(from);
    for byte in found.filter(|byte| byte.is_ascii_digit()).take(24) {
        *byte = b'0' + choices.random_range(0..10_u8);
    }
}

/// Small files that ask for a lot of work.
fn bombs() -> Vec<Hostile> {
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(50_000), close.repeat(50_000));
    // Run lengths of run lengths: 128 bytes out for 2 bytes in, each time.
    let runs = "<< /Length 2000000 /Filter [/RunLengthDecode /RunLengthDecode /RunLengthDecode] >>";
    let runs = [
        runs.as_bytes(),
        b"\nstream\n",
        &[129, 129].repeat(1_000_000),
        b"\nendstream",
    ];
    let pages = "<< /Type /Pages /Kids [2 0 R 2 0 R 2 0 R 2 0 R] /Count 2147483647 >>";
    let widths = "<< /Type /XRef /Size 9999999 /W [8 8 8] /Index [0 9999999] /Root 1 0 R /Length 0 >>\nstream\n\nendstream";
    [
        ("nested arrays", deep("[", "]").into_bytes()),
        ("nested dictionaries", deep("<< /A ", ">>").into_bytes()),
        ("nested strings", deep("(", ")").into_bytes()),
        ("run lengths of run lengths", runs.concat()),
        ("pages that are their own pages", pages.into()),
        ("a table of ten million objects", widths.into()),
        ("a name of a megabyte", format!("/{}", "A".repeat(1_000_000)).into_bytes()),
        ("a number of a megabyte", "9".repeat(1_000_000).into_bytes()),
    ]
    .into_iter()
    .map(|(name, object)| Hostile {
        name: format!("bomb: {name}"),
        bytes: document(&object),
    })
    .chain([
        Hostile {
            name: "bomb: tables that name each other".into(),
            bytes: b"%PDF-1.7\nxref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 1 /Root 1 0 R /Prev 9 >>\nstartxref\n9\n%%EOF\n".to_vec(),
        },
        Hostile {
            name: "bomb: a million objects".into(),
            bytes: (0..200_000).fold(b"%PDF-1.7\n".to_vec(), |mut file, number| {
                drop(writeln!(file, "{number} 0 obj null endobj"));
                file
            }),
        },
        Hostile {
            name: "nothing".into(),
            bytes: b"%PDF-".to_vec(),
        },
    ])
    .collect()
}

/// A document whose second object, reached from its first, is this.
fn document(object: &[u8]) -> Vec<u8> {
    let mut file =
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R /AcroForm 2 0 R >>\nendobj\n".to_vec();
    let second = file.len();
    file.extend_from_slice(b"2 0 obj\n");
    file.extend_from_slice(object);
    file.extend_from_slice(b"\nendobj\n");
    let table = file.len();
    let end = format!(
        "xref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n{second:010} 00000 n \n\
         trailer\n<< /Size 3 /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n"
    );
    file.extend_from_slice(end.as_bytes());
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_files_come_again() {
        let folder = tempfile::tempdir().unwrap();
        let genuine = folder.path().join("a.pdf");
        std::fs::write(&genuine, document(b"<< /Length 12345 >>")).unwrap();
        let all =
            || hostile(std::slice::from_ref(&genuine), 300).map(|file| files::sha256(&file.bytes));
        let (first, second): (Vec<_>, Vec<_>) = (all().collect(), all().collect());
        assert_eq!(first, second);
        assert_eq!(first.len(), 300);
    }
}
