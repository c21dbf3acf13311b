//! What both benches measure with: rates, and files of many objects or many bytes.

use std::fmt::Write as _;
use std::hint::black_box;
use std::io::Write as _;
use std::time::Duration;

use flate2::{Compression, write::ZlibEncoder};
use signing::x509::digest::Digest;

const ROUND: Duration = Duration::from_secs(2);
/// Runs between two looks at the clock, which takes as long as a tenth of the quickest of them.
const BATCH: u32 = 16;

/// Runs per second of processor time, the better of two rounds after a warm-up.
pub fn rate(mut run: impl FnMut()) -> f64 {
    run();
    let mut best = 0.0_f64;
    for _ in 0..2 {
        let begun = processor_time();
        let mut runs = 0_u32;
        while processor_time().saturating_sub(begun) < ROUND {
            for _ in 0..BATCH {
                run();
            }
            runs += BATCH;
        }
        best = best.max(f64::from(runs) / processor_time().saturating_sub(begun).as_secs_f64());
    }
    best
}

/// What this process has used, so that whatever else the machine does hardly counts (Linux: the first number, in
/// nanoseconds).
fn processor_time() -> Duration {
    let told = std::fs::read_to_string("/proc/self/schedstat").unwrap();
    let used = told.split(' ').next().unwrap();
    Duration::from_nanos(used.parse().unwrap())
}

/// Milliseconds of one run.
pub fn milliseconds(run: impl FnMut()) -> f64 {
    1000.0 / rate(run)
}

/// Milliseconds of hashing a file once by SHA-256.
pub fn hashing(file: &[u8]) -> f64 {
    milliseconds(|| {
        black_box(Digest::Sha256.of(black_box(file)));
    })
}

/// A page, and this many small objects in object streams of a hundred each, all of them referred to from the catalog.
pub fn many_objects(count: usize) -> Vec<u8> {
    const FIRST: usize = 6;
    const EACH: usize = 100;
    let numbers = FIRST..FIRST + count;
    let all: Vec<String> = numbers
        .clone()
        .map(|number| format!("{number} 0 R"))
        .collect();
    let mut file = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut rows = vec![(0_u8, 0_usize, 65_535_usize)];
    let plain = [
        "<< /Type /Catalog /Pages 2 0 R /PieceInfo << /Bench 5 0 R >> >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << >> >>"
            .to_owned(),
        "<< /Length 9 >>\nstream\n0 0 m S q\nendstream".to_owned(),
        format!(
            "<< /LastModified (D:20260101000000Z) /Private [{}] >>",
            all.join(" ")
        ),
    ];
    for (at, body) in plain.iter().enumerate() {
        rows.push((1, file.len(), 0));
        write!(file, "{} 0 obj\n{body}\nendobj\n", at + 1).unwrap();
    }
    let mut streams = Vec::new();
    for (at, group) in numbers.clone().collect::<Vec<_>>().chunks(EACH).enumerate() {
        let (mut head, mut bodies) = (String::new(), String::new());
        for (index, number) in group.iter().enumerate() {
            write!(head, "{number} {} ", bodies.len()).unwrap();
            writeln!(
                bodies,
                "<< /Id {number} /Label (node {number}) /Next {} /Box [0 {number} 10 {}] >>",
                number + 1,
                number + 10
            )
            .unwrap();
            rows.push((2, numbers.end + at, index));
        }
        let dictionary = format!("/Type /ObjStm /N {} /First {}", group.len(), head.len());
        streams.push((dictionary, head + &bodies));
    }
    for (at, (dictionary, data)) in streams.iter().enumerate() {
        rows.push((1, file.len(), 0));
        add_stream(&mut file, numbers.end + at, dictionary, data.as_bytes());
    }
    let own = numbers.end + streams.len();
    rows.push((1, file.len(), 0));
    let data: Vec<u8> = rows
        .iter()
        .flat_map(|(kind, second, third)| {
            let (second, third) = (second.to_be_bytes(), third.to_be_bytes());
            [&[*kind][..], &second[4..], &third[6..]].concat()
        })
        .collect();
    let start = file.len();
    let dictionary = format!("/Type /XRef /Size {} /Root 1 0 R /W [1 4 2]", own + 1);
    add_stream(&mut file, own, &dictionary, &data);
    write!(file, "startxref\n{start}\n%%EOF\n").unwrap();
    file
}

fn add_stream(file: &mut Vec<u8>, number: usize, dictionary: &str, data: &[u8]) {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
    packed.write_all(data).unwrap();
    let packed = packed.finish().unwrap();
    let length = packed.len();
    write!(
        file,
        "{number} 0 obj\n<< {dictionary} /Filter /FlateDecode /Length {length} >>\nstream\n"
    )
    .unwrap();
    file.extend_from_slice(&packed);
    file.extend_from_slice(b"\nendstream\nendobj\n");
}
