//! A BagIt 1.0 bag, written as a stream into a zip file.

use std::io::{self, Write};

use flow::digest::Sha256;
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

/// The folder a package unpacks to.
pub(super) const FOLDER: &str = "pena-arsip";

/// A bag that is being written.
pub(super) struct Bag<W: Write> {
    zip: ZipWriter<StreamWriter<W>>,
    manifest: String,
    files: u64,
    bytes: u64,
}

impl<W: Write> Bag<W> {
    pub(super) fn begin(out: W) -> Self {
        Self {
            zip: ZipWriter::new_stream(out),
            manifest: String::new(),
            files: 0,
            bytes: 0,
        }
    }

    /// Adds a payload file below `data/`.
    pub(super) fn add(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let name = format!("data/{name}");
        self.put(&name, bytes)?;
        self.manifest.push_str(&manifest_line(bytes, &name));
        self.files += 1;
        self.bytes += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        Ok(())
    }

    /// Writes the tag files; returns how many payload files and bytes there are.
    pub(super) fn finish(mut self, organisation: &str, date: &str) -> io::Result<(u64, u64)> {
        let declaration = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
        let info = format!(
            "Source-Organization: {}\nBagging-Date: {date}\nPayload-Oxum: {}.{}\n\
             External-Description: Pena archive package, format 1\n",
            organisation.replace(['\r', '\n'], " "),
            self.bytes,
            self.files,
        );
        let manifest = std::mem::take(&mut self.manifest);
        let tags = [
            ("bagit.txt", declaration),
            ("bag-info.txt", info.as_str()),
            ("manifest-sha256.txt", manifest.as_str()),
        ];
        let mut tag_manifest = String::new();
        for (name, text) in tags {
            self.put(name, text.as_bytes())?;
            tag_manifest.push_str(&manifest_line(text.as_bytes(), name));
        }
        self.put("tagmanifest-sha256.txt", tag_manifest.as_bytes())?;
        self.zip.finish()?;
        Ok((self.files, self.bytes))
    }

    fn put(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .large_file(bytes.len() > usize::try_from(u32::MAX).unwrap_or(usize::MAX));
        self.zip.start_file(format!("{FOLDER}/{name}"), options)?;
        self.zip.write_all(bytes)
    }
}

/// A file and its digest as manifests name them (RFC 8493 2.1.3).
fn manifest_line(bytes: &[u8], name: &str) -> String {
    format!("{}  {name}\n", Sha256::of(bytes))
}
