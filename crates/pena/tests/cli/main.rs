//! The program from outside: what a person or a script meets.

mod common;
mod program;
mod sign;
mod verify;
