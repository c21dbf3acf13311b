//! `pena user`: officials and the positions they hold.

use clap::{Args, Subcommand};
use flow::id::JabatanId;
use flow::pejabat::Nip;
use service::office::{NewOfficial, add_official, current};

use crate::config::{Config, ConfigArgs};
use crate::exit::Exit;
use crate::output::{harmless, json, line};
use crate::wiring;

/// Options of `pena user`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct UserArgs {
    #[command(flatten)]
    config: ConfigArgs,
    #[command(subcommand)]
    command: UserCommand,
}

#[derive(Debug, Subcommand)]
enum UserCommand {
    /// List positions and who holds them
    List {
        /// One line of JSON per position
        #[arg(long)]
        json: bool,
    },
    /// Add an official to a vacant position
    Add {
        /// Name without titles
        #[arg(long)]
        name: String,
        /// Titles behind the name
        #[arg(long, default_value = "")]
        titles: String,
        /// Rank and grade, as in "Pembina, IV/a"
        #[arg(long)]
        rank: Option<String>,
        /// NIP, 18 digits
        #[arg(long)]
        nip: Option<Nip>,
        /// The position's id, jbt_…
        #[arg(long)]
        position: JabatanId,
    },
}

const EXAMPLES: &str = "\
Examples:
  pena user list                      positions and their holders
  pena user add --name 'Contoh Baru' --position jbt_0190…
                                      a new holder of a vacant position";

/// One line of `pena user list --json`.
#[derive(serde::Serialize)]
struct Row<'a> {
    position: JabatanId,
    title: &'a str,
    opd: &'a str,
    official: Option<flow::id::PejabatId>,
    name: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// What the service refuses, with the rule.
pub fn run(args: &UserArgs) -> anyhow::Result<Exit> {
    let config = Config::load(&args.config)?;
    wiring::block_on(async {
        let app = wiring::open_existing(&config).await?;
        match &args.command {
            UserCommand::List { json } => {
                let office = current(&app).await?;
                for row in rows(&office, app.now()) {
                    print(&row, *json)?;
                }
            }
            UserCommand::Add {
                name,
                titles,
                rank,
                nip,
                position,
            } => {
                let new = NewOfficial {
                    name: name.clone(),
                    gelar_belakang: titles.clone(),
                    pangkat: rank.clone(),
                    nip: nip.clone(),
                    jabatan: *position,
                };
                line(&add_official(&app, &new).await?.to_string())?;
            }
        }
        app.close().await;
        Ok(Exit::Ok)
    })
}

fn rows(office: &flow::office::Office, now: flow::time::Timestamp) -> Vec<Row<'_>> {
    office
        .jabatan
        .values()
        .map(|jabatan| {
            let official = office.holder(jabatan.id, now);
            Row {
                position: jabatan.id,
                title: &jabatan.title,
                opd: office
                    .opd
                    .get(&jabatan.opd)
                    .map_or("", |opd| opd.name.as_str()),
                official,
                name: official
                    .and_then(|id| office.pejabat.get(&id))
                    .map(flow::pejabat::Pejabat::name_with_gelar),
            }
        })
        .collect()
}

fn print(row: &Row<'_>, as_json: bool) -> anyhow::Result<()> {
    if as_json {
        json(row)?;
        return Ok(());
    }
    let holder = match (row.official, &row.name) {
        (Some(id), Some(name)) => format!("{} {id}", harmless(name)),
        (Some(id), None) => id.to_string(),
        (None, _) => "(vacant)".to_owned(),
    };
    line(&format!(
        "{}  {} · {}: {holder}",
        row.position,
        harmless(row.opd),
        harmless(row.title)
    ))?;
    Ok(())
}
