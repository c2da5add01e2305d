//! The matrices of PDF: six numbers that move, scale and turn.

use hayro_syntax::object::{Array, Dict, Number};

/// The six numbers of a PDF matrix.
pub(super) type Matrix = [f32; 6];

/// The product: first `a`, then `b`.
#[inline]
pub(super) fn multiply(a: &Matrix, b: &Matrix) -> Matrix {
    [
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    ]
}

/// Nothing moves.
pub(super) const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// Where a point comes to lie.
#[inline]
pub(super) fn apply(m: &Matrix, x: f32, y: f32) -> (f32, f32) {
    (m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5])
}

/// The length of a way; most ways go along one of the axes.
#[inline]
pub(super) fn length(x: f32, y: f32) -> f32 {
    if x == 0.0 { y.abs() } else { x.hypot(y) }
}

/// The six numbers of a matrix in a dictionary.
pub(super) fn matrix(dict: &Dict<'_>, key: &str) -> Matrix {
    let Some(array) = dict.get::<Array<'_>>(key) else { return IDENTITY };
    let mut numbers = array.iter::<Number>().map(|n| n.as_f32());
    let mut out = IDENTITY;
    for slot in &mut out {
        match numbers.next() {
            Some(number) => *slot = number,
            None => return IDENTITY,
        }
    }
    out
}
