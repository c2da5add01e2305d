#!/usr/bin/env python3
"""Makes words.bin, the dictionary that src/judge/words.rs looks words up in.

    pip download --no-deps --no-binary :all: jieba==0.42.1    # dict.txt is in it
    python3 make.py dict.txt > words.bin

dict.txt has one word a line, with how often it was seen and its part of speech, which is left out.

words.bin, all numbers high byte first, characters as 16 bits:

    u32        how often all words were seen together
    u32        number of frequencies
    u32        number of first characters
    u32...     frequencies
    u16...     first characters, ascending
    u32...     where the words of each begin, from the start of the file, and where the last ones end
    words of each first character:
      u16      length of the longest, in characters
      u16...   number of words of each length, from 1 on
      words    by length and then by their characters: all but the first character, then the number
               of the frequency as u16
"""
import struct
import sys
from collections import defaultdict


def main():
    words = {}
    with open(sys.argv[1], encoding="utf-8") as lines:
        for line in lines:
            word, seen, _ = line.split()
            words[word] = int(seen)
    frequencies = sorted(set(words.values()))
    number = {frequency: at for at, frequency in enumerate(frequencies)}
    groups = defaultdict(list)
    for word in words:
        groups[word[0]].append(word)
    out = [
        struct.pack(">3I", sum(words.values()), len(frequencies), len(groups)),
        struct.pack(f">{len(frequencies)}I", *frequencies),
        "".join(sorted(groups)).encode("utf-16-be"),
    ]
    at = sum(map(len, out)) + 4 * (len(groups) + 1)
    starts, bodies = [], []
    for first in sorted(groups):
        starts.append(at)
        group = sorted(groups[first], key=lambda word: (len(word), word))
        lengths = [len(word) for word in group]
        body = struct.pack(">H", max(lengths))
        body += b"".join(struct.pack(">H", lengths.count(length)) for length in range(1, max(lengths) + 1))
        body += b"".join(word[1:].encode("utf-16-be") + struct.pack(">H", number[words[word]]) for word in group)
        bodies.append(body)
        at += len(body)
    sys.stdout.buffer.write(b"".join(out) + struct.pack(f">{len(starts) + 1}I", *starts, at) + b"".join(bodies))


main()
