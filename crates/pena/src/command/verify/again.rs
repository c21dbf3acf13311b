//! The second reading of a file: in a child, because what reads there was not made for files of strangers and may end its
//! process.

use std::sync::Arc;

use signing::{
    source::ByteSource,
    validate::{Report, SecondReading},
};
use worker::{ChildPool, PdfWorker, PoolSettings};

/// Starts its child with the first file that wants one.
pub struct SecondReader(std::io::Result<ChildPool>);

impl SecondReader {
    pub fn new() -> Self {
        let program = std::env::current_exe();
        Self(program.map(|program| ChildPool::new(&PoolSettings::new(program, 1))))
    }

    /// The report with the answer of the second reader, or with why there is none.
    pub fn read_again(&self, report: Report, source: &Arc<dyn ByteSource>) -> Report {
        match &self.0 {
            Ok(pool) => pool.read_again(report, Arc::clone(source)),
            Err(error) => report.with_second_reading(SecondReading::NotMade {
                why: format!("the program cannot find itself: {error}"),
            }),
        }
    }
}
