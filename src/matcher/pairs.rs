//! Which pairs of characters terms begin with: for each first one a row of bits for those behind it, so that nearly
//! all places of a text are done with after one look that costs next to nothing, and a bitmap by a hash of their
//! codes, which takes few pairs for others.

/// Rows there are, more than most rules have different characters, and bits in each of them.
const ROWS: usize = 1 << 12;
const ROW_BITS: u16 = 64;

/// For each first character the second ones, by their codes modulo [`ROWS`] and [`ROW_BITS`]: it may seem to hold
/// other pairs, too.
#[derive(Debug)]
pub(super) struct Rows(Box<[u64; ROWS]>);

/// The second characters of one first one.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Row(u64);

impl Rows {
    pub(super) fn new(pairs: &[(u32, u32)]) -> Self {
        let mut rows = Box::new([0; ROWS]);
        for &(first, second) in pairs {
            rows[first as usize % ROWS] |= 1 << (second % u32::from(ROW_BITS));
        }
        Self(rows)
    }

    #[inline]
    pub(super) fn of(&self, first: u16) -> Row {
        Row(self.0[usize::from(first) % ROWS])
    }
}

impl Row {
    #[inline]
    pub(super) fn may_hold(self, second: u16) -> bool {
        self.0 >> (second % ROW_BITS) & 1 != 0
    }
}

/// Bits for each pair, and least bits of all: few pairs are taken for others.
const PAIR_BITS: usize = 64;
const LEAST_BITS: usize = 1 << 12;

/// A set of pairs, which may seem to hold others, too.
#[derive(Debug)]
pub(super) struct Pairs {
    bits: Vec<u64>,
    /// Bits that a hash is shifted by to be one of those.
    shift: u32,
}

impl Pairs {
    pub(super) fn new(pairs: &[(u32, u32)]) -> Self {
        let bits = (pairs.len() * PAIR_BITS).next_power_of_two().max(LEAST_BITS);
        let mut set = Self { bits: vec![0; bits / 64], shift: 64 - bits.trailing_zeros() };
        for &(first, second) in pairs {
            let bit = set.bit(first, second);
            if let Some(word) = set.bits.get_mut(bit >> 6) {
                *word |= 1 << (bit & 63);
            }
        }
        set
    }

    /// Whether it holds this pair; perhaps even where it does not.
    #[inline]
    pub(super) fn may_hold(&self, first: u16, second: u16) -> bool {
        let bit = self.bit(first.into(), second.into());
        self.bits.get(bit >> 6).is_some_and(|word| word >> (bit & 63) & 1 != 0)
    }

    #[inline]
    fn bit(&self, first: u32, second: u32) -> usize {
        // The high bits of a product by the golden ratio are spread best.
        let hash = (u64::from(first) << 32 | u64::from(second)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        usize::try_from(hash >> self.shift).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_is_held_and_few_others() {
        let pairs: Vec<(u32, u32)> = (1..=100).map(|n| (n, n * n % 101)).collect();
        let set = Pairs::new(&pairs);
        let rows = Rows::new(&pairs);
        let both = |first: u32, second: u32| {
            let (first, second) = (u16::try_from(first).unwrap(), u16::try_from(second).unwrap());
            (set.may_hold(first, second), rows.of(first).may_hold(second))
        };
        let held = |first, second| both(first, second).0;
        assert!(pairs.iter().all(|&(first, second)| both(first, second) == (true, true)));
        let all = (1..=100).flat_map(|first| (0..101).map(move |second| (first, second)));
        let others = all.filter(|pair| !pairs.contains(pair)).filter(|&(first, second)| held(first, second));
        // 100 pairs in 8,192 bits: about one in 82 of 10,000.
        assert!(others.count() < 300);
    }
}
