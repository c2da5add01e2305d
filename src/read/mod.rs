//! Readers of containers and encodings. They know bytes, not documents: what the parts mean is the
//! business of `extract`.

pub(crate) mod aes;
pub(crate) mod base64;
pub(crate) mod bbcode;
pub(crate) mod cells;
pub(crate) mod cfb;
pub(crate) mod dxf;
pub(crate) mod encoding;
pub(crate) mod equation;
pub(crate) mod escape;
pub(crate) mod furniture;
pub(crate) mod html;
pub(crate) mod layout;
pub(crate) mod lzfu;
pub(crate) mod naming;
pub(crate) mod number;
pub(crate) mod stowed;
pub(crate) mod subtitles;
pub(crate) mod symbol;
pub(crate) mod truetype;
pub(crate) mod uuencode;
pub(crate) mod vcard;
pub(crate) mod within;
pub(crate) mod written;
pub(crate) mod xml;
pub(crate) mod zip;
