//! Load as wrk makes it: connections that each send the next request as soon as they have the answer to the last.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// One request, again and again.
#[derive(Debug, Clone)]
pub struct Target {
    address: SocketAddr,
    request: Vec<u8>,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Load {
    /// How long each answer took, the quickest first.
    pub times: Vec<Duration>,
    /// How many answers had which status.
    pub statuses: BTreeMap<u16, u64>,
    /// How long it all took.
    pub took: Duration,
}

impl Target {
    /// A path of a server (`127.0.0.1:PORT`), read with this key if there is one.
    ///
    /// # Panics
    /// If it is no such address.
    pub fn new(address: &str, path: &str, key: Option<&str>) -> Self {
        let key = key.map_or_else(String::new, |key| {
            format!("authorization: Bearer {key}\r\n")
        });
        Self {
            address: address.parse().expect("an address and a port"),
            request: format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n{key}\r\n").into_bytes(),
        }
    }

    /// Sends it over so many connections for that long.
    ///
    /// # Panics
    /// If the server breaks off or says something that is no answer.
    pub async fn load(&self, connections: usize, time: Duration) -> Load {
        let start = Instant::now();
        let tasks: Vec<_> = (0..connections)
            .map(|_| tokio::spawn(connection(self.clone(), start + time)))
            .collect();
        let mut all = Load::default();
        for task in tasks {
            let one = task.await.expect("a connection does not panic");
            all.times.extend(one.times);
            for (status, count) in one.statuses {
                *all.statuses.entry(status).or_default() += count;
            }
        }
        all.took = start.elapsed();
        all.times.sort_unstable();
        all
    }
}

impl Load {
    /// Answers in a second.
    pub fn rate(&self) -> f64 {
        count(self.times.len()) / self.took.as_secs_f64()
    }

    /// The time within which so many of a hundred answers came, in milliseconds.
    pub fn percentile(&self, percent: usize) -> f64 {
        let place = (self.times.len() * percent).div_ceil(100).saturating_sub(1);
        let time = self.times.get(place).copied().unwrap_or_default();
        time.as_secs_f64() * 1_000.0
    }

    /// How many answers did not have this status.
    pub fn other_than(&self, status: u16) -> u64 {
        let other = self.statuses.iter().filter(|(found, _)| **found != status);
        other.map(|(_, count)| count).sum()
    }
}

/// A number of things as a measure.
pub fn count(things: usize) -> f64 {
    f64::from(u32::try_from(things).unwrap_or(u32::MAX))
}

/// Bytes as megabytes.
pub fn megabytes(bytes: u64) -> f64 {
    f64::from(u32::try_from(bytes >> 10).unwrap_or(u32::MAX)) / 1_024.0
}

async fn connection(target: Target, until: Instant) -> Load {
    let mut stream = TcpStream::connect(target.address)
        .await
        .expect("the server listens");
    stream.set_nodelay(true).expect("a socket takes options");
    let (mut load, mut kept) = (Load::default(), Vec::with_capacity(64 * 1024));
    while Instant::now() < until {
        let start = Instant::now();
        stream
            .write_all(&target.request)
            .await
            .expect("the server reads");
        let status = answer(&mut stream, &mut kept).await;
        load.times.push(start.elapsed());
        *load.statuses.entry(status).or_default() += 1;
    }
    load
}

/// Reads one answer to its end and tells its status.
async fn answer(stream: &mut TcpStream, kept: &mut Vec<u8>) -> u16 {
    kept.clear();
    let mut whole = None;
    loop {
        let read = stream.read_buf(kept).await.expect("the server answers");
        assert!(read > 0, "the server broke off");
        if whole.is_none() {
            whole = head(kept);
        }
        match whole {
            Some((status, length)) if kept.len() >= length => return status,
            Some(_) | None => {}
        }
    }
}

/// The status of an answer and its length with its head, once the head is there.
fn head(bytes: &[u8]) -> Option<(u16, usize)> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
    let status = head.split(' ').nth(1).and_then(|word| word.parse().ok());
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"))
        .and_then(|length| length.trim().parse::<usize>().ok());
    let length = length.unwrap_or_else(|| panic!("an answer without a length: {head}"));
    Some((status.expect("an answer has a status"), end + 4 + length))
}
