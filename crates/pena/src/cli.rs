//! The command line: every option, its help, and an example of its use. What is not built yet is not here.

use clap::{Parser, Subcommand};

use crate::command::{
    account::AccountArgs, audit::AuditArgs, completion::CompletionArgs, config::ConfigCommandArgs,
    demo::DemoArgs, doctor::DoctorArgs, extend::ExtendArgs, fields::FieldsArgs, key::KeyArgs,
    serve::ServeArgs, sign::SignArgs, stamp::StampArgs, timestamp::TimestampArgs, user::UserArgs,
    verify::VerifyArgs,
};

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "pena",
    version,
    about = "Office letters and electronic signatures of a regency",
    after_help = EXAMPLES,
    arg_required_else_help = true
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Carry letters of a made-up regency from draft to a signature that anyone can check
    Demo(DemoArgs),
    /// Serve the office over HTTP: pages, programs, public verification
    Serve(ServeArgs),
    /// Sign PDF files with a key of your own
    Sign(Box<SignArgs>),
    /// Show where and how a signature would be seen, without a key
    Stamp(StampArgs),
    /// Put a trusted time on a whole PDF, signed or not
    Timestamp(TimestampArgs),
    /// Make the signatures of a PDF provable for longer
    Extend(ExtendArgs),
    /// Tell whether PDF files are what they claim to be
    Verify(VerifyArgs),
    /// Signature fields of a PDF file: which there are, and new ones
    Fields(FieldsArgs),
    /// Officials and the positions they hold
    User(UserArgs),
    /// Who may log in, and keys of applications
    Account(AccountArgs),
    /// Officials' keys and certificates
    Key(KeyArgs),
    /// Check that everything stored explains itself
    Audit(AuditArgs),
    /// Look whether this installation is well
    Doctor(DoctorArgs),
    /// Work on documents for `pena serve`, which starts this itself
    #[command(
        hide = true,
        after_help = "Example:\n  pena worker   only ever started by pena serve"
    )]
    Worker,
    /// Print what flags, environment, file and defaults say together
    Config(ConfigCommandArgs),
    /// Print the script that teaches a shell to complete pena's commands
    Completion(CompletionArgs),
}

const EXAMPLES: &str = "\
Examples:
  pena demo                                              a made-up regency at work, to look at
  pena serve                                             the office in a browser, at http://127.0.0.1:8080
  pena sign surat.pdf -o surat-ttd.pdf --p12 kunci.p12   sign, asking for the passphrase
  pena verify surat-ttd.pdf --trust root.pem             check, in five plain lines
  pena verify *.pdf --json                               one line of JSON per file

Exit codes:
  0  done, every check passed      2  the command line is wrong
  1  a check failed, or refused    3  cannot tell";

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_contradicts_itself_nowhere() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_teaches_by_an_example() {
        for command in Cli::command().get_subcommands() {
            let help = command
                .get_after_help()
                .map(ToString::to_string)
                .unwrap_or_default();
            assert!(
                help.contains("pena "),
                "{} shows no example",
                command.get_name()
            );
        }
    }

    #[test]
    fn an_option_of_a_later_version_is_a_usage_error_today() {
        for later in ["--pkcs11=x", "--csc=x"] {
            let line = [
                "pena", "sign", "a.pdf", "-o", "b.pdf", "--p12", "k.p12", later,
            ];
            let error = Cli::try_parse_from(line).unwrap_err();
            assert_eq!(error.exit_code(), 2, "{later}");
        }
    }
}
