//! `pena demo` from an empty folder to letters that other people's validators accept, on both engines.
#![expect(clippy::expect_used, reason = "a test that cannot go on stops loudly")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;
use tests::database::{Database, Engine, Postgres};
use tests::demo::{Demo, Place};
use tests::files;
use tests::judge::{Qpdf, Trust, pdfsig, pena_verdicts, pyhanko_verdicts, qpdf};
use tests::program;

#[test]
fn every_letter_is_accepted_by_pdfsig_qpdf_and_pyhanko_on_sqlite() {
    accepted_by_others(Engine::Sqlite);
}

#[test]
fn every_letter_is_accepted_by_pdfsig_qpdf_and_pyhanko_on_postgres() {
    accepted_by_others(Engine::Postgres);
}

#[test]
fn pena_itself_calls_every_letter_intact() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(demo) = Demo::shared(engine) else {
            continue;
        };
        let (verdicts, exit) = pena_verdicts(&demo.place.contoh(), &trust(&demo.place), 100);
        assert_eq!(exit, 0, "{verdicts:#?}");
        for verdict in verdicts.values() {
            assert_eq!(verdict["headline"], "intact", "{verdict:#}");
        }
    }
}

#[test]
fn without_a_trusted_root_no_letter_is_called_intact() {
    let Some(demo) = Demo::shared(Engine::Sqlite) else {
        return;
    };
    let (verdicts, exit) = pena_verdicts(&demo.place.contoh(), &Trust::default(), 100);
    assert_eq!(exit, 3, "{verdicts:#?}");
    for verdict in verdicts.values() {
        assert_eq!(verdict["headline"], "untrusted", "{verdict:#}");
    }
}

#[test]
fn both_engines_end_with_the_same_letters_and_a_clean_audit() {
    let shapes: Vec<BTreeMap<String, Vec<String>>> = [Engine::Sqlite, Engine::Postgres]
        .into_iter()
        .filter_map(Demo::shared)
        .map(|demo| {
            demo.place.clean_audit();
            shape(&demo.place)
        })
        .collect();
    for shape in &shapes {
        assert!(shape.len() >= 4, "{shape:#?}");
        assert!(
            shape.values().any(|signatures| signatures.len() == 2),
            "one letter has two signers: {shape:#?}"
        );
    }
    if let [sqlite, postgres] = shapes.as_slice() {
        assert_eq!(sqlite, postgres);
    }
}

#[test]
fn the_table_at_the_end_names_every_file() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(demo) = Demo::shared(engine) else {
            continue;
        };
        let table = demo.said.text();
        for letter in demo.place.contoh() {
            assert!(
                table.contains(&files::name(&letter)),
                "{} is missing from\n{table}",
                letter.display()
            );
        }
    }
}

#[test]
fn a_run_after_a_finished_one_changes_nothing_and_names_what_is_there() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(demo) = Demo::shared(engine) else {
            continue;
        };
        let place = demo.place.copy("again");
        // The audit first: it leaves the lock of a node where several may work, and no more.
        let size = place.clean_audit()["size"].clone();
        let before = (state(&place), place.database.dump(), size);
        let again = place.demo(&[]);
        again.must_exit(0);
        let said = again.text();
        let after = (
            state(&place),
            place.database.dump(),
            place.clean_audit()["size"].clone(),
        );
        assert_eq!(before.0, after.0, "{engine:?}: files changed");
        assert!(before.1 == after.1, "{engine:?}: rows changed");
        assert_eq!(before.2, after.2, "{engine:?}: the log grew");
        for letter in place.contoh() {
            assert!(said.contains(&files::name(&letter)), "{said}");
        }
    }
}

#[test]
fn fresh_starts_over_in_a_directory_that_carries_the_mark() {
    let Some(demo) = Demo::shared(Engine::Sqlite) else {
        return;
    };
    let place = demo.place.copy("fresh");
    let root = files::read(&place.ca("root.pem"));
    place.demo(&["--fresh"]).must_exit(0);
    assert!(
        files::read(&place.ca("root.pem")) != root,
        "the old authority is still there"
    );
    assert_eq!(shape(&place), shape(&demo.place));
    place.clean_audit();
}

#[test]
fn fresh_is_refused_in_a_directory_that_is_not_the_demos() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let kept = folder.path().join("penting.txt");
    fs::write(&kept, "jangan dihapus").expect("a file can be written");
    let place = Place::at(
        folder.path(),
        Database::Sqlite(folder.path().join("pena.sqlite3")),
    );
    let before = files::digests(folder.path());
    let refused = place.demo(&["--fresh"]);
    refused.must_exit(1);
    assert!(
        !refused.stderr.trim().is_empty(),
        "a refusal says why: {}",
        refused.all()
    );
    assert_eq!(files::digests(folder.path()), before);
}

#[test]
fn an_office_that_is_not_the_demos_is_refused_and_left_alone() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(demo) = Demo::shared(engine) else {
            continue;
        };
        let place = demo.place.copy("office");
        for folder in ["demo", "contoh"] {
            fs::remove_dir_all(place.folder.join(folder)).expect("a folder can be removed");
        }
        place
            .database
            .rows("DELETE FROM meta WHERE key = 'demo';\n");
        let before = (state(&place), place.database.dump());
        for line in [&["--fresh"][..], &[]] {
            let refused = place.demo(line);
            refused.must_exit(1);
            assert!(!refused.stderr.trim().is_empty(), "a refusal says why");
            assert_eq!(state(&place), before.0, "{engine:?} {line:?}");
            assert!(
                place.database.dump() == before.1,
                "{engine:?} {line:?}: rows changed"
            );
        }
    }
}

#[test]
fn another_applications_tables_outlive_a_demo_that_starts_over() {
    let Some(foreign) = Postgres::empty("pena_test_demo_foreign") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder can be made");
    let place = Place::at(folder.path(), Database::Postgres(foreign));
    let table =
        "CREATE TABLE penting (isi text);\nINSERT INTO penting VALUES ('jangan dihapus');\n";
    place.database.rows(table);
    for line in [&["--fresh"][..], &[], &["--fresh"]] {
        // It may refuse to settle beside them, or settle; it may not touch them.
        let run = place.demo(line);
        assert!(matches!(run.code, Some(0 | 1)), "{}", run.all());
        let kept = place.database.value("SELECT isi FROM penting;\n");
        assert_eq!(kept, "jangan dihapus", "{line:?}");
    }
}

#[test]
fn a_relative_data_directory_serves_as_well() {
    let Some(demo) = Demo::shared(Engine::Sqlite) else {
        return;
    };
    let _alone = demo.place.alone();
    let mut command = program::pena();
    command
        .current_dir(&demo.place.folder)
        .args(["audit", "verify", "--data-dir", "."]);
    tests::process::run(&mut command, b"", program::PATIENCE).must_exit(0);
}

fn accepted_by_others(engine: Engine) {
    let Some(demo) = Demo::shared(engine) else {
        return;
    };
    let letters = demo.place.contoh();
    assert!(!letters.is_empty(), "{}", demo.said.all());
    for letter in &letters {
        let shown = letter.display();
        if let Some(signatures) = pdfsig(letter) {
            assert!(
                !signatures.is_empty() && signatures.iter().all(|signature| signature.valid),
                "{shown}: {signatures:#?}"
            );
            assert!(
                signatures.last().is_some_and(|last| last.total),
                "{shown}: {signatures:#?}"
            );
        }
        if let Some(opinion) = qpdf(letter) {
            assert_eq!(opinion, Qpdf::Sound, "qpdf complains of {shown}");
        }
    }
    for verdict in pyhanko_verdicts(&letters, &trust(&demo.place))
        .into_iter()
        .flatten()
    {
        assert_eq!(verdict["error"], Value::Null, "{verdict:#}");
        let signatures = verdict["signatures"].as_array().expect("a list");
        assert!(
            !signatures.is_empty()
                && signatures
                    .iter()
                    .all(|signature| signature["accepted"] == true),
            "{verdict:#}"
        );
        assert_eq!(
            signatures.last().map(|last| last["coverage"].clone()),
            Some(Value::from("ENTIRE_FILE")),
            "{verdict:#}"
        );
    }
}

fn trust(place: &Place) -> Trust {
    Trust {
        anchors: vec![place.ca("root.pem")],
        crls: vec![place.ca("root.crl"), place.ca("issuing.crl")],
    }
}

/// Each letter's name with the kinds of its signatures.
fn shape(place: &Place) -> BTreeMap<String, Vec<String>> {
    let (verdicts, _) = pena_verdicts(&place.contoh(), &trust(place), 100);
    verdicts
        .into_iter()
        .map(|(path, verdict)| {
            let kinds = verdict["signatures"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|signature| format!("{} {}", signature["kind"], signature["indication"]))
                .collect();
            (files::name(&path), kinds)
        })
        .collect()
}

/// Every file but the database's own, whose rows are compared instead.
fn state(place: &Place) -> BTreeMap<std::path::PathBuf, String> {
    let mut found = files::digests(&place.folder);
    found.retain(|name, _| !is_databases(name));
    found
}

fn is_databases(name: &Path) -> bool {
    files::name(name).starts_with("pena.sqlite3")
}
