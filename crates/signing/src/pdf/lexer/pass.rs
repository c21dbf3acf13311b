//! Passing over values: a signature is as long as everything else of its revision together, and most of it is asked about
//! nothing.

use super::{LexError, Lexer, name_of};
use crate::pdf::object::Values;

impl Lexer<'_> {
    /// Passes one value: what [`Self::value`] would refuse is refused, and nothing is kept.
    pub(crate) fn pass(&mut self, depth: u16) -> Result<(), LexError> {
        self.skip_space()?;
        match self.peek()? {
            Some(b'/') => {
                self.at += 1;
                self.regular().map(drop)
            }
            Some(b'(') => self.literal_string().map(drop),
            Some(b'<') if self.peek_at(1)? == Some(b'<') => {
                self.entries(depth, |lexer, _, _, depth| lexer.pass(depth))
            }
            Some(b'<') => self.hex_digits().map(drop),
            Some(b'[') => self.items(depth, Self::pass),
            Some(_) | None => self.value(depth).map(drop),
        }
    }

    /// Passes one value like [`Self::pass`], and of a dictionary keeps the values of some keys, each where its key stands
    /// in `wanted`.
    pub(crate) fn pass_keeping<const N: usize>(
        &mut self,
        wanted: [&[u8]; N],
        depth: u16,
    ) -> Result<Option<Values<N>>, LexError> {
        self.skip_space()?;
        if self.peek()? != Some(b'<') || self.peek_at(1)? != Some(b'<') {
            return self.pass(depth).map(|()| None);
        }
        let mut kept = [const { None }; N];
        self.entries(depth, |lexer, key, _, depth| {
            let place = if key.contains(&b'#') {
                let key = name_of(key);
                wanted.iter().position(|wanted| **wanted == *key)
            } else {
                wanted.iter().position(|wanted| **wanted == *key)
            };
            match place.and_then(|place| kept.get_mut(place)) {
                Some(kept) => *kept = Some(lexer.value(depth)?),
                None => lexer.pass(depth)?,
            }
            Ok(())
        })?;
        Ok(Some(kept))
    }
}

#[cfg(test)]
mod tests {
    use proptest::{prop_assert_eq, proptest};

    use super::*;

    proptest! {
        #[test]
        fn what_is_passed_is_what_is_read(
            text in r"(<<|>>|[\[\]()<>%#\\ \r\n]|/[KL]|[0-9a-fR.+-]|null|true){0,40}",
            complete: bool,
        ) {
            let lexer = || Lexer::new(text.as_bytes(), complete);
            let (mut reading, mut passing, mut looking) = (lexer(), lexer(), lexer());
            let read = reading.value(4);
            prop_assert_eq!(passing.pass(4), read.clone().map(drop));
            let values = read.clone().map(|read| {
                let dictionary = read.as_dictionary()?;
                Some([b"L", b"K"].map(|key| dictionary.entry(key).cloned()))
            });
            prop_assert_eq!(looking.pass_keeping([b"L", b"K"], 4), values);
            if read.is_ok() {
                prop_assert_eq!(passing.position(), reading.position());
                prop_assert_eq!(looking.position(), reading.position());
            }
        }
    }
}
