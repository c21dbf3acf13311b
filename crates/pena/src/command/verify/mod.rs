//! `pena verify`: tells whether files are what they claim to be. Any file at all gets a report.

mod again;
mod args;
pub(super) mod material;
mod policy;
mod show;
mod source;

use std::{path::Path, sync::Arc};

use serde::Serialize;
use signing::{
    Access, UtcTime,
    source::ByteSource,
    validate::{
        self, Code, Evidence, Facts, Finding, Headline, Language, Policy, Report, Severity,
        particulars,
    },
};

use self::again::SecondReader;
use self::args::Lang;
pub use self::args::VerifyArgs;
use crate::{
    clock,
    exit::Exit,
    output::{self, Palette, Tone, harmless},
};

/// Checks every file and prints its report. A file that cannot be opened does not stop the others.
///
/// # Errors
/// When what to judge by cannot be read, or standard output is gone.
pub fn run(args: &VerifyArgs) -> anyhow::Result<Exit> {
    let mut policy = Policy::new(material::anchors("verify", &args.trust)?);
    for path in &args.policy {
        policy::add(&mut policy, path)?;
    }
    let judge = Judge {
        policy,
        evidence: material::evidence("verify", &args.crl)?,
        at: args.at.unwrap_or_else(clock::now),
        access: args.password.access()?,
        second: SecondReader::new(),
    };
    let palette = Palette::of_stdout();
    let (mut exit, mut without_anchor) = (Exit::Ok, false);
    for path in &args.files {
        let opened = source::open(path);
        let (facts, report) = match &opened {
            Ok(source) => judge.examine(source),
            Err(error) => {
                output::talk(&format!("error: {}: {error}", harmless(path.display())));
                (None, not_opened(error, judge.at))
            }
        };
        if let (Ok(source), Some(facts)) = (&opened, &facts) {
            args.show(path, &**source, facts, &report)?;
        }
        exit = exit.and(of(report.headline));
        without_anchor |= args.trust.is_empty()
            && args.policy.is_empty()
            && report.headline == Headline::Untrusted;
        if args.json {
            output::json(&Line {
                path: path.display().to_string(),
                report: &report,
            })?;
        } else if args.xml {
            let particulars = facts.map(|facts| particulars(&report, &facts));
            let xml = report.to_xml(&particulars.unwrap_or_default());
            output::line(xml.trim_end())?;
        } else if opened.is_ok() {
            print(path, &report, args.lang.into(), palette)?;
        }
    }
    if without_anchor {
        output::talk(
            "hint: no authority is trusted yet; name one whose certificate you have from a source you trust, \
             by --trust CA.pem",
        );
    }
    Ok(exit)
}

impl VerifyArgs {
    /// Writes what was asked for beside the report.
    fn show(
        &self,
        path: &Path,
        source: &dyn ByteSource,
        facts: &Facts,
        report: &Report,
    ) -> anyhow::Result<()> {
        let mut written = Vec::new();
        if let Some(folder) = &self.revisions {
            std::fs::create_dir_all(folder)?;
            written.extend(show::revisions(folder, path, source, facts)?);
        }
        if let Some(folder) = &self.pictures {
            std::fs::create_dir_all(folder)?;
            written.extend(show::pictures(folder, path, source, facts, report)?);
        }
        for target in written {
            output::talk(&format!("wrote {}", harmless(target.display())));
        }
        Ok(())
    }
}

/// What every file is judged by.
struct Judge {
    policy: Policy,
    evidence: Evidence,
    at: UtcTime,
    access: Access,
    second: SecondReader,
}

impl Judge {
    fn examine(&self, source: &Arc<dyn ByteSource>) -> (Option<Facts>, Report) {
        let access = self.access.clone();
        let (facts, report) =
            validate::examine(&**source, &self.evidence, &self.policy, self.at, access);
        (facts, self.second.read_again(report, source))
    }
}

/// One line of `--json`.
#[derive(Debug, Serialize)]
struct Line<'a> {
    path: String,
    #[serde(flatten)]
    report: &'a Report,
}

fn not_opened(error: &std::io::Error, at: UtcTime) -> Report {
    Report {
        headline: Headline::Unreadable,
        signatures: Vec::new(),
        findings: vec![Finding {
            code: Code::NotReadable,
            severity: Severity::Failure,
            detail: error.to_string(),
        }],
        judged_at: at,
    }
}

fn print(
    path: &Path,
    report: &Report,
    language: Language,
    palette: Palette,
) -> std::io::Result<()> {
    output::line(&harmless(path.display()))?;
    for (number, text) in report.lines(language).into_iter().enumerate() {
        let text = harmless(text);
        let shown = if number == 0 {
            palette.paint(tone(report.headline), &text)
        } else {
            text
        };
        output::line(&format!("  {shown}"))?;
    }
    for finding in &report.findings {
        print_finding(None, finding)?;
    }
    for signature in &report.signatures {
        for finding in &signature.findings {
            print_finding(Some(&signature.field), finding)?;
        }
    }
    // An empty line ends the report, so that many of them can be told apart.
    output::line("")
}

/// Findings are for whoever wants to know why; what is only good to know stays in the JSON.
fn print_finding(field: Option<&str>, finding: &Finding) -> std::io::Result<()> {
    let mark = match finding.severity {
        Severity::Info => return Ok(()),
        Severity::Warning => '!',
        Severity::Failure => 'x',
    };
    let detail = harmless(&finding.detail);
    match field {
        Some(field) => output::line(&format!("  {mark} {}: {detail}", harmless(field))),
        None => output::line(&format!("  {mark} {detail}")),
    }
}

fn of(headline: Headline) -> Exit {
    match headline {
        Headline::Intact => Exit::Ok,
        Headline::Changed | Headline::Invalid => Exit::Failed,
        Headline::Untrusted | Headline::Unsigned | Headline::Unreadable => Exit::CannotTell,
    }
}

fn tone(headline: Headline) -> Tone {
    match of(headline) {
        Exit::Ok => Tone::Good,
        Exit::Failed | Exit::Usage => Tone::Bad,
        Exit::CannotTell => Tone::Unsure,
    }
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::Id => Self::Id,
            Lang::En => Self::En,
        }
    }
}
