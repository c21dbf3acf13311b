//! `cms`: a CMS.
#![cfg_attr(fuzzing, no_main)]

fuzz::target!(|data| signing::cms::parse::ReceivedCms::parse(data));
