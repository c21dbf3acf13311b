//! The module: native code, loaded and initialised once per process.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use cryptoki::{
    context::{CInitializeArgs, CInitializeFlags, Pkcs11},
    error::{Error, RvError},
};

use super::TokenError;

/// A loaded module. Clones share it; it stays until the process ends.
#[derive(Debug, Clone)]
pub struct Module {
    context: Pkcs11,
}

/// Initialising a module a second time, or finalising it under somebody's feet, is undefined behaviour in some.
static LOADED: Mutex<Option<HashMap<PathBuf, Module>>> = Mutex::new(None);

impl Module {
    /// Loads the library at `path`, or gives what was loaded from there before.
    ///
    /// # Errors
    /// [`TokenError::Module`] when it is no PKCS#11 library or does not start.
    pub fn load(path: &Path) -> Result<Self, TokenError> {
        let refused = |why: String| TokenError::Module {
            module: path.to_owned(),
            why,
        };
        let place = path
            .canonicalize()
            .map_err(|error| refused(error.to_string()))?;
        let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
        let loaded = loaded.get_or_insert_default();
        if let Some(module) = loaded.get(&place) {
            return Ok(module.clone());
        }
        let context = Pkcs11::new(&place).map_err(|error| refused(error.to_string()))?;
        let threads = CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK);
        match context.initialize(threads) {
            Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
            Err(error) => return Err(refused(error.to_string())),
        }
        let module = Self { context };
        loaded.insert(place, module.clone());
        Ok(module)
    }

    pub(super) fn context(&self) -> &Pkcs11 {
        &self.context
    }
}
