//! The listening socket, and its closing before anything else ends.

use std::future::pending;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::connect_info::Connected;
use axum_server::{AddrListener, Address};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

/// A listening socket that is given up while the connections it took live on: whoever comes later is
/// refused by the kernel at once, instead of being let in and cut off.
#[derive(Debug)]
pub struct Door {
    socket: Mutex<Option<Arc<TcpListener>>>,
    address: SocketAddr,
    closing: CancellationToken,
}

impl Door {
    /// A door that lets people in until `closing` is cancelled.
    ///
    /// # Errors
    /// When the socket is none that tokio can wait on.
    pub fn new(socket: std::net::TcpListener, closing: CancellationToken) -> io::Result<Self> {
        Ok(Self {
            address: socket.local_addr()?,
            socket: Mutex::new(Some(Arc::new(TcpListener::from_std(socket)?))),
            closing,
        })
    }

    fn socket(&self) -> Option<Arc<TcpListener>> {
        self.socket
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn close(&self) {
        *self.socket.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// One more connection; `None` once it is closing and nobody is left waiting.
    async fn next(&self) -> Option<io::Result<(TcpStream, SocketAddr)>> {
        let socket = self.socket()?;
        tokio::select! {
            // Those whom the kernel let in already come first.
            biased;
            accepted = socket.accept() => Some(accepted),
            () = self.closing.cancelled() => None,
        }
    }
}

impl AddrListener<TcpStream, Peer> for Door {
    async fn bind_to(Peer(address): Peer) -> io::Result<Self> {
        let socket = std::net::TcpListener::bind(address)?;
        socket.set_nonblocking(true)?;
        Self::new(socket, CancellationToken::new())
    }

    async fn accept_stream(&self) -> io::Result<(TcpStream, Peer)> {
        let Some(accepted) = self.next().await else {
            self.close();
            return pending().await;
        };
        let (stream, address) = accepted?;
        // An answer is written whole; waiting to fill a packet only delays it.
        stream.set_nodelay(true)?;
        Ok((stream, Peer(address)))
    }

    fn get_local_addr(&self) -> io::Result<Peer> {
        Ok(Peer(self.address))
    }
}

/// An address of a connection that came through a [`Door`].
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

impl Address for Peer {
    type Stream = TcpStream;
    type Listener = Door;
}

impl Connected<Peer> for SocketAddr {
    fn connect_info(Peer(address): Peer) -> Self {
        address
    }
}
