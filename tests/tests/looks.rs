//! What a signature on a document from elsewhere looks like, and how it would look: `pena sign`, `pena stamp --preview`.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use tests::desk::{assert_signed, desk, fields, pdf, put, sign};
use tests::files;
use tests::judge::{Qpdf, pdfsig, qpdf};
use tests::process::{Finished, run};
use tests::program;
use tests::tool::on_path;

const BLOCK: &str = "\
jabatan = ['Kepala Dinas Komunikasi', 'dan Informatika']
name = 'Contoh Sekali, S.Kom.'
pangkat = 'Pembina, IV/a'
nip = '190001011920011001'
qr = 'https://contohrejo.example/v/KODE'
";

/// Fonts of a file but the page's own Courier, each with whether it is embedded.
fn fonts(file: &Path) -> Option<Vec<(String, bool)>> {
    let mut command = Command::new(on_path("pdffonts")?);
    let finished = run(command.arg(file), b"", Duration::from_mins(1));
    finished.must_exit(0);
    let lines = finished.text();
    let fonts = lines
        .lines()
        .skip(2)
        .filter(|line| !line.starts_with("Courier"));
    let font = |line: &str| {
        let name = line.split_whitespace().next().unwrap_or_default();
        (name.to_owned(), line.contains(" yes "))
    };
    Some(fonts.map(font).collect())
}

fn stamp(input: &Path, output: &Path, options: &[&str]) -> Finished {
    let (input, output) = (input.display().to_string(), output.display().to_string());
    let line = ["stamp", "--preview", &input, "-o", &output];
    program::call(line.iter().chain(options))
}

#[test]
fn the_offices_block_a_picture_and_the_plain_block_are_drawn_with_fonts_of_their_own() {
    let Some(desk) = desk() else { return };
    let desk = desk.path();
    let input = put(desk, "in.pdf", &pdf("/Rotate 90", "isi"));
    let block = put(desk, "kepala.toml", BLOCK.as_bytes())
        .display()
        .to_string();
    let logo = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='4'><rect width='9' height='4'/></svg>";
    let image = put(desk, "ttd.svg", logo.as_bytes()).display().to_string();
    let place = ["--page", "1", "--rect", "60,90,220,75"];
    for (name, options, words) in [
        ("plain.pdf", vec![], true),
        ("block.pdf", vec!["--block", block.as_str()], true),
        ("image.pdf", vec!["--image", image.as_str()], false),
    ] {
        let signed = desk.join(name);
        sign(
            desk,
            &input,
            &signed,
            &[place.as_slice(), &options].concat(),
        )
        .must_exit(0);
        assert_signed(&signed);
        assert!(
            qpdf(&signed).is_none_or(|said| said == Qpdf::Sound),
            "{name}"
        );
        if let Some(fonts) = fonts(&signed) {
            assert_eq!(!fonts.is_empty(), words, "{name}: {fonts:?}");
            assert!(
                fonts.iter().all(|(_, embedded)| *embedded),
                "{name}: {fonts:?}"
            );
        }
    }
}

#[test]
fn a_field_shows_the_block_unless_it_is_to_stay_blank_or_has_no_room() {
    let Some(desk) = desk() else { return };
    let desk = desk.path();
    let input = put(desk, "in.pdf", &pdf("", "isi"));
    let ready = desk.join("ready.pdf");
    let line = [
        "fields",
        "add",
        &input.display().to_string(),
        "-o",
        &ready.display().to_string(),
        "--field",
        "Besar:1:60,90,220,75",
        "--field",
        "Kecil:1:300,90,20,12",
    ];
    program::call(line).must_exit(0);
    for (name, options, drawn) in [
        ("besar.pdf", ["--field", "Besar"].as_slice(), true),
        ("kosong.pdf", &["--field", "Besar", "--blank"], false),
        ("kecil.pdf", &["--field", "Kecil"], false),
    ] {
        let signed = desk.join(name);
        sign(desk, &ready, &signed, options).must_exit(0);
        if let Some(signatures) = pdfsig(&signed) {
            let good = signatures.iter().filter(|one| one.valid && one.total);
            assert_eq!(good.count(), 1, "{name}: {signatures:?}");
        }
        if let Some(fonts) = fonts(&signed) {
            assert_eq!(!fonts.is_empty(), drawn, "{name}: {fonts:?}");
        }
    }
    let block = put(desk, "kepala.toml", BLOCK.as_bytes())
        .display()
        .to_string();
    let out = desk.join("none.pdf");
    let refused = sign(desk, &ready, &out, &["--field", "Kecil", "--block", &block]);
    refused.must_exit(1);
    assert!(refused.text().contains("do not fit"), "{}", refused.all());
    assert!(!out.exists());
}

#[test]
fn two_signers_of_a_certified_document_show_their_blocks_and_stay_intact() {
    let Some(desk) = desk() else { return };
    let desk = desk.path();
    let input = put(desk, "in.pdf", &pdf("", "isi"));
    let [ready, once, twice] = ["ready.pdf", "once.pdf", "twice.pdf"].map(|name| desk.join(name));
    let line = [
        "fields",
        "add",
        &input.display().to_string(),
        "-o",
        &ready.display().to_string(),
        "--field",
        "Satu:1:60,90,220,75",
        "--field",
        "Dua:1:300,90,220,75",
    ];
    program::call(line).must_exit(0);
    sign(desk, &ready, &once, &["--field", "Satu", "--certify", "2"]).must_exit(0);
    sign(desk, &once, &twice, &["--field", "Dua"]).must_exit(0);
    assert_signed(&twice);
    let verify = [
        "verify",
        "--json",
        "--trust",
        &desk.join("cert.pem").display().to_string(),
        &twice.display().to_string(),
    ]
    .map(str::to_owned);
    let finished = program::call(verify);
    finished.must_exit(0);
    assert_eq!(program::json_lines(&finished)[0]["headline"], "intact");
}

#[test]
fn a_preview_needs_no_key_and_is_no_signature() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let at = folder.path();
    let input = put(at, "in.pdf", &pdf("", "Kepala # Dinas"));
    let block = put(at, "kepala.toml", BLOCK.as_bytes())
        .display()
        .to_string();
    let (document, picture) = (at.join("out.pdf"), at.join("out.png"));
    let marker = ["--marker", "#", "--block", &block];
    stamp(&input, &document, &marker).must_exit(0);
    assert!(files::read(&document).starts_with(&files::read(&input)));
    assert!(fields(&document).is_empty());
    if let Some(fonts) = fonts(&document) {
        assert!(!fonts.is_empty());
    }
    stamp(&input, &picture, &marker).must_exit(0);
    assert!(files::read(&picture).starts_with(b"\x89PNG"));

    let missing = stamp(&input, &picture, &["--marker", "$"]);
    missing.must_exit(1);
    assert!(missing.all().contains("marker $"), "{}", missing.all());
    stamp(&input, &at.join("out.jpg"), &marker).must_exit(2);
    stamp(&input, &picture, &[]).must_exit(2);
    let left: Vec<_> = fs::read_dir(at).expect("a folder").collect();
    assert_eq!(left.len(), 4, "{left:?}");
}

#[test]
fn a_block_or_a_picture_that_is_none_is_refused_before_the_key() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let at = folder.path();
    let input = put(at, "in.pdf", &pdf("", "isi")).display().to_string();
    let typo = put(at, "typo.toml", b"jabatn = ['x']")
        .display()
        .to_string();
    let text = put(at, "text.png", b"no picture").display().to_string();
    let out = at.join("out.pdf").display().to_string();
    for (options, code, says) in [
        (["--block", typo.as_str()], 1, "jabatn"),
        (["--image", text.as_str()], 1, "PNG"),
    ] {
        let line = [
            "sign",
            &input,
            "-o",
            &out,
            "--p12",
            "none.p12",
            "--page",
            "1",
            "--rect",
            "60,90,200,70",
        ];
        let finished = program::call(line.iter().chain(&options));
        finished.must_exit(code);
        assert!(finished.all().contains(says), "{}", finished.all());
    }
    let unseen = [
        "sign",
        &input,
        "-o",
        &out,
        "--p12",
        "none.p12",
        "--invisible",
        "--image",
        &text,
    ];
    program::call(unseen).must_exit(2);
}
