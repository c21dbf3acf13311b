//! `pena worker`: a child of `pena serve` that works on documents nobody vouches for.

use anyhow::Context;

use crate::exit::Exit;

/// Works for the process at the other end of standard input until it hangs up.
///
/// # Errors
/// When it was not started by another `pena`.
pub fn run() -> anyhow::Result<Exit> {
    worker::serve_stdin().context(
        "pena worker is started by pena serve and works over a socket; there is nothing to do here",
    )?;
    Ok(Exit::Ok)
}
