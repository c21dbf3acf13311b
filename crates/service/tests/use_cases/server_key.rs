//! The server key belongs to its data: no other opens it, and none is made in its place.

use std::fs;

use service::ServiceError;

use crate::support::{World, on_both_engines};

on_both_engines!(
    another_server_key_opens_nothing,
    a_lost_server_key_is_not_replaced_by_a_new_one,
);

const FILE: &str = "keys/server.kek";

async fn another_server_key_opens_nothing(mut world: World) {
    world.crash().await;
    let right = fs::read(world.path(FILE)).unwrap();
    fs::write(world.path(FILE), "a5".repeat(32)).unwrap();
    let opened = world.start().await;
    assert!(matches!(opened, Err(ServiceError::OtherKek)), "{opened:?}");
    fs::write(world.path(FILE), right).unwrap();
    world.start().await.unwrap();
}

async fn a_lost_server_key_is_not_replaced_by_a_new_one(mut world: World) {
    world.crash().await;
    fs::remove_file(world.path(FILE)).unwrap();
    let opened = world.start().await;
    assert!(matches!(opened, Err(ServiceError::OtherKek)), "{opened:?}");
    assert!(!world.path(FILE).exists());
}
