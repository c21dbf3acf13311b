//! The program's database seen from outside, by other people's clients.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::process::run;
use crate::tool::{left_out, on_path, python, script};

const PATIENCE: Duration = Duration::from_mins(1);

/// Which engine keeps the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// A file in the data directory.
    Sqlite,
    /// A server on loopback.
    Postgres,
}

impl Engine {
    /// Its name in file names.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }

    /// SQL that shows an id as 32 hexadecimal digits.
    pub fn show_id(self, column: &str) -> String {
        match self {
            Self::Sqlite => format!("lower(hex({column}))"),
            Self::Postgres => format!("replace({column}::text, '-', '')"),
        }
    }

    /// SQL that shows bytes in hexadecimal.
    pub fn show_bytes(self, column: &str) -> String {
        match self {
            Self::Sqlite => format!("lower(hex({column}))"),
            Self::Postgres => format!("encode({column}, 'hex')"),
        }
    }

    /// An id written in SQL.
    pub fn id(self, hex: &str) -> String {
        match self {
            Self::Sqlite => format!("X'{hex}'"),
            Self::Postgres => format!("'{hex}'::uuid"),
        }
    }

    /// Bytes written in SQL.
    pub fn bytes(self, hex: &str) -> String {
        match self {
            Self::Sqlite => format!("X'{hex}'"),
            Self::Postgres => format!("'\\x{hex}'::bytea"),
        }
    }
}

/// A database.
#[derive(Debug)]
pub enum Database {
    /// The SQLite file.
    Sqlite(PathBuf),
    /// One of our own on the server.
    Postgres(Postgres),
}

impl Database {
    /// What `--database` says, if it has to say anything.
    pub fn url(&self) -> Option<&str> {
        match self {
            Self::Sqlite(_) => None,
            Self::Postgres(database) => Some(&database.url),
        }
    }

    /// Runs statements, each ended by a semicolon and a line break; gives the rows of the one that has rows.
    ///
    /// # Panics
    /// If a statement fails or the client is missing.
    pub fn rows(&self, sql: &str) -> Vec<Vec<String>> {
        let text = match self {
            Self::Sqlite(file) => {
                let mut command = rows_script();
                output(command.arg(file), sql)
            }
            Self::Postgres(database) => psql(&database.url, sql),
        };
        text.lines()
            .map(|line| line.split('\t').map(str::to_owned).collect())
            .collect()
    }

    /// The one value that a query gives.
    ///
    /// # Panics
    /// If it gives none, or more than one.
    pub fn value(&self, sql: &str) -> String {
        let rows = self.rows(sql);
        match rows.as_slice() {
            [row] if row.len() == 1 => row.concat(),
            _ => panic!("not one value but {rows:?} from {sql}"),
        }
    }

    /// Every row of every table as text, bytes in hexadecimal, in an order that equal rows share.
    ///
    /// # Panics
    /// If the client is missing or fails.
    pub fn dump(&self) -> String {
        match self {
            Self::Sqlite(file) => output(rows_script().arg("--dump").arg(file), ""),
            Self::Postgres(database) => {
                let pg_dump = on_path("pg_dump").expect("pg_dump comes with psql");
                let mut command = Command::new(pg_dump);
                command.args(["--data-only", "--inserts", "--dbname", &database.url]);
                let mut lines: Vec<String> = output(&mut command, "")
                    .lines()
                    .filter(|line| !line.starts_with('\\'))
                    .map(str::to_owned)
                    .collect();
                lines.sort();
                lines.join("\n")
            }
        }
    }
}

/// A database on the server of `PENA_TEST_PG`; gone when dropped.
#[derive(Debug)]
pub struct Postgres {
    server: String,
    name: String,
    url: String,
}

impl Postgres {
    /// Makes an empty database of this name, in place of one that an earlier run left.
    pub fn empty(name: &str) -> Option<Self> {
        Self::make(name, "template0")
    }

    /// Makes a copy of a database that nobody is using.
    ///
    /// # Panics
    /// If there is no server any more.
    #[must_use]
    pub fn copy(&self, name: &str) -> Self {
        Self::make(name, &self.name).expect("the server of the original is there")
    }

    fn make(name: &str, template: &str) -> Option<Self> {
        let Ok(server) = std::env::var("PENA_TEST_PG") else {
            return left_out("PENA_TEST_PG names no PostgreSQL");
        };
        on_path("psql")?;
        let (base, _) = server
            .rsplit_once('/')
            .expect("PENA_TEST_PG ends with /database");
        psql(
            &server,
            &format!(
                "DROP DATABASE IF EXISTS {name} WITH (FORCE);\nCREATE DATABASE {name} TEMPLATE {template};\n"
            ),
        );
        Some(Self {
            url: format!("{base}/{name}"),
            name: name.to_owned(),
            server,
        })
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let Self { server, name, .. } = self;
        psql(
            server,
            &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE);\n"),
        );
    }
}

fn psql(url: &str, sql: &str) -> String {
    let psql = on_path("psql").expect("psql was there a moment ago");
    let mut command = Command::new(psql);
    command.args(["--no-psqlrc", "--quiet", "--no-align", "--tuples-only"]);
    command.args(["--field-separator", "\t", "--set", "ON_ERROR_STOP=1"]);
    command.args(["--dbname", url]);
    // Notices that something to drop is not there say nothing new.
    command.env("PGOPTIONS", "-c client_min_messages=warning");
    output(&mut command, sql)
}

fn rows_script() -> Command {
    let mut command = Command::new(python().expect("Python is needed to look into SQLite"));
    command.arg(script("rows.py"));
    command
}

fn output(command: &mut Command, input: &str) -> String {
    let finished = run(command, input.as_bytes(), PATIENCE);
    assert_eq!(
        finished.code,
        Some(0),
        "{command:?} with {input}\n{}",
        finished.all()
    );
    finished.text()
}

/// Puts a SQLite database, with the log beside it if there is one, in place of another.
///
/// # Panics
/// If a file cannot be copied.
pub fn replace_sqlite(from: &Path, to: &Path) {
    for suffix in ["", "-wal", "-shm"] {
        let (from, to) = (with_suffix(from, suffix), with_suffix(to, suffix));
        if to.exists() {
            fs::remove_file(&to).expect("a file can be removed");
        }
        // The third file is made anew from the second.
        if suffix != "-shm" && from.exists() {
            fs::copy(from, to).expect("a file can be copied");
        }
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
