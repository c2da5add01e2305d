//! Destinations: where the text of a group belongs, and what is told at its end.

use super::{Begun, Reader};
use crate::extract::readings::CODE;
use crate::text::Place;

/// Hexadecimal digits from which on a destination that nobody knows holds data.
const DATA_DIGITS: usize = 64;

/// Where text goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Destination {
    /// A flow of paragraphs.
    Text,
    /// A piece of its own, told at the end of the group.
    Leaf(Leaf),
    Fonts,
    Colours,
    /// Formatting; words in it are out of place.
    Quiet,
    /// Hexadecimal and the like.
    Skip,
}

/// What a piece of its own is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leaf {
    Tell(Place),
    /// A fact about the document, behind this key.
    Property(&'static str),
    /// A document variable: name and value.
    Variable,
    PropertyName,
    PropertyValue,
    ShapeName,
    ShapeValue,
    /// Names parted by semicolons: of styles, of people.
    Names,
    ObjectClass,
    /// An embedded object in hexadecimal.
    Object,
    /// A picture in hexadecimal.
    Picture,
    /// Data of a program in hexadecimal: a package, a compound file, XML.
    Data,
    /// An entry of a list to choose from.
    Entry,
    /// A destination that nobody knows.
    Unknown,
}

impl Reader<'_, '_> {
    /// Takes a word that may set a destination.
    pub(super) fn destination(&mut self, name: &str, starred: bool) {
        let property = |key| Destination::Leaf(Leaf::Property(key));
        let tell = |place| Destination::Leaf(Leaf::Tell(place));
        let found = match name {
            "rtf" => Destination::Text,
            "fonttbl" => Destination::Fonts,
            "colortbl" => Destination::Colours,
            "stylesheet" | "revtbl" | "atnid" | "atnauthor" | "protusertbl" | "listname" | "objname"
            | "xmlnstbl" | "filetbl" | "file" | "generator" => Destination::Leaf(Leaf::Names),
            "header" | "headerl" | "headerr" | "headerf" => return self.begin_flow(Place::Header),
            "footer" | "footerl" | "footerr" | "footerf" => return self.begin_flow(Place::Footer),
            // What parts notes from the page may be words.
            "footnote" | "ftnsep" | "ftnsepc" | "ftncn" | "aftnsep" | "aftnsepc" | "aftncn" => {
                return self.begin_flow(Place::Note);
            }
            "annotation" => return self.begin_flow(Place::Comment),
            "shptxt" | "dptxbxtext" => return self.begin_flow(Place::Textbox),
            "fldinst" => {
                // A field within a field's code is code too.
                self.group().flags |= CODE;
                return;
            }
            "title" => property("title"),
            "subject" => property("subject"),
            "author" => property("author"),
            "manager" => property("manager"),
            "company" => property("company"),
            "operator" => property("operator"),
            "category" => property("category"),
            "keywords" => property("keywords"),
            "comment" | "doccomm" => property("comment"),
            "hlinkbase" => property("hlinkbase"),
            "propname" => Destination::Leaf(Leaf::PropertyName),
            "staticval" | "linkval" => Destination::Leaf(Leaf::PropertyValue),
            "docvar" => Destination::Leaf(Leaf::Variable),
            "bkmkstart" | "bkmkend" => tell(Place::Bookmark),
            "xe" | "tc" | "tcn" => tell(Place::Hidden),
            "leveltext" | "pntxtb" | "pntxta" => tell(Place::Field),
            "ffname" | "ffdeftext" | "ffhelptext" | "ffstattext" | "ffformat" => tell(Place::Form),
            "ffl" => Destination::Leaf(Leaf::Entry),
            "formfield" => return self.begin_form(),
            "field" => return self.begin_field(),
            "fldrslt" => return self.separate_field(),
            "sn" => Destination::Leaf(Leaf::ShapeName),
            "sv" => Destination::Leaf(Leaf::ShapeValue),
            "objclass" => Destination::Leaf(Leaf::ObjectClass),
            "objdata" => Destination::Leaf(Leaf::Object),
            "pict" => {
                self.flows.sink.pictures += 1;
                Destination::Leaf(Leaf::Picture)
            }
            "themedata" | "datastore" | "svb" => Destination::Leaf(Leaf::Data),
            "colorschememapping" | "fontemb" | "fontfile" | "blipuid" | "panose" | "passwordhash"
            | "objtime" | "rsidtbl" => Destination::Skip,
            "info" | "userprops" | "listtable" | "list" | "listlevel" | "levelnumbers"
            | "listoverridetable" | "listoverride" | "listpicture" | "pgptbl" | "mmathPr"
            | "latentstyles" | "lsdlockedexcept" | "wgrffmtfilter" | "pnseclvl" | "pn" | "atrfstart"
            | "atrfend" | "atnref" | "atntime" | "atndate" | "atnparent" | "creatim" | "revtim"
            | "printim" | "buptim" | "shpinst" | "sp" | "picprop" | "falt" | "nesttableprops" | "tblpr"
            | "shp" | "do" | "background" | "object" | "shpgrp" => Destination::Quiet,
            // Of what is there twice, once for old programs, both are read.
            "shppict" | "nonshppict" | "shprslt" | "result" | "upr" | "ud" | "moMath" | "mmath"
            | "moMathPara" | "listtext" | "pntext" | "nonesttables" | "cs" | "ds" | "ts" => {
                return self.shown(name);
            }
            _ if starred => Destination::Leaf(Leaf::Unknown),
            _ => return,
        };
        self.begin(found);
    }

    /// A group whose text is shown where the group stands.
    fn shown(&mut self, name: &str) {
        if matches!(name, "shprslt" | "result") {
            self.group().destination = Destination::Text;
        }
    }

    fn begin_flow(&mut self, place: Place) {
        self.flush_whole();
        let new = self.group().begun == Begun::Nothing && self.flows.begin_flow(place, None);
        let group = self.group();
        if new {
            group.begun = Begun::Flow;
        }
        group.destination = Destination::Text;
        group.in_table = false;
        group.align = None;
    }

    pub(super) fn begin(&mut self, destination: Destination) {
        self.flush_whole();
        let leaf = matches!(destination, Destination::Leaf(_));
        if leaf && self.group().begun == Begun::Nothing {
            self.group().begun = Begun::Leaf;
            self.leaves.push(String::new());
        }
        self.group().destination = destination;
    }

    /// Tells a piece of its own.
    pub(super) fn end_leaf(&mut self, destination: Destination) {
        let text = self.leaves.pop().unwrap_or_default();
        let text = text.trim_matches([';', ' ', '\n']);
        let Destination::Leaf(leaf) = destination else { return };
        match leaf {
            Leaf::Tell(Place::Bookmark) if text.starts_with('_') => {}
            // Numbering is mostly digits and dots.
            Leaf::Tell(Place::Field) if !text.chars().any(char::is_alphabetic) => {}
            Leaf::Tell(place) => self.flows.note_once(place, text),
            Leaf::Entry => self.form.entries.push(text.to_owned()),
            Leaf::Property(key) if !text.is_empty() => {
                self.flows.note(Place::Property, &format!("{key}: {text}"));
            }
            Leaf::Property(_) => {}
            Leaf::Variable => self.flows.note(Place::Property, text.trim_end_matches([':', ' '])),
            Leaf::PropertyName => text.clone_into(&mut self.property_name),
            Leaf::PropertyValue => {
                let pair = format!("{}: {text}", self.property_name);
                self.flows.note(Place::Property, &pair);
            }
            Leaf::ShapeName => text.clone_into(&mut self.shape_name),
            Leaf::ShapeValue => match self.shape_name.as_str() {
                "gtextUNICODE" => self.flows.note_once(Place::Watermark, text),
                "wzDescription" | "wzName" | "pihlShape" => self.flows.note_once(Place::AltText, text),
                _ if !text.is_ascii() => self.flows.note_once(Place::AltText, text),
                _ => {}
            },
            Leaf::Names => {
                for name in text.split(';').map(str::trim).filter(|name| !name.is_ascii()) {
                    self.flows.note_once(Place::Attribute, name);
                }
            }
            Leaf::ObjectClass => text.clone_into(&mut self.object_class),
            Leaf::Object => {
                let bytes = super::object::from_hex(text);
                self.object(&bytes);
            }
            Leaf::Picture => self.picture(&super::object::from_hex(text)),
            Leaf::Data => self.data(&super::object::from_hex(text)),
            Leaf::Unknown if is_text(text) => {
                self.flows.note_once(Place::Hidden, text);
                // Mail programs keep the tags of a page so; their values are texts of their own.
                let values = text.split(['"', '\'']).skip(1).step_by(2).filter(|_| text.starts_with('<'));
                for value in values.filter(|value| !value.is_ascii()) {
                    self.flows.note_once(Place::Attribute, value);
                }
            }
            Leaf::Unknown if text.len() >= DATA_DIGITS => self.data(&super::object::from_hex(text)),
            Leaf::Unknown => {}
        }
    }

    /// Decodes what stands before a destination begins.
    pub(super) fn flush_whole(&mut self) {
        self.flush(false);
    }
}

/// Whether this looks like text and not like numbers in hexadecimal.
fn is_text(text: &str) -> bool {
    let hex = |c: char| c.is_ascii_hexdigit() || c.is_whitespace();
    !text.is_ascii() || text.contains(' ') && text.chars().any(char::is_alphabetic) && !text.chars().all(hex)
}
