//! `timestamp`: a timestamp.
#![cfg_attr(fuzzing, no_main)]

fuzz::target!(|data| signing::cms::timestamp::TimestampToken::parse(data));
