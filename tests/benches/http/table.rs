//! The figures beside their goals.

use std::fmt::Display;

/// Rows as they are found.
#[derive(Debug, Default)]
pub struct Table {
    missed: Vec<String>,
}

/// What a figure is held to.
#[derive(Debug, Clone, Copy)]
pub enum Goal {
    /// At least this.
    Least(f64),
    /// At most this.
    Most(f64),
    /// Nothing: it explains another one.
    None,
}

impl Table {
    /// Prints a figure with its goal.
    pub fn row(&mut self, what: &str, figure: f64, unit: &str, goal: Goal) {
        let (goal, met) = match goal {
            Goal::Least(least) => (format!(">= {least} {unit}"), Some(figure >= least)),
            Goal::Most(most) => (format!("<= {most} {unit}"), Some(figure <= most)),
            Goal::None => (String::new(), None),
        };
        let verdict = match met {
            Some(true) => "met",
            Some(false) => "MISSED",
            None => "",
        };
        println!("{what:<58} {figure:>10.1} {unit:<6} {goal:<14} {verdict}");
        if met == Some(false) {
            self.missed.push(what.to_owned());
        }
    }

    /// Prints a line about what is measured next.
    #[expect(
        clippy::unused_self,
        reason = "a heading belongs to the table it stands in"
    )]
    pub fn heading(&self, text: impl Display) {
        println!("\n{text}");
    }

    /// The names of the figures that missed their goal.
    pub fn missed(&self) -> &[String] {
        &self.missed
    }
}
