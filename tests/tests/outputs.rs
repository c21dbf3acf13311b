//! What `pena sign` and its like write, and where: never over an input, whole or nothing, and when nothing, what to do.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use tests::desk::{desk, pdf, put, sign};
use tests::files;
use tests::process::Finished;
use tests::program;

#[test]
fn no_command_writes_over_its_input_under_any_name() {
    let Some(desk) = desk() else { return };
    let desk = desk.path();
    let input = put(desk, "surat.pdf", &pdf("", "isi"));
    let link = desk.join("tautan.pdf");
    std::os::unix::fs::symlink(&input, &link).expect("a link can be made");
    let before = files::read(&input);
    let stamp = [
        "stamp",
        "--preview",
        "--page",
        "1",
        "--rect",
        "60,90,220,75",
    ];
    for command in [
        ["fields", "add", "--field", "A:1:60,90,180,60"].as_slice(),
        &["timestamp", "--tsa", "http://127.0.0.1:1", "--trust", "x"],
        &["extend", "--level", "b-t", "--tsa", "http://127.0.0.1:1"],
        &stamp,
    ] {
        for output in [&input, &link] {
            let refused = call(command, &input, output);
            refused.must_exit(2);
            assert!(
                refused.stderr.contains("never overwritten"),
                "{}",
                refused.all()
            );
        }
    }
    assert_eq!(files::read(&input), before);
}

#[test]
fn a_run_that_is_killed_leaves_nothing_of_what_it_wrote() {
    let Some(desk) = desk() else { return };
    // Of a kind that has files without a name, whatever the other is.
    let Ok(folder) = tempfile::tempdir_in("/dev/shm") else {
        let _told = writeln!(std::io::stderr(), "left out: there is no /dev/shm");
        return;
    };
    let mut child = program::pena()
        .args(["sign", "/dev/stdin", "-o"])
        .arg(folder.path().join("ttd.pdf"))
        .arg("--p12")
        .arg(desk.path().join("key.p12"))
        .arg("--passphrase-file")
        .arg(desk.path().join("pass.txt"))
        .stdin(Stdio::piped())
        .spawn()
        .expect("pena starts");
    let mut document = child.stdin.take().expect("standard input is a pipe");
    // Far more than a pipe holds: when it is through, most of it is in the draft.
    document
        .write_all(&vec![b'%'; 4 << 20])
        .expect("pena reads");
    child.kill().expect("pena still waits for the rest");
    child.wait().expect("a child can be waited for");
    let left = fs::read_dir(folder.path()).expect("the folder is there");
    assert_eq!(left.count(), 0);
}

#[test]
fn of_many_files_those_that_were_not_signed_are_counted_at_the_end() {
    let Some(desk) = desk() else { return };
    let desk = desk.path();
    let good = put(desk, "baik.pdf", &pdf("", "isi"));
    let bad = put(desk, "rusak.pdf", b"bukan");
    let folder = desk.join("map");
    fs::create_dir(&folder).expect("a folder can be made");
    let names = [&good, &bad, &folder].map(|path| path.display().to_string());
    let outputs = desk.join("ttd").display().to_string();
    let key = desk.join("key.p12").display().to_string();
    let pass = desk.join("pass.txt").display().to_string();
    let mut line = vec!["sign".to_owned(), "--out-dir".to_owned(), outputs];
    line.extend([
        "--p12".to_owned(),
        key,
        "--passphrase-file".to_owned(),
        pass,
    ]);
    line.extend(names);
    let done = program::call(line);
    done.must_exit(1);
    for said in ["is a folder", "2 of 3 files were not signed"] {
        assert!(done.stderr.contains(said), "{}", done.all());
    }
    assert!(desk.join("ttd/baik.pdf").exists());
}

#[test]
fn a_refusal_says_what_to_do_whatever_the_command() {
    let Some(desk) = desk() else { return };
    let desk = desk.path();
    let input = put(desk, "surat.pdf", &pdf("", "isi"));
    let mut broken = pdf("", "isi");
    broken.truncate(broken.len() - 40);
    let broken = put(desk, "rusak.pdf", &broken);
    let output = desk.join("hasil.pdf");
    let add = |field| ["fields", "add", "--field", field];
    for (command, input, says) in [
        (add("A:9:1,1,90,90"), &input, "there is no page 9"),
        (add("A:1:1,1,9000,90"), &input, "make it smaller"),
        (add("A.b:1:1,1,90,90"), &input, "no dot"),
        (add("A:1:1,1,90,90"), &broken, "pena sign --rewrite-first"),
    ] {
        let refused = call(&command, input, &output);
        refused.must_exit(1);
        assert!(refused.stderr.contains(says), "{}", refused.all());
    }
    let nowhere = desk.join("tidak-ada/hasil.pdf");
    let refused = sign(desk, &input, &nowhere, &[]);
    refused.must_exit(1);
    assert!(
        refused.text().contains("make it first"),
        "{}",
        refused.all()
    );
    assert!(!output.exists());
}

#[test]
fn a_block_that_nobody_would_see_is_refused() {
    let Some(desk) = desk() else { return };
    let desk = desk.path();
    let input = put(desk, "surat.pdf", &pdf("", "isi"));
    let ready = desk.join("siap.pdf");
    call(
        &["fields", "add", "--field", "Kepala:1:60,90,220,75"],
        &input,
        &ready,
    )
    .must_exit(0);
    // The flags of the widget: hidden besides printed and locked.
    let bytes = files::read(&ready);
    let flags = bytes.windows(6).position(|flags| flags == b"/F 132");
    let mut hidden = bytes.clone();
    hidden[flags.expect("the field is printed") + 5] = b'4';
    let hidden = put(desk, "tersembunyi.pdf", &hidden);
    let block = put(desk, "kepala.toml", b"name = 'Contoh Sekali'")
        .display()
        .to_string();
    let output = desk.join("ttd.pdf");
    let refused = sign(
        desk,
        &hidden,
        &output,
        &["--field", "Kepala", "--block", &block],
    );
    refused.must_exit(1);
    assert!(
        refused.text().contains("leave out --block"),
        "{}",
        refused.all()
    );
    sign(desk, &hidden, &output, &["--field", "Kepala"]).must_exit(0);
    sign(
        desk,
        &ready,
        &output,
        &["--field", "Kepala", "--block", &block],
    )
    .must_exit(0);
}

fn call(command: &[&str], input: &Path, output: &Path) -> Finished {
    let files = [
        input.display().to_string(),
        "-o".to_owned(),
        output.display().to_string(),
    ];
    let command = command.iter().map(|word| (*word).to_owned());
    program::call(command.chain(files))
}
