//! The reference of the command line is what the program itself says.
#![expect(clippy::expect_used, reason = "a test that cannot go on stops loudly")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use tests::process::run;
use tests::program::{PATIENCE, pena};

const HEAD: &str = "# Commands and options

What `pena --help` and the help of each command say. A test compares this page with the program;
`PENA_WRITE_DOCS=1 cargo test -p pena -p tests --test reference` writes it anew.
";

#[test]
fn the_command_reference_is_what_the_program_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reference/cli.md");
    let mut said = HEAD.to_owned();
    describe(&mut said, &[]);
    if std::env::var_os("PENA_WRITE_DOCS").is_some() {
        fs::write(&path, &said).expect("a document can be written");
    }
    let written = fs::read_to_string(&path).expect("there is a reference");
    assert!(
        written == said,
        "docs/reference/cli.md is not what the program says; the page tells how to write it anew"
    );
}

/// The help of a command, and of every command below it.
fn describe(said: &mut String, words: &[String]) {
    let finished = run(
        pena().args(words).arg("--help").env("COLUMNS", "100"),
        b"",
        PATIENCE,
    );
    finished.must_exit(0);
    let help = finished.text();
    let name = ["pena".to_owned()]
        .iter()
        .chain(words)
        .cloned()
        .collect::<Vec<_>>()
        .join(" ");
    write!(said, "\n## {name}\n\n```\n{}\n```\n", help.trim_end()).expect("text can be appended");
    for below in commands(&help) {
        let mut words = words.to_vec();
        words.push(below);
        describe(said, &words);
    }
}

/// The commands that a help lists.
fn commands(help: &str) -> Vec<String> {
    help.lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| line.starts_with("  "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}
