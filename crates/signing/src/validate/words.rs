//! What happened to a file in a few plain words, for the five lines: kinds of change, and reasons.

use super::{
    finding::{Code, Finding, Severity},
    lines::Language,
    report::{Headline, Report, SignatureReport},
};
use crate::diff::{Change, ChangeKind, Modification};

/// What weighs most against a file, for any headline but a good one; `None` when nothing does.
pub(super) fn reason(report: &Report, language: Language) -> Option<String> {
    if report.headline == Headline::Intact {
        return None;
    }
    let worst = report
        .signatures
        .iter()
        .filter(|signature| signature.headline() == report.headline);
    let of_file = report.findings.iter().map(|finding| (None, finding));
    let of_signatures = worst.flat_map(|signature| {
        signature
            .findings
            .iter()
            .map(move |one| (Some(signature), one))
    });
    let (signature, finding) = of_file
        .chain(of_signatures)
        .filter(|(_, finding)| finding.severity == Severity::Failure)
        .min_by_key(|(_, finding)| weight(finding.code, report.headline))?;
    Some(match language {
        Language::En => finding.detail.clone(),
        Language::Id => indonesian(signature, finding),
    })
}

/// Later changes in the fewest words that hide none of what was permitted: each kind once, the heaviest first.
pub(super) fn later<'c>(
    changes: impl Iterator<Item = &'c Change>,
    worst: Modification,
    language: Language,
) -> Vec<&'static str> {
    let mut told: Vec<&Change> = changes
        .filter(|change| {
            change.class == worst || (worst != Modification::Other && is_told_beside_others(change))
        })
        .collect();
    told.sort_by_key(|change| std::cmp::Reverse(change.class));
    let mut words: Vec<&'static str> = Vec::new();
    for change in told {
        let [id, en] = in_words(change);
        let word = match language {
            Language::Id => id,
            Language::En => en,
        };
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

/// Evidence and refreshed metadata are not worth a word beside what a reader can see.
fn is_told_beside_others(change: &Change) -> bool {
    change.class > Modification::Ltv
        || matches!(
            change.kind,
            ChangeKind::UnusedObjectAdded | ChangeKind::DescriptionReplaced
        )
}

const fn in_words(change: &Change) -> [&'static str; 2] {
    if matches!(change.class, Modification::Other) {
        return CONTENT;
    }
    match change.kind {
        ChangeKind::NothingChanged => [
            "disimpan ulang tanpa perubahan",
            "it was saved again without a change",
        ],
        ChangeKind::EvidenceAdded => ["bukti pemeriksaan ditambahkan", "validation data was added"],
        ChangeKind::DocumentTimestampAdded => match change.class {
            Modification::Ltv => ["cap waktu ditambahkan", "a timestamp was added"],
            Modification::None
            | Modification::FormFill
            | Modification::Sign
            | Modification::Annotate
            | Modification::Other => [
                "cap waktu yang terlihat ditambahkan",
                "a timestamp that shows was added",
            ],
        },
        ChangeKind::MetadataRefreshed | ChangeKind::InformationRefreshed => {
            ["keterangan dokumen diperbarui", "metadata was refreshed"]
        }
        ChangeKind::DescriptionReplaced => [
            "judul atau keterangan dokumen DIGANTI",
            "the document's title or description was REPLACED",
        ],
        ChangeKind::UnusedObjectAdded => [
            "bagian yang tidak dipakai ditambahkan",
            "an unused part was added",
        ],
        ChangeKind::FieldFilled => ["isian formulir diisi", "form fields were filled in"],
        ChangeKind::FieldValueReplaced => [
            "nilai isian formulir yang sudah ada DIGANTI",
            "values that stood in form fields were REPLACED",
        ],
        ChangeKind::FormDefaultsAdded => [
            "huruf untuk isian formulir ditambahkan",
            "fonts for form fields were added",
        ],
        ChangeKind::NeedAppearancesChanged => [
            "cara menggambar isian formulir diganti",
            "the way form fields are drawn was changed",
        ],
        ChangeKind::SignatureAdded => [
            "tanda tangan lain ditambahkan",
            "a further signature was added",
        ],
        ChangeKind::SignatureFieldAdded => [
            "tempat kosong untuk tanda tangan ditambahkan",
            "an empty field for a signature was added",
        ],
        ChangeKind::AnnotationAdded => ["catatan ditambahkan", "annotations were added"],
        ChangeKind::AnnotationChanged => ["catatan diubah", "annotations were changed"],
        ChangeKind::AnnotationRemoved => ["catatan dihapus", "annotations were removed"],
        ChangeKind::AppearanceReplaced
        | ChangeKind::SignedAppearanceChanged
        | ChangeKind::SignatureRewritten
        | ChangeKind::FieldFlagsChanged
        | ChangeKind::ReadOnlyFieldChanged
        | ChangeKind::FieldChanged
        | ChangeKind::FieldAdded
        | ChangeKind::FormChanged
        | ChangeKind::PageContentChanged
        | ChangeKind::PageGeometryChanged
        | ChangeKind::PagesChanged
        | ChangeKind::FontReplaced
        | ChangeKind::FormXobjectReplaced
        | ChangeKind::OptionalContentChanged
        | ChangeKind::OutlinesChanged
        | ChangeKind::MetadataChanged
        | ChangeKind::StructureChanged
        | ChangeKind::ActiveContentAdded
        | ChangeKind::CatalogChanged
        | ChangeKind::TrailerChanged
        | ChangeKind::ObjectChanged
        | ChangeKind::ObjectAdded
        | ChangeKind::ObjectRemoved
        | ChangeKind::MissingObjectSupplied
        | ChangeKind::SignatureOrphaned
        | ChangeKind::ObjectDefinedTwice
        | ChangeKind::HiddenCrossReference
        | ChangeKind::LooseCrossReference
        | ChangeKind::ForeignCrossReference
        | ChangeKind::HiddenObject
        | ChangeKind::PointsBehindItself
        | ChangeKind::BytesAppended
        | ChangeKind::RevisionsUnclear
        | ChangeKind::ObjectUnreadable
        | ChangeKind::NotCompared => CONTENT,
    }
}

/// A finding in Indonesian: a change by its own sentence and page, anything else by what its code means.
fn indonesian(signature: Option<&SignatureReport>, finding: &Finding) -> String {
    let Code::Change(kind) = finding.code else {
        return meaning(finding.code).to_owned();
    };
    let mut changes = signature
        .into_iter()
        .flat_map(|signature| &signature.changes);
    // The same change has the same sentence in both languages.
    let told = changes.find(|change| {
        change.kind == kind
            && finding
                .detail
                .starts_with(change.what.trim_end_matches('.'))
    });
    let Some(change) = told else {
        return meaning(Code::ChangeNotPermitted).to_owned();
    };
    let sentence = change.apa.trim_end_matches('.');
    match change.place.page {
        Some(page) => format!("{sentence}, di halaman {page}"),
        None => sentence.to_owned(),
    }
}

const CONTENT: [&str; 2] = [
    "isi atau susunan dokumen diubah",
    "content or structure was changed",
];

/// The order of reasons, the heaviest first: what decided the headline, and of changes those of what can be read.
fn weight(code: Code, headline: Headline) -> (bool, u8) {
    let of_change = match code {
        Code::Change(kind) => Some(weight_of_change(kind)),
        Code::ChangeNotPermitted => Some(3),
        Code::NotReadable
        | Code::Locked
        | Code::OverBudget
        | Code::StructureRepaired
        | Code::SecondReadingNotMade
        | Code::SecondReadingAgrees
        | Code::SecondReadingDiffers
        | Code::SharedByFields
        | Code::ByteRangeUnlawful
        | Code::TrailingWhiteSpace
        | Code::TrailingBytes
        | Code::CmsMalformed
        | Code::SubFilterUnknown
        | Code::ProfileBroken
        | Code::AttributesUnordered
        | Code::AlgorithmsDisagree
        | Code::UnprotectedPadding
        | Code::DigestMismatch
        | Code::SignatureMismatch
        | Code::AlgorithmUnsupported
        | Code::AlgorithmWeak
        | Code::SignerCertificateMissing
        | Code::SignerCertificateMismatch
        | Code::KeyPurpose
        | Code::PathNotFound
        | Code::PathConstraint
        | Code::OutsideValidity
        | Code::Revoked
        | Code::RevokedLater
        | Code::RevocationGood
        | Code::RevocationUnknown
        | Code::RevocationIgnored
        | Code::TimestampGood
        | Code::TimestampUnusable
        | Code::TimestampDuplicated
        | Code::TimestampOrder
        | Code::TimeClaimed => None,
    };
    let decides = of_change.is_some() == (headline == Headline::Changed);
    (!decides, of_change.unwrap_or(0))
}

const fn weight_of_change(kind: ChangeKind) -> u8 {
    match kind {
        ChangeKind::PageContentChanged
        | ChangeKind::PageGeometryChanged
        | ChangeKind::PagesChanged
        | ChangeKind::FontReplaced
        | ChangeKind::FormXobjectReplaced
        | ChangeKind::OptionalContentChanged
        | ChangeKind::MissingObjectSupplied
        | ChangeKind::ObjectDefinedTwice
        | ChangeKind::HiddenCrossReference
        | ChangeKind::LooseCrossReference
        | ChangeKind::ForeignCrossReference
        | ChangeKind::HiddenObject
        | ChangeKind::PointsBehindItself => 0,
        ChangeKind::SignatureAdded
        | ChangeKind::SignatureFieldAdded
        | ChangeKind::SignatureRewritten
        | ChangeKind::SignedAppearanceChanged
        | ChangeKind::SignatureOrphaned
        | ChangeKind::AnnotationAdded
        | ChangeKind::AnnotationChanged
        | ChangeKind::AnnotationRemoved
        | ChangeKind::AppearanceReplaced
        | ChangeKind::ReadOnlyFieldChanged
        | ChangeKind::FieldFilled
        | ChangeKind::FieldValueReplaced
        | ChangeKind::FieldFlagsChanged
        | ChangeKind::FieldChanged
        | ChangeKind::FieldAdded
        | ChangeKind::ActiveContentAdded
        | ChangeKind::BytesAppended
        | ChangeKind::RevisionsUnclear => 1,
        ChangeKind::NothingChanged
        | ChangeKind::EvidenceAdded
        | ChangeKind::DocumentTimestampAdded
        | ChangeKind::MetadataRefreshed
        | ChangeKind::DescriptionReplaced
        | ChangeKind::InformationRefreshed
        | ChangeKind::FormDefaultsAdded
        | ChangeKind::NeedAppearancesChanged
        | ChangeKind::UnusedObjectAdded
        | ChangeKind::FormChanged
        | ChangeKind::OutlinesChanged
        | ChangeKind::MetadataChanged
        | ChangeKind::StructureChanged
        | ChangeKind::CatalogChanged
        | ChangeKind::TrailerChanged
        | ChangeKind::ObjectChanged
        | ChangeKind::ObjectAdded
        | ChangeKind::ObjectRemoved
        | ChangeKind::ObjectUnreadable
        | ChangeKind::NotCompared => 2,
    }
}

/// What a failure means, in Indonesian.
const fn meaning(code: Code) -> &'static str {
    match code {
        Code::NotReadable => "berkas bukan PDF yang dapat dibaca",
        Code::Locked => "dokumen terkunci dengan kata sandi",
        Code::OverBudget => "berkas terlalu rumit untuk diperiksa",
        Code::StructureRepaired => "susunan berkas rusak dan disambung kembali",
        Code::SecondReadingNotMade => "berkas hanya dibaca oleh satu pembaca",
        Code::SecondReadingAgrees => "pembaca kedua melihat dokumen yang sama",
        Code::SecondReadingDiffers => "pembaca kedua yang terpisah melihat dokumen lain",
        Code::SharedByFields => "dua bidang memakai satu tanda tangan",
        Code::ByteRangeUnlawful => "bagian yang ditandatangani tidak menurut aturan",
        Code::TrailingWhiteSpace | Code::TrailingBytes => {
            "ada data sesudah bagian yang ditandatangani"
        }
        Code::CmsMalformed => "data tanda tangan rusak",
        Code::SubFilterUnknown => "bentuk tanda tangan tidak dikenal",
        Code::ProfileBroken | Code::AttributesUnordered => {
            "data tanda tangan melanggar aturan bentuknya"
        }
        Code::AlgorithmsDisagree => "tanda tangan menyebut dua algoritma yang berbeda",
        Code::UnprotectedPadding => "ada sisa data yang tidak dilindungi tanda tangan",
        Code::DigestMismatch => "isi dokumen bukan isi yang ditandatangani",
        Code::SignatureMismatch => "tanda tangan tidak cocok dengan sertifikatnya",
        Code::AlgorithmUnsupported => "algoritma tanda tangan tidak dapat diperiksa di sini",
        Code::AlgorithmWeak => "algoritma tanda tangan sudah terlalu lemah",
        Code::SignerCertificateMissing => "sertifikat penanda tangan tidak disertakan",
        Code::SignerCertificateMismatch => "sertifikat bukan yang diikat penanda tangan",
        Code::KeyPurpose => "sertifikat bukan untuk menandatangani",
        Code::PathNotFound => "penerbit sertifikat tidak ada dalam daftar yang dipercaya",
        Code::PathConstraint => "sertifikat dalam rantai melanggar batasannya",
        Code::OutsideValidity => "sertifikat tidak berlaku pada waktu itu",
        Code::Revoked => "sertifikat sudah dicabut",
        Code::RevokedLater => "sertifikat baru dicabut sesudah waktu yang dibuktikan",
        Code::RevocationGood => "sertifikat tidak dicabut",
        Code::RevocationUnknown => "status pencabutan sertifikat tidak diketahui",
        Code::RevocationIgnored => "status pencabutan tidak diperiksa",
        Code::TimestampGood => "cap waktu membuktikan kapan tanda tangan ini ada",
        Code::TimestampUnusable => "ada cap waktu, tetapi tidak membuktikan apa pun",
        Code::TimestampDuplicated => "cap waktu yang sama ada lebih dari satu kali",
        Code::TimestampOrder => "cap-cap waktu saling bertentangan tentang mana yang lebih dahulu",
        Code::TimeClaimed => "waktu hanya menurut penanda tangan",
        Code::ChangeNotPermitted | Code::Change(_) => {
            "ada perubahan yang tidak diizinkan sesudah tanda tangan"
        }
    }
}
