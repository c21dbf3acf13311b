//! Where a signature is seen: the options that `sign` and `stamp` share.

use std::str::FromStr;

use clap::Args;
use signing::{
    Access,
    sign::{Place, fields},
    source::ByteSource,
};

/// Places on a page; at most one is given.
#[derive(Debug, Args)]
pub struct PlaceArgs {
    /// The empty signature field of the document to sign into; its rectangle shows the block, if it has one
    #[arg(long, value_name = "NAME", group = "place")]
    pub field: Option<String>,
    /// A visible block on this page, 1 being the first; with --rect
    #[arg(long, value_name = "N", group = "place", requires = "rect",
          value_parser = clap::value_parser!(u32).range(1..))]
    pub page: Option<u32>,
    /// Where the block stands: left, bottom, width, height in points (1/72 inch) from the lower left corner of the page as
    /// you see it
    #[arg(
        long,
        value_name = "X,Y,W,H",
        requires = "page",
        allow_hyphen_values = true
    )]
    pub rect: Option<Rect>,
    /// A visible block over the first of these signs in the text: #, $, ^ or ~
    #[arg(long, value_name = "C", group = "place", value_parser = marker)]
    pub marker: Option<char>,
    /// Width and height in points of the block over the sign
    #[arg(long, value_name = "W,H", requires = "marker", default_value_t = Size::USUAL)]
    pub size: Size,
}

impl PlaceArgs {
    /// The place that the options describe; a new field gets the first name that is free.
    pub fn place(&self) -> Place {
        let name = None;
        match (&self.field, self.marker, self.page, self.rect) {
            (Some(field), ..) => Place::Existing(field.clone()),
            (None, Some(sign), ..) => Place::Marker {
                name,
                sign,
                size: self.size.0,
            },
            (None, None, Some(page), Some(rect)) => Place::New {
                name,
                page: page.saturating_sub(1),
                rect: rect.0,
            },
            (None, None, ..) => Place::Invisible { name },
        }
    }

    /// What will be seen there.
    pub fn seen(&self, document: &dyn ByteSource, access: &Access) -> Seen {
        match (&self.field, self.marker, self.rect) {
            (Some(name), ..) => {
                // A document that cannot be read is refused where it is signed, with what can be done.
                let fields = fields(document, access.clone()).unwrap_or_default();
                match fields.into_iter().find(|field| field.name == *name) {
                    Some(field) if field.page.is_some() => Seen::of(field.rect),
                    Some(_) => Seen::Nothing,
                    None => Seen::Unknown,
                }
            }
            (None, Some(_), _) => Seen::Size(self.size.0),
            (None, None, Some(Rect(rect))) => Seen::of(rect),
            (None, None, None) => Seen::Nothing,
        }
    }
}

/// What is seen of a signature.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Seen {
    /// A rectangle of this width and height in points.
    Size([f64; 2]),
    /// The place has no area on a page, or is hidden.
    Nothing,
    /// There is no such place.
    Unknown,
}

impl Seen {
    fn of([_, _, width, height]: [f64; 4]) -> Self {
        if width > 0.0 && height > 0.0 {
            Self::Size([width, height])
        } else {
            Self::Nothing
        }
    }
}

fn marker(text: &str) -> Result<char, String> {
    match text {
        "#" => Ok('#'),
        "$" => Ok('$'),
        "^" => Ok('^'),
        "~" => Ok('~'),
        _ => Err("the markers are #, $, ^ and ~".to_owned()),
    }
}

/// A rectangle on a page: left, bottom, width, height in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rect(pub [f64; 4]);

impl FromStr for Rect {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let rect: [f64; 4] = numbers(text, "give four numbers, as in 72,72,200,60")?;
        let [.., width, height] = rect;
        with_area(width, height)?;
        Ok(Self(rect))
    }
}

/// Width and height in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Size([f64; 2]);

impl Size {
    /// Seven and a half centimetres by two and a half.
    const USUAL: Self = Self([212.0, 71.0]);
}

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let size: [f64; 2] = numbers(text, "give two numbers, as in 200,60")?;
        let [width, height] = size;
        with_area(width, height)?;
        Ok(Self(size))
    }
}

impl std::fmt::Display for Size {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [width, height] = self.0;
        write!(f, "{width},{height}")
    }
}

fn numbers<const COUNT: usize>(text: &str, shape: &str) -> Result<[f64; COUNT], String> {
    let numbers: Option<Vec<f64>> = text
        .split(',')
        .map(|part| {
            part.trim()
                .parse()
                .ok()
                .filter(|number: &f64| number.is_finite())
        })
        .collect();
    numbers
        .and_then(|numbers| numbers.try_into().ok())
        .ok_or_else(|| shape.to_owned())
}

fn with_area(width: f64, height: f64) -> Result<(), String> {
    if width > 0.0 && height > 0.0 {
        return Ok(());
    }
    Err("width and height must be more than 0; to show nothing use --invisible".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_is_one_of_four_signs() {
        assert_eq!(marker("$"), Ok('$'));
        for bad in ["", "a", "##", "%"] {
            assert!(marker(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_rectangle_is_four_finite_numbers_with_an_area() {
        assert_eq!(
            "72, 72,200,60.5".parse(),
            Ok(Rect([72.0, 72.0, 200.0, 60.5]))
        );
        for bad in [
            "",
            "1,2,3",
            "1,2,3,4,5",
            "a,b,c,d",
            "0,0,0,10",
            "0,0,10,-1",
            "NaN,0,1,1",
            "0,0,inf,1",
        ] {
            assert!(bad.parse::<Rect>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_size_is_two_and_reads_back_as_it_is_shown() {
        assert_eq!(Size::USUAL.to_string().parse(), Ok(Size::USUAL));
        for bad in ["", "1", "1,2,3", "0,1", "1,x"] {
            assert!(bad.parse::<Size>().is_err(), "{bad}");
        }
    }
}
