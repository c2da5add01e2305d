//! What kinds of element and attribute there are, as far as it matters for text.

/// Attributes that hold words for a reader or for a script.
pub(super) fn is_wording(name: &str) -> bool {
    matches!(name, "title" | "value" | "label" | "placeholder" | "summary" | "abbr" | "content")
        || name.starts_with("aria-")
        || name.starts_with("data-")
        || name.starts_with("on")
}

/// Elements whose values and labels are part of a form.
pub(super) fn is_form(element: &str) -> bool {
    matches!(element, "input" | "option" | "optgroup" | "button" | "textarea" | "select")
}

/// Elements that have no content and no end tag.
pub(super) fn is_void(name: &str) -> bool {
    VOID.contains(&name)
}

const VOID: &[&str] = &[
    "area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "input", "keygen",
    "link", "meta", "param", "source", "track", "wbr",
];

/// Whether a page has elements of this name, in small letters, around its text.
pub(crate) fn is_element(name: &str) -> bool {
    INLINE.contains(&name) || is_block(name)
}

const INLINE: &[&str] = &[
    "a", "b", "big", "button", "code", "del", "em", "font", "i", "ins", "label", "mark", "nobr", "optgroup",
    "option", "s", "select", "small", "span", "strong", "sub", "sup", "u",
];

/// Elements that begin and end a paragraph.
pub(super) fn is_block(name: &str) -> bool {
    BLOCK.contains(&name) || matches!(name, "blockquote" | "figcaption" | "plaintext")
}

const BLOCK: &[&str] = &[
    "address", "article", "aside", "body", "caption", "center", "dd", "details", "dialog", "dir", "div",
    "dl", "dt", "fieldset", "figure", "footer", "form", "frameset", "h1", "h2", "h3", "h4", "h5", "h6",
    "head", "header", "hgroup", "hr", "html", "legend", "li", "listing", "main", "marquee", "menu", "nav",
    "ol", "p", "pre", "search", "section", "summary", "svg", "table", "tbody", "td", "text", "tfoot", "th",
    "thead", "tr", "ul", "xmp",
];
