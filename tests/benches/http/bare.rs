//! What the ratios are ratios to: a process with nothing but axum and one small JSON answer.

use std::io::Read;

use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;
use tokio::net::TcpListener;

/// Serves on a free port of loopback, says which on the first line, and ends with its standard input.
///
/// # Panics
/// If it cannot listen.
pub fn serve() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime starts");
    runtime.block_on(async {
        let socket = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port is free");
        let address = socket.local_addr().expect("a socket has an address");
        println!("{address}");
        let router = Router::new().route("/", get(async || Json(json!({"ok": true}))));
        tokio::spawn(async move { axum::serve(socket, router).await });
        let over = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
        drop(over.await);
    });
}
