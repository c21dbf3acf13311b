//! `sign`: a file to be signed over a sign in its text, and written anew.
#![cfg_attr(fuzzing, no_main)]

use signing::{
    Budget, UtcTime,
    pdf::rewrite::rewrite,
    sign::{Ceremony, Place, Request},
};

fuzz::target!(|data| {
    let (name, sign, size) = (None, '#', [60.0, 20.0]);
    let at = UtcTime::from_unix(1_795_000_000);
    let request = Request::new(Place::Marker { name, sign, size }, at);
    let prepared =
        Ceremony::new(&data, request, Budget::public()).map(|ceremony| ceremony.prepare());
    (prepared, rewrite(&data, Budget::public(), &mut Vec::new()))
});
