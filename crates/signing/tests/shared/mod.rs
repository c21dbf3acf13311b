//! What several of the tests' programs put together: an authority, its clock, and letters.

pub mod desk;
pub mod made;
pub mod token;
