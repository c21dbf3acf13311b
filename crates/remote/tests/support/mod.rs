//! A listener on loopback that counts who connects, and answers as it is told.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What a listener does with a connection after the request.
#[derive(Clone)]
pub enum Manner {
    /// Sends this and closes.
    Say(String),
    /// Promises a body and never ends it.
    Endless,
    /// One byte a second.
    Drip,
}

pub struct Listener {
    pub address: SocketAddr,
    connects: Arc<AtomicUsize>,
}

impl Listener {
    pub async fn start(ip: Ipv4Addr, manner: Manner) -> Self {
        let listener = TcpListener::bind((ip, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let connects = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&connects);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counter.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(answer(stream, manner.clone()));
            }
        });
        Self { address, connects }
    }

    pub fn connects(&self) -> usize {
        self.connects.load(Ordering::SeqCst)
    }

    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }
}

async fn answer(mut stream: TcpStream, manner: Manner) {
    let mut request = [0; 8192];
    let _read = stream.read(&mut request).await;
    match manner {
        Manner::Say(text) => {
            let _sent = stream.write_all(text.as_bytes()).await;
        }
        Manner::Endless => {
            let head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
            let chunk = format!("{:x}\r\n{}\r\n", 65_536, "x".repeat(65_536));
            let mut sent = stream.write_all(head).await;
            while sent.is_ok() {
                sent = stream.write_all(chunk.as_bytes()).await;
            }
        }
        Manner::Drip => {
            let mut sent = stream.write_all(b"HTTP/1.1 200 OK\r\nx: ").await;
            while sent.is_ok() {
                tokio::time::sleep(Duration::from_secs(1)).await;
                sent = stream.write_all(b"y").await;
            }
        }
    }
}

pub fn ok(body: &str) -> Manner {
    Manner::Say(format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    ))
}

/// Addresses in the order they are asked for; the last one stays.
pub struct Names(pub Vec<Vec<IpAddr>>, AtomicUsize);

impl Names {
    pub fn new(answers: Vec<Vec<IpAddr>>) -> Self {
        Self(answers, AtomicUsize::new(0))
    }
}

impl remote::Resolve for Names {
    fn resolve<'a>(&'a self, _host: &'a str) -> remote::Resolving<'a> {
        let turn = self.1.fetch_add(1, Ordering::SeqCst);
        let answer = self.0.get(turn).or(self.0.last()).cloned();
        remote::Resolving(Box::pin(async move { Ok(answer.unwrap_or_default()) }))
    }
}
