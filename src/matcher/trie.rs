//! The folded terms as a tree of characters, all of its nodes in one array, so that one look tells
//! whether and where a term goes on with a character.
//!
//! A node is the number of a slot. Its children lie at its base, exclusive-or'd with the code of the
//! character that leads to them (Aoe 1989, with the exclusive or of later work in place of the sum), and
//! each slot names its parent.

use std::collections::VecDeque;
use std::ops::Range;

/// The node from which all terms begin.
pub(super) const ROOT: u32 = 0;
/// In place of the parent: no node yet.
const FREE: u32 = u32::MAX;
/// In place of the parent: there is none.
const NONE: u32 = FREE - 1;
/// Free slots that are tried for the first of several children before new ones are made.
const TRIES: usize = 32;

/// Blocks at the end that are tried when those fail, and free slots that are tried there.
const ROOMY_BLOCKS: usize = 4;
const TRIES_IN_ROOM: usize = 256;

/// The tree.
#[derive(Debug)]
pub(super) struct Trie {
    slots: Vec<Slot>,
}

#[derive(Debug, Clone, Copy)]
struct Slot {
    /// Exclusive-or'd with a code it is the slot of a child; 0 where there are none. That of the root
    /// is 0, too: its children have the numbers of their codes.
    base: u32,
    parent: u32,
    /// One more than the index of the term that ends here; 0 where none does.
    term: u32,
}

const EMPTY: Slot = Slot { base: 0, parent: FREE, term: 0 };

/// A node whose children are not there yet: the terms that begin with it, and how many bytes of them
/// lead to it.
struct Waiting {
    node: u32,
    terms: Range<usize>,
    len: usize,
}

impl Trie {
    /// The tree of `terms`, which are different and in order, none of them empty; `code` gives each of
    /// their characters a number from 1 to `codes`.
    pub(super) fn new(terms: &[&str], codes: u32, code: impl Fn(char) -> u32) -> Self {
        let block = (codes as usize + 1).next_power_of_two();
        let mut trie = Self { slots: vec![EMPTY; block] };
        trie.slots[ROOT as usize].parent = NONE;
        let mut first_free = 1;
        let mut waiting = VecDeque::from([Waiting { node: ROOT, terms: 0..terms.len(), len: 0 }]);
        let mut children: Vec<(u32, Waiting)> = Vec::new();
        while let Some(Waiting { node, terms: Range { mut start, end }, len }) = waiting.pop_front() {
            let rest = |index: usize| terms.get(index).and_then(|term| term.get(len..)).unwrap_or_default();
            if start < end && rest(start).is_empty() {
                trie.slots[node as usize].term = u32::try_from(start + 1).unwrap_or(0);
                start += 1;
            }
            children.clear();
            while start < end
                && let Some(c) = rest(start).chars().next()
            {
                let same = (start..end).take_while(|&index| rest(index).starts_with(c)).count();
                let child = Waiting { node: 0, terms: start..start + same, len: len + c.len_utf8() };
                children.push((code(c), child));
                start += same;
            }
            if children.is_empty() {
                continue;
            }
            let base = if node == ROOT { 0 } else { trie.place(&children, &mut first_free, block) };
            trie.slots[node as usize].base = base;
            for (code, child) in children.drain(..) {
                let slot = base ^ code;
                trie.slots[slot as usize].parent = node;
                waiting.push_back(Waiting { node: slot, ..child });
            }
        }
        trie
    }

    /// A base whose slots for these children are free.
    fn place(&mut self, children: &[(u32, Waiting)], first_free: &mut usize, block: usize) -> u32 {
        let is_free = |slots: &[Slot], at: usize| slots.get(at).is_some_and(|slot| slot.parent == FREE);
        while *first_free < self.slots.len() && !is_free(&self.slots, *first_free) {
            *first_free += 1;
        }
        let first = children.first().map_or(0, |child| child.0);
        let free = |from: usize| (from..self.slots.len()).filter(|&at| is_free(&self.slots, at));
        // The first gaps are narrow, so that several children rarely fit there: the last blocks have room.
        let last = self.slots.len().saturating_sub(ROOMY_BLOCKS * block).max(*first_free);
        let free = free(*first_free).take(TRIES).chain(free(last).take(TRIES_IN_ROOM));
        let mut bases = free.filter_map(|at| u32::try_from(at).ok()).map(|at| at ^ first);
        let fits =
            |base: &u32| *base != 0 && children.iter().all(|c| is_free(&self.slots, (base ^ c.0) as usize));
        bases.find(fits).unwrap_or_else(|| {
            // A block holds every code, so that what is exclusive-or'd with one stays within it.
            let base = u32::try_from(self.slots.len()).unwrap_or(NONE);
            self.slots.resize(self.slots.len() + block, EMPTY);
            base
        })
    }

    /// The node that a character leads to.
    #[inline]
    pub(super) fn next(&self, node: u32, code: u32) -> Option<u32> {
        let slot = self.slots.get(node as usize)?.base ^ code;
        (self.slots.get(slot as usize)?.parent == node).then_some(slot)
    }

    /// The index of the term that ends at a node.
    #[inline]
    pub(super) fn term(&self, node: u32) -> Option<usize> {
        (self.slots.get(node as usize)?.term as usize).checked_sub(1)
    }

    /// Whether no term goes on behind a node that is not the root.
    #[inline]
    pub(super) fn is_leaf(&self, node: u32) -> bool {
        self.slots.get(node as usize).is_none_or(|slot| slot.base == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_found_and_nothing_else() {
        // Every word of up to four of five letters whose sum is divisible by three.
        let letters = ['甲', '乙', '丙', '丁', '戊'];
        let number = |c: char| letters.iter().position(|&letter| letter == c).unwrap();
        let mut words = vec![String::new()];
        for length in 1..=4 {
            let longest: Vec<String> =
                words.iter().filter(|w| w.chars().count() == length - 1).cloned().collect();
            words.extend(longest.iter().flat_map(|w| letters.map(|c| format!("{w}{c}"))));
        }
        words.remove(0);
        words.sort();
        let is_term = |word: &str| word.chars().map(number).sum::<usize>() % 3 == 0;
        let terms: Vec<&str> = words.iter().map(String::as_str).filter(|word| is_term(word)).collect();
        let code = |c| u32::try_from(number(c)).unwrap() + 1;
        let trie = Trie::new(&terms, 5, code);
        assert_eq!(words.len(), 5 + 25 + 125 + 625);
        for word in &words {
            let node = word.chars().try_fold(ROOT, |node, c| trie.next(node, code(c)));
            let found = node.and_then(|node| trie.term(node));
            assert_eq!(found, terms.iter().position(|term| term == word), "{word}");
            // Of four letters there is nothing longer; no node has a child without a letter.
            assert!(
                node.is_none_or(|node| trie.is_leaf(node) == (word.chars().count() == 4)
                    || !terms.iter().any(|t| t.starts_with(word.as_str()) && *t != word)),
                "{word}"
            );
            assert!(node.is_none_or(|node| trie.next(node, 0).is_none()));
        }
        assert_eq!(trie.next(ROOT, 0), None);
    }
}
