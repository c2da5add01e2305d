//! What names of files claim: the extension, and the types that it may stand for.

use super::FileType;

/// What follows the last dot of the last name, in lower case.
pub(super) fn extension(name: &str) -> String {
    let last = name.rsplit(['/', '\\', crate::document::INNER_SEPARATOR]).next().unwrap_or(name);
    last.rsplit_once('.').map_or(String::new(), |(_, extension)| extension.trim().to_lowercase())
}

/// The types that a file of this extension may be without contradiction; none when the extension
/// says nothing.
pub(super) fn claimed_by(extension: &str) -> &'static [FileType] {
    use FileType as T;
    match extension {
        "pdf" => &[T::Pdf],
        "docx" | "docm" | "dotx" | "dotm" => &[T::Docx, T::EncryptedOffice],
        "xlsx" | "xlsm" | "xltx" | "xltm" | "xlam" => &[T::Xlsx, T::EncryptedOffice],
        "xlsb" => &[T::Xlsb, T::EncryptedOffice],
        "pptx" | "pptm" | "ppsx" | "ppsm" | "potx" | "potm" => &[T::Pptx, T::EncryptedOffice],
        "doc" | "dot" => &[T::Doc, T::EncryptedOffice],
        "xls" | "xlt" => &[T::Xls, T::EncryptedOffice],
        "ppt" | "pps" | "pot" => &[T::Ppt, T::EncryptedOffice],
        // WPS Office writes both generations of containers under its own extensions.
        "wps" | "wpt" => &[T::Doc, T::Docx, T::EncryptedOffice, T::Ole],
        "et" | "ett" => &[T::Xls, T::Xlsx, T::EncryptedOffice, T::Ole],
        "dps" | "dpt" => &[T::Ppt, T::Pptx, T::EncryptedOffice, T::Ole],
        "msg" => &[T::Msg],
        "rtf" => &[T::Rtf],
        "ps" | "eps" => &[T::PostScript],
        "odt" | "ott" => &[T::Odt],
        "ods" | "ots" => &[T::Ods],
        "odp" | "otp" | "odg" | "otg" => &[T::Odp],
        "ofd" => &[T::Ofd],
        "epub" => &[T::Epub],
        "zip" => &[T::Zip],
        "7z" => &[T::SevenZip],
        "rar" => &[T::Rar],
        "gz" | "tgz" => &[T::Gzip],
        "bz2" => &[T::Bzip2],
        "xz" => &[T::Xz],
        "zst" => &[T::Zstd],
        "tar" => &[T::Tar],
        "cab" => &[T::Cab],
        "iso" => &[T::Iso],
        "png" => &[T::Png],
        "jpg" | "jpeg" | "jfif" => &[T::Jpeg],
        "gif" => &[T::Gif],
        "bmp" => &[T::Bmp],
        "tif" | "tiff" => &[T::Tiff],
        "webp" => &[T::Webp],
        "ico" => &[T::Ico],
        "psd" => &[T::Psd],
        "heic" | "heif" => &[T::Heic],
        "emf" | "wmf" => &[T::Emf, T::Wmf],
        "xps" | "oxps" => &[T::Xps],
        "mp3" | "wav" | "flac" | "m4a" | "aac" | "wma" | "amr" | "mid" => &[T::Audio, T::Video],
        "mp4" | "avi" | "mov" | "mkv" | "wmv" | "flv" | "webm" | "mpg" | "mpeg" | "rmvb" | "ogg" => {
            &[T::Video, T::Audio]
        }
        "ttf" | "otf" | "ttc" | "woff" | "woff2" | "eot" => &[T::Font],
        "exe" | "dll" | "so" => &[T::Executable],
        "htm" | "html" | "xhtml" | "shtml" => &[T::Html, T::Xml],
        "xml" | "svg" | "xsd" | "xsl" => {
            &[T::Xml, T::Html, T::Docx, T::Xlsx, T::Pptx, T::Odt, T::Ods, T::Odp]
        }
        "eml" => &[T::Eml, T::Mht],
        "mht" | "mhtml" => &[T::Mht, T::Eml],
        "md" | "markdown" => &[T::Markdown],
        "txt" | "text" | "csv" | "tsv" | "json" | "log" | "yaml" | "yml" | "toml" | "ini" | "css" | "js"
        | "tex" | "srt" => &[T::Text, T::Html, T::Xml, T::Eml, T::Mht],
        _ => &[],
    }
}
