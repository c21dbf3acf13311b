//! What a use case's refusal means to whoever asked.

use flow::refusal::Who;
use flow::time::Timestamp;
use service::identity::oidc::OidcError;
use service::key::KeyProblem;
use service::{ServiceError, WorkerError};

use super::{Problem, ProblemKind, refusal};

impl From<ServiceError> for Problem {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the enum is non-exhaustive; what is not told apart here is ours to repair"
    )]
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Refused(why) => refused(refusal::letter(why), why.who()),
            ServiceError::Agenda(why) => refused(refusal::agenda(why), why.who()),
            ServiceError::Register(why) => refused(refusal::register(why), why.who()),
            ServiceError::NotFound { .. } => Self::not_found(),
            ServiceError::NoteMissing => Self::invalid("note").because("refusal-note-missing", &[]),
            ServiceError::Content(why) => {
                let (rule, field) = refusal::content(&why);
                Self::invalid(field)
                    .with("rule", rule)
                    .because(format!("refusal-{rule}"), &[])
            }
            ServiceError::Occupied { .. } => refused("occupied", Who::Admin),
            ServiceError::NoKey(_) => Self::new(ProblemKind::NoKey),
            ServiceError::WrongPassphrase(_) => Self::new(ProblemKind::WrongPassphrase),
            ServiceError::KeyPlace(problem) => key(&problem),
            ServiceError::WeakPassphrase(least) => Self::new(ProblemKind::Weak)
                .because("problem-weak-detail", &[("least", &least.to_string())]),
            ServiceError::Busy(_) => Self::new(ProblemKind::Busy).retry_after(5),
            ServiceError::AwaitingTimestamp(_) => Self::new(ProblemKind::AwaitingTimestamp),
            ServiceError::NotActivated(_) => Self::new(ProblemKind::NotActivated),
            ServiceError::LoginFailed => Self::new(ProblemKind::LoginFailed),
            ServiceError::LoginWait { until } | ServiceError::Wait { until, .. } => {
                too_often(until)
            }
            ServiceError::SecondFactor => Self::new(ProblemKind::SecondFactor),
            ServiceError::Forbidden { what } => {
                Self::new(ProblemKind::Forbidden).with("action", what)
            }
            ServiceError::Stepup => Self::new(ProblemKind::StepUp),
            ServiceError::Precondition { present } => {
                Self::new(ProblemKind::Precondition).with("version", present)
            }
            ServiceError::Frozen { .. } => Self::new(ProblemKind::Frozen),
            ServiceError::Oidc(why) => institution(&why),
            ServiceError::Address(_) => refused("address", Who::Admin),
            ServiceError::Impossible { rule } => refused(rule, Who::You),
            ServiceError::Taken { what } => refused("taken", Who::You).with("field", what),
            ServiceError::Invalid { what } => {
                Self::invalid(what).because("problem-field-detail", &[("field", what)])
            }
            ServiceError::Worker(WorkerError::Busy) => {
                Self::new(ProblemKind::Unavailable).retry_after(5)
            }
            ServiceError::Worker(WorkerError::Forbidden { by, reason }) => {
                refused("document-forbids", Who::Drafter)
                    .with("by", by.word())
                    .with("reason", reason)
                    .because(format!("refusal-document-forbids-{}", by.word()), &[])
            }
            ServiceError::Worker(
                WorkerError::Refused { .. }
                | WorkerError::Unreadable { .. }
                | WorkerError::Limit { .. },
            ) => refused("document-unusable", Who::Drafter).because("problem-document-detail", &[]),
            other => internal(&other),
        }
    }
}

/// Logged with what the token or service said; the answer says it in words of ours.
fn key(problem: &KeyProblem) -> Problem {
    tracing::warn!(%problem, "an official's key was not used");
    let kind = match problem.word() {
        "wrong-pin" | "wrong-code" | "code-missing" => ProblemKind::WrongPassphrase,
        _ => ProblemKind::KeyUnusable,
    };
    let most = if let KeyProblem::TooMany { most } = problem {
        most.to_string()
    } else {
        String::new()
    };
    let told = Problem::new(kind).with("rule", problem.word());
    if let KeyProblem::Unfit { flaw, .. } = problem {
        let flaw = flaw.word();
        return told
            .with("reason", flaw)
            .because(format!("key-unfit-{flaw}"), &[]);
    }
    told.because(format!("key-{}", problem.word()), &[("most", &most)])
}

/// A rule of the office, by its stable name, and who can put it right.
fn refused(rule: &'static str, who: Who) -> Problem {
    Problem::new(ProblemKind::Refused)
        .with("rule", rule)
        .with("who", serde_json::json!(who))
        .because(format!("refusal-{rule}"), &[])
}

/// The texts of the log name the rule that was broken; the answer does not help whoever forged it.
fn institution(why: &OidcError) -> Problem {
    tracing::warn!(error = %why, "a log-in by the identity provider failed");
    match why {
        OidcError::Issuer | OidcError::Unreachable(_) | OidcError::Metadata => {
            Problem::new(ProblemKind::Unavailable).because("problem-institution-away-detail", &[])
        }
        OidcError::Code | OidcError::NoToken | OidcError::Token(_) => {
            Problem::new(ProblemKind::LoginFailed).because("problem-institution-detail", &[])
        }
    }
}

/// The next attempt is looked at later; the instant is told, since who asks knows their own clock best.
fn too_often(until: Timestamp) -> Problem {
    Problem::new(ProblemKind::TooOften)
        .until(until)
        .because("problem-wait-detail", &[])
}

/// Logged once, here, with all its causes; the answer carries none of them.
fn internal(error: &ServiceError) -> Problem {
    let mut causes = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        causes.push_str(": ");
        causes.push_str(&cause.to_string());
        source = cause.source();
    }
    tracing::error!(error = %causes, "a use case failed");
    Problem::new(ProblemKind::Internal)
}

#[cfg(test)]
mod tests {
    use service::ForbiddenBy;
    use service::key::Flaw;

    use super::*;
    use crate::messages;

    #[test]
    fn whatever_of_a_document_forbids_has_its_words() {
        for by in ForbiddenBy::ALL {
            let key = format!("refusal-document-forbids-{}", by.word());
            assert!(messages::tests::keys("id").contains(&key), "{key}");
        }
    }

    #[test]
    fn every_problem_of_a_key_has_its_words() {
        let words = KeyProblem::WORDS
            .into_iter()
            .filter(|word| *word != "unfit");
        let flaws = Flaw::ALL.map(|flaw| format!("unfit-{}", flaw.word()));
        for word in words.map(str::to_owned).chain(flaws) {
            let key = format!("key-{word}");
            assert!(messages::tests::keys("id").contains(&key), "{key}");
        }
    }
}
