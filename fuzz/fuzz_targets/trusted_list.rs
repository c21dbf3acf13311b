//! `trusted_list`: a trusted list, whoever confirmed it.
#![cfg_attr(fuzzing, no_main)]

use signing::policy::TrustedList;

fuzz::target!(|data| TrustedList::read(data, &TrustedList::sha256(data)));
