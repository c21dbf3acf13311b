//! The archive: letters with everything that proves them, as a package that is checked without us.
//!
//! A package is a BagIt bag (RFC 8493) in a zip file. Names inside are ids only.

mod bag;
mod bundle;
mod export;
mod package;
mod report;
mod verify;

pub use export::{ExportSummary, Selection, export, export_as_operator, export_by_key};
pub use package::{Package, PackageError};
pub use report::{PackageReport, Problem};
pub use verify::{PackageTrust, verify_package};
