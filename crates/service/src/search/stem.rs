//! A light stemmer of Indonesian: affixes go, no dictionary is asked (F. Z. Tala, "A Study of Stemming Effects on
//! Information Retrieval in Bahasa Indonesia", 2003, after Nazief and Adriani).
//!
//! Two forms of one word give one stem; the stem itself need not be a word.

/// The stem of a word in lower case.
pub(crate) fn stem(word: &str) -> String {
    if !word.bytes().all(|letter| letter.is_ascii_lowercase()) {
        return word.to_owned();
    }
    let mut left = Word(word);
    left = left.without_last_of(&["kah", "lah", "tah", "pun"]);
    left = left.without_last_of(&["nya", "ku", "mu"]);
    if let Some((rest, prefix)) = left.first_prefix() {
        let rest = rest.own();
        let bare = Word(&rest).without_suffix(prefix);
        let bare = if bare.0 == rest {
            bare
        } else {
            bare.second_prefix().map_or(bare, |(word, _)| word)
        };
        return bare.0.to_owned();
    }
    match left.second_prefix() {
        Some((word, prefix)) => word.without_suffix(prefix).0.to_owned(),
        None => left.without_suffix(Prefix::None).0.to_owned(),
    }
}

/// Which prefix went, because it decides which suffixes can have come with it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Prefix {
    None,
    /// di-, me-, ter-.
    Verb,
    /// ke-, pe-.
    Noun,
    /// per-.
    Per,
    /// ber-.
    Ber,
}

#[derive(Clone, Copy)]
struct Word<'a>(&'a str);

/// What a prefix leaves: the rest, and the first letter that the prefix had swallowed.
struct Rest<'a> {
    letter: &'static str,
    rest: &'a str,
}

impl Rest<'_> {
    fn own(&self) -> String {
        format!("{}{}", self.letter, self.rest)
    }
}

impl<'a> Word<'a> {
    /// A word of two syllables is bare already.
    fn is_long(self) -> bool {
        self.0.bytes().filter(|letter| is_vowel(*letter)).count() > 2
    }

    fn without_last_of(self, endings: &[&str]) -> Self {
        if !self.is_long() {
            return self;
        }
        endings
            .iter()
            .find_map(|ending| self.0.strip_suffix(ending))
            .map_or(self, Word)
    }

    fn first_prefix(self) -> Option<(Rest<'a>, Prefix)> {
        if !self.is_long() {
            return None;
        }
        for (prefix, swallowed, kind) in FIRST {
            let Some(rest) = self.0.strip_prefix(prefix) else {
                continue;
            };
            let vowel_follows = rest.bytes().next().is_some_and(is_vowel);
            let letter = match swallowed {
                Some(letter) if vowel_follows => letter,
                // meny- and peny- stand before vowels only.
                Some("s") => continue,
                Some(_) | None => "",
            };
            return Some((Rest { letter, rest }, *kind));
        }
        None
    }

    fn second_prefix(self) -> Option<(Self, Prefix)> {
        if !self.is_long() {
            return None;
        }
        if self.0 == "belajar" || self.0 == "pelajar" {
            return self.0.get(3..).map(|word| (Word(word), Prefix::Ber));
        }
        SECOND
            .iter()
            .find_map(|(prefix, kind)| Some((Word(self.0.strip_prefix(prefix)?), *kind)))
    }

    fn without_suffix(self, prefix: Prefix) -> Self {
        if !self.is_long() {
            return self;
        }
        let kan = !matches!(prefix, Prefix::Noun | Prefix::Per);
        let an = prefix != Prefix::Verb;
        let i = !matches!(prefix, Prefix::Noun | Prefix::Ber);
        if kan && let Some(rest) = self.0.strip_suffix("kan") {
            return Word(rest);
        }
        if an && let Some(rest) = self.0.strip_suffix("an") {
            return Word(rest);
        }
        match self.0.strip_suffix('i') {
            // -si ends loan words (informasi), and after a vowel it is of the word itself (sampai).
            Some(rest)
                if i && rest
                    .bytes()
                    .next_back()
                    .is_some_and(|last| last != b's' && !is_vowel(last)) =>
            {
                Word(rest)
            }
            Some(_) | None => self,
        }
    }
}

fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u')
}

/// The longer ones first; with the letter that is swallowed before a vowel.
const FIRST: &[(&str, Option<&str>, Prefix)] = &[
    ("meny", Some("s"), Prefix::Verb),
    ("meng", None, Prefix::Verb),
    ("mem", Some("p"), Prefix::Verb),
    ("men", None, Prefix::Verb),
    ("me", None, Prefix::Verb),
    ("di", None, Prefix::Verb),
    ("ter", None, Prefix::Verb),
    ("peny", Some("s"), Prefix::Noun),
    ("peng", None, Prefix::Noun),
    ("pem", Some("p"), Prefix::Noun),
    ("pen", None, Prefix::Noun),
    ("ke", None, Prefix::Noun),
];

const SECOND: &[(&str, Prefix)] = &[
    ("per", Prefix::Per),
    ("pe", Prefix::Per),
    ("ber", Prefix::Ber),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_one_word_have_one_stem() {
        for forms in [
            &[
                "undang",
                "mengundang",
                "undangan",
                "diundang",
                "undangannya",
            ][..],
            &["bangun", "membangun", "pembangunan", "bangunan", "dibangun"],
            &["surat", "suratnya"],
            &["sampai", "sampaikan", "disampaikan"],
            &["kirim", "dikirim", "terkirim", "kiriman"],
            &["tugas", "ditugaskan", "bertugas"],
            &["putus", "memutuskan", "diputuskan"],
            &["sapu", "menyapu"],
            &["ajar", "belajar", "pelajar"],
        ] {
            let found: Vec<String> = forms.iter().map(|word| stem(word)).collect();
            assert!(
                found.iter().all(|one| one == &found[0]),
                "{forms:?}: {found:?}"
            );
        }
    }

    #[test]
    fn a_swallowed_k_or_t_is_not_guessed() {
        // Whether pengirim comes from kirim or from irim only a dictionary knows.
        assert_eq!(stem("pengirim"), "irim");
        assert_eq!(stem("menulis"), "ulis");
    }

    #[test]
    fn short_words_loan_words_and_numbers_stay() {
        for word in ["rapat", "dana", "dinas", "2026", "dinkes", "kpk2"] {
            assert_eq!(stem(word), word);
        }
        assert_eq!(stem("informasi"), "informasi");
        assert_eq!(stem("organisasi"), "organisasi");
    }

    #[test]
    fn any_word_has_a_stem_and_a_stem_is_never_empty() {
        for word in [
            "meny",
            "peny",
            "diaia",
            "kekekan",
            "aaa",
            "perangkat",
            "menyai",
        ] {
            assert!(!stem(word).is_empty(), "{word}");
        }
    }
}
