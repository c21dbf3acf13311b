//! Listening, with or without TLS, until told to stop.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::time::{Duration, Instant};

use anyhow::Context;
use axum::Router;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use axum_server::{Handle, Server};
use hyper_util::rt::TokioTimer;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::door::{Door, Peer};
use super::{DRAIN, LINGER};
use crate::config::{self, Tls};

/// An open socket, not yet answered.
pub struct Listener {
    socket: TcpListener,
    tls: Option<RustlsConfig>,
    address: String,
}

impl Listener {
    /// Opens the socket and reads the files of TLS.
    ///
    /// # Errors
    /// When the port is taken or may not be opened, or the files are no certificate and its key.
    pub async fn bind(server: &config::Server) -> anyhow::Result<Self> {
        let tls = match &server.tls {
            Some(files) => Some(read(files).await?),
            None => None,
        };
        let socket = TcpListener::bind(server.listen)
            .with_context(|| format!("{} cannot be listened on", server.listen))?;
        socket.set_nonblocking(true)?;
        Ok(Self {
            address: server.address_at(socket.local_addr()?),
            socket,
            tls,
        })
    }

    /// The address under which people reach it.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Starts answering.
    ///
    /// # Errors
    /// When the socket is none that can be waited on.
    pub fn serve(self, router: Router) -> io::Result<Serving> {
        let (handle, closing) = (Handle::new(), CancellationToken::new());
        let door = Door::new(self.socket, closing.clone())?;
        let mut server = Server::<Peer>::from_listener(door).handle(handle.clone());
        // Without a timer hyper waits for ever for the rest of a request's head.
        server
            .http_builder()
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(SLOWEST_HEAD);
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let task = match self.tls {
            None => tokio::spawn(server.serve(service)),
            Some(tls) => tokio::spawn(server.acceptor(RustlsAcceptor::new(tls)).serve(service)),
        };
        Ok(Serving {
            handle,
            closing,
            task,
        })
    }
}

/// A listener that answers.
pub struct Serving {
    handle: Handle<Peer>,
    closing: CancellationToken,
    task: JoinHandle<io::Result<()>>,
}

impl Serving {
    /// Answers until `stop` resolves; then takes no more connections and lets requests under way end.
    ///
    /// Connections at rest are closed a little later than the door: a request may already be on its way
    /// over one of them, and is answered, with the word that it was the last.
    ///
    /// # Errors
    /// When the listener broke.
    pub async fn until(mut self, stop: impl Future<Output = &'static str>) -> anyhow::Result<()> {
        tokio::select! {
            broke = &mut self.task => return broke?.context("the listener broke"),
            signal = stop => tracing::info!(signal, "stopping"),
        }
        self.closing.cancel();
        let start = Instant::now();
        while self.handle.connection_count() > 0 && start.elapsed() < LINGER {
            tokio::time::sleep(LINGER / 20).await;
        }
        self.handle.graceful_shutdown(Some(DRAIN));
        self.task.await?.context("the listener broke")
    }
}

/// From one answer to the whole head of the next request; longer than reverse proxies keep a connection at rest
/// (nginx: 60 seconds), so that they never send into one that was just closed.
const SLOWEST_HEAD: Duration = Duration::from_secs(75);

async fn read(files: &Tls) -> anyhow::Result<RustlsConfig> {
    let read = |path: &std::path::Path| {
        std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))
    };
    let (cert, key) = (read(&files.cert)?, read(&files.key)?);
    // Refused when one is installed already, which is the same one.
    let _installed = rustls::crypto::ring::default_provider().install_default();
    RustlsConfig::from_pem(cert, key).await.with_context(|| {
        format!(
            "{} and {} are no certificate chain and its key",
            files.cert.display(),
            files.key.display()
        )
    })
}
