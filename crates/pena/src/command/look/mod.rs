//! How a signature looks: the options that `sign` and `stamp` share, and the drawing of it.

mod office_block;

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use clap::Args;
use letter::{Block, LetterError, Look, Picture, SignerBlock, Stamp, Standing, Typesetter};
use signing::{
    UtcTime,
    sign::{Appearance, Drawing, SignError},
};

use self::office_block::OfficeBlock;
use super::place::{PlaceArgs, Seen};

/// What is shown where the signature is seen; without any of these, the signer's name and the time.
#[derive(Debug, Args)]
pub struct LookArgs {
    /// The office's block from a TOML file: heading, jabatan, name, pangkat, nip, notes, qr, logo
    #[arg(long, value_name = "FILE", group = "look", requires = "place")]
    pub block: Option<PathBuf>,
    /// A picture instead of a block: PNG, JPEG or SVG
    #[arg(long, value_name = "FILE", group = "look", requires = "place")]
    pub image: Option<PathBuf>,
    /// Draw nothing: the field keeps the look that the document gave it
    #[arg(long, group = "look", requires = "field")]
    pub blank: bool,
}

/// What a block may say of one signature.
pub struct Words {
    /// The signer's, where it is known.
    pub name: Option<String>,
    /// When it is signed.
    pub at: UtcTime,
    /// Why and where.
    pub reasons: Vec<String>,
}

/// Draws looks; the same one again costs nothing.
pub struct Painter {
    source: LookSource,
    standing: Standing,
    typesetter: Option<Typesetter>,
    last: Option<(Stamp, Drawing)>,
}

enum LookSource {
    /// The signer's name and the time.
    Plain(IfNoRoom),
    Office(Box<OfficeBlock>),
    Image(Picture),
    Blank,
}

/// What becomes of a look that is too large for its rectangle.
#[derive(Clone, Copy, PartialEq, Eq)]
enum IfNoRoom {
    Refuse,
    /// Nobody asked for it by name.
    LeaveOut,
}

impl Painter {
    /// Reads what the options name, before any key is touched.
    ///
    /// # Errors
    /// When a file cannot be read, or is not what it should be; the text says where.
    pub fn open(look: &LookArgs, place: &PlaceArgs, standing: Standing) -> anyhow::Result<Self> {
        let source = match (&look.block, &look.image, look.blank) {
            (Some(path), ..) => LookSource::Office(Box::new(OfficeBlock::read(path)?)),
            (None, Some(path), _) => LookSource::Image(picture(path)?),
            (None, None, true) => LookSource::Blank,
            (None, None, false) if place.field.is_some() => LookSource::Plain(IfNoRoom::LeaveOut),
            (None, None, false) => LookSource::Plain(IfNoRoom::Refuse),
        };
        Ok(Self {
            source,
            standing,
            typesetter: None,
            last: None,
        })
    }

    /// What a signature shows where this is seen of it.
    ///
    /// # Errors
    /// When it does not fit there, or cannot be shown; or nothing is seen, and a look was asked for by name.
    pub fn appearance(&mut self, seen: Seen, words: &Words) -> anyhow::Result<Appearance> {
        let size = match (seen, &self.source) {
            (Seen::Size(size), _) => size,
            (Seen::Nothing, LookSource::Office(_) | LookSource::Image(_)) => {
                return Err(SignError::Unseen.into());
            }
            (Seen::Nothing | Seen::Unknown, _) => return Ok(Appearance::Transparent),
        };
        let (look, if_no_room) = match &self.source {
            LookSource::Plain(if_no_room) => (Look::Block(Box::new(plain(words))), *if_no_room),
            LookSource::Office(office) => {
                let block = office.block(words);
                (Look::Block(Box::new(block)), IfNoRoom::Refuse)
            }
            LookSource::Image(picture) => (Look::Picture(picture.clone()), IfNoRoom::Refuse),
            LookSource::Blank => return Ok(Appearance::Transparent),
        };
        let stamp = Stamp {
            size,
            look,
            standing: self.standing,
        };
        if let Some((known, drawing)) = &self.last
            && *known == stamp
        {
            return Ok(Appearance::Drawn(drawing.clone()));
        }
        let typesetter = self.typesetter.get_or_insert_with(Typesetter::new);
        match typesetter.stamp(&stamp) {
            Ok(pdf) => {
                let drawing = Drawing::new(pdf);
                self.last = Some((stamp, drawing.clone()));
                Ok(Appearance::Drawn(drawing))
            }
            Err(LetterError::NoRoom { .. } | LetterError::StampSize { .. })
                if if_no_room == IfNoRoom::LeaveOut =>
            {
                Ok(Appearance::Transparent)
            }
            Err(error) => Err(error).context("the signature cannot be shown there"),
        }
    }
}

fn plain(words: &Words) -> Block {
    let mut notes = vec![words.at.to_string()];
    notes.extend(words.reasons.iter().cloned());
    Block {
        heading: Block::HEADING.to_owned(),
        signer: SignerBlock {
            jabatan: Vec::new(),
            name: words.shown_name(),
            below: Vec::new(),
        },
        notes,
        qr: None,
        logo: None,
    }
}

impl Words {
    /// The signer's name, or what stands for it in a preview.
    fn shown_name(&self) -> String {
        let unknown = || "(nama penanda tangan)".to_owned();
        self.name.clone().unwrap_or_else(unknown)
    }
}

fn picture(path: &Path) -> anyhow::Result<Picture> {
    Picture::parse(bytes(path)?).with_context(|| path.display().to_string())
}

/// Far above any block, logo or picture of a signature.
const MAX_BYTES: u64 = 8 << 20;

fn bytes(path: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes))
        .with_context(|| format!("{} cannot be read", path.display()))?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MAX_BYTES {
        bail!("{} is larger than 8 MiB", path.display());
    }
    Ok(bytes)
}
