//! Parts that several pages are put together from: lines, tables, and forms that keep their fields.

use flow::office::Office;
use flow::time::Zone;
use serde::Deserialize;
use service::custody::Passphrase;
use zeroize::Zeroizing;

use crate::lang::Lang;

/// A name and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) label: String,
    pub(crate) value: String,
}

impl Line {
    pub(crate) fn new(label: String, value: impl Into<String>) -> Self {
        Self {
            label,
            value: value.into(),
        }
    }
}

/// Something to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) selected: bool,
    /// How deep it stands in a tree.
    pub(crate) depth: usize,
}

impl Choice {
    pub(crate) fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
            selected: false,
            depth: 0,
        }
    }

    /// Marks those that were chosen.
    pub(crate) fn chosen(mut choices: Vec<Self>, chosen: &[&str]) -> Vec<Self> {
        for choice in &mut choices {
            choice.selected = chosen.contains(&choice.value.as_str());
        }
        choices
    }
}

/// A place one can go to from a row of places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tab {
    pub(crate) href: String,
    pub(crate) label: String,
    pub(crate) current: bool,
}

/// The zone people of the whole regency read times in: that of its first OPD.
pub(crate) fn regency_zone(office: &Office) -> Zone {
    office
        .opd
        .values()
        .next()
        .map_or_else(Zone::default, |opd| opd.zone)
}

/// The fields of a form as they were sent; wiped when dropped, because some are passwords.
#[derive(Clone, Default, Deserialize)]
#[serde(from = "Vec<(String, String)>")]
pub(crate) struct Fields(Vec<(String, Zeroizing<String>)>);

impl From<Vec<(String, String)>> for Fields {
    fn from(fields: Vec<(String, String)>) -> Self {
        Self(
            fields
                .into_iter()
                .map(|(name, value)| (name, Zeroizing::new(value)))
                .collect(),
        )
    }
}

impl Fields {
    /// The trimmed value of a field; empty when it was not sent.
    pub(crate) fn one(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// Every value of a field.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        self.0
            .iter()
            .filter(|(key, value)| key == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
            .collect()
    }

    /// A password or passphrase, exactly as typed.
    pub(crate) fn secret(&self, name: &str) -> Passphrase {
        Passphrase::new(self.raw(name).to_owned())
    }

    /// A field that may be left empty.
    pub(crate) fn optional(&self, name: &str) -> Option<&str> {
        Some(self.one(name)).filter(|value| !value.is_empty())
    }

    /// The lines of a field, without empty ones.
    pub(crate) fn lines(&self, name: &str) -> Vec<String> {
        let lines = self.raw(name).lines().map(str::trim);
        lines
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect()
    }

    fn raw(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value.as_str())
    }
}

/// A table of a register.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    pub(crate) caption: String,
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<Row>,
    pub(crate) empty: String,
    pub(crate) has_links: bool,
    /// The heading above it says what the caption says.
    pub(crate) named_above: bool,
}

/// A row of a table.
#[derive(Debug, Clone, Default)]
pub(crate) struct Row {
    pub(crate) cells: Vec<Cell>,
    pub(crate) links: Vec<Link>,
}

/// A cell; the label stands before it where a table is shown as cards.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cell {
    pub(crate) label: String,
    pub(crate) text: String,
    pub(crate) depth: usize,
}

/// A way from a row to what can be done with it.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub(crate) href: String,
    pub(crate) label: String,
    pub(crate) about: String,
}

impl Table {
    /// A table whose columns have these message keys.
    pub(crate) fn new(lang: Lang, caption: &str, empty: &str, columns: &[&str]) -> Self {
        Self {
            caption: lang.text(caption),
            columns: columns.iter().map(|key| lang.text(key)).collect(),
            rows: Vec::new(),
            empty: lang.text(empty),
            has_links: false,
            named_above: false,
        }
    }

    /// The table as it stands under a heading: one of the same words needs no caption to be seen.
    pub(crate) fn under(mut self, heading: &str) -> Self {
        self.named_above = self.caption == heading;
        self
    }

    /// Adds a row; the first cell may stand deeper, as in a tree.
    pub(crate) fn add(&mut self, depth: usize, cells: Vec<String>, links: Vec<Link>, act: &str) {
        if !links.is_empty() && !self.has_links {
            self.has_links = true;
            self.columns.push(act.to_owned());
        }
        let cells = cells
            .into_iter()
            .zip(&self.columns)
            .enumerate()
            .map(|(place, (text, label))| Cell {
                label: label.clone(),
                text,
                depth: if place == 0 { depth.min(6) } else { 0 },
            })
            .collect();
        self.rows.push(Row { cells, links });
    }
}

/// A form.
#[expect(clippy::struct_excessive_bools, reason = "what the template asks")]
#[derive(Debug, Clone, Default)]
pub(crate) struct Form {
    pub(crate) id: &'static str,
    pub(crate) action: String,
    pub(crate) heading: String,
    pub(crate) about: Option<String>,
    pub(crate) hidden: Vec<(&'static str, String)>,
    pub(crate) fields: Vec<Field>,
    pub(crate) refusal: Option<String>,
    pub(crate) button: String,
    pub(crate) stepup: bool,
    pub(crate) totp: bool,
    pub(crate) danger: bool,
    pub(crate) primary: bool,
    pub(crate) folded: bool,
    pub(crate) multipart: bool,
}

/// A field of a form; `kind` is the type of its `input`, or `select`, `checks`, `textarea`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) label: String,
    pub(crate) kind: &'static str,
    pub(crate) value: String,
    pub(crate) options: Vec<Choice>,
    pub(crate) hint: Option<String>,
    /// What is wrong with what was sent.
    pub(crate) fault: Option<String>,
    pub(crate) required: bool,
    pub(crate) longest: usize,
    /// The kinds of files that can be chosen.
    pub(crate) accept: &'static str,
}

/// What is wrong with one field of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) field: &'static str,
    pub(crate) text: String,
}

impl Field {
    /// A field that must be filled in.
    pub(crate) fn new(name: &'static str, label: String, kind: &'static str) -> Self {
        Self {
            name,
            label,
            kind,
            required: true,
            longest: 200,
            ..Self::default()
        }
    }

    /// May be left empty.
    pub(crate) fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    /// With a sentence that helps.
    pub(crate) fn hint(mut self, hint: String) -> Self {
        self.hint = Some(hint);
        self
    }

    /// With what can be chosen.
    pub(crate) fn options(mut self, options: Vec<Choice>) -> Self {
        self.options = options;
        self
    }

    /// The ids of what is said about it, on the form of this id; empty if nothing is.
    pub(crate) fn described_by(&self, form: &str) -> String {
        let said = [
            ("bantuan", self.hint.is_some()),
            ("salah", self.fault.is_some()),
        ];
        let ids = said.iter().filter(|(_, is_there)| *is_there);
        ids.map(|(what, _)| format!("{form}-{}-{what}", self.name))
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// With what stands in it at first.
    pub(crate) fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }
}

impl Form {
    /// Says beside a field what is wrong with it.
    pub(crate) fn at_fault(mut self, fault: &Fault) -> Self {
        let found = self.fields.iter_mut().find(|it| it.name == fault.field);
        if let Some(field) = found {
            field.fault = Some(fault.text.clone());
        }
        self
    }

    /// Puts back what was typed, passwords and files apart, and says what was refused.
    pub(crate) fn refused(mut self, sent: &Fields, refusal: String) -> Self {
        for field in &mut self.fields {
            if matches!(field.kind, "password" | "file") {
                continue;
            }
            let values = sent.all(field.name);
            field.value = sent.one(field.name).to_owned();
            field.options = Choice::chosen(std::mem::take(&mut field.options), &values);
        }
        self.refusal = Some(refusal);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_form_keeps_what_was_typed_but_no_password() {
        let sent = Fields::from(vec![
            ("nama".to_owned(), " Dinas A ".to_owned()),
            ("sandi".to_owned(), "rahasia sekali".to_owned()),
            ("peran".to_owned(), "b".to_owned()),
        ]);
        let form = Form {
            fields: vec![
                Field::new("nama", String::new(), "text"),
                Field::new("sandi", String::new(), "password"),
                Field::new("peran", String::new(), "select")
                    .options(vec![Choice::new("a", "A"), Choice::new("b", "B")]),
            ],
            ..Form::default()
        };
        let form = form.refused(&sent, "tidak".to_owned());
        assert_eq!(form.fields[0].value, "Dinas A");
        assert_eq!(form.fields[1].value, "");
        assert!(!form.fields[2].options[0].selected && form.fields[2].options[1].selected);
        assert_eq!(form.refusal.as_deref(), Some("tidak"));
    }

    #[test]
    fn a_fault_stands_beside_its_field_and_nowhere_else() {
        let hinted = Field::new("frasa", String::new(), "password").hint("Panjang.".to_owned());
        let form = Form {
            fields: vec![hinted, Field::new("nama", String::new(), "text")],
            ..Form::default()
        };
        let said = |form: &Form| {
            let fields = form.fields.iter();
            fields.map(|it| it.described_by("f")).collect::<Vec<_>>()
        };
        assert_eq!(said(&form), ["f-frasa-bantuan", ""]);
        let fault = Fault {
            field: "frasa",
            text: "Terlalu pendek.".to_owned(),
        };
        let form = form.at_fault(&fault);
        assert_eq!(said(&form), ["f-frasa-bantuan f-frasa-salah", ""]);
        assert_eq!(form.fields[0].fault, Some(fault.text));
        assert_eq!(form.fields[1].fault, None);
    }

    #[test]
    fn only_a_table_with_something_to_do_has_a_column_for_it() {
        let mut table = Table::new(Lang::Id, "a", "b", &["c"]);
        table.add(0, vec!["x".to_owned()], Vec::new(), "Tindakan");
        assert_eq!(table.columns.len(), 1);
        let link = Link {
            href: "/".to_owned(),
            label: String::new(),
            about: String::new(),
        };
        table.add(0, vec!["y".to_owned()], vec![link], "Tindakan");
        assert_eq!(table.columns.len(), 2);
    }
}
