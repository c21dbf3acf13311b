//! What goes over the socket between the program and its child: frames of a kind, a length and a
//! payload. Words are JSON, bytes of a document go as they are.

use std::io::{self, Read, Write};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{Caller, Task};

/// What a frame holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// To the child, first of all: [`SetUp`].
    SetUp,
    /// From the child: [`Ready`].
    Ready,
    /// To the child: [`Order`], and the document's descriptor where it is a file.
    Order,
    /// From the child: [`Wanted`], a part of the document that is no file.
    Wanted,
    /// To the child: that part.
    Part,
    /// To the child: why that part cannot be had.
    NoPart,
    /// From the child: the task is done.
    Done,
    /// From the child: why it is not.
    Failed,
}

/// What the child is for and how far it may go.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SetUp {
    pub(crate) caller: Caller,
    /// Bytes of address space.
    pub(crate) memory: u64,
    /// Seconds of processor time for one task.
    pub(crate) cpu: u64,
}

/// The child has confined itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Ready {
    /// What the kernel refused, in words; empty where everything is in force.
    pub(crate) refused: Vec<String>,
}

/// One task.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Order<T> {
    /// How long the document is.
    pub(crate) length: u64,
    /// Whether its descriptor comes along.
    pub(crate) from: From,
    pub(crate) task: T,
}

/// An order as it arrives.
pub(crate) type ArrivedOrder = Order<Task>;

/// How the child reads the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum From {
    /// From the descriptor that came with the order.
    Descriptor,
    /// By asking for parts.
    Parts,
}

/// A part of the document.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Wanted {
    pub(crate) offset: u64,
    pub(crate) length: u64,
}

/// What was said.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) kind: Kind,
    pub(crate) payload: Vec<u8>,
}

impl Frame {
    /// Reads the words of the payload.
    pub(crate) fn words<T: DeserializeOwned>(&self) -> io::Result<T> {
        serde_json::from_slice(&self.payload).map_err(io::Error::other)
    }
}

impl Kind {
    const ALL: [Self; 8] = [
        Self::SetUp,
        Self::Ready,
        Self::Order,
        Self::Wanted,
        Self::Part,
        Self::NoPart,
        Self::Done,
        Self::Failed,
    ];

    const fn code(self) -> u8 {
        match self {
            Self::SetUp => b's',
            Self::Ready => b'r',
            Self::Order => b'o',
            Self::Wanted => b'w',
            Self::Part => b'p',
            Self::NoPart => b'n',
            Self::Done => b'd',
            Self::Failed => b'f',
        }
    }
}

/// The first bytes of a frame, sent apart where a descriptor goes with them.
pub(crate) fn header(kind: Kind, payload: &[u8]) -> io::Result<[u8; HEADER]> {
    let length = u32::try_from(payload.len())
        .ok()
        .filter(|length| *length <= PAYLOAD_MAX)
        .ok_or_else(|| invalid("a message is too long"))?;
    let [a, b, c, d] = length.to_be_bytes();
    Ok([kind.code(), a, b, c, d])
}

/// Sends bytes.
pub(crate) fn send(mut to: impl Write, kind: Kind, payload: &[u8]) -> io::Result<()> {
    to.write_all(&header(kind, payload)?)?;
    to.write_all(payload)
}

/// Sends words.
pub(crate) fn send_words(to: impl Write, kind: Kind, words: &impl Serialize) -> io::Result<()> {
    send(to, kind, &serde_json::to_vec(words)?)
}

/// Waits for the next frame.
pub(crate) fn receive(mut from: impl Read) -> io::Result<Frame> {
    let mut header = [0; HEADER];
    from.read_exact(&mut header)?;
    receive_behind(header, from)
}

/// Reads the rest of a frame whose header was read already.
pub(crate) fn receive_behind(header: [u8; HEADER], from: impl Read) -> io::Result<Frame> {
    let [code, a, b, c, d] = header;
    let kind = Kind::ALL
        .into_iter()
        .find(|kind| kind.code() == code)
        .ok_or_else(|| invalid("a message of no known kind"))?;
    let length = u32::from_be_bytes([a, b, c, d]);
    if length > PAYLOAD_MAX {
        return Err(invalid("a message is too long"));
    }
    let mut payload = Vec::new();
    // The room grows with what arrives, not with what was announced.
    let arrived = from.take(u64::from(length)).read_to_end(&mut payload)?;
    if u32::try_from(arrived) != Ok(length) {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Frame { kind, payload })
}

pub(crate) fn invalid(reason: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}

pub(crate) const HEADER: usize = 5;
/// Longer than any picture, letter or list of revoked certificates; an answer is never trusted to be short.
const PAYLOAD_MAX: u32 = 128 << 20;
/// The longest part of a document that is asked for at a time.
pub(crate) const PART_MAX: u64 = 8 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_arrives_as_it_was_sent() {
        let mut wire = Vec::new();
        for kind in Kind::ALL {
            send(&mut wire, kind, b"isi").unwrap();
        }
        let mut rest = wire.as_slice();
        for kind in Kind::ALL {
            let frame = receive(&mut rest).unwrap();
            assert_eq!((frame.kind, frame.payload.as_slice()), (kind, &b"isi"[..]));
        }
        assert!(receive(&mut rest).is_err());
    }

    #[test]
    fn a_message_that_lies_about_itself_is_refused() {
        for wire in [&b"x\0\0\0\0"[..], b"d\xff\xff\xff\xff", b"d\0\0\0\x09isi"] {
            assert!(receive(wire).is_err(), "{wire:?}");
        }
    }
}
