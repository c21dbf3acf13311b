//! What every handler works with.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use service::App;

use crate::limits::Limits;
use crate::settings::ApiSettings;

/// What every handler works with. Every layer of every route holds one and is cloned for each request, so it is one
/// pointer.
#[derive(Clone)]
pub struct ApiState(Arc<Shared>);

/// The parts of an [`ApiState`].
pub struct Shared {
    /// The use cases.
    pub app: Arc<App>,
    /// What the operator set.
    pub settings: ApiSettings,
    pub(crate) limits: Limits,
    draining: AtomicBool,
}

impl Deref for ApiState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl ApiState {
    /// The state of one process.
    pub fn new(app: Arc<App>, settings: ApiSettings) -> Self {
        Self(Arc::new(Shared {
            app,
            limits: Limits::new(&settings.rates),
            settings,
            draining: AtomicBool::new(false),
        }))
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
    }
}
