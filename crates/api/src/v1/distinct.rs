//! Lists whose items all differ, as the OpenAPI document promises of them.

use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// Reads a list and refuses one that names something twice.
pub(super) fn distinct<'de, D, T, C>(from: D) -> Result<C, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Ord,
    C: FromIterator<T>,
{
    let items = Vec::<T>::deserialize(from)?;
    let mut order: Vec<&T> = items.iter().collect();
    order.sort_unstable();
    if order.is_sorted_by(|one, next| one < next) {
        Ok(items.into_iter().collect())
    } else {
        Err(D::Error::custom("something is named twice"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_keeps_its_order_and_one_that_repeats_itself_is_refused() {
        let read =
            |text: &str| distinct::<_, u8, Vec<u8>>(&mut serde_json::Deserializer::from_str(text));
        assert_eq!(read("[3,1,2]").unwrap(), [3, 1, 2]);
        assert!(read("[]").unwrap().is_empty());
        assert!(read("[3,1,3]").is_err());
    }
}
