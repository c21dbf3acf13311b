//! One change of a later revision, with its place and a sentence that a clerk can read.

use serde::{Deserialize, Serialize};

pub use super::kind::ChangeKind;
use super::level::Modification;
use crate::x509::legible::one_line;

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Its class.
    pub class: Modification,
    /// What kind of change it is.
    pub kind: ChangeKind,
    /// What it means, in English, on one line.
    pub what: String,
    /// What it means, in Indonesian, on one line.
    pub apa: String,
    /// Whether it shows.
    pub visibility: Visibility,
    /// Where it stands.
    #[serde(flatten)]
    pub place: Place,
}

/// Where a change stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Place {
    /// The revision that brought it, counted from 1 as the oldest.
    pub revision: Option<u32>,
    /// The number of the object.
    pub object: Option<u32>,
    /// The page, counted from 1.
    pub page: Option<u32>,
    /// The place on the page.
    pub rectangle: Option<Rectangle>,
}

/// Left, bottom, right and top in whole points from the page's lower left corner, rounded outwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Rectangle(pub [i32; 4]);

/// Whether a change puts something over a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// No rule knows of anything that shows.
    NotShown,
    /// Something with a place on a page: where it is permitted, it may still cover what was signed.
    OverPage,
}

impl Change {
    /// A change about something that has a name: a field, or an object.
    pub(crate) fn new(kind: ChangeKind, subject: &str) -> Self {
        let (class, apa, what) = kind.words();
        let subject = one_line(subject);
        let filled = |text: &str| text.replace("{}", &subject);
        Self {
            class,
            kind,
            what: filled(what),
            apa: filled(apa),
            visibility: Visibility::NotShown,
            place: Place::default(),
        }
    }

    pub(crate) fn about_object(kind: ChangeKind, number: u32) -> Self {
        let mut change = Self::new(kind, &number.to_string());
        change.place.object = Some(number);
        change
    }

    #[must_use]
    pub(crate) fn at(mut self, place: Place) -> Self {
        self.place = Place {
            object: place.object.or(self.place.object),
            ..place
        };
        self
    }

    /// The same, for which no rule accounts: whatever its kind, it may not happen.
    #[must_use]
    pub(crate) fn unlisted(mut self) -> Self {
        self.class = Modification::Other;
        self
    }

    /// The same, weighing as another class than its kind as a rule does.
    #[must_use]
    pub(crate) fn of_class(mut self, class: Modification) -> Self {
        self.class = class;
        self
    }

    /// The same, shown over its page where its place has an area.
    #[must_use]
    pub(crate) fn shown(mut self) -> Self {
        if self.place.rectangle.is_some_and(Rectangle::has_area) {
            self.visibility = Visibility::OverPage;
        }
        self
    }
}

impl Rectangle {
    /// From two opposite corners; `None` when a number is none that a page has.
    pub(crate) fn of_corners(sides: [f64; 4]) -> Option<Self> {
        let [a, b, c, d] = sides;
        let whole = |side: f64| -> Option<i32> {
            // A page is at most 14,400 units wide (ISO 32000-1 annex C); far beyond that nothing shows.
            let side = side.clamp(-1e6, 1e6);
            format!("{side:.0}").parse().ok()
        };
        Some(Self([
            whole(a.min(c).floor())?,
            whole(b.min(d).floor())?,
            whole(a.max(c).ceil())?,
            whole(b.max(d).ceil())?,
        ]))
    }

    fn has_area(self) -> bool {
        let [left, bottom, right, top] = self.0;
        right > left && top > bottom
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_names_its_subject_in_both_languages() {
        let change = Change::new(ChangeKind::FieldFilled, "Nama");
        assert_eq!(change.what, "The form field Nama was filled in.");
        assert_eq!(change.apa, "Isian formulir Nama diisi.");
        assert_eq!(change.class, Modification::FormFill);
    }

    #[test]
    fn a_rectangle_is_rounded_outwards_whatever_its_corners() {
        let rectangle = Rectangle::of_corners([100.5, 20.2, 10.1, 10.9]).unwrap();
        assert_eq!(rectangle, Rectangle([10, 10, 101, 21]));
        assert!(
            Rectangle::of_corners([f64::NAN, 0.0, 0.0, 1e300])
                .is_some_and(|one| one.0[3] == 1_000_000)
        );
    }
}
