"""The document model: a light markup, one block a line, and the seeded vocabulary that fills its {slots}.

    # title        ## heading       ### centred line     plain line = paragraph with a two-character indent
    > right        < flush left     !L / !R / !C mark line (black, left / right / centred)
    !RED issuing office's red head  !RULE red line       !PB page break       | cell | cell | table row
    * list item    \\ verbatim line (no markup)
"""
import random
import re

CITIES = ["澄湖市", "云栖市", "北屏市", "南岫市", "霁江市"]
COUNTIES = ["望河县", "柏亭县", "青岭县", "沙桥县", "松塘县", "白芷县"]
TOWNS = ["石埠镇", "榆关镇", "桃溪乡", "荷田镇", "双桥乡"]
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = ["文博", "思远", "晓岚", "建新", "雨桐", "国梁", "若溪", "明轩", "秀兰", "志恒", "佳宁", "永康", "一鸣", "静怡", "海涛", "云舒", "立夏", "春燕", "承志", "慧敏"]
FIRMS = ["澄湖精工机械", "云栖新材料", "北屏港务", "南岫乳业", "霁江水泥", "望河光电", "柏亭药业", "青岭风能"]


def id_number(rng, year=None):
    """A resident identity number with a valid GB 11643 check character and a birth date before 1920."""
    area = rng.choice(["110101", "310101", "440103", "330102", "510104", "420102"])
    body = "%s%04d%02d%02d%03d" % (area, year or rng.randint(1900, 1919), rng.randint(1, 12), rng.randint(1, 28), rng.randint(1, 999))
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights)) % 11]


def bank_card(rng):
    """Nineteen digits, a known issuer prefix, seven zeros, a valid Luhn digit."""
    body = rng.choice(["622202", "622848", "621700", "621661"]) + "0000000" + "%05d" % rng.randint(1, 99999)
    total = 0
    for i, d in enumerate(reversed(body)):
        n = int(d) * (2 if i % 2 == 0 else 1)
        total += n - 9 if n > 9 else n
    return body + str(-total % 10)


def mobile(rng):
    return rng.choice(["138", "139", "150", "186", "177"]) + "0000" + "%04d" % rng.randint(1000, 9999)


def credit_code(rng):
    """A unified social credit code (GB 32100) with a valid check character."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = "91110000" + "".join(rng.choice(alphabet) for _ in range(9))
    weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
    return body + alphabet[-sum(alphabet.index(c) * w for c, w in zip(body, weights)) % 31]


class Slots:
    """Values for {slots}; the same slot gives the same value throughout one document."""

    def __init__(self, seed, name):
        self.rng = random.Random("%s/%s" % (seed, name))
        self.values = {}

    def get(self, key):
        if key not in self.values:
            self.values[key] = self.make(re.sub(r"\d+$", "", key))
        return self.values[key]

    def make(self, kind):
        r = self.rng
        if kind == "city": return r.choice(CITIES)
        if kind == "county": return r.choice(COUNTIES)
        if kind == "town": return r.choice(TOWNS)
        if kind == "person": return r.choice(SURNAMES) + r.choice(GIVEN)
        if kind == "firm": return r.choice(FIRMS) + r.choice(["有限公司", "股份有限公司"])
        if kind == "n": return str(r.randint(3, 48))
        if kind == "big": return str(r.randint(120, 980))
        if kind == "pct": return "%.1f%%" % r.uniform(2, 18)
        if kind == "copy": return "%06d" % r.randint(1, 99)
        if kind == "seq": return str(r.randint(2, 76))
        if kind == "month": return str(r.randint(1, 12))
        if kind == "day": return str(r.randint(1, 28))
        if kind == "date": return "2026年%d月%d日" % (r.randint(1, 9), r.randint(1, 28))
        if kind == "tel": return "010-8%03d%04d" % (r.randint(0, 999), r.randint(0, 9999))
        if kind == "id": return id_number(r)
        if kind == "card": return bank_card(r)
        if kind == "mobile": return mobile(r)
        if kind == "usc": return credit_code(r)
        if kind == "masked": 
            n = id_number(r)
            return n[:6] + "********" + n[-4:]
        if kind == "pass": return r.choice("EG") + "%08d" % r.randint(10000, 99999)
        if kind == "plate": return "京" + r.choice("ABCEF") + "·" + "%05d" % r.randint(10, 999)
        raise KeyError(kind)

    def fill(self, text):
        return re.sub(r"\{([a-z]+\d*)\}", lambda m: self.get(m.group(1)), text)


class Doc:
    """What a producer renders: blocks (kind, text or rows), header, footer, properties."""

    def __init__(self, blocks, header=None, footer=None, title=None, props=None, header_align="left"):
        self.blocks, self.header, self.footer = blocks, header, footer
        self.header_align, self.props = header_align, props or {}
        self.title = title or next((t for k, t in blocks if k in ("title", "red")), "文件")


KINDS = [("###", "centre"), ("##", "head"), ("#", "title"), (">", "right"), ("<", "left"), ("!L", "mark-left"), ("!RED", "red"),
         ("!RULE", "rule"), ("!R", "mark-right"), ("!C", "mark-centre"), ("!PB", "break"), ("*", "item")]


CJK = "\u2e80-\u9fff\uff00-\uffef\u3001-\u303f\u3400-\u4dbf“”‘’…—"


def wide(text):
    """Half-width punctuation beside Chinese characters becomes full-width, as a Chinese input method writes it."""
    table = dict(zip(",:;?!()", ",:;?!()".translate({i: i + 0xFEE0 for i in range(0x21, 0x7F)})))
    return re.sub("(?<=[%s])[,:;?!()]|[,:;?!()](?=[%s])" % (CJK, CJK), lambda m: table[m.group()], text)


def parse(markup, slots=None, widen=True, **kw):
    blocks = []
    for line in markup.strip("\n").split("\n"):
        line = line.rstrip()
        if not line:
            continue
        if slots:
            line = slots.fill(line)
        line = line if not widen or line.startswith("!") and not re.match("!(L|R|C|RED) ", line) else wide(line)
        if line.startswith("|"):
            cells = [c.strip() for c in line.strip("|").split("|")]
            if blocks and blocks[-1][0] == "table":
                blocks[-1][1].append(cells)
            else:
                blocks.append(("table", [cells]))
            continue
        if line.startswith("\\"):
            blocks.append(("left", line[1:]))
            continue
        for sign, kind in KINDS:
            if line.startswith(sign + " ") or line == sign:
                blocks.append((kind, line[len(sign):].strip(" ")))
                break
        else:
            blocks.append(("p", line))
    return Doc(blocks, **kw)


def plain_lines(doc):
    """The document's text, a line a paragraph or table row, as the truth for recall tests and for plain text files."""
    out = []
    if doc.header:
        out.append(doc.header)
    for kind, text in doc.blocks:
        if kind == "table":
            out += ["\t".join(row) for row in text]
        elif kind not in ("rule", "break"):
            out.append(text)
    if doc.footer:
        out.append(doc.footer)
    return out
