//! Listening, with or without TLS, until told to stop.

use std::net::{SocketAddr, TcpListener};

use anyhow::Context;
use axum::Router;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use tokio::task::JoinHandle;

use super::DRAIN;
use crate::config::{Server, Tls};

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
    pub async fn bind(server: &Server) -> anyhow::Result<Self> {
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
    pub fn serve(self, router: Router) -> Serving {
        let handle = Handle::new();
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let (socket, stop) = (self.socket, handle.clone());
        let task = match self.tls {
            None => tokio::spawn(async move {
                let server = axum_server::from_tcp(socket)?;
                server.handle(stop).serve(service).await
            }),
            Some(tls) => tokio::spawn(async move {
                let server = axum_server::from_tcp_rustls(socket, tls)?;
                server.handle(stop).serve(service).await
            }),
        };
        Serving { handle, task }
    }
}

/// A listener that answers.
pub struct Serving {
    handle: Handle<SocketAddr>,
    task: JoinHandle<std::io::Result<()>>,
}

impl Serving {
    /// Answers until `stop` resolves; then takes no more connections and lets requests under way end.
    ///
    /// # Errors
    /// When the listener broke.
    pub async fn until(mut self, stop: impl Future<Output = &'static str>) -> anyhow::Result<()> {
        tokio::select! {
            broke = &mut self.task => return broke?.context("the listener broke"),
            signal = stop => tracing::info!(signal, "stopping"),
        }
        self.handle.graceful_shutdown(Some(DRAIN));
        self.task.await?.context("the listener broke")
    }
}

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
