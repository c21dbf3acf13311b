//! What every handler works with.

use std::sync::Arc;

use service::App;

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
}

impl ApiState {
    /// The state of one process.
    pub fn new(app: Arc<App>, settings: ApiSettings) -> Self {
        Self {
            app,
            limits: Arc::new(Limits::new(&settings.rates)),
            settings: Arc::new(settings),
        }
    }
}
