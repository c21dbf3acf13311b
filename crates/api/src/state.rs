//! What every handler works with.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use service::App;

use crate::health;
use crate::limits::Limits;
use crate::settings::ApiSettings;

/// What every handler works with.
#[derive(Clone)]
pub struct ApiState {
    /// The use cases.
    pub app: Arc<App>,
    /// What the operator set.
    pub settings: Arc<ApiSettings>,
    pub(crate) limits: Arc<Limits>,
    draining: Arc<AtomicBool>,
}

impl ApiState {
    /// The state of one process.
    pub fn new(app: Arc<App>, settings: ApiSettings) -> Self {
        Self {
            app,
            limits: Arc::new(Limits::new(&settings.rates)),
            settings: Arc::new(settings),
            draining: Arc::new(AtomicBool::new(false)),
        }
    }

    /// From now on this process says that it is not ready: it is about to end, and finishes what it has.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    /// Whether the process is about to end.
    pub fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    /// Forgets what rate limits no longer need; called about once a minute.
    pub fn tidy(&self) {
        self.limits.tidy();
        health::tidy();
    }
}
