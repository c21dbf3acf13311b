//! One command, one transaction, run again when another command was faster.

/// How often a transaction is run before its conflict is given to the caller.
pub(crate) const ATTEMPTS: u32 = 40;

/// Runs the body in one write transaction and commits it. A conflict or serialisation failure runs the body
/// again from the start, so it must read what it decides on inside. Evaluates to `Result<_, ServiceError>`.
///
/// A macro, because a closure over the transaction cannot be proved `Send` today.
macro_rules! transaction {
    ($store:expr, |$tx:ident| $body:block) => {{
        let mut attempt: u32 = 0;
        loop {
            let mut open = $store.begin().await?;
            let result: Result<_, $crate::ServiceError> = async {
                let $tx = &mut open;
                $body
            }
            .await;
            let result = match result {
                Ok(value) => open
                    .commit()
                    .await
                    .map(|()| value)
                    .map_err($crate::ServiceError::from),
                Err(error) => {
                    drop(open);
                    Err(error)
                }
            };
            match result {
                Err(error) if error.runs_again() && attempt < $crate::transaction::ATTEMPTS => {
                    attempt += 1;
                    // Waiting a little longer each time lets the others finish.
                    let pause = std::time::Duration::from_millis(u64::from(attempt) * 2);
                    tokio::time::sleep(pause).await;
                }
                done => break done,
            }
        }
    }};
}

pub(crate) use transaction;
