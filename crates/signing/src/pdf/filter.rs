//! The stream filters that are no pictures' (ISO 32000-2 7.4).

mod ascii;
mod lzw;
mod predictor;

use std::io::Read;

use flate2::read::ZlibDecoder;

pub(crate) use self::predictor::Predictor;
use super::error::ReadError;
use crate::{
    budget::{Budget, LimitError},
    num::to_u64,
};

/// One step of decoding, parameters resolved.
pub(crate) enum Filter {
    Flate(Option<Predictor>),
    Lzw {
        predictor: Option<Predictor>,
        /// Whether codes grow one code earlier than they need (table 8).
        early: bool,
    },
    RunLength,
    AsciiHex,
    Ascii85,
}

pub(crate) fn decode(
    mut bytes: Vec<u8>,
    filters: &[Filter],
    budget: &mut Budget,
) -> Result<Vec<u8>, ReadError> {
    for filter in filters {
        bytes = match filter {
            Filter::Flate(predictor) => unpredicted(inflate(&bytes, budget)?, predictor.as_ref())?,
            Filter::Lzw { predictor, early } => {
                let mut out = Output::new(budget);
                lzw::decode(&bytes, *early, &mut out)?;
                unpredicted(out.finish()?, predictor.as_ref())?
            }
            Filter::RunLength => {
                let mut out = Output::new(budget);
                run_length(&bytes, &mut out)?;
                out.finish()?
            }
            Filter::Ascii85 => {
                let mut out = Output::new(budget);
                ascii::base85(&bytes, &mut out)?;
                out.finish()?
            }
            // It makes less of what is paid for already.
            Filter::AsciiHex => ascii::hex(&bytes)?,
        };
    }
    Ok(bytes)
}

fn unpredicted(data: Vec<u8>, predictor: Option<&Predictor>) -> Result<Vec<u8>, ReadError> {
    match predictor {
        Some(predictor) => predictor.undo(&data),
        None => Ok(data),
    }
}

/// Decoded bytes, never more than the budget has.
struct Output<'b> {
    bytes: Vec<u8>,
    budget: &'b mut Budget,
}

impl<'b> Output<'b> {
    fn new(budget: &'b mut Budget) -> Self {
        Self {
            bytes: Vec::new(),
            budget,
        }
    }

    fn extend(&mut self, more: impl Iterator<Item = u8>) -> Result<(), LimitError> {
        self.bytes.extend(more);
        if to_u64(self.bytes.len()) > self.budget.decoded_bytes {
            return Err(LimitError::DecodedBytes);
        }
        Ok(())
    }

    fn finish(self) -> Result<Vec<u8>, LimitError> {
        self.budget.spend_decoded(to_u64(self.bytes.len()))?;
        Ok(self.bytes)
    }
}

fn inflate(data: &[u8], budget: &mut Budget) -> Result<Vec<u8>, ReadError> {
    let mut out = Vec::new();
    let cap = budget.decoded_bytes;
    let outcome = ZlibDecoder::new(data)
        .take(cap.saturating_add(1))
        .read_to_end(&mut out);
    if to_u64(out.len()) > cap {
        return Err(LimitError::DecodedBytes.into());
    }
    budget.spend_decoded(to_u64(out.len()))?;
    outcome.map_err(|_| ReadError::Filter("the Flate data is damaged"))?;
    Ok(out)
}

/// Runs of at most 128 bytes, each behind its length (7.4.5).
fn run_length(mut data: &[u8], out: &mut Output<'_>) -> Result<(), ReadError> {
    let damaged = ReadError::Filter("the RunLength data is damaged");
    while let Some((&length, rest)) = data.split_first() {
        let length = usize::from(length);
        match length {
            0..=127 => {
                let (run, rest) = rest.split_at_checked(length + 1).ok_or(damaged.clone())?;
                out.extend(run.iter().copied())?;
                data = rest;
            }
            128 => return Ok(()),
            _ => {
                let (&byte, rest) = rest.split_first().ok_or(damaged.clone())?;
                out.extend(std::iter::repeat_n(byte, 257 - length))?;
                data = rest;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flate_bomb_costs_a_typed_error() {
        use std::io::Write;
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(&vec![0; 1 << 20]).unwrap();
        let bomb = encoder.finish().unwrap();
        let mut budget = Budget {
            decoded_bytes: 1 << 16,
            ..Budget::public()
        };
        assert_eq!(
            decode(bomb, &[Filter::Flate(None)], &mut budget).unwrap_err(),
            ReadError::Limit(LimitError::DecodedBytes)
        );
    }

    fn decoded(data: &[u8], filter: Filter) -> Result<Vec<u8>, ReadError> {
        decode(data.to_vec(), &[filter], &mut Budget::public())
    }

    #[test]
    fn runs_are_copied_and_repeated_until_the_end_mark() {
        let data = [2, b'a', b'b', b'c', 254, b'x', 128, b'y'];
        assert_eq!(decoded(&data, Filter::RunLength).unwrap(), b"abcxxx");
        assert!(decoded(&[5, b'a'], Filter::RunLength).is_err());
        assert!(decoded(&[200], Filter::RunLength).is_err());
    }

    #[test]
    fn a_bomb_of_any_filter_costs_no_more_than_the_budget() {
        let budget = || Budget {
            decoded_bytes: 1000,
            ..Budget::public()
        };
        let runs = [129, b'x'].repeat(100);
        // Behind the clear code a zero, then ever longer runs of it: 258, 259, 260, …
        let codes: Vec<u16> = [256, 0].into_iter().chain(258..500).collect();
        let packed = lzw::tests::packed(&codes);
        let lzw = Filter::Lzw {
            predictor: None,
            early: false,
        };
        for (data, filter) in [(runs, Filter::RunLength), (packed, lzw)] {
            let error = decode(data, &[filter], &mut budget()).unwrap_err();
            assert_eq!(error, ReadError::Limit(LimitError::DecodedBytes));
        }
    }
}
