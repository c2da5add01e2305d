//! The elements of word processing parts that mean something to the reader, by local name.

/// An element, or a group of elements that are treated alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    P,
    R,
    T,
    DelText,
    InstrText,
    RPr,
    PPr,
    /// Properties of a table or its rows' exceptions.
    TablePr,
    RowPr,
    CellPr,
    PStyle,
    RStyle,
    TableStyle,
    Fonts,
    TextFill,
    /// A property that decides whether or where text is seen.
    Property,
    RowHidden,
    Ins,
    Del,
    MoveFrom,
    MoveTo,
    /// Former properties, with changes tracked.
    Change,
    Tab,
    PTab,
    Br,
    NoBreakHyphen,
    Sym,
    FldChar,
    FldSimple,
    /// Pronunciation above the text.
    Ruby,
    Tbl,
    Tr,
    Tc,
    /// The content of a text box.
    Textbox,
    Hdr,
    Ftr,
    Notes,
    Note,
    Comment,
    AlternateContent,
    Choice,
    Fallback,
    Background,
    /// A drawing or picture as a whole.
    Drawing,
    /// Names and describes a drawing.
    DrawingName,
    /// A VML shape or what belongs to it.
    Shape,
    BookmarkStart,
    Hyperlink,
    /// Part of a form field or of a list to choose from.
    Form,
    /// The data of a form field.
    FormField,
    /// A box to tick in it.
    FormBox,
    /// A list to choose from in it.
    FormList,
    /// Whether the box is ticked, which entry of the list is chosen.
    FormState,
    ControlPr,
    /// Tag or title of a content control.
    ControlName,
    /// Title or description of a table.
    TableText,
    /// An attribute of a smart tag or of custom XML.
    Attr,
    /// Name, category or description of a building block.
    Name,
    /// Holds numbers and words of the format as its text.
    Geometry,
    /// Frequent, and without anything to read in its attributes.
    Bare,
    Other,
}

impl Tag {
    /// The element with this local name.
    pub(super) fn of(local: &str) -> Self {
        match local {
            "p" => Self::P,
            "r" => Self::R,
            "t" => Self::T,
            "rPr" => Self::RPr,
            "pPr" => Self::PPr,
            "rFonts" => Self::Fonts,
            "vanish" | "specVanish" | "webHidden" | "strike" | "dstrike" | "color" | "sz" | "shd" | "jc"
            | "highlight" | "noFill" => Self::Property,
            "b"
            | "bCs"
            | "i"
            | "iCs"
            | "u"
            | "szCs"
            | "lang"
            | "kern"
            | "spacing"
            | "ind"
            | "proofErr"
            | "bookmarkEnd"
            | "numPr"
            | "ilvl"
            | "numId"
            | "tcW"
            | "gridCol"
            | "vAlign"
            | "snapToGrid"
            | "widowControl"
            | "lastRenderedPageBreak" => Self::Bare,
            "pStyle" => Self::PStyle,
            "rStyle" => Self::RStyle,
            "tblStyle" => Self::TableStyle,
            "delText" => Self::DelText,
            "instrText" | "delInstrText" => Self::InstrText,
            "tblPr" | "tblPrEx" => Self::TablePr,
            "trPr" => Self::RowPr,
            "tcPr" => Self::CellPr,
            "textFill" => Self::TextFill,
            "hidden" => Self::RowHidden,
            "ins" | "cellIns" => Self::Ins,
            "del" | "cellDel" => Self::Del,
            "moveFrom" => Self::MoveFrom,
            "moveTo" => Self::MoveTo,
            "rPrChange" | "pPrChange" | "sectPrChange" | "tblPrChange" | "trPrChange" | "tcPrChange"
            | "tblPrExChange" | "tblGridChange" | "numberingChange" => Self::Change,
            "tab" => Self::Tab,
            "ptab" => Self::PTab,
            "br" | "cr" => Self::Br,
            "noBreakHyphen" => Self::NoBreakHyphen,
            "sym" => Self::Sym,
            "fldChar" => Self::FldChar,
            "fldSimple" => Self::FldSimple,
            "rt" => Self::Ruby,
            "tbl" => Self::Tbl,
            "tr" => Self::Tr,
            "tc" => Self::Tc,
            "txbxContent" | "txBody" => Self::Textbox,
            "hdr" => Self::Hdr,
            "ftr" => Self::Ftr,
            "footnotes" | "endnotes" => Self::Notes,
            "footnote" | "endnote" => Self::Note,
            "comment" => Self::Comment,
            "AlternateContent" => Self::AlternateContent,
            "Choice" => Self::Choice,
            "Fallback" => Self::Fallback,
            "background" => Self::Background,
            "drawing" | "pict" => Self::Drawing,
            "docPr" | "cNvPr" => Self::DrawingName,
            "shape" | "shapetype" | "rect" | "roundrect" | "oval" | "line" | "polyline" | "group"
            | "image" | "arc" | "curve" | "textpath" | "imagedata" => Self::Shape,
            "bookmarkStart" => Self::BookmarkStart,
            "hyperlink" | "hlinkClick" | "hlinkHover" => Self::Hyperlink,
            "helpText" | "statusText" | "default" | "listEntry" | "listItem" => Self::Form,
            "ffData" => Self::FormField,
            "checkBox" => Self::FormBox,
            "ddList" => Self::FormList,
            "checked" | "result" => Self::FormState,
            "sdtPr" => Self::ControlPr,
            "tag" | "alias" => Self::ControlName,
            "tblCaption" | "tblDescription" => Self::TableText,
            "attr" => Self::Attr,
            "name" | "description" => Self::Name,
            "binData" | "align" | "posOffset" | "pctWidth" | "pctHeight" | "pctPosHOffset"
            | "pctPosVOffset" => Self::Geometry,
            _ => Self::Other,
        }
    }
}
