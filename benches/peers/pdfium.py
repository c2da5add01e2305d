"""Text of PDF files through pdfium (pypdfium2), one process for all files.

Usage: pdfium.py [OUTFOLDER] < list of paths; with OUTFOLDER, the text of file N goes to OUTFOLDER/N.txt.
"""

import sys

import pypdfium2

out = sys.argv[1] if len(sys.argv) > 1 else None
for number, path in enumerate(line.rstrip("\n") for line in sys.stdin):
    pages = []
    try:
        document = pypdfium2.PdfDocument(path)
        for page in document:
            text = page.get_textpage()
            pages.append(text.get_text_bounded())
            text.close()
            page.close()
        document.close()
    except pypdfium2.PdfiumError:
        pass
    if out:
        with open(f"{out}/{number}.txt", "w", encoding="utf-8", errors="replace") as file:
            file.write("\n".join(pages))
