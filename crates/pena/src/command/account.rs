//! `pena account`: who may log in, and keys of applications. Whoever holds the data directory may do this: it makes the
//! first admin without a browser, and is the way back in for one who lost password or second factor.

use anyhow::Context;
use clap::{Args, Subcommand};
use flow::account::{AccountState, Grant, Role, Scope};
use flow::id::{OpdId, PejabatId};
use flow::office::Office;
use service::identity::{Account, NewAccount, NewApiKey, operator};

use crate::config::{Config, ConfigArgs};
use crate::exit::{Exit, UsageError};
use crate::output::{harmless, json, line, talk};
use crate::secret_input::PassphraseArgs;
use crate::wiring;

/// Options of `pena account`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct AccountArgs {
    #[command(flatten)]
    config: ConfigArgs,
    #[command(subcommand)]
    command: AccountCommand,
}

#[derive(Debug, Subcommand)]
enum AccountCommand {
    /// List accounts, their roles and whether they may be used
    List {
        /// One line of JSON per account
        #[arg(long)]
        json: bool,
    },
    /// Make an account; its password is read as a passphrase is
    Add {
        /// What its owner will type
        name: String,
        /// A role, as in "admin" or "konseptor@KOMINFO" (unit code or id of the OPD); may be repeated
        #[arg(long = "role", value_name = "ROLE[@OPD]", required = true)]
        roles: Vec<String>,
        /// The official it belongs to, pjb_… (see `pena user list`)
        #[arg(long, value_name = "ID")]
        official: Option<PejabatId>,
        #[command(flatten)]
        password: PassphraseArgs,
    },
    /// Give an account a new password; its sessions end
    Password {
        /// The account's name
        name: String,
        #[command(flatten)]
        password: PassphraseArgs,
    },
    /// Set the roles of an account; those not named are taken away
    Grant {
        /// The account's name
        name: String,
        /// A role, as in "admin" or "konseptor@KOMINFO"; may be repeated
        #[arg(long = "role", value_name = "ROLE[@OPD]")]
        roles: Vec<String>,
    },
    /// Shut an account out; its sessions end
    Disable {
        /// The account's name
        name: String,
    },
    /// Let an account in again
    Enable {
        /// The account's name
        name: String,
    },
    /// Forget the second factor of an account whose owner lost it
    TotpOff {
        /// The account's name
        name: String,
    },
    /// Make a key of an application and print it, this once
    Key {
        /// The account whose rights it narrows
        name: String,
        /// What to call the key
        #[arg(long)]
        label: String,
        /// What it is good for, as in "letters:read"; may be repeated
        #[arg(long = "scope", value_name = "SCOPE", required = true, value_parser = scope)]
        scopes: Vec<Scope>,
        /// Days until it is void; without it, never
        #[arg(long, value_name = "N")]
        days: Option<u16>,
    },
}

const EXAMPLES: &str = "\
Examples:
  pena account add admin --role admin --passphrase-file sandi.txt
                                      the first admin, without a browser
  pena account add budi --role konseptor@KOMINFO --official pjb_0190…
                                      somebody who drafts letters
  pena account key simpeg --label uji --scope letters:read --scope letters:write > kunci.txt
                                      a key for an application";

/// Runs the command.
///
/// # Errors
/// What the service refuses, with the rule.
pub fn run(args: &AccountArgs) -> anyhow::Result<Exit> {
    let config = Config::load(&args.config)?;
    wiring::block_on(async {
        let app = wiring::open_existing(&config).await?;
        let office = service::office::current(&app).await?;
        match &args.command {
            AccountCommand::List { json } => {
                for account in operator::accounts(&app).await? {
                    print(&account, &office, *json)?;
                }
            }
            AccountCommand::Add {
                name,
                roles,
                official,
                password,
            } => {
                let new = NewAccount {
                    username: name.clone(),
                    pejabat: *official,
                    grants: grants(roles, &office)?,
                };
                let password = password.obtain(&format!("Password of {}", harmless(name)))?;
                line(&operator::add(&app, &new, &password).await?.to_string())?;
            }
            AccountCommand::Password { name, password } => {
                let account = operator::named(&app, name).await?;
                let password = password.obtain(&format!("Password of {}", harmless(name)))?;
                operator::set_password(&app, account.id, &password).await?;
            }
            AccountCommand::Grant { name, roles } => {
                let account = operator::named(&app, name).await?;
                let grants = grants(roles, &office)?;
                operator::set_grants(&app, account.id, &grants).await?;
            }
            AccountCommand::Disable { name } => {
                let account = operator::named(&app, name).await?;
                operator::set_state(&app, account.id, AccountState::Disabled).await?;
            }
            AccountCommand::Enable { name } => {
                let account = operator::named(&app, name).await?;
                operator::set_state(&app, account.id, AccountState::Active).await?;
            }
            AccountCommand::TotpOff { name } => {
                let account = operator::named(&app, name).await?;
                operator::remove_totp(&app, account.id).await?;
            }
            AccountCommand::Key {
                name,
                label,
                scopes,
                days,
            } => {
                let account = operator::named(&app, name).await?;
                let until = |days: u16| app.now().plus_seconds(i64::from(days) * 86_400);
                let new = NewApiKey {
                    name: label.clone(),
                    scopes: scopes.iter().copied().collect(),
                    expires: days.map(until),
                    account: None,
                };
                let (id, key) = operator::make_api_key(&app, account.id, &new).await?;
                talk(&format!("{id}; the key is shown this once:"));
                line(&key)?;
            }
        }
        app.close().await;
        Ok(Exit::Ok)
    })
}

fn grants(roles: &[String], office: &Office) -> anyhow::Result<Vec<Grant>> {
    roles.iter().map(|role| grant(role, office)).collect()
}

/// `ROLE` or `ROLE@OPD`.
fn grant(text: &str, office: &Office) -> anyhow::Result<Grant> {
    let (role, opd) = match text.split_once('@') {
        Some((role, opd)) => (role, Some(opd)),
        None => (text, None),
    };
    let role = role.parse::<Role>().map_err(|_| {
        let known = Role::ALL.map(Role::word).join(", ");
        UsageError::new(
            "account",
            format!("there is no role {role:?}; there are {known}"),
        )
    })?;
    let opd = opd.map(|opd| find_opd(opd, office)).transpose()?;
    Ok(Grant { role, opd })
}

fn find_opd(text: &str, office: &Office) -> anyhow::Result<OpdId> {
    if let Ok(id) = text.parse() {
        return Ok(id);
    }
    let found = office.opd.values().find(|opd| opd.kode_unit == text);
    found
        .map(|opd| opd.id)
        .with_context(|| format!("there is no OPD with the unit code {text:?}"))
}

fn scope(text: &str) -> Result<Scope, String> {
    text.parse().map_err(|_| {
        let known = Scope::ALL.map(Scope::word).join(", ");
        format!("there are {known}")
    })
}

fn print(account: &Account, office: &Office, as_json: bool) -> anyhow::Result<()> {
    if as_json {
        json(account)?;
        return Ok(());
    }
    let words: Vec<String> = account
        .grants
        .iter()
        .map(|grant| match grant.opd {
            Some(opd) => {
                let unit = office.opd.get(&opd).map_or("?", |opd| &opd.kode_unit);
                format!("{}@{}", grant.role, harmless(unit))
            }
            None => grant.role.to_string(),
        })
        .collect();
    let state = match account.state {
        AccountState::Active => "",
        AccountState::Disabled => "  (disabled)",
    };
    let factor = if account.totp { "  totp" } else { "" };
    line(&format!(
        "{}  {:24} {}{factor}{state}",
        account.id,
        harmless(&account.username),
        words.join(" ")
    ))?;
    Ok(())
}
