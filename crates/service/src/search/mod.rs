//! Words of letters as they are searched for: lower case, without affixes, the same for both engines.

mod stem;

use std::collections::BTreeSet;

use flow::naskah::{Content, Recipient, Source};
use flow::sifat::Keamanan;
use store::model::TextRow;

use crate::agenda::Details;

pub(crate) use stem::stem;

/// What lists and search may know of a letter; nothing of a secret one (threats T9).
pub(crate) fn text(content: &Content, nomor: Option<&str>) -> Option<TextRow> {
    match content.keamanan {
        Keamanan::Biasa | Keamanan::Terbatas => {}
        Keamanan::Rahasia | Keamanan::SangatRahasia => return None,
    }
    let tujuan = names(&content.recipients);
    let mut words = stems(&content.hal);
    words.extend(stems(&tujuan));
    words.extend(stems(&names(&content.tembusan)));
    if let Source::Template { body, .. } = &content.source {
        words.extend(stems(body));
    }
    words.extend(stems(nomor.unwrap_or_default()));
    Some(TextRow {
        hal: content.hal.clone(),
        tujuan,
        asal: None,
        kata: joined(&words),
    })
}

/// What lists and search may know of mail from outside; nothing of a secret one.
pub(crate) fn text_of_mail(
    keamanan: Keamanan,
    details: &Details,
    tujuan: String,
) -> Option<TextRow> {
    match keamanan {
        Keamanan::Biasa | Keamanan::Terbatas => {}
        Keamanan::Rahasia | Keamanan::SangatRahasia => return None,
    }
    let mut words = stems(&details.hal);
    words.extend(stems(&details.sender));
    words.extend(stems(&details.nomor));
    Some(TextRow {
        hal: details.hal.clone(),
        tujuan,
        asal: Some(details.sender.clone()),
        kata: joined(&words),
    })
}

/// The words with those of a number added, once the letter has one.
pub(crate) fn with_nomor(text: TextRow, nomor: &str) -> TextRow {
    let mut words: BTreeSet<String> = text.kata.split(' ').map(str::to_owned).collect();
    words.extend(stems(nomor));
    TextRow {
        kata: joined(&words),
        ..text
    }
}

/// The stems of a text, each once.
pub(crate) fn stems(text: &str) -> BTreeSet<String> {
    text.split(|letter: char| !letter.is_alphanumeric())
        .map(folded)
        .filter(|word| !word.is_empty() && word.len() <= LONGEST_WORD)
        .map(|word| stem(&word))
        .collect()
}

fn names(recipients: &[Recipient]) -> String {
    let names: Vec<&str> = recipients.iter().map(|to| to.name.as_str()).collect();
    names.join("; ")
}

fn joined(words: &BTreeSet<String>) -> String {
    let words: Vec<&str> = words
        .iter()
        .map(String::as_str)
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}

/// Lower case, and only letters and digits that both engines take as they are.
fn folded(word: &str) -> String {
    word.chars()
        .flat_map(char::to_lowercase)
        .filter_map(|letter| match letter {
            'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => Some('a'),
            'ç' => Some('c'),
            'è' | 'é' | 'ê' | 'ë' => Some('e'),
            'ì' | 'í' | 'î' | 'ï' => Some('i'),
            'ñ' => Some('n'),
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' => Some('o'),
            'ù' | 'ú' | 'û' | 'ü' => Some('u'),
            letter => letter.is_ascii_alphanumeric().then_some(letter),
        })
        .collect()
}

/// A longer run of letters is no word of any language.
const LONGEST_WORD: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_whatever_form_they_are_written() {
        let found = stems("Undangan Rapat; pembangunan Jalan, 800/12/DINKES/2026 — Café");
        let found: Vec<&str> = found.iter().map(String::as_str).collect();
        assert_eq!(
            found,
            [
                "12", "2026", "800", "bangun", "cafe", "dinkes", "jalan", "rapat", "undang"
            ]
        );
    }

    #[test]
    fn a_number_joins_the_words_once() {
        let row = TextRow {
            hal: "Rapat".to_owned(),
            tujuan: String::new(),
            asal: None,
            kata: "rapat".to_owned(),
        };
        let once = with_nomor(row, "800/1");
        assert_eq!(once.kata, "1 800 rapat");
        assert_eq!(with_nomor(once.clone(), "800/1"), once);
    }
}
