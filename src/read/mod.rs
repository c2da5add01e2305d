//! Readers of containers and encodings. They know bytes, not documents: what the parts mean is the
//! business of `extract`.

pub mod layout;
