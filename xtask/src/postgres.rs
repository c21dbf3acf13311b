//! A PostgreSQL server of our own for one run: on loopback, on a free port, in a temporary folder,
//! never as root, and gone afterwards however the run ends.

use std::net::TcpListener;
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};

use crate::process::{group_id, is_on_path, output, succeeds, user_id};

/// The oldest major version that the project supports.
const OLDEST: u32 = 14;

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Waits for the end of its input, which comes when the run ends by any means, `kill -9` included;
/// then stops the server and removes its folder.
const SUPERVISOR: &str = r#"
trap '' INT TERM HUP
folder=$1; shift
"$@" </dev/null >"$folder/log" 2>&1 &
server=$!
read -r _
kill -INT "$server" 2>/dev/null
wait "$server"
rm -rf "$folder"
"#;

/// A running server; dropping it stops it.
#[derive(Debug)]
pub struct Server {
    supervisor: Child,
    url: String,
}

impl Server {
    /// Makes a cluster and starts it.
    ///
    /// # Errors
    ///
    /// When PostgreSQL is not installed or does not come up; its log is in the error.
    pub fn start() -> Result<Self> {
        let programs = programs().context("PostgreSQL is not installed")?;
        let account = Account::choose()?;
        let folder = account.make_folder()?;
        let data = folder.join("data");
        println!(
            "starting PostgreSQL from {} in {}",
            programs.display(),
            folder.display()
        );
        output(
            account
                .command(&programs.join("initdb"))
                .args([
                    "--auth=trust",
                    "--username=pena",
                    "--encoding=UTF8",
                    "--locale=C",
                ])
                .arg("--no-sync")
                .arg("--pgdata")
                .arg(&data),
        )?;
        let port = free_port()?;
        let supervisor = account
            .command(Path::new("sh"))
            .args(["-c", SUPERVISOR, "sh"])
            .arg(&folder)
            .arg(programs.join("postgres"))
            .arg("-D")
            .arg(&data)
            .args(["-h", "127.0.0.1", "-p", &port.to_string(), "-k"])
            .arg(&folder)
            // The tests cut off the program, never the server: its own syncs would prove nothing.
            .args([
                "-c",
                "fsync=off",
                "-c",
                "max_connections=200",
                "-c",
                "log_min_messages=error",
            ])
            .stdin(Stdio::piped())
            .spawn()
            .context("cannot start a shell")?;
        let server = Self {
            supervisor,
            url: format!("postgres://pena@127.0.0.1:{port}/postgres"),
        };
        wait_until_ready(&programs, port, &folder)?;
        Ok(server)
    }

    /// The address of its maintenance database, for a superuser.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.supervisor.stdin.take());
        if let Err(error) = self.supervisor.wait() {
            eprintln!("the supervisor of PostgreSQL was lost: {error}");
        }
    }
}

/// The folder of the newest supported installation's programs.
pub fn programs() -> Option<PathBuf> {
    let debian = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let mut found: Vec<(u32, PathBuf)> = debian
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .filter(|(version, folder)| *version >= OLDEST && folder.join("initdb").is_file())
        .collect();
    found.sort();
    if let Some((_, folder)) = found.pop() {
        return Some(folder);
    }
    is_on_path("pg_config")
        .then(|| output(Command::new("pg_config").arg("--bindir")).ok())
        .flatten()
        .map(|text| PathBuf::from(text.trim()))
        .filter(|folder| folder.join("initdb").is_file())
}

/// Who runs the server: PostgreSQL refuses root.
#[derive(Debug)]
enum Account {
    Ours,
    Other { user: u32, group: u32 },
}

impl Account {
    fn choose() -> Result<Self> {
        if user_id(None)? != 0 {
            return Ok(Self::Ours);
        }
        let user = user_id(Some("postgres"))
            .context("PostgreSQL refuses to run as root, and there is no user postgres")?;
        Ok(Self::Other {
            user,
            group: group_id("postgres")?,
        })
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.temporary());
        if let Self::Other { user, group } = self {
            command.uid(*user).gid(*group);
        }
        command
    }

    /// Another user may not be able to enter a private temporary folder of ours.
    fn temporary(&self) -> PathBuf {
        match self {
            Self::Ours => std::env::temp_dir(),
            Self::Other { .. } => PathBuf::from("/tmp"),
        }
    }

    fn make_folder(&self) -> Result<PathBuf> {
        let parent = self.temporary();
        let process = std::process::id();
        // A socket's path must be short, so the name is.
        for attempt in 0..100 {
            let folder = parent.join(format!("pena-pg-{process}-{attempt}"));
            if std::fs::DirBuilder::new()
                .mode(0o700)
                .create(&folder)
                .is_err()
            {
                continue;
            }
            if let Self::Other { user, group } = self {
                std::os::unix::fs::chown(&folder, Some(*user), Some(*group))?;
            }
            return Ok(folder);
        }
        Err(anyhow!("no folder can be made in {}", parent.display()))
    }
}

fn wait_until_ready(programs: &Path, port: u16, folder: &Path) -> Result<()> {
    let start = Instant::now();
    let port = port.to_string();
    while start.elapsed() < PATIENCE {
        let mut probe = Command::new(programs.join("pg_isready"));
        if succeeds(probe.args(["-q", "-h", "127.0.0.1", "-p", &port])) {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
    bail!(
        "PostgreSQL did not answer within {} s:\n{log}",
        PATIENCE.as_secs()
    );
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("no free port on loopback")?;
    Ok(listener.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn a_server_answers_while_it_lives_and_leaves_nothing_behind() {
        if programs().is_none() {
            assert!(std::env::var_os("CI").is_none(), "PostgreSQL is missing");
            writeln!(std::io::stderr(), "left out: PostgreSQL is not installed").unwrap();
            return;
        }
        let server = Server::start().unwrap();
        let query = ["--no-psqlrc", "-tAc", "SELECT 40 + 2"];
        let answer = output(
            Command::new(programs().unwrap().join("psql"))
                .arg(server.url())
                .args(query),
        );
        assert_eq!(answer.unwrap().trim(), "42");
        let folders = || {
            let own = format!("pena-pg-{}-", std::process::id());
            std::fs::read_dir(Account::choose().unwrap().temporary())
                .unwrap()
                .filter(|entry| {
                    entry
                        .as_ref()
                        .unwrap()
                        .file_name()
                        .to_string_lossy()
                        .starts_with(&own)
                })
                .count()
        };
        assert_eq!(folders(), 1);
        drop(server);
        assert_eq!(folders(), 0);
    }
}
