//! Predictors of Flate and LZW data (ISO 32000-2 7.4.4.4).

use crate::{
    num::{to_u64, to_usize},
    pdf::error::ReadError,
};

/// Parameters of a predictor (table 8).
pub(crate) struct Predictor {
    pub(crate) kind: i64,
    pub(crate) colors: usize,
    pub(crate) bits: usize,
    pub(crate) columns: usize,
}

impl Predictor {
    pub(crate) fn dimension(value: Option<i64>, default: usize) -> usize {
        value.map_or(default, |value| {
            u64::try_from(value).map_or(usize::MAX, to_usize)
        })
    }

    pub(super) fn undo(&self, data: &[u8]) -> Result<Vec<u8>, ReadError> {
        let damaged = ReadError::Filter("predictor parameters make no sense");
        let bits = self.colors.checked_mul(self.bits).ok_or(damaged.clone())?;
        let pixel = bits.div_ceil(8).max(1);
        let row = bits
            .checked_mul(self.columns)
            .ok_or(damaged.clone())?
            .div_ceil(8);
        if row == 0 || to_u64(row) > 1 << 24 {
            return Err(damaged);
        }
        match self.kind {
            1 => Ok(data.to_vec()),
            10..=15 => undo_png(data, row, pixel),
            _ => Err(ReadError::Filter("a predictor that structure does not use")),
        }
    }
}

fn undo_png(data: &[u8], row: usize, pixel: usize) -> Result<Vec<u8>, ReadError> {
    let mut out: Vec<u8> = Vec::with_capacity(data.len());
    let mut above = vec![0_u8; row];
    for line in data.chunks(row.saturating_add(1)) {
        let Some((&kind, encoded)) = line.split_first() else {
            break;
        };
        let mut current = vec![0_u8; row];
        for (at, &byte) in encoded.iter().enumerate() {
            let before = at.checked_sub(pixel);
            let left = before.and_then(|at| current.get(at)).copied().unwrap_or(0);
            let up = above.get(at).copied().unwrap_or(0);
            let corner = before.and_then(|at| above.get(at)).copied().unwrap_or(0);
            let guess = match kind {
                0 => 0,
                1 => left,
                2 => up,
                3 => average(left, up),
                4 => paeth(left, up, corner),
                _ => return Err(ReadError::Filter("an unknown PNG predictor")),
            };
            if let Some(place) = current.get_mut(at) {
                *place = byte.wrapping_add(guess);
            }
        }
        out.extend(current.iter().take(encoded.len()));
        above = current;
    }
    Ok(out)
}

fn average(left: u8, up: u8) -> u8 {
    u8::try_from(u16::midpoint(u16::from(left), u16::from(up))).unwrap_or(u8::MAX)
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let (a, b, c) = (i16::from(left), i16::from(up), i16::from(corner));
    let estimate = a + b - c;
    let (from_a, from_b, from_c) = (
        (estimate - a).abs(),
        (estimate - b).abs(),
        (estimate - c).abs(),
    );
    if from_a <= from_b && from_a <= from_c {
        left
    } else if from_b <= from_c {
        up
    } else {
        corner
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn png_rows_are_undone_with_the_row_above() {
        let up = [0, 1, 2, 3, 2, 1, 1, 1];
        assert_eq!(undo_png(&up, 3, 1).unwrap(), [1, 2, 3, 2, 3, 4]);
        let sub = [1, 5, 1, 1];
        assert_eq!(undo_png(&sub, 3, 1).unwrap(), [5, 6, 7]);
    }
}
