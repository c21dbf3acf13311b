//! The closed world: the only things a template can read.

use std::sync::LazyLock;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

use crate::{LetterError, Picture, Template};

/// Fonts and their index, with the office's own ones first.
pub(crate) struct Fonts {
    book: LazyHash<FontBook>,
    all: Vec<Font>,
    families: Vec<String>,
}

impl Fonts {
    pub(crate) fn new(own: Vec<Font>) -> Self {
        let mut families: Vec<String> = own
            .iter()
            .map(|font| font.info().family.as_str().to_owned())
            .collect();
        families.dedup();
        families.push("Libertinus Serif".to_owned());
        let embedded = typst_assets::fonts().flat_map(|file| Font::iter(Bytes::new(file)));
        let all: Vec<Font> = own.into_iter().chain(embedded).collect();
        Self {
            book: LazyHash::new(FontBook::from_fonts(&all)),
            all,
            families,
        }
    }

    /// Families in order of preference.
    pub(crate) fn families(&self) -> &[String] {
        &self.families
    }

    /// Whether any font can show the character.
    pub(crate) fn cover(&self, character: char) -> bool {
        self.all
            .iter()
            .any(|font| font.info().coverage.contains(u32::from(character)))
    }
}

/// What one template can read: templates of all versions, its data, its pictures.
pub(crate) struct Closed<'a> {
    fonts: &'a Fonts,
    main: FileId,
    files: Vec<(FileId, Bytes)>,
}

impl<'a> Closed<'a> {
    /// A world around one letter's data.
    pub(crate) fn letter(
        fonts: &'a Fonts,
        template: Template,
        data: Vec<u8>,
        qr: String,
    ) -> Result<Self, LetterError> {
        let paths = PATHS.as_ref().ok_or(LetterError::Broken)?;
        let main = match template {
            Template::NotaDinas => paths.nota_dinas,
            Template::SuratDinas => paths.surat_dinas,
        };
        Ok(Self {
            fonts,
            main,
            files: vec![
                (paths.data, Bytes::new(data)),
                (paths.qr, Bytes::from_string(qr)),
            ],
        })
    }

    /// A world around one receipt's data.
    pub(crate) fn receipt(
        fonts: &'a Fonts,
        data: Vec<u8>,
        qr: String,
    ) -> Result<Self, LetterError> {
        let paths = PATHS.as_ref().ok_or(LetterError::Broken)?;
        Ok(Self {
            fonts,
            main: paths.receipt,
            files: vec![
                (paths.data, Bytes::new(data)),
                (paths.qr, Bytes::from_string(qr)),
            ],
        })
    }

    /// A world around one stamp's data.
    pub(crate) fn stamp(
        fonts: &'a Fonts,
        data: Vec<u8>,
        qr: Option<String>,
        picture: Option<&Picture>,
    ) -> Result<Self, LetterError> {
        let paths = PATHS.as_ref().ok_or(LetterError::Broken)?;
        let qr = qr.map(|qr| (paths.qr, Bytes::from_string(qr)));
        let picture = picture.map(|of| (paths.picture, Bytes::new(of.bytes().to_vec())));
        let data = (paths.data, Bytes::new(data));
        Ok(Self {
            fonts,
            main: paths.stamp,
            files: [Some(data), qr, picture].into_iter().flatten().collect(),
        })
    }
}

impl World for Closed<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.fonts.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        SOURCES
            .iter()
            .find(|source| source.id() == id)
            .cloned()
            .ok_or(FileError::AccessDenied)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.files
            .iter()
            .find(|file| file.0 == id)
            .map(|file| file.1.clone())
            .ok_or(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.all.get(index).cloned()
    }

    // No clock: the letter's date is data.
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

/// File ids are interned for the life of the process, so only these constant paths ever are.
struct Paths {
    common: FileId,
    nota_dinas: FileId,
    surat_dinas: FileId,
    stamp: FileId,
    receipt: FileId,
    data: FileId,
    qr: FileId,
    picture: FileId,
}

static PATHS: LazyLock<Option<Paths>> = LazyLock::new(|| {
    let id = |path: &str| {
        Some(RootedPath::new(VirtualRoot::Project, VirtualPath::new(path).ok()?).intern())
    };
    Some(Paths {
        common: id("/v1/common.typ")?,
        nota_dinas: id("/v1/nota_dinas.typ")?,
        surat_dinas: id("/v1/surat_dinas.typ")?,
        stamp: id("/v1/stamp.typ")?,
        receipt: id("/v1/receipt.typ")?,
        data: id("/data.json")?,
        qr: id("/qr.svg")?,
        picture: id("/picture")?,
    })
});

static SOURCES: LazyLock<Vec<Source>> = LazyLock::new(|| {
    PATHS.as_ref().map_or_else(Vec::new, |paths| {
        vec![
            Source::new(
                paths.common,
                include_str!("../templates/v1/common.typ").to_owned(),
            ),
            Source::new(
                paths.nota_dinas,
                include_str!("../templates/v1/nota_dinas.typ").to_owned(),
            ),
            Source::new(
                paths.surat_dinas,
                include_str!("../templates/v1/surat_dinas.typ").to_owned(),
            ),
            Source::new(
                paths.stamp,
                include_str!("../templates/v1/stamp.typ").to_owned(),
            ),
            Source::new(
                paths.receipt,
                include_str!("../templates/v1/receipt.typ").to_owned(),
            ),
        ]
    })
});

static LIBRARY: LazyLock<LazyHash<Library>> =
    LazyLock::new(|| LazyHash::new(<Library as LibraryExt>::default()));
