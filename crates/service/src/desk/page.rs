//! Long lists in pages: a cursor says after which row the next page begins.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flow::time::Timestamp;
use uuid::Uuid;

/// Where a page ended. Opaque to whoever carries it: base64url.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    at: Timestamp,
    id: Uuid,
}

/// A text that is no cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor of this list")]
pub struct CursorError;

/// Which part of a list is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PageRequest {
    /// After this row; from the beginning without.
    pub after: Option<Cursor>,
    /// How many rows at most; 1 to 100, and 0 for the usual number.
    pub limit: u32,
}

/// One part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where the next part begins; `None` at the end.
    pub next: Option<Cursor>,
}

impl Cursor {
    pub(crate) const fn new(at: Timestamp, id: Uuid) -> Self {
        Self { at, id }
    }

    /// The row it points after, as lists are sorted.
    pub(crate) const fn row(self) -> (Timestamp, Uuid) {
        (self.at, self.id)
    }
}

impl PageRequest {
    /// The number of rows to answer with.
    pub(crate) const fn rows(self) -> u32 {
        match self.limit {
            0 => USUAL_ROWS,
            limit if limit > MOST_ROWS => MOST_ROWS,
            limit => limit,
        }
    }
}

impl<T> Page<T> {
    /// The page of rows that were asked for with one more than it holds, which says whether there are more.
    pub(crate) fn of(
        request: PageRequest,
        mut rows: Vec<T>,
        place: impl Fn(&T) -> (Timestamp, Uuid),
    ) -> Self {
        let most = usize::try_from(request.rows()).unwrap_or(usize::MAX);
        let more = rows.len() > most;
        rows.truncate(most);
        let next = rows.last().filter(|_| more).map(|last| {
            let (at, id) = place(last);
            Cursor::new(at, id)
        });
        Self { items: rows, next }
    }

    /// The same page of other values.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(change).collect(),
            next: self.next,
        }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = self.at.micros().to_be_bytes().to_vec();
        bytes.extend_from_slice(self.id.as_bytes());
        f.write_str(&URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| CursorError)?;
        let (at, id) = bytes.split_at_checked(8).ok_or(CursorError)?;
        Ok(Self {
            at: Timestamp::from_micros(i64::from_be_bytes(at.try_into().map_err(|_| CursorError)?)),
            id: Uuid::from_slice(id).map_err(|_| CursorError)?,
        })
    }
}

const USUAL_ROWS: u32 = 50;
const MOST_ROWS: u32 = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_nothing_else_is_one() {
        let cursor = Cursor::new(Timestamp::from_micros(-7), Uuid::from_u128(9));
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for text in ["", "!", "AAAA", &format!("{cursor}AA")] {
            assert_eq!(text.parse::<Cursor>(), Err(CursorError), "{text}");
        }
    }

    #[test]
    fn a_page_has_at_most_a_hundred_rows_and_never_none() {
        let rows = |limit| PageRequest { after: None, limit }.rows();
        assert_eq!(
            [rows(0), rows(1), rows(100), rows(9_999)],
            [50, 1, 100, 100]
        );
    }
}
