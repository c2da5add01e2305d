//! Word segmentation of the few characters around a doubtful hit: 司机|密集, 公安局|机|密切.

use super::shape::Shape;
use super::words::cut;

/// Characters on each side of a hit that are segmented with it.
const WINDOW_CHARS: usize = 4;

/// The segmented window, words parted by `|`, when a border of the hit runs through a word.
pub(super) fn splits(shape: &Shape) -> Option<String> {
    let hit = shape.hit;
    let front = super::grammar::tail_chars(shape.line_before, WINDOW_CHARS);
    let behind = super::grammar::head_chars(shape.line_after, WINDOW_CHARS);
    let window = format!("{front}{hit}{behind}");
    let words = cut(&window);
    let (start, end) = (front.len(), front.len() + hit.len());
    let mut at = 0;
    let mut crossed = false;
    for word in &words {
        let range = at..at + word.len();
        // A word that holds a border of the hit inside itself and only a part of the hit.
        let over_start = range.start < start && range.end > start && range.end < end;
        let over_end = range.start > start && range.start < end && range.end > end;
        crossed |= over_start || over_end;
        at = range.end;
    }
    crossed.then(|| words.join("|"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{At, Place, Text};

    #[test]
    fn words_that_a_hit_runs_through() {
        for (line, hit, split) in [
            ("该市公安局机密切关注", "机密", true),
            ("出租车司机密集停放", "机密", true),
            ("涉及机密文件的管理", "机密", false),
            ("他发现了机密", "机密", false),
        ] {
            let mut text = Text::new();
            text.push(At::new(Place::Body), line);
            let at = line.find(hit).unwrap();
            let shape = Shape::new(&text, &(at..at + hit.len())).unwrap();
            assert_eq!(splits(&shape).is_some(), split, "{line}: {:?}", splits(&shape));
        }
    }
}
