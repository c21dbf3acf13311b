//! What every fuzz target has in common: under `cargo fuzz` the fuzzer feeds it, and otherwise standard input does once, so
//! that an input which was found can be tried again with a stable compiler.

#[cfg(fuzzing)]
pub use libfuzzer_sys;

/// A target: any bytes at all, and no panic.
#[macro_export]
macro_rules! target {
    (|$data:ident| $body:expr) => {
        fn run($data: &[u8]) {
            let _ = $body;
        }

        #[cfg(fuzzing)]
        $crate::libfuzzer_sys::fuzz_target!(|data: &[u8]| run(data));

        #[cfg(not(fuzzing))]
        fn main() -> std::io::Result<()> {
            let mut data = Vec::new();
            std::io::Read::read_to_end(&mut std::io::stdin(), &mut data)?;
            run(&data);
            Ok(())
        }
    };
}
