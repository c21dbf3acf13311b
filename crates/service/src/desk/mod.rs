//! What people see: how much waits, what waits, letters and agendas in lists, one letter with everything about it.
//!
//! Lists are read from tables that every command keeps in step (`refresh`), never from the histories of all letters.
//! Everything is asked of [`crate::access`] first; the subject of a secret letter and all free text is read from
//! sealed blobs, and only for those who may read it.

mod book;
mod differences;
mod directory;
mod due;
mod entry;
mod item;
mod letter;
mod letters;
mod may;
mod outside;
mod page;
mod people;
mod pictures;
mod reader;
mod rebuild;
mod recent;
pub(crate) mod refresh;
mod tasks;
mod view;

pub use book::book;
pub use differences::{Change, ChangedLine, ChangedPart, Difference, Part, differences};
pub use directory::directory;
pub use entry::entry;
pub use item::{
    Activity, ActivityKind, Book, BookQuery, BookRow, Counters, DirectoryEntry, LetterItem,
    LetterQuery, Tab, TaskFilter, TaskItem, TaskKind,
};
pub use letter::letter;
pub(crate) use letters::filter as list_filter;
pub use letters::letters;
pub use outside::{OutsideView, outside_file, outside_picture};
pub use page::{Cursor, CursorError, Page, PageRequest};
pub use pictures::{picture, preview};
pub(crate) use reader::reader as list_reader;
pub use rebuild::rebuild;
pub(crate) use rebuild::rebuild_if_missing;
pub use recent::recent;
pub use store::model::{MailRole, VersionKind};
pub use tasks::{counters, tasks};
pub use view::{
    DisposisiState, DisposisiView, EntryView, HistoryItem, LetterView, NextStep, PersonState,
    PersonView, Picture, PreservationView, StageView, VerificationView, VersionView,
};
