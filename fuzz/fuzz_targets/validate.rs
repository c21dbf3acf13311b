//! `validate`: a file, judged.
#![cfg_attr(fuzzing, no_main)]

use signing::{Budget, UtcTime, validate};

fuzz::target!(|data| validate::verify(
    &data.to_vec(),
    &validate::Evidence::new(),
    &validate::Policy::default(),
    UtcTime::from_unix(1_795_000_000),
    Budget::public(),
));
