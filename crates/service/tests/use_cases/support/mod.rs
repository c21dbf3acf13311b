//! A made-up office on a database of its own, in a process that can be killed.

pub(crate) mod authority;
mod clock;
mod engine;
pub(crate) mod http;
pub(crate) mod issuer;
mod letters;
mod office;
mod people;
pub(crate) mod provider;
mod worker;
mod world;

pub(crate) use engine::{on_both_engines, postgres, sqlite};
pub(crate) use letters::{letter, nota_dinas, surat_dinas};
pub(crate) use office::{
    HEAD_A, HEAD_B, MANDAT_SECONDS, SECRETARY_A, STAFF_A, STAFF_B, actor, opd,
};
pub(crate) use people::{client, password};
pub(crate) use worker::Step;
pub(crate) use world::{World, entered, passphrase};
