//! Numbers in attributes, and maps of the page made of them.

use crate::read::xml::Element;

/// A linear map of the page: a b c d e f, as in `CTM`.
pub(super) type Matrix = [f32; 6];
/// The map that changes nothing.
pub(super) const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// A list of steps, `g n d` standing for n times d; at most `most` of them.
pub(super) fn deltas(list: &str, most: usize) -> Vec<f32> {
    let mut steps = Vec::new();
    let mut words = list.split_ascii_whitespace();
    while let Some(word) = words.next() {
        let (count, step) = match word {
            "g" | "G" => (words.next().and_then(|n| n.parse().ok()).unwrap_or(0), words.next()),
            word => (1, Some(word)),
        };
        let Some(step) = step.and_then(|step| step.parse().ok()).filter(|step: &f32| step.is_finite()) else {
            break;
        };
        steps.extend(std::iter::repeat_n(step, count.min(most - steps.len())));
        if steps.len() == most {
            break;
        }
    }
    steps
}

/// A map of an element: its `CTM`, then moved to its `Boundary`.
pub(super) fn placed(element: &Element<'_>) -> Matrix {
    let own = element.attribute("CTM").map(|ctm| numbers(&ctm)).unwrap_or_default();
    let [x, y, ..] = boundary(element);
    match own[..] {
        [a, b, c, d, e, f] => [a, b, c, d, e + x, f + y],
        _ => [1.0, 0.0, 0.0, 1.0, x, y],
    }
}

/// The box of an element: left, top, right, bottom.
pub(super) fn boundary(element: &Element<'_>) -> [f32; 4] {
    element.attribute("Boundary").map_or([0.0; 4], |boundary| area(&boundary))
}

/// A box written as left, top, width, height.
pub(super) fn area(text: &str) -> [f32; 4] {
    match numbers(text)[..] {
        [x, y, width, height, ..] => [x, y, x + width.max(0.0), y + height.max(0.0)],
        [x, y] => [x, y, x, y],
        _ => [0.0; 4],
    }
}

/// Where a point goes.
pub(super) fn apply(&[a, b, c, d, e, f]: &Matrix, [x, y]: [f32; 2]) -> [f32; 2] {
    [a * x + c * y + e, b * x + d * y + f]
}

/// The map that does `first`, then `second`.
pub(super) fn then(first: &Matrix, second: &Matrix) -> Matrix {
    let [a, b, c, d, e, f] = *first;
    let [p, q, r, s, ..] = *second;
    let [x, y] = apply(second, [e, f]);
    [a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, x, y]
}

/// The first numbers of a list, as many as any attribute has.
pub(super) fn numbers(list: &str) -> Vec<f32> {
    let words = list.split([' ', ',', '\t', '\n']).filter(|word| !word.is_empty());
    words.map_while(|word| word.parse().ok()).filter(|n: &f32| n.is_finite()).take(6).collect()
}

pub(super) fn number(element: &Element<'_>, name: &str) -> Option<f32> {
    element.attribute(name).and_then(|value| numbers(&value).first().copied())
}

pub(super) fn whole(element: &Element<'_>, name: &str) -> Option<usize> {
    element.attribute(name).and_then(|value| value.trim().parse().ok()).filter(|count| *count < 1 << 20)
}
