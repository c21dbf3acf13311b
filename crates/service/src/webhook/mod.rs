//! Telling other applications what happened to letters, per Standard Webhooks.
//!
//! A message is a row written in the transaction that stores the event, so nothing is told that did not happen and
//! nothing that happened stays untold. A receiver gets one message at a time, in the order of the events; one that
//! failed is tried again on the schedule and does not hold up the next. The id of a message stays the same however
//! often it is sent. Messages are thin: what happened to which letter, never what it says.

mod deliver;
mod deliveries;
mod kind;
mod notice;
mod register;

pub use deliver::{deliver_due, run};
pub(crate) use deliveries::sweep;
pub use deliveries::{Delivery, deliveries, replay};
pub use kind::EventKind;
pub(crate) use notice::{of_agenda, of_letter};
pub use register::{NewWebhook, Webhook, delete, list, register};
pub use store::model::DeliveryState;
