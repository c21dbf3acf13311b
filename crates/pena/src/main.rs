//! `pena`: letters of a regency from draft to a signature that anyone can check.
//!
//! The program itself only reads the command line, hands over to one command and turns the outcome into an exit
//! code ([`exit::Exit`]). Signing and verifying start no database, and a typesetter only where a signature is to be seen.

mod cli;
mod clock;
mod command;
mod config;
mod demo;
mod exit;
mod output;
mod output_file;
mod secret_input;
mod serve;
mod wiring;

use clap::Parser;

use crate::{
    cli::{Cli, Command},
    exit::Exit,
};

fn main() -> std::process::ExitCode {
    let exit = match dispatch(Cli::parse().command) {
        Ok(exit) => exit,
        Err(error) => exit::explain(&error),
    };
    exit.into()
}

fn dispatch(command: Command) -> anyhow::Result<Exit> {
    match command {
        Command::Serve(args) => command::serve::run(&args),
        Command::Sign(args) => command::sign::run(&args),
        Command::Stamp(args) => command::stamp::run(&args),
        Command::Timestamp(args) => command::timestamp::run(&args),
        Command::Extend(args) => command::extend::run(&args),
        Command::Fields(args) => command::fields::run(&args),
        Command::Verify(args) => command::verify::run(&args),
        Command::Demo(args) => command::demo::run(&args),
        Command::User(args) => command::user::run(&args),
        Command::Account(args) => command::account::run(&args),
        Command::Key(args) => command::key::run(&args),
        Command::Audit(args) => command::audit::run(&args),
        Command::Doctor(args) => command::doctor::run(&args),
        Command::Worker => command::worker::run(),
        Command::Config(args) => command::config::run(&args),
        Command::Completion(args) => command::completion::run(&args),
    }
}
