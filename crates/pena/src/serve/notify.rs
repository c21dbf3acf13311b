//! Telling the service manager how things stand: the datagrams of sd_notify(3).

use std::env;
use std::io;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::path::Path;
use std::time::Duration;

/// Tells the manager that started this process, if one did and listens.
pub fn notify(state: &str) {
    let Some(name) = env::var_os("NOTIFY_SOCKET") else {
        return;
    };
    if let Err(error) = send(name.as_bytes(), state) {
        tracing::warn!(%error, "the service manager could not be told");
    }
}

/// How often the manager wants to hear that the process is alive: half of its patience.
pub fn watchdog_pause() -> Option<Duration> {
    let micros: u64 = env::var("WATCHDOG_USEC").ok()?.parse().ok()?;
    Some(Duration::from_micros(micros / 2)).filter(|pause| !pause.is_zero())
}

fn send(name: &[u8], state: &str) -> io::Result<()> {
    let address = match name.strip_prefix(b"@") {
        Some(abstract_name) => SocketAddr::from_abstract_name(abstract_name)?,
        None => SocketAddr::from_pathname(Path::new(std::ffi::OsStr::from_bytes(name)))?,
    };
    UnixDatagram::unbound()?.send_to_addr(state.as_bytes(), &address)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manager_hears_the_state_on_a_socket_in_a_folder_and_on_an_abstract_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        let name = format!("pena-notify-{}", std::process::id());
        let listeners = [
            (
                path.as_os_str().as_bytes().to_vec(),
                UnixDatagram::bind(&path).unwrap(),
            ),
            (
                format!("@{name}").into_bytes(),
                UnixDatagram::bind_addr(&SocketAddr::from_abstract_name(&name).unwrap()).unwrap(),
            ),
        ];
        for (name, listener) in listeners {
            send(&name, "READY=1").unwrap();
            let mut heard = [0; 32];
            let size = listener.recv(&mut heard).unwrap();
            assert_eq!(&heard[..size], b"READY=1");
        }
    }
}
