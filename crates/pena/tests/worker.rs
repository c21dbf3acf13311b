//! The program as the children of a pool: the same promises as a worker in the same process, and
//! bytes that mean harm.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use signing::source::{ByteSource, SourceError};
use signing::validate::{Code, Evidence, Policy};
use worker::{ChildPool, FileSource, ForPublic, Mark, PdfWorker, PoolSettings, WorkerError};

#[path = "../../worker/tests/promises/mod.rs"]
mod promises;

fn settings() -> PoolSettings {
    PoolSettings::new(env!("CARGO_BIN_EXE_pena"), 2)
}

static POOL: LazyLock<ChildPool> = LazyLock::new(|| ChildPool::new(&settings()));

#[test]
fn a_child_gives_up_what_it_will_not_need_and_the_kernel_agrees() {
    assert_eq!(POOL.probe().unwrap(), Vec::<String>::new());
}

#[test]
fn a_letter_is_set_signed_and_found_intact_by_children() {
    promises::a_letter_is_set_signed_and_found_intact_over_a_wire(&*POOL);
}

#[test]
fn words_are_found_and_a_block_is_drawn_over_them_by_children() {
    promises::words_are_found_and_a_block_is_drawn_over_them(&*POOL);
}

#[test]
fn a_signature_is_not_embedded_into_another_document() {
    promises::a_signature_is_not_embedded_into_another_document(&*POOL);
}

#[test]
fn what_a_document_forbids_is_told_apart() {
    promises::what_a_document_forbids_is_told_apart(&*POOL);
}

#[test]
fn what_cannot_be_done_as_asked_is_refused_with_its_reason() {
    promises::what_cannot_be_done_as_asked_is_refused_with_its_reason(&*POOL);
}

#[test]
fn a_letter_beyond_its_limits_is_named_so() {
    promises::a_letter_beyond_its_limits_is_named_so(&*POOL);
}

#[test]
fn bytes_that_are_no_pdf_are_unreadable_to_every_task() {
    promises::bytes_that_are_no_pdf_are_unreadable_to_every_task(&*POOL);
}

#[test]
fn a_failing_medium_and_a_defect_are_the_workers_fault_and_kept_in_words() {
    promises::a_failing_medium_and_a_defect_are_the_workers_fault_and_kept_in_words(&*POOL);
}

/// A document whose medium does something the first time it is asked.
struct Acting<F>(F);

impl<F: Fn() + Send + Sync> ByteSource for Acting<F> {
    fn len(&self) -> u64 {
        1_000
    }

    fn read_at(&self, _: u64, buf: &mut [u8]) -> Result<(), SourceError> {
        self.0();
        buf.fill(b' ');
        Ok(())
    }
}

fn nothing() -> Arc<dyn ByteSource> {
    Arc::new(Vec::new())
}

fn unreadable<T>(outcome: &Result<T, WorkerError>) -> bool {
    matches!(outcome, Err(WorkerError::Unreadable { .. }))
}

#[test]
fn a_child_that_dies_takes_its_task_with_it_and_no_other() {
    let pool = Arc::new(ChildPool::new(&settings()));
    let victim = Arc::clone(&pool);
    let kill = move || {
        for id in victim.processes() {
            let id = rustix::process::Pid::from_raw(i32::try_from(id).unwrap()).unwrap();
            rustix::process::kill_process(id, rustix::process::Signal::KILL).unwrap();
        }
    };
    let error = pool.inspect(Arc::new(Acting(kill))).unwrap_err();
    assert!(matches!(error, WorkerError::Limit { .. }), "{error:?}");
    assert!(unreadable(&pool.inspect(nothing())));
}

#[test]
fn a_child_that_died_while_it_waited_costs_nobody_anything() {
    let pool = ChildPool::new(&settings());
    assert!(unreadable(&pool.inspect(nothing())));
    let [id] = pool.processes()[..] else {
        panic!("{:?}", pool.processes());
    };
    let id = rustix::process::Pid::from_raw(i32::try_from(id).unwrap()).unwrap();
    rustix::process::kill_process(id, rustix::process::Signal::KILL).unwrap();
    std::thread::sleep(Duration::from_millis(100));
    assert!(unreadable(&pool.inspect(nothing())));
}

#[test]
fn a_task_that_takes_too_long_is_ended_and_named_so() {
    let mut settings = settings();
    settings.office.time = Duration::from_millis(500);
    let pool = ChildPool::new(&settings);
    let slow = Acting(|| std::thread::sleep(Duration::from_millis(700)));
    let error = pool.inspect(Arc::new(slow)).unwrap_err();
    let WorkerError::Limit { reason } = error else {
        panic!("{error:?}");
    };
    assert!(reason.contains("500 ms"), "{reason}");
    assert!(pool.processes().is_empty());
}

#[test]
fn a_full_queue_of_strangers_is_told_to_come_back_and_the_office_goes_on() {
    let mut settings = settings();
    settings.public.children = 1;
    settings.public.queue = 0;
    settings.public.time = Duration::from_mins(1);
    let pool = Arc::new(ChildPool::new(&settings));
    let public = ForPublic(pool.clone());
    let (entered, has_entered) = std::sync::mpsc::channel();
    let (release, released) = std::sync::mpsc::channel::<()>();
    let released = std::sync::Mutex::new(released);
    std::thread::scope(|threads| {
        let held = threads.spawn(|| {
            let source = Acting(move || {
                entered.send(()).unwrap();
                let _told = released.lock().unwrap().recv();
            });
            ForPublic(pool.clone()).inspect(Arc::new(source))
        });
        has_entered.recv_timeout(Duration::from_secs(30)).unwrap();
        assert_eq!(public.inspect(nothing()).unwrap_err(), WorkerError::Busy);
        assert!(unreadable(&pool.inspect(nothing())));
        release.send(()).unwrap();
        assert!(unreadable(&held.join().unwrap()));
    });
    assert!(unreadable(&public.inspect(nothing())));
}

#[test]
fn children_without_work_end() {
    let mut settings = settings();
    settings.idle = Duration::from_millis(400);
    let pool = ChildPool::new(&settings);
    assert!(unreadable(&pool.inspect(nothing())));
    assert_eq!(pool.processes().len(), 1);
    let until = Instant::now() + Duration::from_secs(30);
    while !pool.processes().is_empty() {
        assert!(Instant::now() < until, "the child is still there");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A file that is nothing but these objects; readers look for them, as there is no table.
fn file(objects: &[String]) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    for (number, object) in (1..).zip(objects) {
        file.extend_from_slice(format!("{number} 0 obj\n{object}\nendobj\n").as_bytes());
    }
    let size = objects.len() + 1;
    file.extend_from_slice(format!("trailer\n<< /Root 1 0 R /Size {size} >>\n%%EOF\n").as_bytes());
    file
}

fn page_with(content: &str, extra: &[String]) -> Vec<u8> {
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Resources << /XObject << /X 5 0 R >> >> >>"
            .to_owned(),
        format!(
            "<< /Length {} >>\nstream\n{content}\nendstream",
            content.len()
        ),
    ];
    objects.extend_from_slice(extra);
    file(&objects)
}

fn form(content: &str) -> String {
    format!(
        "<< /Type /XObject /Subtype /Form /BBox [0 0 595 842] \
         /Resources << /XObject << /X 5 0 R /Y 6 0 R >> >> /Length {} >>\nstream\n{content}\nendstream",
        content.len()
    )
}

/// Files that mean harm, each named by how.
fn bombs() -> Vec<(&'static str, Vec<u8>)> {
    let pages = |kids: &str| {
        file(&[
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            format!("<< /Type /Pages /Kids [{kids}] /Count 1000000000 >>"),
            "<< /Type /Pages /Parent 2 0 R /Kids [2 0 R 3 0 R] /Count 1000000000 >>".to_owned(),
        ])
    };
    let nested = |open: &str, close: &str| {
        let deep = 300_000;
        page_with(&format!("{}{}", open.repeat(deep), close.repeat(deep)), &[])
    };
    let mut loop_of_tables = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n".to_vec();
    let at = loop_of_tables.len();
    loop_of_tables.extend_from_slice(
        format!("xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Root 1 0 R /Size 2 /Prev {at} >>\nstartxref\n{at}\n%%EOF\n")
            .as_bytes(),
    );
    vec![
        ("pages that are their own children", pages("2 0 R 3 0 R")),
        ("arrays in arrays", nested("[", "]")),
        ("dictionaries in dictionaries", nested("<</A ", ">>")),
        ("saved states in saved states", nested("q ", "Q ")),
        ("tables that follow each other in a ring", loop_of_tables),
        (
            "a form that draws itself",
            page_with("/X Do", &[form("/X Do /X Do /X Do")]),
        ),
        (
            "two forms that draw each other again and again",
            page_with(
                "/X Do",
                &[
                    form(&"/Y Do ".repeat(1_000)),
                    form(&"/X Do ".repeat(1_000)),
                ],
            ),
        ),
        (
            "a million strokes across the page",
            page_with(&"0 0 m 595 842 l S 595 0 m 0 842 l S ".repeat(500_000), &[]),
        ),
        (
            "a picture of a billion pixels",
            page_with(
                "600 0 0 800 0 0 cm /X Do",
                &["<< /Type /XObject /Subtype /Image /Width 60000 /Height 60000 /ColorSpace /DeviceRGB \
                   /BitsPerComponent 8 /Length 0 >>\nstream\n\nendstream"
                    .to_owned()],
            ),
        ),
        ("a deflated billion of zeros", deflated_zeros()),
    ]
}

/// One gigabyte of zeros, deflated, and deflated once more.
fn deflated_zeros() -> Vec<u8> {
    let mut stream = zlib_of_zeros();
    let mut file = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n\
        2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n\
        3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>\nendobj\n"
        .to_vec();
    file.extend_from_slice(
        format!(
            "4 0 obj\n<< /Length {} /Filter /FlateDecode >>\nstream\n",
            stream.len()
        )
        .as_bytes(),
    );
    file.append(&mut stream);
    file.extend_from_slice(b"\nendstream\nendobj\ntrailer\n<< /Root 1 0 R /Size 5 >>\n%%EOF\n");
    file
}

fn zlib_of_zeros() -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    let zeros = vec![b' '; 1 << 20];
    for _ in 0..1024 {
        encoder.write_all(&zeros).unwrap();
    }
    encoder.finish().unwrap()
}

fn harmless(outcome: &Result<impl Sized, WorkerError>) -> bool {
    !matches!(outcome, Err(WorkerError::Broken { .. }))
}

#[test]
fn a_bomb_costs_its_sender_an_answer_within_five_seconds_and_nobody_else_anything() {
    let pool = Arc::new(ChildPool::new(&settings()));
    let public = ForPublic(pool.clone());
    for (name, bytes) in bombs() {
        let document: Arc<dyn ByteSource> = Arc::new(bytes);
        let began = Instant::now();
        let picture = public.render(document.clone(), 0, 1_000, None);
        let drawn = began.elapsed();
        let began = Instant::now();
        let report = public.validate(
            document.clone(),
            Evidence::new(),
            Policy::default(),
            promises::AT,
        );
        let judged = began.elapsed();
        eprintln!(
            "{name}: picture {drawn:?} {:?}; report {judged:?} {:?}",
            picture.as_ref().map(|image| image.height),
            report.as_ref().map(|report| report.headline),
        );
        assert!(
            drawn < ANSWERED && judged < ANSWERED,
            "{name}: {drawn:?} {judged:?}"
        );
        assert!(harmless(&picture), "{name}: {picture:?}");
        assert!(harmless(&report), "{name}: {report:?}");
    }
    assert!(public.inspect(Arc::new(page_with("", &[]))).is_ok());
}

#[test]
fn a_file_that_only_the_second_reader_chokes_on_is_judged_all_the_same() {
    let signer = promises::signer();
    let document: Arc<dyn ByteSource> = Arc::new(bomb_behind(promises::signed_by(&*POOL, &signer)));
    let public = ForPublic(Arc::new(ChildPool::new(&settings())));
    let policy = promises::policy(&signer);
    let judged = public
        .validate(document.clone(), Evidence::new(), policy, promises::AT)
        .unwrap();
    assert!(judged.wants_second_reading(), "{judged:#?}");
    let began = Instant::now();
    let report = public.read_again(judged.clone(), document);
    assert!(began.elapsed() < ANSWERED, "{:?}", began.elapsed());
    assert_eq!(report.signatures, judged.signatures);
    assert_eq!(report.headline, judged.headline);
    let not_made = report
        .findings
        .iter()
        .find(|finding| finding.code == Code::SecondReadingNotMade);
    let why = &not_made.unwrap().detail;
    assert!(why.contains("over the limit"), "{why}");
}

/// Behind a signed file, a revision whose table says of 4,000 objects that they stand where one stream of objects does, which
/// inflates to just what is allowed.
fn bomb_behind(mut file: Vec<u8>) -> Vec<u8> {
    use std::io::Write as _;
    let text = String::from_utf8_lossy(&file).into_owned();
    let between = |from: &str, to: &str| {
        let rest = text.rsplit(from).next().unwrap();
        rest.split(to).next().unwrap().trim().to_owned()
    };
    let (root, previous) = (between("/Root", "R"), between("startxref", "%%EOF"));
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(&vec![b' '; 15 << 20]).unwrap();
    let data = encoder.finish().unwrap();
    let place = file.len();
    let head = format!(
        "5000 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length {} >>\nstream\n",
        data.len()
    );
    file.extend_from_slice(head.as_bytes());
    file.extend_from_slice(&data);
    file.extend_from_slice(b"\nendstream\nendobj\n");
    let start = file.len();
    let entries = format!("{place:010} 00000 n \n").repeat(4_000);
    let end = format!(
        "xref\n5000 4000\n{entries}trailer\n<< /Size 9000 /Root {root} R /Prev {previous} >>\nstartxref\n{start}\n%%EOF\n"
    );
    file.extend_from_slice(end.as_bytes());
    file
}

/// What a stranger waits for at most (reliability F19).
const ANSWERED: Duration = Duration::from_secs(5);

#[test]
fn every_hostile_file_of_the_corpus_is_answered_in_time_and_the_pool_goes_on() {
    let default = "../../../shared/corpus";
    let folder =
        std::env::var_os("PENA_CORPUS").map_or_else(|| default.into(), std::path::PathBuf::from);
    let Ok(folders) = std::fs::read_dir(&folder) else {
        assert!(
            std::env::var_os("CI").is_none(),
            "there is no corpus; name it in PENA_CORPUS"
        );
        eprintln!("left out: there is no corpus");
        return;
    };
    let pool = Arc::new(ChildPool::new(&settings()));
    let public = ForPublic(pool);
    let mut count = 0;
    for folder in folders {
        let folder = folder.unwrap().path();
        let name = folder
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if !HOSTILE.contains(&name.as_str()) {
            continue;
        }
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "pdf") {
                continue;
            }
            count += 1;
            let document: Arc<dyn ByteSource> = Arc::new(FileSource::open(&path).unwrap());
            let began = Instant::now();
            let report = public.validate(
                document.clone(),
                Evidence::new(),
                Policy::default(),
                promises::AT,
            );
            let judged = began.elapsed();
            let picture = public.render(document, 0, 200, Some(Mark::Unsigned));
            let both = began.elapsed();
            assert!(
                both < 2 * ANSWERED && judged < ANSWERED,
                "{path:?}: {judged:?} {both:?}"
            );
            assert!(report.is_ok(), "{path:?}: {report:?}");
            assert!(harmless(&picture), "{path:?}: {picture:?}");
        }
    }
    assert!(count > 50, "{count}");
}

/// Attacks, and files that are damaged, locked or written in ways that few readers expect.
const HOSTILE: [&str; 5] = [
    "A-attack",
    "B-tampered-malformed",
    "F-encrypted",
    "U-broken",
    "U-hybrid",
];
