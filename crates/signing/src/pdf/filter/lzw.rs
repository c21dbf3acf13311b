//! LZW data (ISO 32000-2 7.4.4.2): codes of 9 to 12 bits, high bits first.

use super::Output;
use crate::{num::to_usize, pdf::error::ReadError};

const CLEAR: usize = 256;
const END: usize = 257;
const FIRST: usize = 258;
const MOST: usize = 4096;

/// The strings that codes from 258 on stand for: each one more byte behind another code's string.
struct Table {
    behind: Vec<(usize, u8)>,
}

impl Table {
    fn next(&self) -> usize {
        FIRST.saturating_add(self.behind.len())
    }

    /// The bytes of a code, last first; nothing for a code that is not there.
    fn backwards(&self, code: usize, into: &mut Vec<u8>) {
        into.clear();
        let mut at = code;
        while let Some(&(prefix, last)) = at
            .checked_sub(FIRST)
            .and_then(|index| self.behind.get(index))
        {
            into.push(last);
            at = prefix;
        }
        into.extend(u8::try_from(at).ok());
    }

    fn width(&self, early: bool) -> u32 {
        match self.next().saturating_add(usize::from(early)) {
            ..512 => 9,
            512..1024 => 10,
            1024..2048 => 11,
            _ => 12,
        }
    }
}

/// Decodes up to the end code or the end of the data.
pub(super) fn decode(data: &[u8], early: bool, out: &mut Output<'_>) -> Result<(), ReadError> {
    let damaged = ReadError::Filter("the LZW data is damaged");
    let mut table = Table { behind: Vec::new() };
    let mut bits = Bits { data, at: 0 };
    let mut previous: Option<usize> = None;
    let mut text = Vec::new();
    while let Some(code) = bits.take(table.width(early)) {
        match code {
            CLEAR => {
                table.behind.clear();
                previous = None;
                continue;
            }
            END => return Ok(()),
            _ => {}
        }
        if code > table.next() || (code == table.next() && previous.is_none()) {
            return Err(damaged);
        }
        if let Some(previous) = previous.filter(|_| table.next() < MOST) {
            // The code that is being made right now begins as the one before it.
            let begins = if code == table.next() { previous } else { code };
            table.backwards(begins, &mut text);
            let first = text.last().copied().ok_or(damaged.clone())?;
            table.behind.push((previous, first));
        }
        table.backwards(code, &mut text);
        out.extend(text.iter().rev().copied())?;
        previous = Some(code);
    }
    Ok(())
}

struct Bits<'a> {
    data: &'a [u8],
    /// In bits.
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, width: u32) -> Option<usize> {
        let end = self.at.checked_add(to_usize(u64::from(width)))?;
        let mut value = 0;
        let mut at = self.at;
        while at < end {
            let byte = self.data.get(at / 8)?;
            let bit = byte >> (7 - at % 8) & 1;
            value = value << 1 | usize::from(bit);
            at = at.saturating_add(1);
        }
        self.at = end;
        Some(value)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::budget::Budget;

    /// Codes of 9 bits.
    pub(in super::super) fn packed(codes: &[u16]) -> Vec<u8> {
        let bits: Vec<u8> = codes
            .iter()
            .flat_map(|code| (0..9).rev().map(move |bit| u8::from(code >> bit & 1 == 1)))
            .collect();
        let byte = |bits: &[u8]| {
            bits.iter()
                .enumerate()
                .map(|(at, bit)| bit << (7 - at))
                .sum()
        };
        bits.chunks(8).map(byte).collect()
    }

    fn decoded(data: &[u8]) -> Result<Vec<u8>, ReadError> {
        let mut budget = Budget::public();
        let mut out = Output::new(&mut budget);
        decode(data, true, &mut out)?;
        Ok(out.finish()?)
    }

    #[test]
    fn the_example_of_the_standard_is_read() {
        let data = [0x80, 0x0b, 0x60, 0x50, 0x22, 0x0c, 0x0c, 0x85, 0x01];
        assert_eq!(
            decoded(&data).unwrap(),
            [45, 45, 45, 45, 45, 65, 45, 45, 45, 66]
        );
    }

    #[test]
    fn a_code_that_was_never_made_is_damage() {
        assert!(decoded(&packed(&[256, 65, 300])).is_err());
        assert!(decoded(&packed(&[256, 258])).is_err());
        assert!(decoded(&packed(&[65, 66, 257])).unwrap() == b"AB");
    }
}
