//! The file of `--block`: an office's signature block, written once and used for every letter.

use std::path::{Path, PathBuf};

use anyhow::Context;
use letter::{Block, Picture, SignerBlock};
use serde::Deserialize;

use super::{Words, bytes, picture};

/// The block, its logo read.
pub(super) struct OfficeBlock {
    written: Written,
    logo: Option<Picture>,
}

/// The file as it is written; everything may be left out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default = "usual_heading")]
    heading: String,
    #[serde(default)]
    jabatan: Vec<String>,
    /// The name in the certificate, if this is left out.
    name: Option<String>,
    pangkat: Option<String>,
    nip: Option<String>,
    #[serde(default)]
    notes: Vec<String>,
    qr: Option<String>,
    /// Beside the file, unless it is an absolute path.
    logo: Option<PathBuf>,
}

fn usual_heading() -> String {
    Block::HEADING.to_owned()
}

impl OfficeBlock {
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let shown = || format!("the block in {} cannot be used", path.display());
        let text = String::from_utf8(bytes(path)?).with_context(shown)?;
        let written: Written = toml::from_str(&text).with_context(shown)?;
        let folder = path.parent().unwrap_or(Path::new(""));
        let logo = written
            .logo
            .as_ref()
            .map(|logo| picture(&folder.join(logo)));
        Ok(Self {
            logo: logo.transpose().with_context(shown)?,
            written,
        })
    }

    /// The block of one signature: why and where it is made comes behind the notes.
    pub(super) fn block(&self, words: &Words) -> Block {
        let Written {
            heading,
            jabatan,
            name,
            pangkat,
            nip,
            notes,
            qr,
            logo: _,
        } = &self.written;
        let nip = nip.as_ref().map(|nip| format!("NIP {nip}"));
        Block {
            heading: heading.clone(),
            signer: SignerBlock {
                jabatan: jabatan.clone(),
                name: name.clone().unwrap_or_else(|| words.shown_name()),
                below: pangkat.iter().cloned().chain(nip).collect(),
            },
            notes: [notes.as_slice(), &words.reasons].concat(),
            qr: qr.clone(),
            logo: self.logo.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use signing::UtcTime;

    use super::*;

    #[test]
    fn what_a_file_leaves_out_comes_from_the_signature() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kepala.toml");
        let text =
            "jabatan = ['Kepala Dinas Contoh']\nnip = '190001011920011001'\nnotes = ['Catatan']";
        std::fs::write(&path, text).unwrap();
        let words = Words {
            name: Some("Contoh Sekali".to_owned()),
            at: UtcTime::from_unix(0),
            reasons: vec!["Disetujui".to_owned()],
        };
        let block = OfficeBlock::read(&path).unwrap().block(&words);
        assert_eq!(block.heading, Block::HEADING);
        assert_eq!(block.signer.name, "Contoh Sekali");
        assert_eq!(block.signer.below, ["NIP 190001011920011001"]);
        assert_eq!(block.notes, ["Catatan", "Disetujui"]);
    }

    #[test]
    fn a_mistyped_key_and_a_missing_logo_are_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kepala.toml");
        for (text, says) in [("jabatn = []", "jabatn"), ("logo = 'none.png'", "none.png")] {
            std::fs::write(&path, text).unwrap();
            let error = OfficeBlock::read(&path).err().unwrap();
            assert!(format!("{error:#}").contains(says), "{error:#}");
        }
    }
}
