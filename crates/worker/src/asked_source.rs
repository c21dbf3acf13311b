//! A document at the other end of the socket.

use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use signing::source::{ByteSource, SourceError};

use crate::wire::{self, Kind, PART_MAX, Wanted};

/// Reads a document by asking the parent for its parts.
pub(crate) struct AskedSource {
    socket: Arc<UnixStream>,
    len: u64,
    /// One question at a time.
    asking: Mutex<()>,
    /// A small document is asked for once.
    small: OnceLock<Result<Vec<u8>, SourceError>>,
}

impl AskedSource {
    pub(crate) const fn new(socket: Arc<UnixStream>, len: u64) -> Self {
        Self {
            socket,
            len,
            asking: Mutex::new(()),
            small: OnceLock::new(),
        }
    }

    fn ask(&self, offset: u64, buf: &mut [u8]) -> Result<(), SourceError> {
        let medium = |error: std::io::Error| SourceError::Medium(error.to_string());
        let _turn = self.asking.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = Wanted {
            offset,
            length: u64::try_from(buf.len()).unwrap_or(u64::MAX),
        };
        wire::send_words(&*self.socket, Kind::Wanted, &wanted).map_err(medium)?;
        let frame = wire::receive(&*self.socket).map_err(medium)?;
        match frame.kind {
            Kind::Part if frame.payload.len() == buf.len() => {
                buf.copy_from_slice(&frame.payload);
                Ok(())
            }
            Kind::NoPart => Err(SourceError::Medium(
                String::from_utf8_lossy(&frame.payload).into_owned(),
            )),
            Kind::SetUp
            | Kind::Ready
            | Kind::Order
            | Kind::Wanted
            | Kind::Part
            | Kind::Done
            | Kind::Failed => Err(SourceError::Medium("the answer was no part".to_owned())),
        }
    }

    fn whole(&self) -> Result<Vec<u8>, SourceError> {
        let mut bytes = vec![0; usize::try_from(self.len).unwrap_or_default()];
        self.ask(0, &mut bytes)?;
        Ok(bytes)
    }
}

impl ByteSource for AskedSource {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), SourceError> {
        let wanted = u64::try_from(buf.len()).unwrap_or(u64::MAX);
        let bounds = SourceError::Bounds {
            offset,
            wanted,
            len: self.len,
        };
        if offset.checked_add(wanted).is_none_or(|end| end > self.len) {
            return Err(bounds);
        }
        if self.len <= PART_MAX {
            let whole = self.small.get_or_init(|| self.whole());
            return whole.as_ref().map_err(Clone::clone)?.read_at(offset, buf);
        }
        let step = usize::try_from(PART_MAX).unwrap_or(usize::MAX);
        let mut at = offset;
        for part in buf.chunks_mut(step) {
            self.ask(at, part)?;
            at = at
                .checked_add(u64::try_from(part.len()).unwrap_or(u64::MAX))
                .ok_or(SourceError::Bounds {
                    offset,
                    wanted,
                    len: self.len,
                })?;
        }
        Ok(())
    }
}
