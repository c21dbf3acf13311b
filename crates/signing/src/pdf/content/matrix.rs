//! Transformation matrices (ISO 32000-2 8.3.3).

use super::numbers;
use crate::pdf::{
    error::ReadError,
    view::{Located, View},
};

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Matrix(pub(super) [f64; 6]);

impl Matrix {
    pub(super) const IDENTITY: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    pub(super) const fn moved(x: f64, y: f64) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }

    pub(super) fn read(view: &View<'_>, array: &Located) -> Result<Self, ReadError> {
        let numbers = numbers(view, array)?;
        Ok(numbers
            .first_chunk::<6>()
            .map_or(Self::IDENTITY, |six| Self(*six)))
    }

    /// This one first, then the other.
    pub(super) fn then(&self, other: &Self) -> Self {
        let (first, second) = (&self.0, &other.0);
        Self([
            first[0] * second[0] + first[1] * second[2],
            first[0] * second[1] + first[1] * second[3],
            first[2] * second[0] + first[3] * second[2],
            first[2] * second[1] + first[3] * second[3],
            first[4] * second[0] + first[5] * second[2] + second[4],
            first[4] * second[1] + first[5] * second[3] + second[5],
        ])
    }

    pub(super) fn at(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let by = &self.0;
        (by[0] * x + by[2] * y + by[4], by[1] * x + by[3] * y + by[5])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matrices_apply_in_the_order_they_are_named() {
        let turned = Matrix([0.0, 1.0, -1.0, 0.0, 0.0, 0.0]);
        let moved = Matrix::moved(10.0, 0.0);
        assert_eq!(turned.then(&moved).at((1.0, 0.0)), (10.0, 1.0));
        assert_eq!(moved.then(&turned).at((1.0, 0.0)), (0.0, 11.0));
    }
}
