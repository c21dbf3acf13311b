//! Pages before and after a change, for the page of a result. They stand inside it, since nothing of the file is kept.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use service::verification::{ChangedPage, Pictures};

use crate::lang::Lang;

/// What the page of a result shows of a change.
#[derive(Default)]
pub(crate) struct PicturesView {
    pub(crate) pages: Vec<PageView>,
    /// Why there is less to see than one might think.
    pub(crate) remark: Option<String>,
}

impl PicturesView {
    /// Whether there is anything to show or to say.
    pub(crate) const fn is_any(&self) -> bool {
        !self.pages.is_empty() || self.remark.is_some()
    }
}

/// One page that looks different.
pub(crate) struct PageView {
    pub(crate) caption: String,
    pub(crate) shown: [PictureView; 2],
}

/// One picture of it.
pub(crate) struct PictureView {
    pub(crate) label: String,
    pub(crate) description: String,
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// A PNG in base64.
    pub(crate) png: String,
}

/// Puts pictures into a page.
pub(crate) fn view(pictures: &Pictures, lang: Lang) -> PicturesView {
    match pictures {
        Pictures::NotWanted => PicturesView::default(),
        Pictures::NotMade => PicturesView {
            pages: Vec::new(),
            remark: Some(lang.text("hasil-gambar-gagal")),
        },
        Pictures::Made(changed) => PicturesView {
            remark: changed.is_empty().then(|| lang.text("hasil-gambar-sama")),
            pages: changed.iter().map(|one| page(one, lang)).collect(),
        },
    }
}

fn page(changed: &ChangedPage, lang: Lang) -> PageView {
    let number = changed.page.saturating_add(1).to_string();
    let text = |key: &str| lang.text_with(key, &[("page", &number)]);
    let shown = [("dulu", &changed.before), ("kini", &changed.after)];
    PageView {
        caption: text("hasil-gambar-halaman"),
        shown: shown.map(|(when, image)| PictureView {
            label: text(&format!("hasil-gambar-{when}")),
            description: text(&format!("hasil-gambar-{when}-isi")),
            width: image.width,
            height: image.height,
            png: STANDARD.encode(&image.png),
        }),
    }
}
