//! Whole files: whatever the bytes, extraction ends and never panics.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mijian::extract::extract;
use mijian::filetype::FileType;
use mijian::limits::{Budget, Limits};

fuzz_target!(|data: &[u8]| {
    let limits = Limits { inflated: 8 << 20, text: 1 << 20, ..Limits::default() };
    extract(data, FileType::Doc, &mut Budget::new(&limits));
});
