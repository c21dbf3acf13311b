//! A page as it is seen: its visible box, how it is turned, and the size of its unit (ISO 32000-2 7.7.3.3, 14.11.2).

use super::{
    error::ReadError,
    object::Node,
    view::{Located, View},
};
use crate::budget::LimitError;

/// The visible part of a page and its turn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sight {
    /// Left, bottom, right and top in the page's own coordinates.
    visible: [f64; 4],
    turn: Turn,
    /// Points to a unit of the page's own coordinates.
    unit: f64,
}

/// How far a page is turned clockwise when it is shown (`/Rotate`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Not at all.
    Upright,
    /// By a quarter.
    Quarter,
    /// By a half.
    Half,
    /// By three quarters.
    ThreeQuarters,
}

/// What readers take for a page whose size is not said.
const LETTER: [f64; 4] = [0.0, 0.0, 612.0, 792.0];

impl Sight {
    /// Reads the boxes, the turn and the unit of a page, inherited ones included.
    ///
    /// # Errors
    /// When the page tree cannot be read.
    pub fn of(view: &View<'_>, page: &Located) -> Result<Self, ReadError> {
        let media = corners(view, page, b"MediaBox")?.unwrap_or(LETTER);
        let crop = corners(view, page, b"CropBox")?.unwrap_or(media);
        let ([a, b, c, d], [left, bottom, right, top]) = (crop, media);
        let (left, bottom) = (a.max(left), b.max(bottom));
        let (right, top) = (c.min(right), d.min(top));
        // A crop box beside the page shows nothing of it; readers then show all.
        let visible = if left < right && bottom < top {
            [left, bottom, right, top]
        } else {
            media
        };
        let turn = inherited(view, page, b"Rotate")?.and_then(|turn| turn.node.as_integer());
        let turn = match turn.unwrap_or(0).rem_euclid(360) {
            90 => Turn::Quarter,
            180 => Turn::Half,
            270 => Turn::ThreeQuarters,
            _ => Turn::Upright,
        };
        let unit = view
            .entry(page, b"UserUnit")?
            .and_then(|unit| unit.node.as_number());
        Ok(Self {
            visible,
            turn,
            unit: unit.filter(|unit| *unit > 0.0).unwrap_or(1.0),
        })
    }

    /// How the page is turned.
    pub fn turn(&self) -> Turn {
        self.turn
    }

    /// Width and height in points, as seen.
    pub fn size(&self) -> (f64, f64) {
        let [left, bottom, right, top] = self.visible;
        self.turn
            .size((right - left) * self.unit, (top - bottom) * self.unit)
    }

    /// Whether a rectangle as seen lies on the page; half a point of rounding is forgiven.
    pub fn holds(&self, [x, y, width, height]: [f64; 4]) -> bool {
        const ROUNDING: f64 = 0.5;
        let (wide, high) = self.size();
        x >= -ROUNDING
            && y >= -ROUNDING
            && x + width <= wide + ROUNDING
            && y + height <= high + ROUNDING
    }

    /// Left, bottom, width and height in points as seen, from the lower left corner of what is shown, in the page's own
    /// coordinates.
    pub fn to_page(&self, seen: [f64; 4]) -> [f64; 4] {
        let [x, y, width, height] = seen.map(|points| points / self.unit);
        let [left, bottom, right, top] = self.visible;
        let (wide, high) = self.turn.size(width, height);
        let (own_x, own_y) = match self.turn {
            Turn::Upright => (left + x, bottom + y),
            Turn::Quarter => (right - y - height, bottom + x),
            Turn::Half => (right - x - width, top - y - height),
            Turn::ThreeQuarters => (left + y, top - x - width),
        };
        [own_x, own_y, wide, high]
    }

    /// The other way round.
    pub fn to_seen(&self, [x, y, width, height]: [f64; 4]) -> [f64; 4] {
        let [left, bottom, right, top] = self.visible;
        let (wide, high) = self.turn.size(width, height);
        let (seen_x, seen_y) = match self.turn {
            Turn::Upright => (x - left, y - bottom),
            Turn::Quarter => (y - bottom, right - x - width),
            Turn::Half => (right - x - width, top - y - height),
            Turn::ThreeQuarters => (top - y - height, x - left),
        };
        [seen_x, seen_y, wide, high].map(|own| own * self.unit)
    }
}

impl Turn {
    /// Width and height, exchanged where the page lies on its side.
    pub fn size(self, width: f64, height: f64) -> (f64, f64) {
        match self {
            Self::Upright | Self::Half => (width, height),
            Self::Quarter | Self::ThreeQuarters => (height, width),
        }
    }

    /// The matrix that sets an appearance of this size upright on the turned page (12.5.5); none where it stands as it is.
    pub(crate) fn matrix(self, width: f64, height: f64) -> Option<[f64; 6]> {
        match self {
            Self::Upright => None,
            Self::Quarter => Some([0.0, 1.0, -1.0, 0.0, height, 0.0]),
            Self::Half => Some([-1.0, 0.0, 0.0, -1.0, width, height]),
            Self::ThreeQuarters => Some([0.0, -1.0, 1.0, 0.0, 0.0, width]),
        }
    }
}

/// An attribute of a page or of the nearest node above that has it (7.7.3.4).
pub(crate) fn inherited(
    view: &View<'_>,
    page: &Located,
    key: &[u8],
) -> Result<Option<Located>, ReadError> {
    let mut at = page.clone();
    for _ in 0..view.pdf().budget().nesting {
        if let Some(found) = view.entry(&at, key)? {
            return Ok(Some(found));
        }
        match view.entry(&at, b"Parent")? {
            Some(parent) => at = parent,
            None => return Ok(None),
        }
    }
    Err(LimitError::Nesting.into())
}

/// Left, bottom, right and top, when there are four numbers and an area.
fn corners(view: &View<'_>, page: &Located, key: &[u8]) -> Result<Option<[f64; 4]>, ReadError> {
    let Some(found) = inherited(view, page, key)? else {
        return Ok(None);
    };
    let items = view.items(&found)?;
    let numbers: Vec<f64> = items
        .iter()
        .filter_map(|item| Node::as_number(&item.node))
        .collect();
    let &[a, b, c, d] = numbers.as_slice() else {
        return Ok(None);
    };
    let area = (c - a).abs() > 0.0 && (d - b).abs() > 0.0;
    Ok(area.then_some([a.min(c), b.min(d), a.max(c), b.max(d)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sight(turn: Turn) -> Sight {
        Sight {
            visible: [10.0, 20.0, 210.0, 120.0],
            turn,
            unit: 1.0,
        }
    }

    #[test]
    fn a_rectangle_as_seen_finds_its_place_on_every_turn() {
        let seen = [5.0, 7.0, 30.0, 10.0];
        for (turn, own) in [
            (Turn::Upright, [15.0, 27.0, 30.0, 10.0]),
            (Turn::Quarter, [193.0, 25.0, 10.0, 30.0]),
            (Turn::Half, [175.0, 103.0, 30.0, 10.0]),
            (Turn::ThreeQuarters, [17.0, 85.0, 10.0, 30.0]),
        ] {
            let exact = |rect: [f64; 4]| rect.map(f64::to_bits);
            assert_eq!(exact(sight(turn).to_page(seen)), exact(own), "{turn:?}");
            assert_eq!(exact(sight(turn).to_seen(own)), exact(seen), "{turn:?}");
        }
    }

    #[test]
    fn points_are_counted_on_a_page_of_larger_units_too() {
        let plan = Sight {
            unit: 2.5,
            ..sight(Turn::Quarter)
        };
        let exact = |rect: [f64; 4]| rect.map(f64::to_bits);
        let (seen, own) = ([12.5, 17.5, 75.0, 25.0], [193.0, 25.0, 10.0, 30.0]);
        assert_eq!(exact(plan.to_page(seen)), exact(own));
        assert_eq!(exact(plan.to_seen(own)), exact(seen));
        assert!(plan.holds([0.0, 0.0, 250.0, 500.0]));
    }

    #[test]
    fn what_sticks_out_of_the_page_as_seen_is_not_on_it() {
        assert!(sight(Turn::Upright).holds([0.0, 0.0, 200.0, 100.0]));
        assert!(!sight(Turn::Upright).holds([150.0, 0.0, 60.0, 10.0]));
        assert!(!sight(Turn::Quarter).holds([0.0, 0.0, 200.0, 100.0]));
        assert!(sight(Turn::Quarter).holds([0.0, 150.0, 100.0, 50.0]));
        assert!(!sight(Turn::Half).holds([-1.0, 0.0, 10.0, 10.0]));
    }
}
