//! Small binary formats, whole files: whatever the bytes, extraction ends and never panics.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mijian::extract::extract;
use mijian::filetype::FileType;
use mijian::limits::{Budget, Limits};

fuzz_target!(|data: &[u8]| {
    let limits = Limits { inflated: 8 << 20, text: 1 << 20, ..Limits::default() };
    for file_type in [FileType::Emf, FileType::Wmf, FileType::Tnef, FileType::Cab, FileType::Iso] {
        extract(data, file_type, &mut Budget::new(&limits));
    }
});
