//! XML inside PDF: metadata, form templates, rich text. Only its words are wanted.

use super::encoding::text_string;

/// The texts and attribute values of an XML document, identifiers and dates left out. Not a
/// validating reader: everything outside tags counts.
pub(super) fn xml_values(data: &[u8]) -> Vec<String> {
    const SILENT: [&str; 12] = [
        "InstanceID",
        "DocumentID",
        "OriginalDocumentID",
        "VersionID",
        "instanceID",
        "documentID",
        "CreateDate",
        "ModifyDate",
        "MetadataDate",
        "when",
        "format",
        "style",
    ];
    let text = match data {
        [0xfe, 0xff, ..] | [0xff, 0xfe, ..] => text_string(data),
        _ => String::from_utf8_lossy(data).into_owned(),
    };
    let mut values = Vec::new();
    let mut add = |name: &str, value: &str| {
        let name = name.rsplit(':').next().unwrap_or(name);
        let value = unescaped(value);
        if !value.trim().is_empty() && !SILENT.contains(&name) {
            values.push(value.trim().to_owned());
        }
    };
    let mut element = String::new();
    let mut rest = text.as_str();
    while let Some(open) = rest.find('<') {
        add(&element, rest.get(..open).unwrap_or_default());
        rest = rest.get(open + 1..).unwrap_or_default();
        let (tag, behind) = match rest.strip_prefix("![CDATA[") {
            Some(data) => {
                let end = data.find("]]>").unwrap_or(data.len());
                add(&element, data.get(..end).unwrap_or_default());
                ("", data.get(end..).unwrap_or_default().strip_prefix("]]>").unwrap_or_default())
            }
            None => {
                let end = rest.find('>').unwrap_or(rest.len());
                (rest.get(..end).unwrap_or_default(), rest.get(end + 1..).unwrap_or_default())
            }
        };
        rest = behind;
        if tag.starts_with(['?', '!']) {
            continue;
        }
        element = tag.split([' ', '\n', '\r', '\t', '/']).next().unwrap_or_default().to_owned();
        let mut attributes = tag.get(element.len()..).unwrap_or_default();
        while let Some(equals) = attributes.find('=') {
            let name = attributes.get(..equals).unwrap_or_default().trim();
            let behind = attributes.get(equals + 1..).unwrap_or_default().trim_start();
            let Some(quote) = behind.chars().next().filter(|c| matches!(c, '"' | '\'')) else { break };
            let value = behind.get(1..).unwrap_or_default();
            let Some(end) = value.find(quote) else { break };
            // Only what people write: namespaces, languages and layout are ASCII words.
            let words = value.get(..end).unwrap_or_default();
            if !name.starts_with("xmlns") && (words.contains(' ') || !words.is_ascii()) {
                add(name, words);
            }
            attributes = value.get(end + 1..).unwrap_or_default();
        }
    }
    add(&element, rest);
    values
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(rest.get(..at).unwrap_or_default());
        rest = rest.get(at..).unwrap_or_default();
        let end = rest.bytes().take(12).position(|b| b == b';');
        let entity = end.and_then(|end| rest.get(1..end)).unwrap_or_default();
        let char = match entity {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => {
                let code = match entity.strip_prefix("#x") {
                    Some(hex) => u32::from_str_radix(hex, 16).ok(),
                    None => entity.strip_prefix('#').and_then(|n| n.parse().ok()),
                };
                code.and_then(char::from_u32)
            }
        };
        match char {
            Some(char) => {
                out.push(char);
                rest = rest.get(entity.len() + 2..).unwrap_or_default();
            }
            None => {
                out.push('&');
                rest = rest.get(1..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xml_texts_and_attributes() {
        let xml = "<?xpacket?><r xmlns:a='n s' pdf:Keywords=\"内部 资料\"><dc:title><li>机密&#x2605;20年</li></dc:title>\
                   <xmp:CreateDate>2025-01-01</xmp:CreateDate>&lt;a&gt;<![CDATA[b&c]]></r>";
        assert_eq!(xml_values(xml.as_bytes()), ["内部 资料", "机密★20年", "<a>", "b&c"]);
        assert_eq!(xml_values(b"no tags & no <end"), ["no tags & no"]);
    }
}
