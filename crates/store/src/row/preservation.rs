//! Rows of letters that shall carry their own evidence.

use flow::id::NaskahId;
use flow::time::Timestamp;
use sqlx::FromRow;
use uuid::Uuid;

use crate::StoreError;
use crate::model::{Level, Preservation, PreservationProblem, PreservationRow};

#[derive(FromRow)]
pub(crate) struct PreservationColumns {
    naskah_id: Uuid,
    goal: String,
    state: String,
    problem: Option<String>,
    expires: Option<i64>,
    changed: i64,
}

/// The same beside a letter that may have none.
#[derive(FromRow)]
pub(crate) struct JoinedPreservationColumns {
    goal: Option<String>,
    state: Option<String>,
    problem: Option<String>,
    expires: Option<i64>,
    changed: Option<i64>,
}

impl JoinedPreservationColumns {
    /// The row of this letter, if there is one.
    pub(crate) fn of(self, naskah: NaskahId) -> Result<Option<PreservationRow>, StoreError> {
        let (Some(goal), Some(state), Some(changed)) = (self.goal, self.state, self.changed) else {
            return Ok(None);
        };
        let columns = PreservationColumns {
            naskah_id: naskah.uuid(),
            goal,
            state,
            problem: self.problem,
            expires: self.expires,
            changed,
        };
        columns.try_into().map(Some)
    }
}

impl TryFrom<PreservationColumns> for PreservationRow {
    type Error = StoreError;

    fn try_from(row: PreservationColumns) -> Result<Self, StoreError> {
        let naskah = NaskahId::from_uuid(row.naskah_id);
        let problem = row.problem.as_deref();
        let problem = problem
            .map(|word| PreservationProblem::of_row("preservation", naskah, word))
            .transpose()?;
        let state = match (row.state.as_str(), problem, row.expires) {
            ("waiting", problem, None) => Preservation::Waiting { problem },
            ("kept", None, expires) => Preservation::Kept {
                expires: expires.map(Timestamp::from_micros),
            },
            (state, _, _) => {
                let why =
                    format!("the state {state:?} and what belongs to it contradict each other");
                return Err(StoreError::corrupt("preservation", naskah, why));
            }
        };
        Ok(Self {
            naskah,
            goal: Level::of_row("preservation", naskah, &row.goal)?,
            state,
            changed: Timestamp::from_micros(row.changed),
        })
    }
}
