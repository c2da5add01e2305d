#!/usr/bin/env python3
"""Makes fold.txt, the table of certain equivalences that src/fold.rs loads.

Needs: Python 3.11 or later and the package opencc-python-reimplemented (its TSCharacters.txt is
OpenCC's table of traditional to simplified characters, Apache-2.0; see NOTICE).

    pip install opencc-python-reimplemented
    python3 make.py > fold.txt

Sources, applied in this order until nothing changes:
1. Unicode NFKC (Python's unicodedata), for characters that become at most three characters
2. lower case
3. CJK radicals supplement to the unified ideograph of the same shape (Unicode chart U+2E80)
4. lookalike Cyrillic and Greek letters to Latin ones
5. traditional and variant characters to simplified ones (OpenCC, first candidate)

One line a character: the character, a tab, what it becomes. White space, separators and characters
without a shape are not here: src/fold.rs names them itself.
"""
import os
import sys
import unicodedata

import opencc

RADICALS = dict(zip(
    [0x2E81, 0x2E84, 0x2E85, 0x2E86, 0x2E88, 0x2E89, 0x2E8A, 0x2E8B, 0x2E8C, 0x2E8D, 0x2E8E, 0x2E90,
     0x2E92, 0x2E93, 0x2E94, 0x2E95, 0x2E96, 0x2E97, 0x2E98, 0x2E99, 0x2E9B, 0x2E9C, 0x2E9D, 0x2E9E,
     0x2E9F, 0x2EA0, 0x2EA1, 0x2EA2, 0x2EA3, 0x2EA4, 0x2EA5, 0x2EA6, 0x2EA7, 0x2EA8, 0x2EA9, 0x2EAA,
     0x2EAB, 0x2EAC, 0x2EAD, 0x2EAE, 0x2EAF, 0x2EB0, 0x2EB2, 0x2EB6, 0x2EB9, 0x2EBA, 0x2EBB, 0x2EBC,
     0x2EBD, 0x2EBE, 0x2EBF, 0x2EC0, 0x2EC1, 0x2EC2, 0x2EC3, 0x2EC4, 0x2EC5, 0x2EC6, 0x2EC7, 0x2EC8,
     0x2EC9, 0x2ECA, 0x2ECB, 0x2ECC, 0x2ECD, 0x2ECE, 0x2ED0, 0x2ED1, 0x2ED2, 0x2ED3, 0x2ED4, 0x2ED6,
     0x2ED7, 0x2ED8, 0x2ED9, 0x2EDA, 0x2EDB, 0x2EDC, 0x2EDD, 0x2EDF, 0x2EE0, 0x2EE1, 0x2EE2, 0x2EE3,
     0x2EE4, 0x2EE5, 0x2EE6, 0x2EE7, 0x2EE8, 0x2EE9, 0x2EEA, 0x2EEB, 0x2EEC, 0x2EED, 0x2EEE, 0x2EEF,
     0x2EF0, 0x2EF1, 0x2EF2, 0x2EF3],
    "厂乙亻冂刀刂卜㔾小小兀尢巳幺彑彐忄心扌攵旡日月歺母民氵氺灬爪爫丬牛犭王疋目示礻竹糹纟罒羊耂肀聿肉臼艹艹艹虎衤"
    "覀西见角角讠贝足车辶辶辶钅長镸长门阝雨青韦页风飞食飠饣首马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟"))

LOOKALIKES = dict(zip(
    "АВСЕНКМОРТХавеонскмтрхуіјѕһԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧονρ",
    "ABCEHKMOPTXabeohckmtpxyijshdqwABEZHIKMNOPTYXovp"))

# Variants that the table of traditional characters does not have.
VARIANTS = {"祕": "秘", "絶": "绝", "凾": "函", "㊙": "秘", "啓": "启", "閲": "阅", "内": "内", "録": "录", "毎": "每", "鞏": "巩"}


def simplified():
    path = os.path.join(os.path.dirname(opencc.__file__), "dictionary", "TSCharacters.txt")
    table = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            traditional, _, candidates = line.rstrip("\n").partition("\t")
            if candidates:
                table[ord(traditional)] = candidates.split()[0]
    return table


def main():
    table = simplified()
    table.update({ord(k): v for k, v in VARIANTS.items()})

    def step(text):
        text = unicodedata.normalize("NFKC", text).lower()
        for source in (RADICALS, {ord(k): v for k, v in LOOKALIKES.items()}, table):
            text = "".join(source.get(ord(c), c) for c in text)
        return text.lower()

    out = []
    for code in list(range(0x80, 0xD800)) + list(range(0xF900, 0xFFFE)) + list(range(0x10000, 0x323B0)):
        char = chr(code)
        if unicodedata.category(char) in ("Cn", "Zs", "Zl", "Zp", "Cc", "Cf", "Mn", "Me"):
            continue
        text = char
        while (after := step(text)) != text:
            text = after
        text = "".join(c for c in text if unicodedata.category(c) not in ("Zs", "Mn", "Me", "Cf"))
        if text and text != char and len(text) <= 3:
            out.append(f"{char}\t{text}\n")
    sys.stdout.write("".join(out))


main()
