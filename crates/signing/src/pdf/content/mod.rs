//! Finding a sign or a word in the text of a page (ISO 32000-2 7.8, 9): just so much of content streams as says where each character
//! stands.

mod cmap;
mod font;
mod matrix;
mod operation;
mod standard_widths;

use std::{collections::HashMap, rc::Rc, sync::Arc};

use self::{
    font::{Font, Glyph},
    matrix::Matrix,
    operation::{Operation, Operations},
};
use super::{
    error::ReadError,
    object::{Node, Value},
    page,
    view::{Located, View},
};

/// Forms within forms are followed this deep.
const DEEPEST: u16 = 8;
/// The middle of a sign lies about this part of its size above the line.
const HALF_HEIGHT: f64 = 0.35;

/// The middle of the first occurrence of a text on a page, in the page's own coordinates.
///
/// # Errors
/// When the page's content cannot be read or is over budget.
pub(crate) fn find(
    view: &View<'_>,
    page: &Located,
    wanted: &str,
) -> Result<Option<(f64, f64)>, ReadError> {
    let data = of_page(view, page)?;
    let resources = page::inherited(view, page, b"Resources")?;
    let mut search = Search {
        view,
        wanted: wanted.chars().collect(),
        met: 0,
        begun: (0.0, 0.0),
        fonts: HashMap::new(),
    };
    search.stream(&data, resources.as_ref(), Matrix::IDENTITY, DEEPEST)
}

/// The page's streams as one (7.8.2).
///
/// # Errors
/// When one of them cannot be read or is over budget.
pub(crate) fn of_page(view: &View<'_>, page: &Located) -> Result<Vec<u8>, ReadError> {
    let Some(contents) = view.entry(page, b"Contents")? else {
        return Ok(Vec::new());
    };
    let streams = if contents.node.as_array().is_some() {
        view.items(&contents)?
    } else {
        vec![contents]
    };
    let mut data = Vec::new();
    for stream in streams {
        if stream.object.stream_start.is_some() {
            data.extend(view.stream_data(&stream.object)?);
            data.push(b'\n');
        }
    }
    Ok(data)
}

struct Search<'a> {
    view: &'a View<'a>,
    wanted: Vec<char>,
    /// How many characters of it the last ones shown were.
    met: usize,
    /// The middle of the first of them.
    begun: (f64, f64),
    /// By the number of the font's object; fonts that are written in place are read each time.
    fonts: HashMap<u32, Rc<Font>>,
}

/// The graphics and text state that positions depend on (tables 51 and 102).
#[derive(Clone)]
struct State {
    ctm: Matrix,
    font: Option<Rc<Font>>,
    size: f64,
    spacing: f64,
    word_spacing: f64,
    scale: f64,
    leading: f64,
    rise: f64,
}

struct Text {
    matrix: Matrix,
    line: Matrix,
}

impl Text {
    fn next_line(&mut self, x: f64, y: f64) {
        self.line = Matrix::moved(x, y).then(&self.line);
        self.matrix = self.line;
    }
}

impl Search<'_> {
    fn stream(
        &mut self,
        data: &[u8],
        resources: Option<&Located>,
        ctm: Matrix,
        depth: u16,
    ) -> Result<Option<(f64, f64)>, ReadError> {
        let mut state = State {
            ctm,
            font: None,
            size: 0.0,
            spacing: 0.0,
            word_spacing: 0.0,
            scale: 1.0,
            leading: 0.0,
            rise: 0.0,
        };
        let mut saved = Vec::new();
        let mut text = Text {
            matrix: Matrix::IDENTITY,
            line: Matrix::IDENTITY,
        };
        let nesting = self.view.pdf().budget().nesting;
        for operation in Operations::new(data, nesting) {
            self.view.pdf().spend_objects(1)?;
            let Operation { name, operands } = operation;
            let number = |at: usize| operands.get(at).and_then(Node::as_number).unwrap_or(0.0);
            let found = match name.as_slice() {
                b"q" if saved.len() < usize::from(u16::MAX) => {
                    saved.push(state.clone());
                    None
                }
                b"Q" => {
                    state = saved.pop().unwrap_or(state);
                    None
                }
                b"cm" => {
                    let by = Matrix([0, 1, 2, 3, 4, 5].map(number));
                    state.ctm = by.then(&state.ctm);
                    None
                }
                b"Do" => match operands.first().and_then(Node::as_name) {
                    Some(name) => self.form(name, resources, &state.ctm, depth)?,
                    None => None,
                },
                b"Tf" => {
                    state.size = number(1);
                    let name = operands.first().and_then(Node::as_name);
                    state.font = match name {
                        Some(name) => self.font(name, resources)?,
                        None => None,
                    };
                    None
                }
                b"'" => {
                    text.next_line(0.0, -state.leading);
                    self.shown(operands.first(), &state, &mut text)
                }
                b"\"" => {
                    state.word_spacing = number(0);
                    state.spacing = number(1);
                    text.next_line(0.0, -state.leading);
                    self.shown(operands.get(2), &state, &mut text)
                }
                b"Tj" => self.shown(operands.first(), &state, &mut text),
                b"TJ" => self.shown_in_pieces(operands.first(), &state, &mut text),
                other => {
                    set(other, number, &mut state, &mut text);
                    None
                }
            };
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// What a form XObject shows (8.10).
    fn form(
        &mut self,
        name: &[u8],
        resources: Option<&Located>,
        ctm: &Matrix,
        depth: u16,
    ) -> Result<Option<(f64, f64)>, ReadError> {
        let (Some(depth), Some(form)) = (
            depth.checked_sub(1),
            self.resource(resources, b"XObject", name)?,
        ) else {
            return Ok(None);
        };
        let subtype = self.view.entry(&form, b"Subtype")?;
        let is_form = subtype.and_then(|of| of.node.as_name().map(|name| name == b"Form"));
        if is_form != Some(true) || form.object.stream_start.is_none() {
            return Ok(None);
        }
        let matrix = match self.view.entry(&form, b"Matrix")? {
            Some(matrix) => Matrix::read(self.view, &matrix)?,
            None => Matrix::IDENTITY,
        };
        let own = self.view.entry(&form, b"Resources")?;
        let data = self.view.stream_data(&form.object)?;
        self.stream(&data, own.as_ref().or(resources), matrix.then(ctm), depth)
    }

    fn font(
        &mut self,
        name: &[u8],
        resources: Option<&Located>,
    ) -> Result<Option<Rc<Font>>, ReadError> {
        let Some(font) = self.resource(resources, b"Font", name)? else {
            return Ok(None);
        };
        let whole = Arc::clone(&font.object);
        let own = (font.node.span == whole.node.span).then_some(whole.id.number);
        if let Some(known) = own.and_then(|number| self.fonts.get(&number)) {
            return Ok(Some(Rc::clone(known)));
        }
        let read = Rc::new(Font::read(self.view, &font)?);
        if let Some(number) = own {
            self.fonts.insert(number, Rc::clone(&read));
        }
        Ok(Some(read))
    }

    fn resource(
        &self,
        resources: Option<&Located>,
        kind: &[u8],
        name: &[u8],
    ) -> Result<Option<Located>, ReadError> {
        let Some(resources) = resources else {
            return Ok(None);
        };
        match self.view.entry(resources, kind)? {
            Some(all) => self.view.entry(&all, name),
            None => Ok(None),
        }
    }

    fn shown_in_pieces(
        &mut self,
        pieces: Option<&Node>,
        state: &State,
        text: &mut Text,
    ) -> Option<(f64, f64)> {
        for piece in pieces.and_then(Node::as_array).unwrap_or_default() {
            if let Some(back) = piece.as_number() {
                let by = -back / 1000.0 * state.size * state.scale;
                text.matrix = Matrix::moved(by, 0.0).then(&text.matrix);
            } else if let Some(found) = self.shown(Some(piece), state, text) {
                return Some(found);
            }
        }
        None
    }

    /// Walks along a shown string (9.4.4).
    fn shown(
        &mut self,
        string: Option<&Node>,
        state: &State,
        text: &mut Text,
    ) -> Option<(f64, f64)> {
        let (Some(bytes), Some(font)) = (string.and_then(Node::as_string), &state.font) else {
            return None;
        };
        for glyph in font.glyphs(bytes) {
            let wide = glyph.width * state.size;
            if let Some(found) = self.meets(font, &glyph, state, text) {
                return Some(found);
            }
            let space = if glyph.is_space {
                state.word_spacing
            } else {
                0.0
            };
            let by = (wide + state.spacing + space) * state.scale;
            text.matrix = Matrix::moved(by, 0.0).then(&text.matrix);
        }
        None
    }

    /// The middle of the wanted text, once its last character is met. A text that begins anew within itself is only found
    /// from where it began first, which no marker does.
    fn meets(
        &mut self,
        font: &Font,
        glyph: &Glyph,
        state: &State,
        text: &Text,
    ) -> Option<(f64, f64)> {
        let is = |at: usize| {
            let wanted = self.wanted.get(at);
            wanted.is_some_and(|wanted| font.means(glyph.code, *wanted))
        };
        if self.met > 0 && !is(self.met) {
            self.met = 0;
        }
        if !is(self.met) {
            return None;
        }
        let half = glyph.width * state.size / 2.0 * state.scale;
        let up = state.rise + HALF_HEIGHT * state.size;
        let (x, y) = text.matrix.then(&state.ctm).at((half, up));
        if self.met == 0 {
            self.begun = (x, y);
        }
        self.met = self.met.saturating_add(1);
        if self.met < self.wanted.len() {
            return None;
        }
        let (first_x, first_y) = self.begun;
        Some((f64::midpoint(first_x, x), f64::midpoint(first_y, y)))
    }
}

/// Operators that only set what later ones use.
fn set(name: &[u8], number: impl Fn(usize) -> f64, state: &mut State, text: &mut Text) {
    match name {
        b"BT" => {
            text.matrix = Matrix::IDENTITY;
            text.line = Matrix::IDENTITY;
        }
        b"Tm" => {
            text.line = Matrix([0, 1, 2, 3, 4, 5].map(number));
            text.matrix = text.line;
        }
        b"Td" => text.next_line(number(0), number(1)),
        b"TD" => {
            state.leading = -number(1);
            text.next_line(number(0), number(1));
        }
        b"T*" => text.next_line(0.0, -state.leading),
        b"Tc" => state.spacing = number(0),
        b"Tw" => state.word_spacing = number(0),
        b"Tz" => state.scale = number(0) / 100.0,
        b"TL" => state.leading = number(0),
        b"Ts" => state.rise = number(0),
        _ => {}
    }
}

/// The numbers of an array, in order.
fn numbers(view: &View<'_>, array: &Located) -> Result<Vec<f64>, ReadError> {
    let items = view.items(array)?;
    Ok(items
        .iter()
        .filter(|item| !matches!(item.node.value, Value::Null))
        .filter_map(|item| item.node.as_number())
        .collect())
}
