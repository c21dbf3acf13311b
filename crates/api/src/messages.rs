//! The words people read, in Indonesian and English, from `messages/<language>/*.ftl`.

use std::borrow::Cow;
use std::collections::HashMap;

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::loader::LanguageIdentifier;
use fluent_templates::{Loader, langid, static_loader};

use crate::lang::Lang;

static_loader! {
    static MESSAGES = {
        locales: "./messages",
        fallback_language: "id",
        // The marks would stand between a number and its unit in every page source.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

static ID: LanguageIdentifier = langid!("id");
static EN: LanguageIdentifier = langid!("en");

/// The text of this key with its arguments filled in. A key that no file has is shown as itself; a test finds it.
pub fn text(lang: Lang, key: &str, args: &[(&'static str, &str)]) -> String {
    let args: HashMap<Cow<'static, str>, FluentValue<'_>> = args
        .iter()
        .map(|(name, value)| (Cow::Borrowed(*name), FluentValue::from(*value)))
        .collect();
    MESSAGES
        .try_lookup_with_args(language(lang), key, &args)
        .unwrap_or_else(|| key.to_owned())
}

fn language(lang: Lang) -> &'static LanguageIdentifier {
    match lang {
        Lang::Id => &ID,
        Lang::En => &EN,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    pub(crate) fn keys(language: &str) -> BTreeSet<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("messages")
            .join(language);
        let mut keys = BTreeSet::new();
        for file in std::fs::read_dir(folder).unwrap() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            for line in text.lines() {
                let first = line.chars().next();
                if first.is_some_and(|first| first.is_ascii_lowercase())
                    && let Some((key, _)) = line.split_once('=')
                {
                    assert!(keys.insert(key.trim().to_owned()), "{key} stands twice");
                }
            }
        }
        keys
    }

    #[test]
    fn both_languages_have_every_key() {
        assert_eq!(keys("id"), keys("en"));
        assert!(!keys("id").is_empty());
    }

    #[test]
    fn an_argument_stands_in_the_text() {
        let text = text(Lang::Id, "problem-too-often-detail", &[("seconds", "12")]);
        assert!(text.contains("12"), "{text}");
    }
}
