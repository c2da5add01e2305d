//! CMaps: the input is the ToUnicode map and the encoding of the one font of a sound file, and the
//! string that it shows.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mijian::extract::extract;
use mijian::filetype::FileType;
use mijian::limits::{Budget, Limits};

fuzz_target!(|data: &[u8]| {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut object = |number: u32, dict: &str, stream: &[u8]| {
        file.extend(format!("{number} 0 obj\n<<{dict}/Length {}>>\nstream\n", stream.len()).bytes());
        file.extend(stream);
        file.extend(b"\nendstream\nendobj\n");
    };
    object(6, "/Type/CMap", data);
    let shown: String = data.iter().map(|byte| format!("{byte:02x}")).collect();
    object(4, "", format!("BT /F 9 Tf 50 700 Td <{shown}> Tj ET").as_bytes());
    file.extend(
        b"1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n\
          3 0 obj\n<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>\nendobj\n\
          5 0 obj\n<</Type/Font/Subtype/Type0/Encoding 6 0 R/ToUnicode 6 0 R/DescendantFonts[<</Subtype/CIDFontType2>>]>>\nendobj\n\
          trailer\n<</Root 1 0 R>>\n",
    );
    extract(&file, FileType::Pdf, &mut Budget::new(&Limits::default()));
});
