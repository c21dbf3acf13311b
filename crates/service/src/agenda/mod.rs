//! Incoming letters: into the receiver's agenda, disposed of, followed up, completed.

mod act;
mod complete;
mod deliver;
mod dispose;
mod follow_up;
mod list;
mod mark_read;
mod recall;
mod receive;

pub(crate) use act::{load, read};
pub use complete::complete;
pub(crate) use deliver::deliver;
pub use dispose::{NewDisposisi, dispose};
pub use follow_up::follow_up;
pub use list::{Entry, entries_of};
pub use mark_read::mark_read;
pub use recall::recall;
pub(crate) use receive::{Details, read_details};
pub use receive::{NewMail, Registered, receive};
