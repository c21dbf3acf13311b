//! `pena demo` in a place of its own: a data directory and a database.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::database::{Database, Engine, Postgres};
use crate::files;
use crate::process::{Finished, run};
use crate::program::{self, PATIENCE, pena};

/// Where a demo lives. One process at a time has it.
#[derive(Debug)]
pub struct Place {
    /// The engine of its database.
    pub engine: Engine,
    /// The data directory.
    pub folder: PathBuf,
    /// The database.
    pub database: Database,
    turn: Mutex<()>,
    // Held, never read: gone with the process.
    _lock: Option<File>,
}

impl Place {
    /// An empty place for this purpose; what an earlier run left there is removed. It stays behind for whoever
    /// wants to look, below the folder of the test programs.
    ///
    /// # Panics
    /// If it cannot be made.
    pub fn empty(engine: Engine, purpose: &str) -> Option<Self> {
        let name = format!("{}-{purpose}", binary());
        let base = tests_folder().join("black-box");
        fs::create_dir_all(&base).expect("a folder can be made");
        let lock = File::create(base.join(format!("{name}-{}.lock", engine.name())))
            .expect("a lock file can be made");
        lock.lock().expect("a file can be locked");
        let folder = base.join(format!("{name}-{}", engine.name()));
        if folder.exists() {
            fs::remove_dir_all(&folder).expect("a folder of an earlier run can be removed");
        }
        let database = match engine {
            Engine::Sqlite => Database::Sqlite(folder.join("pena.sqlite3")),
            Engine::Postgres => Database::Postgres(Postgres::empty(&format!(
                "pena_test_{}",
                name.replace('-', "_")
            ))?),
        };
        Some(Self {
            engine,
            folder,
            database,
            turn: Mutex::new(()),
            _lock: Some(lock),
        })
    }

    /// A place in this folder, of which somebody else takes care.
    pub fn at(folder: &Path, database: Database) -> Self {
        Self {
            engine: match database {
                Database::Sqlite(_) => Engine::Sqlite,
                Database::Postgres(_) => Engine::Postgres,
            },
            folder: folder.to_owned(),
            database,
            turn: Mutex::new(()),
            _lock: None,
        }
    }

    /// A copy of this place for another purpose, which may change it.
    ///
    /// # Panics
    /// If it cannot be made.
    #[must_use]
    pub fn copy(&self, purpose: &str) -> Self {
        let mut copy = Self::empty(self.engine, purpose).expect("the original's engine is there");
        let _alone = self.alone();
        files::copy(&self.folder, &copy.folder);
        copy.database = match &self.database {
            Database::Sqlite(_) => Database::Sqlite(copy.folder.join("pena.sqlite3")),
            Database::Postgres(original) => Database::Postgres(original.copy(&format!(
                "pena_test_{}_{}_copy",
                binary().replace('-', "_"),
                purpose.replace('-', "_")
            ))),
        };
        copy
    }

    /// The options that say where this is.
    pub fn options(&self) -> Vec<OsString> {
        let mut options = vec!["--data-dir".into(), self.folder.clone().into()];
        if let Some(url) = self.database.url() {
            options.extend(["--database".into(), url.into()]);
        }
        options
    }

    /// Waits until no other test has a program running here. The program refuses a second one beside it.
    pub fn alone(&self) -> MutexGuard<'_, ()> {
        // A test that failed here has failed already; the place is as good as before.
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `pena demo` here to its end.
    ///
    /// # Panics
    /// If it takes too long or panics.
    pub fn demo(&self, further: &[&str]) -> Finished {
        let _alone = self.alone();
        let mut command = pena();
        command.arg("demo").args(self.options()).args(further);
        // Everything that a log might ever say is said.
        command.env("RUST_LOG", "trace").env("PENA_LOG", "trace");
        let finished = run(&mut command, b"", PATIENCE);
        assert!(
            !finished.timed_out && !finished.stderr.contains("panicked at"),
            "{}",
            finished.all()
        );
        finished
    }

    /// What `pena audit verify` says here: its run, and the report if there is one.
    ///
    /// # Panics
    /// If what it printed is no JSON.
    pub fn audit(&self) -> (Finished, Value) {
        let _alone = self.alone();
        let mut line: Vec<OsString> = vec!["audit".into(), "verify".into(), "--json".into()];
        line.extend(self.options());
        let finished = program::call(line);
        let report = program::json_lines(&finished).pop().unwrap_or(Value::Null);
        (finished, report)
    }

    /// The audit's report, which must be clean.
    ///
    /// # Panics
    /// If anything is wrong.
    pub fn clean_audit(&self) -> Value {
        let (finished, report) = self.audit();
        assert_eq!(finished.code, Some(0), "{}", finished.all());
        for offences in [&report["offences"], &report["reconciliation"]["offences"]] {
            assert_eq!(*offences, Value::Array(Vec::new()), "{report}");
        }
        report
    }

    /// The signed letters.
    pub fn contoh(&self) -> Vec<PathBuf> {
        files::pdfs(&self.folder.join("contoh"))
    }

    /// A file of the demo's authority.
    pub fn ca(&self, name: &str) -> PathBuf {
        self.folder.join("ca").join(name)
    }

    /// Every passphrase and password that the demo made up.
    ///
    /// # Panics
    /// If the file that keeps them is missing or malformed.
    pub fn passphrases(&self) -> Vec<String> {
        let kept: Value =
            serde_json::from_slice(&files::read(&self.folder.join("demo/frasa.json")))
                .expect("demo/frasa.json is JSON");
        let officials = kept["officials"]
            .as_object()
            .expect("it has officials")
            .values();
        let accounts = kept["accounts"]
            .as_object()
            .expect("it has accounts")
            .values();
        officials
            .chain(accounts.map(|entry| &entry["password"]))
            .chain([&kept["operator"]])
            .map(|phrase| phrase.as_str().expect("a passphrase is text").to_owned())
            .collect()
    }
}

/// What the owner of a demo's account types.
#[derive(Debug, Clone)]
pub struct Login {
    /// The name.
    pub username: String,
    /// The password to come in.
    pub password: String,
    /// The passphrase of the key, for whoever signs.
    pub passphrase: Option<String>,
}

impl Place {
    /// What the owner of an account types.
    ///
    /// # Panics
    /// If the demo has no such account.
    pub fn login(&self, username: &str) -> Login {
        let kept: Value =
            serde_json::from_slice(&files::read(&self.folder.join("demo/frasa.json")))
                .expect("demo/frasa.json is JSON");
        let account = &kept["accounts"][username];
        let text = |name: &str| account[name].as_str().map(str::to_owned);
        Login {
            username: username.to_owned(),
            password: text("password").unwrap_or_else(|| panic!("there is no account {username}")),
            passphrase: text("passphrase"),
        }
    }

    /// The names of the demo's accounts.
    ///
    /// # Panics
    /// If the file that keeps them is missing or malformed.
    pub fn usernames(&self) -> Vec<String> {
        let kept: Value =
            serde_json::from_slice(&files::read(&self.folder.join("demo/frasa.json")))
                .expect("demo/frasa.json is JSON");
        let accounts = kept["accounts"].as_object().expect("it has accounts");
        accounts.keys().cloned().collect()
    }

    /// A key of an application with the rights of this account; made while no server runs on SQLite.
    ///
    /// # Panics
    /// If the program refuses.
    pub fn api_key(&self, username: &str, scopes: &[&str]) -> String {
        let _alone = self.alone();
        let mut line: Vec<OsString> = ["account", "key", username, "--label", "uji"]
            .map(Into::into)
            .to_vec();
        for scope in scopes {
            line.extend(["--scope".into(), (*scope).into()]);
        }
        line.extend(self.options());
        let finished = program::call(line);
        finished.must_exit(0);
        finished.text().trim().to_owned()
    }
}

/// A demo that ran to its end.
#[derive(Debug)]
pub struct Demo {
    /// Where.
    pub place: Place,
    /// What the run said.
    pub said: Finished,
    /// How long it took.
    pub took: Duration,
}

impl Demo {
    /// The finished demo that all tests of one test program share; nobody may change it.
    ///
    /// # Panics
    /// If the demo does not end with exit code 0.
    pub fn shared(engine: Engine) -> Option<&'static Self> {
        static SQLITE: OnceLock<Option<Demo>> = OnceLock::new();
        static POSTGRES: OnceLock<Option<Demo>> = OnceLock::new();
        let cell = match engine {
            Engine::Sqlite => &SQLITE,
            Engine::Postgres => &POSTGRES,
        };
        cell.get_or_init(|| Some(Self::run(Place::empty(engine, "shared")?)))
            .as_ref()
    }

    /// Runs the demo in a place.
    ///
    /// # Panics
    /// If it does not end with exit code 0.
    pub fn run(place: Place) -> Self {
        let start = Instant::now();
        let said = place.demo(&[]);
        said.must_exit(0);
        Self {
            took: start.elapsed(),
            place,
            said,
        }
    }
}

/// The folder that holds the folder of the test programs: `target/debug`.
fn tests_folder() -> PathBuf {
    let tests = std::env::current_exe().expect("a running program knows where it lies");
    tests
        .ancestors()
        .nth(2)
        .expect("a test program lies two folders deep")
        .to_owned()
}

/// The name of this test program, without cargo's hash.
fn binary() -> String {
    let tests = std::env::current_exe().expect("a running program knows where it lies");
    let name = files::name(&tests);
    name.rsplit_once('-')
        .map_or(name.clone(), |(name, _)| name.to_owned())
}
