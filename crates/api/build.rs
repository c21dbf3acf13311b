//! Builds again when a message or template file comes or goes: the macros that read their folders cannot say so.

fn main() {
    println!("cargo:rerun-if-changed=messages");
    println!("cargo:rerun-if-changed=templates");
    println!("cargo:rerun-if-changed=assets");
}
