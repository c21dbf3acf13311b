//! The builder's tools: one file per verb. `cargo xtask` without a verb lists them.
//!
//! Nothing here depends on the project's own crates: xtask drives cargo and the built program from
//! outside, so that a broken room never stops the tool that reports it.

mod bench;
mod check_deps;
mod docs;
mod fmt_lint;
mod long;
mod postgres;
mod process;
mod step;
mod test;
mod tools;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask <verb>

  test [--only STEP] [--keep-going]   everything CI runs; installs what it needs, starts its own PostgreSQL
  fmt-lint                            formatting and clippy, with warnings denied
  check-deps                          crate table, licences, forbidden crates, shared build artefacts
  bench [CRATE | pena | http]...      release benches, which print their ratios
  long [TEST FILTER]...               the unbounded loops of the black-box tests (PENA_LONG=1)
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((verb, rest)) = arguments.split_first() else {
        eprint!("{USAGE}");
        return ExitCode::from(2);
    };
    let done = match verb.as_str() {
        "test" => test::run(rest),
        "fmt-lint" => fmt_lint::run(rest),
        "check-deps" => check_deps::run(rest),
        "bench" => bench::run(rest),
        "long" => long::run(rest),
        "help" | "--help" | "-h" => {
            print!("{USAGE}");
            Ok(())
        }
        unknown => {
            eprintln!("unknown verb `{unknown}`\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
