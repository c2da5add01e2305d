"""The cases of the other carriers: each family of marks, review and harmless text in spreadsheets, slides, OFD, mail and archives."""

# Extension and producer.
CARRIERS = [("doc", "libreoffice"), ("rtf", "libreoffice"), ("odt", "libreoffice"), ("xlsx", "libreoffice"), ("xls", "libreoffice"), ("ods", "libreoffice"), ("pptx", "python-pptx"),
            ("ppt", "hand"), ("odp", "hand"), ("ofd", "hand"), ("eml", "hand"), ("zip", "hand"), ("msg", "hand")]

# Rule, mark, disguise, body: dealt out to the carriers in turn.
MARKS = [("mark.state", "机密★20年", "none", "plan"), ("internal.warning", "内部资料 注意保存", "none", "journal"), ("mark.work", "工作秘密★1年", "none", "reform"), ("mark.enterprise", "核心商密★10年", "none", "firm"),
         ("mark.state", "秘密★至2035年底", "none", "minutes"), ("mark.state", "机密★解密条件:方案批准实施", "none", "inspection"), ("mark.state", "绝 密 ★ 30 年", "spaces", "research"), ("publication.withheld", "此件不予公开", "none", "handover"),
         ("mark.state", "機密★長期", "traditional", "trad"), ("mark.state", "10年★秘密", "none", "training"), ("internal.warning", "仅限本单位内部使用", "none", "survey"), ("mark.state", "密级:秘密 保密期限:5年", "none", "plan"),
         ("mark.state", "秘密*一年六个月", "star-variant", "reform"), ("mark.telegram", "密码电报", "none", "telegram"), ("mark.foreign", "SECRET//NOFORN", "none", "english"), ("mark.state", "绝\u200b密★长期", "zero-width", "inspection"),
         ("internal.warning", "内部文件·严禁外传", "none", "handover"), ("mark.state", "机密★２０年", "full-width", "research"), ("mark.enterprise", "商业秘密(核心)", "none", "firm"), ("mark.foreign", "TLP:AMBER+STRICT", "none", "english"),
         ("mark.work", "内部事项 注意保管", "none", "minutes"), ("mark.state", "机-密-★-2-0-年", "separators", "journal"), ("mark.state", "秘密★壹年", "none", "training"), ("mark.state", "绝秘★30年", "ocr", "plan"),
         ("internal.warning", "内____文件 注意保存", "blank", "survey"), ("mark.state", "机密★开标前", "none", "handover")]

# Rule and body of what a person decides; the empty mark means that the body itself is it.
REVIEWS = [("personal.phone", "", "phone-list"), ("business.petition", "", "petition"), ("internal.distribution", "此件发至县团级", "sanitation"), ("personal.id-card", "", "id-list"), ("personal.bank-card", "", "card-list"),
           ("business.tender", "", "tender-floor"), ("mark.exam", "绝密★启用前", "exam-paper"), ("internal.telegram", "内部明电", "telegram"), ("business.personnel", "", "personnel-list"), ("publication.on-request", "此件依申请公开", "sanitation"),
           ("mark.english-weak", "TLP:GREEN", "english"), ("business.unpublished", "", "unpublished-draft"), ("personal.plate", "", "plate-list")]

# Where the mark stands where it is not the first line: carrier, property of the Doc, place in the report.
SPECIAL = {"xlsx": ("header", "header"), "xls": ("sheet", "sheet-name"), "ods": ("note", "comment"), "pptx": ("note", "notes"), "odp": ("note", "notes"), "rtf": ("header", "header"), "odt": ("header", "header"),
           "doc": ("header", "header"), "eml": ("subject", "property"), "msg": ("subject", "property"), "zip": ("inner", "name"), "ofd": ("title", "property"), "ppt": ("note", "notes")}
BODY_PLACE = {"xlsx": "table", "xls": "table", "ods": "table", "pptx": "body", "ppt": "body", "odp": "body"}


def add(block, review, ok, bodies, texts):
    marks, reviews, harmless = iter(MARKS), iter(REVIEWS), iter(sorted(texts) * 2)
    for number, (ext, origin) in enumerate(CARRIERS):
        place = BODY_PLACE.get(ext, "body")
        for k in (1, 2):
            rule, mark, disguise, body = next(marks)
            block("carrier-%s-%d.%s" % (ext, k, ext), rule, place, "!L %s\n%s" % (mark, bodies[body]), None, origin, disguise)
        key, where = SPECIAL[ext]
        mark = ["机密★20年", "秘密★10年", "绝密★长期"][number % 3]
        more = {"header": mark} if key == "header" else {"props": {key: mark}}
        block("carrier-%s-%s.%s" % (ext, key, ext), "mark.state", where, bodies["sanitation"], None, origin, **more)
        rule, mark, body = next(reviews)
        where = None if not mark else place
        review("carrier-%s.%s" % (ext, ext), rule, where, ("!L %s\n" % mark if mark else "") + bodies[body], None, origin)
        for _ in range(5):
            name = next(harmless)
            ok("carrier-%s-%s.%s" % (ext, name, ext), texts[name], origin)
