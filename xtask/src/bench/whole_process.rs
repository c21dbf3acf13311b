//! Whole processes, from start to exit: how long the program takes over a letter beside pdfsig, in
//! one run, round by round.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use cargo_metadata::MetadataCommand;

use crate::process::{cargo, is_on_path, must, output, root};

/// Odd, so that there is a middle one.
const ROUNDS: usize = 21;

/// Bytes of the letter, about what one typeset page with its fonts takes.
const LETTER: usize = 57_000;

const PASSPHRASE: &str = "bench";

/// A root and a signer below it; the words of each line are separated by single blanks.
const MAKE_KEYS: [&str; 4] = [
    "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=Root \
     -keyout root.key -out root.pem",
    "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=Signer \
     -keyout signer.key -out signer.csr",
    "x509 -req -in signer.csr -CA root.pem -CAkey root.key -CAcreateserial -days 2 \
     -extfile signer.cnf -out signer.pem",
    "pkcs12 -export -inkey signer.key -in signer.pem -certfile root.pem -out key.p12 \
     -passout file:passphrase",
];

const SIGNER_EXTENSIONS: &str = "\
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature, nonRepudiation
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
";

/// Builds the release program and prints the medians and their ratio.
///
/// # Errors
///
/// When a tool is missing, or one of the two does not do its work.
pub fn run() -> Result<()> {
    for tool in ["pdfsig", "openssl"] {
        if !is_on_path(tool) {
            bail!("{tool} is missing: run `cargo xtask test --only tools`");
        }
    }
    must(&mut cargo(&["build", "--release"])?)?;
    let root = root()?;
    let metadata = MetadataCommand::new()
        .manifest_path(root.join("Cargo.toml"))
        .no_deps()
        .exec()?;
    let target = metadata.target_directory.as_std_path();
    let work = Work::prepare(&target.join("release/pena"), &target.join("whole-process"))?;

    let (mut sign, mut verify, mut pdfsig) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        sign.push(time(&mut work.sign())?);
        verify.push(time(&mut work.verify())?);
        pdfsig.push(time(&mut work.pdfsig())?);
    }
    let pdfsig = median(pdfsig);
    println!("pdfsig verifies   {:6.1} ms", milliseconds(pdfsig));
    for (what, times) in [("pena signs", sign), ("pena verifies", verify)] {
        let time = median(times);
        let ratio = time.as_secs_f64() / pdfsig.as_secs_f64();
        println!(
            "{what:<17} {:6.1} ms, {ratio:.2} of pdfsig (goal: < 1)",
            milliseconds(time)
        );
    }
    Ok(())
}

/// The files and the program that the measured commands use.
#[derive(Debug)]
struct Work {
    program: PathBuf,
    folder: PathBuf,
}

impl Work {
    fn prepare(program: &Path, folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        let work = Self {
            program: program.into(),
            folder: folder.into(),
        };
        std::fs::write(work.file("letter.pdf"), made_up_letter()?)?;
        std::fs::write(work.file("passphrase"), PASSPHRASE)?;
        std::fs::write(work.file("signer.cnf"), SIGNER_EXTENSIONS)?;
        for line in MAKE_KEYS {
            output(
                Command::new("openssl")
                    .current_dir(&work.folder)
                    .args(line.split(' ')),
            )?;
        }
        output(&mut work.sign())?;
        Ok(work)
    }

    fn sign(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.current_dir(&self.folder).args([
            "sign",
            "letter.pdf",
            "-o",
            "signed.pdf",
            "--p12",
            "key.p12",
            "--passphrase-file",
            "passphrase",
        ]);
        command
    }

    fn verify(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.current_dir(&self.folder).args([
            "verify",
            "signed.pdf",
            "--trust",
            "root.pem",
            "--offline",
        ]);
        command
    }

    fn pdfsig(&self) -> Command {
        let mut command = Command::new("pdfsig");
        command
            .current_dir(&self.folder)
            .args(["-no-ocsp", "signed.pdf"]);
        command
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

fn time(command: &mut Command) -> Result<Duration> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let start = Instant::now();
    let status = command.status()?;
    let took = start.elapsed();
    if !status.success() {
        bail!("{} ended with {status}", command.get_program().display());
    }
    Ok(took)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// One page whose content stream fills the file.
fn made_up_letter() -> Result<Vec<u8>> {
    let line = "BT /F1 11 Tf 72 720 Td (Dengan hormat) Tj ET\n";
    let content = line.repeat(LETTER / line.len());
    let bodies = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!(
            "<< /Length {} >>\nstream\n{content}endstream",
            content.len()
        ),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut table = b"0000000000 65535 f \n".to_vec();
    for (index, body) in bodies.iter().enumerate() {
        // The blank before the line feed is part of the entry, which has exactly 20 bytes.
        table.extend_from_slice(format!("{:010} 00000 n \n", file.len()).as_bytes());
        write!(file, "{} 0 obj\n{body}\nendobj\n", index + 1)?;
    }
    let (start, size) = (file.len(), bodies.len() + 1);
    write!(file, "xref\n0 {size}\n")?;
    file.extend_from_slice(&table);
    write!(
        file,
        "trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    )?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_letter_has_the_size_of_a_letter_and_its_table_points_at_its_objects() {
        let letter = String::from_utf8(made_up_letter().unwrap()).unwrap();
        assert!(
            (LETTER - 1_000..LETTER + 1_500).contains(&letter.len()),
            "{}",
            letter.len()
        );
        let table = letter.rsplit_once("xref\n0 6\n").unwrap().1;
        for number in 1..=5 {
            let entry = table.lines().nth(number).unwrap();
            let offset: usize = entry.split(' ').next().unwrap().parse().unwrap();
            assert!(
                letter[offset..].starts_with(&format!("{number} 0 obj")),
                "{entry}"
            );
        }
    }

    #[test]
    fn the_median_is_the_middle_one() {
        let times = [5, 1, 9].map(Duration::from_millis).to_vec();
        assert_eq!(median(times), Duration::from_millis(5));
    }
}
