//! Steps with headings, times and a table at the end.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// What a run does once a step has failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnFailure {
    /// The later steps are not run: the first failure is known soonest.
    Stop,
    /// All steps run, so that one run shows every failure.
    KeepGoing,
}

/// What came of one step.
#[derive(Debug)]
enum Outcome {
    Passed { note: String },
    Failed,
    NotRun,
}

/// One step's line in the table.
#[derive(Debug)]
struct Line {
    name: &'static str,
    outcome: Outcome,
    took: Duration,
}

/// The steps run so far.
#[derive(Debug)]
pub struct Steps {
    on_failure: OnFailure,
    lines: Vec<Line>,
}

impl Steps {
    /// No step run yet.
    pub fn new(on_failure: OnFailure) -> Self {
        Self {
            on_failure,
            lines: Vec::new(),
        }
    }

    /// Runs one step under its heading, unless an earlier failure ended the run. The step returns
    /// a note for the table, which may be empty.
    pub fn run(&mut self, name: &'static str, work: impl FnOnce() -> Result<String>) {
        if self.on_failure == OnFailure::Stop && self.has_failed() {
            self.lines.push(Line {
                name,
                outcome: Outcome::NotRun,
                took: Duration::ZERO,
            });
            return;
        }
        println!("\n== {name}");
        let start = Instant::now();
        let outcome = match work() {
            Ok(note) => Outcome::Passed { note },
            Err(error) => {
                eprintln!("{name}: {error:#}");
                Outcome::Failed
            }
        };
        self.lines.push(Line {
            name,
            outcome,
            took: start.elapsed(),
        });
    }

    /// Prints the table.
    ///
    /// # Errors
    ///
    /// When a step failed; the error names it.
    pub fn finish(self) -> Result<()> {
        println!("\n{}", self.table());
        let failed: Vec<&str> = self
            .lines
            .iter()
            .filter(|line| matches!(line.outcome, Outcome::Failed))
            .map(|line| line.name)
            .collect();
        if !failed.is_empty() {
            bail!("failed: {}", failed.join(", "));
        }
        Ok(())
    }

    fn has_failed(&self) -> bool {
        self.lines
            .iter()
            .any(|line| matches!(line.outcome, Outcome::Failed))
    }

    fn table(&self) -> String {
        let mut rows = vec![format!("{:<12} {:<8} {:>8}", "step", "result", "time")];
        for line in &self.lines {
            let (word, note) = match &line.outcome {
                Outcome::Passed { note } => ("ok", note.as_str()),
                Outcome::Failed => ("FAILED", ""),
                Outcome::NotRun => ("not run", ""),
            };
            let time = clock(line.took);
            rows.push(
                format!("{:<12} {word:<8} {time:>8}  {note}", line.name)
                    .trim_end()
                    .into(),
            );
        }
        rows.push(format!(
            "{:<12} {:<8} {:>8}",
            "",
            "",
            clock(self.lines.iter().map(|l| l.took).sum())
        ));
        rows.join("\n")
    }
}

fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds < 60 {
        return format!("{:.1} s", time.as_secs_f64());
    }
    format!("{}:{:02} min", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_failure_the_later_steps_are_not_run_and_the_end_names_the_failed_one() {
        let mut steps = Steps::new(OnFailure::Stop);
        steps.run("first", || Ok("3 things".into()));
        steps.run("second", || bail!("no"));
        steps.run("third", || panic!("must not run"));
        let table = steps.table();
        assert!(
            table.contains("first        ok") && table.contains("3 things"),
            "{table}"
        );
        assert!(table.contains("third        not run"), "{table}");
        assert_eq!(steps.finish().unwrap_err().to_string(), "failed: second");
    }

    #[test]
    fn a_run_that_keeps_going_shows_every_failure() {
        let mut steps = Steps::new(OnFailure::KeepGoing);
        steps.run("first", || bail!("no"));
        steps.run("second", || Ok(String::new()));
        steps.run("third", || bail!("neither"));
        assert_eq!(
            steps.finish().unwrap_err().to_string(),
            "failed: first, third"
        );
    }

    #[test]
    fn times_read_as_seconds_below_a_minute_and_minutes_above() {
        assert_eq!(clock(Duration::from_millis(1_240)), "1.2 s");
        assert_eq!(clock(Duration::from_secs(725)), "12:05 min");
    }
}
