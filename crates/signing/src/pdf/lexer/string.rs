//! Strings (ISO 32000-2 7.3.4).

use std::borrow::Cow;

use super::{LexError, Lexer, is_space};
use crate::pdf::hex;

impl<'a> Lexer<'a> {
    pub(super) fn literal_string(&mut self) -> Result<Vec<u8>, LexError> {
        let start = self.at;
        self.at += 1;
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let plain = rest
            .iter()
            .position(|byte| matches!(byte, b'(' | b')' | b'\\' | b'\r'))
            .unwrap_or(rest.len());
        let mut out = rest.get(..plain).unwrap_or_default().to_vec();
        self.at += plain;
        let mut open = 1_u32;
        loop {
            let byte = self.next_of("a string has no end", start)?;
            match byte {
                b'(' => open = open.saturating_add(1),
                b')' => {
                    open -= 1;
                    if open == 0 {
                        return Ok(out);
                    }
                }
                b'\\' => {
                    self.escape(&mut out, start)?;
                    continue;
                }
                b'\r' => {
                    // An end of line in a string is one line feed, however it is written (7.3.4.2).
                    if self.peek()? == Some(b'\n') {
                        self.at += 1;
                    }
                    out.push(b'\n');
                    continue;
                }
                _ => {}
            }
            out.push(byte);
        }
    }

    fn escape(&mut self, out: &mut Vec<u8>, start: usize) -> Result<(), LexError> {
        match self.next_of("a string has no end", start)? {
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b'\r' => {
                if self.peek()? == Some(b'\n') {
                    self.at += 1;
                }
            }
            b'\n' => {}
            first @ b'0'..=b'7' => {
                let mut code = u32::from(first - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek()? else {
                        break;
                    };
                    code = code * 8 + u32::from(digit - b'0');
                    self.at += 1;
                }
                out.push(code.to_le_bytes().first().copied().unwrap_or_default());
            }
            other => out.push(other),
        }
        Ok(())
    }

    /// The hole of a signature is by far the longest string there is, so its digits are passed over in one run.
    pub(super) fn hex_digits(&mut self) -> Result<Cow<'a, [u8]>, LexError> {
        let start = self.at.saturating_add(1);
        let rest = self.bytes.get(start..).unwrap_or_default();
        let run = hex::digits_at_front(rest);
        let length = rest
            .iter()
            .skip(run)
            .position(|&byte| byte == b'>')
            .map(|further| run.saturating_add(further));
        let Some(length) = length else {
            return Err(if self.complete {
                LexError::Syntax(self.at, "a hexadecimal string has no end")
            } else {
                LexError::NeedMore
            });
        };
        let digits = rest.get(..length).unwrap_or_default();
        let digits = if length == run {
            Cow::Borrowed(digits)
        } else {
            let spaced = digits.iter().copied();
            let digits: Vec<u8> = spaced.filter(|&byte| !is_space(byte)).collect();
            if hex::digits_at_front(&digits) != digits.len() {
                return Err(LexError::Syntax(start, "not a hexadecimal digit"));
            }
            Cow::Owned(digits)
        };
        self.at = start.saturating_add(length).saturating_add(1);
        Ok(digits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pdf::object::Value;

    fn read(text: &[u8]) -> Result<Value, LexError> {
        Lexer::new(text, true).value(16).map(|node| node.value)
    }

    #[test]
    fn strings_resolve_escapes_nesting_and_line_ends() {
        assert_eq!(
            read(b"(a(b)\\)\\101\\\n\r\nx)").unwrap(),
            Value::String(b"a(b))A\nx".to_vec().into())
        );
        let heading = Value::String(b"He`".to_vec().into());
        assert_eq!(read(b"<48 65 6>").unwrap(), heading);
        assert_eq!(read(b"<48656>").unwrap(), heading);
        assert!(read(b"<4865g0>").is_err());
    }
}
