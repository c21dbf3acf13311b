//! A server on loopback that hands each request to the test.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// A request, as far as the tests look at it.
#[derive(Debug, Clone)]
pub struct Request {
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
    pub bytes: Vec<u8>,
}

impl Request {
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .iter()
            .find(|(found, _)| found == name)
            .map_or("", |(_, value)| value)
    }
}

/// The answer: a status and a JSON body.
pub type Reply = (u16, String);

/// Answers every request, each on a connection of its own, until the test ends.
pub async fn serve(answer: impl Fn(Request) -> Reply + Send + Sync + 'static) -> SocketAddr {
    let answer = move |request| {
        let (status, body) = answer(request);
        (status, body.into_bytes())
    };
    listen(TcpListener::bind("127.0.0.1:0").await.unwrap(), answer)
}

/// The same on a listener that is there already, with bytes of any kind.
pub fn listen(
    listener: TcpListener,
    answer: impl Fn(Request) -> (u16, Vec<u8>) + Send + Sync + 'static,
) -> SocketAddr {
    let address = listener.local_addr().unwrap();
    let answer = Arc::new(answer);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let answer = Arc::clone(&answer);
            tokio::spawn(async move { exchange(stream, answer.as_ref()).await });
        }
    });
    address
}

async fn exchange(mut stream: TcpStream, answer: &(impl Fn(Request) -> (u16, Vec<u8>) + Sync)) {
    let mut received = Vec::new();
    let request = loop {
        let mut chunk = [0; 4096];
        let Ok(read @ 1..) = stream.read(&mut chunk).await else {
            return;
        };
        received.extend_from_slice(&chunk[..read]);
        if let Some(request) = whole(&received) {
            break request;
        }
    };
    let (status, body) = answer(request);
    let head = format!(
        "HTTP/1.1 {status} x\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let _sent = stream.write_all(&[head.as_bytes(), &body].concat()).await;
}

fn whole(received: &[u8]) -> Option<Request> {
    let end = received.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&received[..end]).ok()?;
    let bytes = &received[end + 4..];
    let mut lines = head.split("\r\n");
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let length = headers
        .iter()
        .find(|(name, _)| name == "content-length")
        .and_then(|(_, value)| value.parse::<usize>().ok())
        .unwrap_or(0);
    (bytes.len() >= length).then(|| Request {
        path,
        headers,
        body: String::from_utf8_lossy(bytes).into_owned(),
        bytes: bytes.to_vec(),
    })
}
