//! `kill -9` at random instants, again and again: what was acknowledged is there, byte for byte, and once.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on stops loudly"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use rand::RngExt;
use serde_json::Value;
use tests::database::Engine;
use tests::demo::{Demo, Place};
use tests::files;
use tests::judge::{Trust, pdfsig, pena_verdicts};
use tests::process::wait;
use tests::program::{PATIENCE, pena};
use tests::seed;

const BATCH: [&str; 3] = ["--batch", "16", "--json"];

#[test]
fn nothing_acknowledged_is_lost_or_signed_twice_on_sqlite() {
    drive(Engine::Sqlite);
}

#[test]
fn nothing_acknowledged_is_lost_or_signed_twice_on_postgres() {
    drive(Engine::Postgres);
}

#[test]
fn a_demo_cut_off_in_its_first_moments_is_carried_on_on_sqlite() {
    founding(Engine::Sqlite);
}

#[test]
fn a_demo_cut_off_in_its_first_moments_is_carried_on_on_postgres() {
    founding(Engine::Postgres);
}

/// Kills the first run in an empty place, each time a new one, ever later, densest at the start: that is where the
/// directory, the database, the keys and the office come into being.
fn founding(engine: Engine) {
    let start = Instant::now();
    let Some(whole) = Place::empty(engine, "founding").map(Demo::run) else {
        return;
    };
    let (took, expected) = (start.elapsed(), whole.place.contoh().len());
    drop(whole);
    let kills = if is_long() { 50 } else { 12 };
    let mut stranded = Vec::new();
    for number in 0..kills {
        let place = Place::empty(engine, "founding").expect("the engine was there a moment ago");
        let instant = took.mul_f64((f64::from(number) / f64::from(kills)).powi(3));
        run_until(&place, &mut Journal::default(), instant);
        let again = place.demo(&[]);
        if again.code != Some(0) {
            stranded.push(format!("killed after {instant:?}: {}", again.all()));
            continue;
        }
        assert_eq!(place.contoh().len(), expected, "killed after {instant:?}");
        nothing_is_pending(&place);
        place.clean_audit();
    }
    assert!(
        stranded.is_empty(),
        "not carried on in {} of {kills} places\n{}",
        stranded.len(),
        stranded.join("\n")
    );
}

fn drive(engine: Engine) {
    let Some(place) = Place::empty(engine, "killed") else {
        return;
    };
    let pace = Pace::measure(engine);
    let kills = if is_long() { 50 } else { 5 };
    let mut choices = seed::choices(&format!("kill {}", engine.name()));
    let mut journal = Journal::default();
    let mut done = 0;
    while done < kills {
        // From the empty folder on, founding included; then within the batches.
        let span = if journal.is_empty() {
            pace.from_nothing
        } else {
            pace.further
        };
        let instant = span.mul_f64(choices.random_range(0.0..1.0));
        // A run that ends before its instant was not cut off and does not count.
        if run_until(&place, &mut journal, instant) == Ended::Killed {
            done += 1;
        }
    }
    let last = run_until(&place, &mut journal, PATIENCE);
    assert_eq!(last, Ended::Itself, "the last run was to finish");
    assert!(!journal.is_empty(), "no run ever signed anything");
    judge(&place, &journal);
}

fn is_long() -> bool {
    std::env::var_os("PENA_LONG").is_some()
}

/// How long the command takes when nobody interrupts it.
struct Pace {
    from_nothing: Duration,
    further: Duration,
}

impl Pace {
    fn measure(engine: Engine) -> Self {
        let place = Place::empty(engine, "pace").expect("the engine was there a moment ago");
        let mut journal = Journal::default();
        let mut times = [Duration::ZERO; 2];
        for time in &mut times {
            let start = Instant::now();
            assert_eq!(run_until(&place, &mut journal, PATIENCE), Ended::Itself);
            *time = start.elapsed();
        }
        let [from_nothing, further] = times;
        assert_eq!(
            journal.printed.len(),
            32,
            "two undisturbed runs sign 16 letters each"
        );
        Self {
            from_nothing,
            further,
        }
    }
}

/// What the program acknowledged: (letter, version) and the SHA-256 printed for it.
#[derive(Default)]
struct Journal {
    printed: BTreeMap<(String, u64), String>,
}

impl Journal {
    fn is_empty(&self) -> bool {
        self.printed.is_empty()
    }

    fn note(&mut self, line: &str) {
        let said: Value =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let text = |name: &str| said[name].as_str().map(str::to_owned);
        let (Some(letter), Some(version), Some(sha256)) =
            (text("letter"), said["version"].as_u64(), text("sha256"))
        else {
            panic!("not a signature: {line}");
        };
        // A line may come again, of a letter that was settled; never with other bytes.
        if let Some(before) = self
            .printed
            .insert((letter.clone(), version), sha256.clone())
        {
            assert_eq!(before, sha256, "{letter} was acknowledged with other bytes");
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Ended {
    Itself,
    Killed,
}

/// Runs the batch command until this instant at most, then kills it. What it printed by then is in the journal;
/// a line cut in two was not printed.
fn run_until(place: &Place, journal: &mut Journal, instant: Duration) -> Ended {
    let mut child = pena()
        .arg("demo")
        .args(place.options())
        .args(BATCH)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program can be started");
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let lines = thread::spawn(move || {
        let mut lines = Vec::new();
        let mut pipe = BufReader::new(stdout.expect("standard output is a pipe"));
        let mut line = String::new();
        while pipe.read_line(&mut line).is_ok_and(|read| read > 0) {
            lines.push(std::mem::take(&mut line));
        }
        lines
    });
    let talk = thread::spawn(move || {
        std::io::read_to_string(stderr.expect("standard error is a pipe")).unwrap_or_default()
    });
    let (status, killed) = wait(&mut child, instant);
    let talk = talk.join().expect("a reader cannot panic");
    assert!(!talk.contains("panicked at"), "{talk}");
    for line in lines.join().expect("a reader cannot panic") {
        if let Some(line) = line.strip_suffix('\n') {
            journal.note(line);
        }
    }
    if killed {
        return Ended::Killed;
    }
    assert!(status.success(), "{status}: {talk}");
    Ended::Itself
}

fn judge(place: &Place, journal: &Journal) {
    let folder = place.folder.join("contoh/kumpulan");
    for ((letter, version), sha256) in &journal.printed {
        let bytes = files::read(&folder.join(format!("{letter}.pdf")));
        assert_eq!(
            files::sha256(&bytes),
            *sha256,
            "{letter}, version {version}, is not what was acknowledged"
        );
    }
    let letters: BTreeSet<&String> = journal.printed.keys().map(|(letter, _)| letter).collect();
    assert_eq!(
        letters.len(),
        journal.printed.len(),
        "a letter was acknowledged in two versions"
    );

    let files = files::pdfs(&folder);
    each_is_signed_once(&files);
    let trust = Trust {
        anchors: vec![place.ca("root.pem")],
        crls: vec![place.ca("root.crl"), place.ca("issuing.crl")],
    };
    let all = [place.contoh(), files.clone()].concat();
    let (verdicts, exit) = pena_verdicts(&all, &trust, 100);
    assert_eq!(exit, 0, "{verdicts:#?}");
    each_is_stored_once(place, &files);
    nothing_is_pending(place);
    place.clean_audit();
}

fn each_is_signed_once(letters: &[std::path::PathBuf]) {
    for letter in letters {
        if let Some(signatures) = pdfsig(letter) {
            assert!(
                signatures.len() == 1 && signatures.iter().all(|one| one.valid && one.total),
                "{}: {signatures:#?}",
                letter.display()
            );
        }
    }
}

/// The files are exactly the signed versions of the store, one per letter.
fn each_is_stored_once(place: &Place, letters: &[std::path::PathBuf]) {
    let engine = place.engine;
    let rows = place.database.rows(&format!(
        "SELECT {}, {} FROM naskah_version v JOIN naskah n ON n.id = v.naskah_id \
         WHERE n.batch = 'kumpulan' AND v.kind = 'signed' ORDER BY 1, 2;\n",
        engine.show_id("n.id"),
        engine.show_bytes("v.sha256"),
    ));
    let stored: Vec<(String, String)> = rows
        .into_iter()
        .map(|row| match row.as_slice() {
            [id, sha256] => (format!("nsk_{id}"), sha256.clone()),
            other => panic!("not two columns: {other:?}"),
        })
        .collect();
    let mut on_disk: Vec<(String, String)> = letters
        .iter()
        .map(|path| {
            let name = files::name(path).trim_end_matches(".pdf").to_owned();
            (name, files::sha256(&files::read(path)))
        })
        .collect();
    on_disk.sort();
    assert_eq!(on_disk, stored);
}

/// Every intent is closed, no step was signed twice, no number stands twice or without a letter, no letter waits.
fn nothing_is_pending(place: &Place) {
    let nothing = [
        "SELECT count(*) FROM intent WHERE state NOT IN ('completed', 'released');\n",
        "SELECT count(*) FROM (SELECT 1 FROM intent WHERE state <> 'released' \
         GROUP BY naskah_id, step HAVING count(*) > 1) AS twice;\n",
        "SELECT count(*) FROM (SELECT 1 FROM nomor GROUP BY register_id, urut HAVING count(*) > 1) AS twice;\n",
        "SELECT count(*) FROM (SELECT 1 FROM nomor GROUP BY register_id \
         HAVING max(urut) <> count(*)) AS gaps;\n",
        "SELECT count(*) FROM nomor JOIN naskah ON naskah.id = nomor.naskah_id \
         WHERE naskah.batch IS NOT NULL AND nomor.state <> 'issued';\n",
        "SELECT count(*) FROM nomor WHERE naskah_id IS NULL AND reason IS NULL;\n",
        "SELECT count(*) FROM naskah WHERE batch IS NOT NULL \
         AND tahap NOT IN ('signed', 'dispatched', 'filed');\n",
        "SELECT count(*) FROM leaf WHERE idx IS NULL;\n",
    ];
    for sql in nothing {
        assert_eq!(place.database.value(sql), "0", "{sql}");
    }
    // Key uses equal the intents that explain them.
    let used = "SELECT coalesce(sum(uses), 0) FROM key WHERE pejabat_id IS NOT NULL;\n";
    let explained = "SELECT count(*) FROM intent;\n";
    assert_eq!(place.database.value(used), place.database.value(explained));
}
