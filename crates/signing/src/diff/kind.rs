//! The kinds of change, each with its class and its sentence in two languages.

use serde::{Deserialize, Serialize};

use super::level::Modification;

/// The kinds of change. Their names are those of findings, and stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// A revision that changes nothing.
    NothingChanged,
    /// Certificates and revocation information in the document security store.
    EvidenceAdded,
    /// A document timestamp.
    DocumentTimestampAdded,
    /// XMP metadata, as programs refresh it.
    MetadataRefreshed,
    /// XMP metadata that gives the document another title, author or subject.
    DescriptionReplaced,
    /// Date and program in the information dictionary.
    InformationRefreshed,
    /// A value of a form field that had none.
    FieldFilled,
    /// A value of a form field that had one.
    FieldValueReplaced,
    /// Fonts, or how fields are written, that the form offers its fields.
    FormDefaultsAdded,
    /// Whether programs draw the fields themselves (`/NeedAppearances`).
    NeedAppearancesChanged,
    /// A further signature.
    SignatureAdded,
    /// A note, a stamp or other markup over a page.
    AnnotationAdded,
    /// An empty field for a further signature.
    SignatureFieldAdded,
    /// An object that nothing refers to.
    UnusedObjectAdded,
    /// Markup that was there.
    AnnotationChanged,
    /// Markup that is there no more.
    AnnotationRemoved,
    /// The picture of a field whose value is the same.
    AppearanceReplaced,
    /// The picture of a signature that was there.
    SignedAppearanceChanged,
    /// A signature dictionary that was there.
    SignatureRewritten,
    /// The flags of a field.
    FieldFlagsChanged,
    /// The value of a field that may only be read.
    ReadOnlyFieldChanged,
    /// Anything else about a field.
    FieldChanged,
    /// A field that is no signature.
    FieldAdded,
    /// The form itself.
    FormChanged,
    /// What a page draws.
    PageContentChanged,
    /// A page's size, cut or turn.
    PageGeometryChanged,
    /// Which pages there are, and their order.
    PagesChanged,
    /// A font, or part of one.
    FontReplaced,
    /// A picture or drawing that pages use.
    FormXobjectReplaced,
    /// Layers that can be shown and hidden.
    OptionalContentChanged,
    /// Bookmarks.
    OutlinesChanged,
    /// Metadata, in a way that no refresh accounts for.
    MetadataChanged,
    /// The structure for screen readers.
    StructureChanged,
    /// A script, or an action that opens or sends something.
    ActiveContentAdded,
    /// Another entry of the catalog.
    CatalogChanged,
    /// The trailer.
    TrailerChanged,
    /// Any other object.
    ObjectChanged,
    /// Any other object that is new.
    ObjectAdded,
    /// An object that is gone.
    ObjectRemoved,
    /// An object that signed parts refer to and that was missing.
    MissingObjectSupplied,
    /// A signature that came with a later revision and that no field holds.
    SignatureOrphaned,
    /// An object number that one revision defines twice.
    ObjectDefinedTwice,
    /// Two cross-references that show two documents.
    HiddenCrossReference,
    /// A cross-reference that other readers take for broken.
    LooseCrossReference,
    /// A signed part that is read by another cross-reference than its own.
    ForeignCrossReference,
    /// An object that stands where no cross-reference names it.
    HiddenObject,
    /// A revision that points at bytes behind its own end.
    PointsBehindItself,
    /// Bytes that no revision accounts for.
    BytesAppended,
    /// What follows cannot be told apart from what was signed.
    RevisionsUnclear,
    /// An object that cannot be read.
    ObjectUnreadable,
    /// A revision that could not be compared.
    NotCompared,
}

impl ChangeKind {
    /// Its class, where a rule accounts for it; [`Change::class`] is [`Modification::Other`] where none does.
    pub const fn class(self) -> Modification {
        self.words().0
    }

    /// Its class and what it means, in Indonesian and in English; `{}` stands for what it is about.
    #[expect(clippy::too_many_lines, reason = "one table, an entry for each kind")]
    pub(super) const fn words(self) -> (Modification, &'static str, &'static str) {
        use Modification::{Annotate, FormFill, Ltv, Other, Sign};
        match self {
            Self::NothingChanged => (
                Ltv,
                "Berkas disimpan ulang tanpa mengubah apa pun.",
                "The file was saved again without changing anything.",
            ),
            Self::EvidenceAdded => (
                Ltv,
                "Bukti pemeriksaan sertifikat ditambahkan; tampilan tetap sama.",
                "Certificates and revocation information were added; nothing looks different.",
            ),
            Self::DocumentTimestampAdded => (
                Ltv,
                "Cap waktu atas seluruh dokumen ditambahkan pada {}.",
                "A timestamp over the whole document was added in {}.",
            ),
            Self::MetadataRefreshed => (
                Ltv,
                "Keterangan tersembunyi tentang dokumen diperbarui oleh sebuah program.",
                "A program refreshed the document's metadata.",
            ),
            Self::DescriptionReplaced => (
                Ltv,
                "Judul, penulis atau perihal dalam keterangan dokumen diganti, atau tidak dapat dibandingkan.",
                "The title, the author or the subject in the document's metadata is another one, or cannot be compared.",
            ),
            Self::InformationRefreshed => (
                Ltv,
                "Tanggal ubah dan nama program dalam keterangan dokumen diperbarui.",
                "The date and the program in the document information were refreshed.",
            ),
            Self::FieldFilled => (
                FormFill,
                "Isian formulir {} diisi.",
                "The form field {} was filled in.",
            ),
            Self::FieldValueReplaced => (
                FormFill,
                "Isian formulir {} sudah terisi, lalu nilainya diganti.",
                "The form field {} had a value already, and that was replaced.",
            ),
            Self::FormDefaultsAdded => (
                FormFill,
                "Huruf atau gaya tulisan untuk isian formulir ditambahkan.",
                "Fonts or a style of writing were added for the form's fields.",
            ),
            Self::NeedAppearancesChanged => (
                FormFill,
                "Cara menggambar isian formulir diganti, sehingga semuanya dapat tampak lain dari sebelumnya.",
                "The way form fields are drawn was changed, so that all of them may look different from before.",
            ),
            Self::SignatureAdded => (
                Sign,
                "Tanda tangan lain ditambahkan pada {}.",
                "A further signature was added in {}.",
            ),
            Self::AnnotationAdded => (
                Annotate,
                "Catatan atau gambar ditempelkan di atas halaman (objek {}).",
                "A note or drawing was laid over a page (object {}).",
            ),
            Self::SignatureFieldAdded => (
                Sign,
                "Tempat kosong untuk tanda tangan lain ditambahkan: {}.",
                "An empty field for a further signature was added: {}.",
            ),
            Self::UnusedObjectAdded => (
                Ltv,
                "Bagian yang tidak dipakai di mana pun ditambahkan (objek {}).",
                "A part was added that nothing in the document uses (object {}).",
            ),
            Self::AnnotationChanged => (
                Annotate,
                "Catatan yang sudah ada di halaman diubah (objek {}).",
                "A note that was on a page was changed (object {}).",
            ),
            Self::AnnotationRemoved => (
                Annotate,
                "Catatan yang ada di halaman dihapus (objek {}).",
                "A note that was on a page was taken away (object {}).",
            ),
            Self::AppearanceReplaced => (
                Other,
                "Yang terlihat pada isian {} ditukar, padahal nilainya tetap.",
                "What the field {} shows was exchanged, though its value is the same.",
            ),
            Self::SignedAppearanceChanged => (
                Other,
                "Gambar tanda tangan pada {} ditukar sesudah ditandatangani.",
                "The picture of the signature in {} was exchanged after signing.",
            ),
            Self::SignatureRewritten => (
                Other,
                "Data tanda tangan yang sudah ada ditulis ulang (objek {}).",
                "The data of a signature that was there was rewritten (object {}).",
            ),
            Self::FieldFlagsChanged => (
                Other,
                "Sifat isian {} diubah, misalnya dari tersembunyi menjadi terlihat.",
                "The flags of the field {} were changed, such as from hidden to shown.",
            ),
            Self::ReadOnlyFieldChanged => (
                Other,
                "Isian {} yang hanya boleh dibaca diganti nilainya.",
                "The value of the field {}, which may only be read, was replaced.",
            ),
            Self::FieldChanged => (
                Other,
                "Isian {} diubah lebih dari sekadar diisi.",
                "The field {} was changed in more than its value.",
            ),
            Self::FieldAdded => (
                Other,
                "Isian baru yang bukan tanda tangan ditambahkan.",
                "A field was added that is not a signature of its own.",
            ),
            Self::FormChanged => (
                Other,
                "Susunan formulir diubah.",
                "The form itself was changed.",
            ),
            Self::PageContentChanged => (
                Other,
                "Isi halaman ditukar (objek {}).",
                "What a page says was exchanged (object {}).",
            ),
            Self::PageGeometryChanged => (
                Other,
                "Ukuran, potongan atau arah halaman diubah (objek {}).",
                "The size, cut or turn of a page was changed (object {}).",
            ),
            Self::PagesChanged => (
                Other,
                "Halaman ditambah, dibuang atau ditukar urutannya (objek {}).",
                "Pages were added, taken out or put in another order (object {}).",
            ),
            Self::FontReplaced => (
                Other,
                "Huruf ditukar, sehingga teks yang sama terbaca lain (objek {}).",
                "A font was exchanged, so that the same text reads differently (object {}).",
            ),
            Self::FormXobjectReplaced => (
                Other,
                "Gambar pada halaman ditukar (objek {}).",
                "A picture or drawing on a page was exchanged (object {}).",
            ),
            Self::OptionalContentChanged => (
                Other,
                "Lapisan yang dapat disembunyikan diubah (objek {}).",
                "Layers that can be shown and hidden were changed (object {}).",
            ),
            Self::OutlinesChanged => (
                Other,
                "Penanda (daftar isi) dokumen diubah (objek {}).",
                "The document's bookmarks were changed (object {}).",
            ),
            Self::MetadataChanged => (
                Other,
                "Keterangan tentang dokumen diganti (objek {}).",
                "The document's metadata was replaced (object {}).",
            ),
            Self::StructureChanged => (
                Other,
                "Susunan untuk pembaca layar diubah (objek {}).",
                "The structure for screen readers was changed (object {}).",
            ),
            Self::ActiveContentAdded => (
                Other,
                "Program atau tindakan otomatis ditanamkan sesudah ditandatangani (objek {}).",
                "A script or an action was put in after signing (object {}).",
            ),
            Self::CatalogChanged => (
                Other,
                "Susunan utama dokumen diubah pada {}.",
                "The document's catalog was changed in {}.",
            ),
            Self::TrailerChanged => (
                Other,
                "Pangkal dokumen diubah: {}.",
                "The document's trailer was changed: {}.",
            ),
            Self::ObjectChanged => (
                Other,
                "Bagian dokumen diubah (objek {}).",
                "A part of the document was changed (object {}).",
            ),
            Self::ObjectAdded => (
                Other,
                "Bagian baru ditambahkan, dan tidak ada aturan yang mengizinkannya (objek {}).",
                "A part was added for which no rule accounts (object {}).",
            ),
            Self::ObjectRemoved => (
                Other,
                "Bagian dokumen dibuang (objek {}).",
                "A part of the document was removed (object {}).",
            ),
            Self::MissingObjectSupplied => (
                Other,
                "Bagian yang dirujuk naskah bertanda tangan tetapi belum ada, baru ditambahkan (objek {}).",
                "A part that the signed document refers to and lacked was added (object {}).",
            ),
            Self::SignatureOrphaned => (
                Other,
                "Ada tanda tangan yang tidak dipegang isian mana pun, sehingga tidak terlihat (objek {}).",
                "There is a signature that no field holds, so that it is out of sight (object {}).",
            ),
            Self::ObjectDefinedTwice => (
                Other,
                "Satu bagian ditulis dua kali, sehingga pembaca yang berbeda melihat isi berbeda (objek {}).",
                "One part stands there twice, so that two readers see two documents (object {}).",
            ),
            Self::HiddenCrossReference => (
                Other,
                "Ada dua daftar isi berkas, sehingga pembaca yang berbeda melihat isi berbeda (objek {}).",
                "The file has two indexes, so that two readers see two documents (object {}).",
            ),
            Self::LooseCrossReference => (
                Other,
                "Daftar isi berkas yang ditambahkan tidak ditulis sesuai standar, sehingga pembaca lain dapat melihat isi berbeda.",
                "An index that was added is not written as the standard has it, so that other readers may see another document.",
            ),
            Self::ForeignCrossReference => (
                Other,
                "Bagian bertanda tangan dibaca menurut daftar isi yang bukan miliknya.",
                "The signed part is read by an index that is not its own.",
            ),
            Self::HiddenObject => (
                Other,
                "Ada bagian yang tidak tercatat dalam daftar isi berkas, sehingga pembaca lain dapat melihat isi berbeda (objek {}).",
                "A part stands there that the file's index does not name, so that other readers may see another document (object {}).",
            ),
            Self::PointsBehindItself => (
                Other,
                "Bagian bertanda tangan merujuk data yang baru ditambahkan kemudian.",
                "The signed part points at data that was added later.",
            ),
            Self::BytesAppended => (
                Other,
                "Data ditempelkan di belakang berkas di luar susunan yang sah.",
                "Bytes were appended that no revision accounts for.",
            ),
            Self::RevisionsUnclear => (
                Other,
                "Yang ditambahkan sesudah bagian bertanda tangan tidak dapat dipilah.",
                "What follows the signed part cannot be told apart.",
            ),
            Self::ObjectUnreadable => (
                Other,
                "Bagian yang diubah tidak dapat dibaca (objek {}).",
                "A part that was changed cannot be read (object {}).",
            ),
            Self::NotCompared => (
                Other,
                "Perubahan kemudian tidak dapat diperiksa: {}.",
                "A later revision could not be compared: {}.",
            ),
        }
    }
}
