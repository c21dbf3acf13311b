//! The written forms of ids, digests and instants, as the OpenAPI document states them.

use std::borrow::Cow;

use service::identity::Scope;
use service::webhook::EventKind;
use utoipa::openapi::schema::{Array, ArrayBuilder, ObjectBuilder, Schema, SchemaType, Type};
use utoipa::openapi::{KnownFormat, RefOr, SchemaFormat};
use utoipa::{PartialSchema, ToSchema};

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident = $pattern:literal, $example:literal;)+) => {$(
        $(#[$doc])*
        pub struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .pattern(Some($pattern))
                    .examples([$example])
                    .into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }
        }
    )+};
}

texts! {
    /// A letter.
    LetterId = "^nsk_[0-9a-f]{32}$", "nsk_019ab697e87b70008000000000000001";
    /// An organisation of the regency.
    OpdId = "^opd_[0-9a-f]{32}$", "opd_019ab697e87b70008000000000000001";
    /// A position.
    JabatanId = "^jbt_[0-9a-f]{32}$", "jbt_019ab697e87b70008000000000000001";
    /// An official.
    PejabatId = "^pjb_[0-9a-f]{32}$", "pjb_019ab697e87b70008000000000000001";
    /// A delegation.
    MandatId = "^mdt_[0-9a-f]{32}$", "mdt_019ab697e87b70008000000000000001";
    /// An entry of an agenda.
    AgendaId = "^agd_[0-9a-f]{32}$", "agd_019ab697e87b70008000000000000001";
    /// A disposisi.
    DisposisiId = "^dsp_[0-9a-f]{32}$", "dsp_019ab697e87b70008000000000000001";
    /// A permission to sign, and the run of signatures made under it.
    SignaturesId = "^act_[0-9a-f]{32}$", "act_019ab697e87b70008000000000000001";
    /// An official's signing key.
    SigningKeyId = "^key_[0-9a-f]{32}$", "key_019ab697e87b70008000000000000001";
    /// An account.
    AccountId = "^acc_[0-9a-f]{32}$", "acc_019ab697e87b70008000000000000001";
    /// An API key.
    ApiKeyId = "^apk_[0-9a-f]{32}$", "apk_019ab697e87b70008000000000000001";
    /// A webhook.
    WebhookId = "^whk_[0-9a-f]{32}$", "whk_019ab697e87b70008000000000000001";
    /// A delivery to a webhook.
    DeliveryId = "^dlv_[0-9a-f]{32}$", "dlv_019ab697e87b70008000000000000001";
    /// SHA-256 as 64 hexadecimal digits.
    Digest = "^[0-9a-f]{64}$", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    /// Where the next page begins.
    PageCursor = "^[A-Za-z0-9_-]{1,400}$", "MDE5YWI2OTc";
}

/// Bytes of a file, as they are.
pub struct File;

impl PartialSchema for File {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)))
            .into()
    }
}

impl ToSchema for File {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("File")
    }
}

/// An instant, RFC 3339 with offset.
pub struct Instant;

impl PartialSchema for Instant {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .examples(["2026-11-24T02:15:00.000000Z"])
            .into()
    }
}

impl ToSchema for Instant {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Instant")
    }
}

/// A day.
pub struct Day;

impl PartialSchema for Day {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)))
            .examples(["2026-11-24"])
            .into()
    }
}

impl ToSchema for Day {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Day")
    }
}

/// Letters that are worked on together.
pub fn letters() -> Array {
    ArrayBuilder::new()
        .items(LetterId::schema())
        .min_items(Some(1))
        .max_items(Some(100))
        .unique_items(true)
        .build()
}

/// Positions that sign.
pub fn signers() -> Array {
    positions(10)
}

/// Positions that take part in something.
pub fn participants() -> Array {
    positions(50)
}

fn positions(most: usize) -> Array {
    ArrayBuilder::new()
        .items(JabatanId::schema())
        .min_items(Some(1))
        .max_items(Some(most))
        .unique_items(true)
        .build()
}

/// A line of text that names something.
pub fn name() -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(200))
        .pattern(Some(LINE))
}

/// On one line, and neither begun nor ended by white space.
const LINE: &str = r"^[^\s\x00-\x1f\x7f-\x9f]([^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f])?$";

/// What its owner calls something.
pub fn label() -> ObjectBuilder {
    name().max_length(Some(100))
}

/// Titles beside a name; there may be none.
pub fn titles() -> ObjectBuilder {
    name()
        .min_length(None)
        .max_length(Some(60))
        .pattern(Some(format!("^$|{LINE}")))
}

/// A line of text that names something, or nothing.
pub fn optional_name() -> ObjectBuilder {
    name().schema_type(SchemaType::Array(vec![Type::String, Type::Null]))
}

/// Lines of an address.
pub fn address() -> Array {
    ArrayBuilder::new()
        .items(label())
        .min_items(Some(1))
        .max_items(Some(4))
        .build()
}

/// What a key of an application is good for.
pub fn scopes() -> Array {
    let words = Scope::ALL.map(Scope::word);
    ArrayBuilder::new()
        .items(
            ObjectBuilder::new()
                .schema_type(Type::String)
                .enum_values(Some(words)),
        )
        .min_items(Some(1))
        .max_items(Some(words.len()))
        .unique_items(true)
        .build()
}

/// What a webhook wants to hear of.
pub fn events() -> Array {
    let words = EventKind::ALL.map(EventKind::word);
    ArrayBuilder::new()
        .items(
            ObjectBuilder::new()
                .schema_type(Type::String)
                .enum_values(Some(words)),
        )
        .min_items(Some(1))
        .max_items(Some(words.len()))
        .unique_items(true)
        .build()
}
