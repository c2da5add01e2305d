//! What stands around the pages: document information, metadata, bookmarks, forms, attachments.
//!
//! All of it is a graph that anyone can make cyclic, so every walk is a loop with a list of what was
//! visited and a limit.

use std::collections::HashSet;
use std::num::NonZeroU32;

use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, MaybeRef, Name, ObjRef, Object, Stream, String as PdfString};

use super::encoding::text_string;
use super::index::Index;
use super::push;
use super::shared::Shared;
use super::words::find;
use super::xmp::xml_values;
use crate::document::Inner;
use crate::limits::GapKind;
use crate::text::{At, Break, Place, Text};

/// Objects of one walk: bookmarks, fields, nodes of a name tree, annotations of a page.
pub(super) const NODES: usize = 50_000;

/// Collects the text, the inner documents and the gaps of one document.
pub(super) struct Around<'t, 's, 'b> {
    pub(super) text: &'t mut Text,
    pub(super) inner: &'t mut Vec<Inner>,
    pub(super) shared: &'s mut Shared<'b>,
    /// Where the objects of the file stand, if that is certain, and the file.
    pub(super) index: Option<(&'s Index, &'s [u8])>,
    /// Form values that an appearance shows already, without white space.
    pub(super) shown: HashSet<String>,
    /// Properties that were pushed already.
    said: HashSet<String>,
    attached: HashSet<ObjRef>,
    /// Strings that stand alone and were read, with the places where they count.
    pub(super) followed: HashSet<(ObjRef, Place)>,
    /// Streams that serve a font, a picture or a colour, where that had to be known.
    pub(super) silent: Option<HashSet<ObjRef>>,
}

pub(super) fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

pub(super) fn string(dict: &Dict<'_>, key: &str) -> Option<String> {
    dict.get::<PdfString<'_>>(key).map(|string| text_string(&string))
}

/// The dictionary under `key`. The library remembers how it came to an object, and looks through that
/// at each step; so a long way begins anew at each.
fn dict_at<'a>(pdf: &'a Pdf, dict: &Dict<'a>, key: &str) -> Option<Dict<'a>> {
    match dict.get_ref(key) {
        Some(target) => pdf.xref().get(target.into()),
        None => dict.get(key),
    }
}

/// The layers that are off when the document is opened.
pub(super) fn layers_off(root: &Dict<'_>) -> HashSet<ObjRef> {
    let Some(properties) = root.get::<Dict<'_>>("OCProperties") else { return HashSet::new() };
    let Some(default) = properties.get::<Dict<'_>>("D") else { return HashSet::new() };
    let list = |dict: &Dict<'_>, key: &str| -> HashSet<ObjRef> {
        let array = dict.get::<Array<'_>>(key);
        array.iter().flat_map(Array::raw_iter).take(NODES).filter_map(|item| item.as_obj_ref()).collect()
    };
    let mut off = list(&default, "OFF");
    if default.get::<Name<'_>>("BaseState").as_deref() == Some(b"OFF") {
        off.extend(list(&properties, "OCGs"));
        let on = list(&default, "ON");
        off.retain(|layer| !on.contains(layer));
    }
    off
}

impl<'t, 's, 'b> Around<'t, 's, 'b> {
    pub(super) fn new(
        text: &'t mut Text,
        inner: &'t mut Vec<Inner>,
        shared: &'s mut Shared<'b>,
        index: Option<(&'s Index, &'s [u8])>,
    ) -> Self {
        Self {
            text,
            inner,
            shared,
            index,
            shown: HashSet::new(),
            said: HashSet::new(),
            attached: HashSet::new(),
            followed: HashSet::new(),
            silent: None,
        }
    }

    pub(super) fn say(&mut self, place: Place, page: Option<NonZeroU32>, words: &str) {
        let at = At { page, parted: Break::Part, ..At::new(place) };
        push(at, words.trim(), self.shared, self.text);
    }

    /// Whether what `key` refers to was read at this place already: one object may be named by any
    /// number of others.
    pub(super) fn was_followed(&mut self, dict: &Dict<'_>, key: &str, place: Place) -> bool {
        dict.get_ref(key).is_some_and(|target| !self.followed.insert((target, place)))
    }

    pub(super) fn full(&mut self, what: &str) {
        self.shared.gaps.add(GapKind::Limit, format!("{what}: {NODES}"));
    }

    /// Everything that belongs to the document as a whole.
    pub(super) fn document(&mut self, pdf: &Pdf, root: &Dict<'_>, info: Option<ObjRef>) {
        if let Some(dict) = info.and_then(|info| pdf.xref().get::<Dict<'_>>(info.into())) {
            self.properties(&dict);
        }
        if let Some(stream) = root.get::<Stream<'_>>("Metadata") {
            let data = self.shared.data(&stream, "metadata");
            // Versions, languages and numbers of XMP are no text.
            for value in xml_values(&data) {
                if (value.len() > 3 || !value.is_ascii()) && self.said.insert(bare(&value)) {
                    self.say(Place::Property, None, &value);
                }
            }
        }
        if let Some(outlines) = root.get::<Dict<'_>>("Outlines") {
            self.bookmarks(pdf, &outlines);
        }
        if let Some(form) = root.get::<Dict<'_>>("AcroForm") {
            self.form(&form);
        }
        if let Some(tree) = root.get::<Dict<'_>>("Names").and_then(|n| n.get::<Dict<'_>>("EmbeddedFiles")) {
            self.name_tree(&tree);
        }
        self.associated(root);
        if root.contains_key("Collection") && self.inner.is_empty() {
            self.shared.gaps.add(GapKind::Unsupported, "portfolio without readable files");
        }
    }

    fn properties(&mut self, dict: &Dict<'_>) {
        for (key, value) in dict.entries() {
            if matches!(key.as_ref(), b"CreationDate" | b"ModDate") {
                continue;
            }
            let value = match value {
                MaybeRef::Ref(target) if !self.followed.insert((target, Place::Property)) => None,
                MaybeRef::Ref(_) => dict.get::<PdfString<'_>>(&key),
                MaybeRef::NotRef(object) => object.into_string(),
            };
            if let Some(value) = value {
                let value = text_string(&value);
                if self.said.insert(bare(&value)) {
                    self.say(Place::Property, None, &value);
                }
            }
        }
    }

    fn bookmarks(&mut self, pdf: &Pdf, outlines: &Dict<'_>) {
        let mut visited: HashSet<ObjRef> = HashSet::new();
        let mut ahead: Vec<Dict<'_>> = dict_at(pdf, outlines, "First").into_iter().collect();
        visited.extend(outlines.get_ref("First"));
        let mut count = 0;
        while let Some(item) = ahead.pop() {
            count += 1;
            if count > NODES {
                return self.full("bookmarks");
            }
            if self.shared.is_spent() {
                return;
            }
            if !self.was_followed(&item, "Title", Place::Bookmark)
                && let Some(title) = string(&item, "Title")
            {
                self.say(Place::Bookmark, None, &title);
            }
            self.action(&item, None);
            for key in ["Next", "First"] {
                if item.get_ref(key).is_some_and(|target| visited.insert(target)) {
                    ahead.extend(dict_at(pdf, &item, key));
                }
            }
        }
    }

    /// The address of an action.
    pub(super) fn action(&mut self, holder: &Dict<'_>, page: Option<NonZeroU32>) {
        // Most actions lead to a place in the document; `#` may hide a name.
        let data = holder.data();
        if find(data, b"URI").is_none() && !data.contains(&b'#') && holder.get_ref("A").is_none() {
            return;
        }
        let Some(action) = holder.get::<Dict<'_>>("A") else { return };
        if let Some(address) = string(&action, "URI") {
            self.say(Place::Attribute, page, &address);
        }
    }

    fn form(&mut self, form: &Dict<'_>) {
        let mut xfa: Vec<Stream<'_>> = Vec::new();
        match form.get::<Object<'_>>("XFA") {
            Some(Object::Stream(stream)) => xfa.push(stream),
            Some(Object::Array(parts)) => {
                for stream in parts.iter::<Object<'_>>().take(NODES).filter_map(Object::into_stream) {
                    if !self.shared.was_read(&stream) {
                        self.shared.skip(&stream);
                        xfa.push(stream);
                    }
                }
            }
            _ => {}
        }
        for stream in xfa {
            let data = self.shared.data(&stream, "XFA form");
            for value in xml_values(&data) {
                self.say(Place::Form, None, &value);
            }
        }
        let mut visited: HashSet<ObjRef> = HashSet::new();
        let mut ahead: Vec<Array<'_>> = form.get::<Array<'_>>("Fields").into_iter().collect();
        let mut count = 0;
        while let Some(fields) = ahead.pop() {
            let refs: Vec<Option<ObjRef>> =
                fields.raw_iter().take(NODES + 1).map(|f| f.as_obj_ref()).collect();
            for (field, own) in fields.iter::<Object<'_>>().zip(refs) {
                count += 1;
                if count > NODES {
                    return self.full("form fields");
                }
                self.shared.parsed_object(&field);
                if self.shared.is_spent() {
                    return;
                }
                if own.is_some_and(|own| !visited.insert(own)) {
                    continue;
                }
                let Some(field) = field.into_dict() else { continue };
                self.field(&field);
                ahead.extend(field.get::<Array<'_>>("Kids"));
            }
        }
    }

    fn field(&mut self, field: &Dict<'_>) {
        for key in ["T", "TU", "TM"] {
            if !self.was_followed(field, key, Place::Form)
                && let Some(name) = string(field, key)
            {
                self.say(Place::Form, None, &name);
            }
        }
        let mut values: Vec<String> = Vec::new();
        for key in ["V", "DV", "Opt", "RV"] {
            if self.was_followed(field, key, Place::Form) {
                continue;
            }
            match field.get::<Object<'_>>(key) {
                Some(Object::String(value)) if key == "RV" => {
                    values.extend(xml_values(text_string(&value).as_bytes()));
                }
                Some(Object::String(value)) => values.push(text_string(&value)),
                Some(Object::Stream(value)) => {
                    let data = self.shared.data(&value, "form value");
                    values.push(text_string(&data));
                }
                Some(Object::Array(list)) => {
                    for item in list.iter::<Object<'_>>().take(NODES) {
                        self.shared.parsed_object(&item);
                        if self.shared.is_spent() {
                            return;
                        }
                        match item {
                            Object::String(value) => {
                                self.shared.spend(value.len());
                                values.push(text_string(&value));
                            }
                            Object::Array(pair) => {
                                for value in pair.iter::<PdfString<'_>>().take(2) {
                                    self.shared.spend(value.len());
                                    values.push(text_string(&value));
                                }
                            }
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
        let mut own = HashSet::new();
        for value in values {
            if own.insert(bare(&value)) && !self.shown.contains(&bare(&value)) {
                self.say(Place::Form, None, &value);
            }
        }
    }

    fn name_tree(&mut self, tree: &Dict<'_>) {
        let mut visited: HashSet<ObjRef> = HashSet::new();
        let mut ahead = vec![tree.clone()];
        let mut count = 0;
        while let Some(node) = ahead.pop() {
            count += 1;
            if count > NODES {
                return self.full("nodes of the attachment tree");
            }
            for item in node.get::<Array<'_>>("Names").iter().flat_map(Array::iter::<Object<'_>>).take(NODES)
            {
                self.shared.parsed_object(&item);
                if self.shared.is_spent() {
                    return;
                }
                if let Some(file) = item.into_dict() {
                    self.attachment(&file, None);
                }
            }
            let Some(kids) = node.get::<Array<'_>>("Kids") else { continue };
            let new: Vec<bool> = kids
                .raw_iter()
                .take(NODES)
                .map(|kid| kid.as_obj_ref().is_none_or(|kid| visited.insert(kid)))
                .collect();
            for (kid, new) in kids.iter::<Object<'_>>().zip(new) {
                self.shared.parsed_object(&kid);
                if self.shared.is_spent() {
                    return;
                }
                if new {
                    ahead.extend(kid.into_dict());
                }
            }
        }
    }

    /// Files that the catalogue or a page names as associated.
    pub(super) fn associated(&mut self, holder: &Dict<'_>) {
        for file in holder.get::<Array<'_>>("AF").iter().flat_map(Array::iter::<Object<'_>>).take(NODES) {
            self.shared.parsed_object(&file);
            if self.shared.is_spent() {
                return;
            }
            if let Some(file) = file.into_dict() {
                self.attachment(&file, None);
            }
        }
    }

    /// A file specification: its description is text, its content a document.
    pub(super) fn attachment(&mut self, file: &Dict<'_>, page: Option<NonZeroU32>) {
        let Some(embedded) = file.get::<Dict<'_>>("EF") else { return };
        let name =
            string(file, "UF").or_else(|| string(file, "F")).unwrap_or_else(|| "attachment".to_owned());
        for key in ["UF", "F", "Unix", "Mac", "DOS"] {
            if embedded.get_ref(key).is_some_and(|target| !self.attached.insert(target)) {
                continue;
            }
            let Some(stream) = embedded.get::<Stream<'_>>(key) else { continue };
            if !self.shared.budget.spend_entry() {
                let entries = self.shared.budget.limits.entries;
                self.shared.gaps.add(GapKind::Limit, format!("entries of a document: {entries}"));
                return;
            }
            let data = self.shared.data(&stream, "attachment");
            self.inner.push(Inner { name: name.clone(), bytes: data.into_owned() });
            if let Some(description) = string(file, "Desc") {
                self.say(Place::Annotation, page, &description);
            }
        }
    }
}
