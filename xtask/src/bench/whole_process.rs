//! Whole processes, from start to exit: how long the program takes over a letter beside pdfsig, and over large files
//! beside reading, hashing and writing them, in one run, round by round; and how much memory it takes at most.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use cargo_metadata::MetadataCommand;
use ring::digest::{Context as Hash, SHA256};

use crate::process::{cargo, is_on_path, must, output, root};

/// Odd, so that there is a middle one.
const ROUNDS: usize = 21;

/// Bytes of the letter, about what one typeset page with its fonts takes.
const LETTER: usize = 57_000;

/// Of large files fewer rounds will do.
const LARGE_ROUNDS: usize = 5;
const LARGE: [(&str, usize); 2] = [("50 MB", 50_000_000), ("250 MB", 250_000_000)];

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
    for tool in ["pdfsig", "openssl", "time"] {
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

    work.write("letter", LETTER)?;
    let (mut sign, mut verify, mut pdfsig) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        sign.push(time(&mut work.sign("letter"))?);
        verify.push(time(&mut work.verify("letter"))?);
        pdfsig.push(time(&mut work.pdfsig("letter"))?);
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
    work.tell_memory("letter")?;
    hundredth(&work)?;
    for (name, size) in LARGE {
        large(&work, name, size)?;
    }
    Ok(())
}

/// The hundredth signature on a letter beside the second, each less what hashing its file takes.
fn hundredth(work: &Work) -> Result<()> {
    std::fs::copy(work.signed("letter"), work.pdf("second"))?;
    std::fs::copy(work.signed("letter"), work.pdf("hundredth"))?;
    for _ in 2..100 {
        time(&mut work.sign("hundredth"))?;
        std::fs::rename(work.signed("hundredth"), work.pdf("hundredth"))?;
    }
    let (mut second, mut hundredth) = (vec![], vec![]);
    for _ in 0..ROUNDS {
        for (name, times) in [("second", &mut second), ("hundredth", &mut hundredth)] {
            let whole = time(&mut work.sign(name))?;
            let start = Instant::now();
            hash(&work.pdf(name), None)?;
            times.push(whole.saturating_sub(start.elapsed()));
        }
    }
    let (second, hundredth) = (median(second), median(hundredth));
    println!(
        "2nd signature {:.1} ms, 100th {:.1} ms, hashing left out = {:.2} times (goal: at most 1.3)",
        milliseconds(second),
        milliseconds(hundredth),
        hundredth.as_secs_f64() / second.as_secs_f64()
    );
    Ok(())
}

/// A large file beside what nobody can leave out: to sign, reading, hashing and writing it; to verify, reading and hashing.
fn large(work: &Work, name: &str, size: usize) -> Result<()> {
    work.write(name, size)?;
    let (mut sign, mut verify, mut copy, mut read) = (vec![], vec![], vec![], vec![]);
    for _ in 0..LARGE_ROUNDS {
        let start = Instant::now();
        hash(&work.pdf(name), Some(&work.file("copy")))?;
        copy.push(start.elapsed());
        sign.push(time(&mut work.sign(name))?);
        let start = Instant::now();
        hash(&work.signed(name), None)?;
        read.push(start.elapsed());
        verify.push(time(&mut work.verify(name))?);
    }
    for (what, times, least, goal) in [
        ("pena signs", sign, copy, 1.5),
        ("pena verifies", verify, read, 1.3),
    ] {
        let (time, least) = (median(times), median(least));
        let ratio = time.as_secs_f64() / least.as_secs_f64();
        println!(
            "{name}: {what} in {:.0} ms, {ratio:.2} times the {:.0} ms of the bytes alone (goal: at most {goal})",
            milliseconds(time),
            milliseconds(least)
        );
    }
    work.tell_memory(name)
}

/// Reads a file once in order, hashes it, and writes it where asked to.
fn hash(from: &Path, to: Option<&Path>) -> Result<()> {
    let mut from = File::open(from)?;
    let mut to = to.map(File::create).transpose()?;
    let mut hash = Hash::new(&SHA256);
    let mut buffer = vec![0; 256 * 1024];
    loop {
        let count = from.read(&mut buffer)?;
        let Some(part) = buffer.get(..count).filter(|part| !part.is_empty()) else {
            break;
        };
        hash.update(part);
        if let Some(to) = &mut to {
            to.write_all(part)?;
        }
    }
    std::hint::black_box(hash.finish());
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
        std::fs::write(work.file("passphrase"), PASSPHRASE)?;
        std::fs::write(work.file("signer.cnf"), SIGNER_EXTENSIONS)?;
        for line in MAKE_KEYS {
            output(
                Command::new("openssl")
                    .current_dir(&work.folder)
                    .args(line.split(' ')),
            )?;
        }
        Ok(work)
    }

    /// Makes a document of about so many bytes.
    fn write(&self, name: &str, size: usize) -> Result<()> {
        Ok(std::fs::write(self.pdf(name), made_up_letter(size)?)?)
    }

    fn sign(&self, name: &str) -> Command {
        let mut command = Command::new(&self.program);
        command
            .current_dir(&self.folder)
            .arg("sign")
            .arg(self.pdf(name))
            .arg("-o")
            .arg(self.signed(name))
            .args(["--p12", "key.p12", "--passphrase-file", "passphrase"]);
        command
    }

    fn verify(&self, name: &str) -> Command {
        let mut command = Command::new(&self.program);
        command
            .current_dir(&self.folder)
            .arg("verify")
            .arg(self.signed(name))
            .args(["--trust", "root.pem", "--offline"]);
        command
    }

    fn pdfsig(&self, name: &str) -> Command {
        let mut command = Command::new("pdfsig");
        command.arg("-no-ocsp").arg(self.signed(name));
        command
    }

    /// Says how much memory signing and verifying take at most.
    fn tell_memory(&self, name: &str) -> Result<()> {
        for (what, command) in [("signs", self.sign(name)), ("verifies", self.verify(name))] {
            let peak = self.peak(&command)?;
            println!("{name}: pena {what} in {peak:.1} MiB at most (goal: at most 24 MiB)");
        }
        Ok(())
    }

    /// MiB that a command holds at most. Asked of `time`, since a child that is started from here begins with our own size.
    fn peak(&self, command: &Command) -> Result<f64> {
        let told = self.file("peak");
        output(
            Command::new("time")
                .current_dir(&self.folder)
                .args(["--format", "%M", "--output"])
                .arg(&told)
                .arg(command.get_program())
                .args(command.get_args()),
        )?;
        let kibibytes: f64 = std::fs::read_to_string(told)?.trim().parse()?;
        Ok(kibibytes / 1024.0)
    }

    fn pdf(&self, name: &str) -> PathBuf {
        self.file(&format!("{name}.pdf"))
    }

    fn signed(&self, name: &str) -> PathBuf {
        self.file(&format!("{name}-signed.pdf"))
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
fn made_up_letter(size: usize) -> Result<Vec<u8>> {
    let line = "BT /F1 11 Tf 72 720 Td (Dengan hormat) Tj ET\n";
    let content = line.repeat(size / line.len());
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
        let letter = String::from_utf8(made_up_letter(LETTER).unwrap()).unwrap();
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
