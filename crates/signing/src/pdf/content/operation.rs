//! Operators with their operands, one after the other (ISO 32000-2 7.8.2). Damage costs an operator, not the page.

use crate::pdf::{
    lexer::{Lexer, is_space},
    object::{Node, Value},
};

pub(super) struct Operation {
    pub(super) name: Vec<u8>,
    pub(super) operands: Vec<Node>,
}

pub(super) struct Operations<'a> {
    data: &'a [u8],
    lexer: Lexer<'a>,
    depth: u16,
}

/// No operator takes more.
const MOST_OPERANDS: usize = 64;

impl<'a> Operations<'a> {
    pub(super) fn new(data: &'a [u8], depth: u16) -> Self {
        Self {
            data,
            lexer: Lexer::new(data, true),
            depth,
        }
    }

    fn stand_at(&mut self, at: usize) {
        self.lexer = Lexer::starting_at(self.data, at);
    }

    /// Behind the data of an inline image (8.9.7): the first `EI` that stands alone.
    fn pass_image(&mut self) {
        let start = self.lexer.position();
        let rest = self.data.get(start..).unwrap_or_default();
        let end = rest.windows(4).position(|four| {
            matches!(four, [before, b'E', b'I', after] if is_space(*before) && is_space(*after))
        });
        let past = end.map_or(self.data.len(), |end| {
            start.saturating_add(end).saturating_add(3)
        });
        self.stand_at(past);
    }
}

impl Iterator for Operations<'_> {
    type Item = Operation;

    fn next(&mut self) -> Option<Operation> {
        let mut operands = Vec::new();
        loop {
            self.lexer.skip_space().ok()?;
            let start = self.lexer.position();
            let first = *self.data.get(start)?;
            if matches!(
                first,
                b'/' | b'(' | b'<' | b'[' | b'0'..=b'9' | b'+' | b'-' | b'.'
            ) {
                match self.lexer.value(self.depth) {
                    Ok(node) if operands.len() < MOST_OPERANDS => operands.push(node),
                    Ok(_) => {}
                    Err(_) => {
                        self.stand_at(start);
                        // A malformed number counts as one, a broken bracket is passed over.
                        if self.lexer.word().is_empty() {
                            self.stand_at(start.saturating_add(1));
                        } else {
                            operands.push(Node {
                                value: Value::Integer(0),
                                span: start..start,
                            });
                        }
                    }
                }
                continue;
            }
            let name = self.lexer.word().to_vec();
            match name.as_slice() {
                b"" => self.stand_at(start.saturating_add(1)),
                b"ID" => {
                    self.pass_image();
                    operands.clear();
                }
                _ => return Some(Operation { name, operands }),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_and_inline_images_do_not_hide_what_follows() {
        let data = b"q 1 0 0 1 --3 4 cm } BI /W 1 ID \x00(EIx)Q EI\n[(a) -2 (b)] TJ ) (x) Tj";
        let names: Vec<Vec<u8>> = Operations::new(data, 8).map(|of| of.name).collect();
        let expected: [&[u8]; 5] = [b"q", b"cm", b"BI", b"TJ", b"Tj"];
        assert_eq!(names, expected);
    }
}
