"""Builds small Word files the way teachers' files look inside. Standard library only."""

import os
import struct
import zipfile
import zlib
from xml.sax.saxutils import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
ROOT_NAMESPACES = (
    f'xmlns:w="{W}" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:o="urn:schemas-microsoft-com:office:office"'
)
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def png(width=4, height=4, color=(200, 30, 30)):
    """A picture of one colour; other colours make other pictures."""
    rows = b"".join(b"\0" + bytes(color) * width for _ in range(height))

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head)
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def run(text, b=False, i=False, u=False, color=None, mark=None, raised=None, style=None):
    """A run; tabs and line breaks in the text become their elements."""
    props = ""
    if style:
        props += f'<w:rStyle w:val="{style}"/>'
    props += "<w:b/>" if b else ""
    props += "<w:i/>" if i else ""
    props += f'<w:color w:val="{color}"/>' if color else ""
    props += f'<w:highlight w:val="{mark}"/>' if mark else ""
    props += '<w:u w:val="single"/>' if u else ""
    props += f'<w:vertAlign w:val="{raised}"/>' if raised else ""
    props = f"<w:rPr>{props}</w:rPr>" if props else ""
    inside = ""
    for at, line in enumerate(text.split("\n")):
        inside += "<w:br/>" if at else ""
        for k, part in enumerate(line.split("\t")):
            inside += "<w:tab/>" if k else ""
            if part:
                inside += f'<w:t xml:space="preserve">{escape(part)}</w:t>'
    return f"<w:r>{props}{inside}</w:r>"


def para(*runs, style=None, num=None, level=0, center=False):
    """A paragraph; plain strings among the runs become plain runs."""
    props = f'<w:pStyle w:val="{style}"/>' if style else ""
    if num is not None:
        props += f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num}"/></w:numPr>'
    props += '<w:jc w:val="center"/>' if center else ""
    inside = "".join(r if r.startswith("<") else run(r) for r in runs if r)
    return f"<w:p><w:pPr>{props}</w:pPr>{inside}</w:p>"


def cell(*blocks, span=1, merge=None):
    props = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    if merge is not None:
        props += '<w:vMerge w:val="restart"/>' if merge else "<w:vMerge/>"
    inside = "".join(b if b.startswith("<w:p>") or b.startswith("<w:tbl>") else para(b)
                     for b in blocks) or para()
    return f"<w:tc><w:tcPr>{props}</w:tcPr>{inside}</w:tc>"


def table(*rows):
    """Rows of cells; plain strings become cells of one paragraph."""
    out = "<w:tbl><w:tblPr/>"
    for row in rows:
        out += "<w:tr>" + "".join(c if c.startswith("<w:tc>") else cell(c) for c in row) + "</w:tr>"
    return out + "</w:tbl>"


# Equations.

def mr(text, style=None):
    props = f'<m:rPr><m:sty m:val="{style}"/></m:rPr>' if style else ""
    return f'<m:r>{props}<m:t xml:space="preserve">{escape(text)}</m:t></m:r>'


def me(name, inside, props=""):
    """An m: element with optional properties."""
    pr = f"<m:{name}Pr>{props}</m:{name}Pr>" if props else ""
    return f"<m:{name}>{pr}{inside}</m:{name}>"


def arg(name, inside):
    return f"<m:{name}>{inside if inside.startswith('<') or not inside else mr(inside)}</m:{name}>"


def frac(a, b, props=""):
    return me("f", arg("num", a) + arg("den", b), props)


def sup(a, b):
    return me("sSup", arg("e", a) + arg("sup", b))


def sub(a, b):
    return me("sSub", arg("e", a) + arg("sub", b))


def omath(inside):
    return f"<m:oMath>{inside if inside.startswith('<') else mr(inside)}</m:oMath>"


class Doc:
    """A document under construction."""

    def __init__(self):
        self.body = []
        self.pictures = []
        self.relations = []
        self.abstracts = ""
        self.nums = ""
        self.styles = ""

    def add(self, *blocks):
        self.body.extend(b if b.startswith("<") else para(b) for b in blocks)

    def relate(self, kind, target):
        ident = f"rId{len(self.relations) + 10}"
        self.relations.append((ident, kind, target))
        return ident

    def media(self, name, data):
        self.pictures.append((name, data))
        return self.relate("image", f"media/{name}")

    def picture(self, data=None, name=None, width=1905000, height=952500):
        """A run with a picture in line with the text."""
        name = name or f"image{len(self.pictures) + 1}.png"
        ident = self.media(name, data or png(color=(len(self.pictures) * 37 % 256, 90, 40)))
        return (f'<w:r><w:drawing><wp:inline><wp:extent cx="{width}" cy="{height}"/>'
                '<a:graphic><a:graphicData uri="picture"><pic:pic><pic:blipFill>'
                f'<a:blip r:embed="{ident}"/></pic:blipFill></pic:pic></a:graphicData>'
                "</a:graphic></wp:inline></w:drawing></w:r>")

    def list(self, ident, levels):
        """An abstract list; levels are (format, text) or (format, text, start)."""
        out = f'<w:abstractNum w:abstractNumId="{ident}">'
        for at, level in enumerate(levels):
            start = level[2] if len(level) > 2 else 1
            out += (f'<w:lvl w:ilvl="{at}"><w:start w:val="{start}"/><w:numFmt w:val="{level[0]}"/>'
                    f'<w:lvlText w:val="{level[1]}"/></w:lvl>')
        self.abstracts += out + "</w:abstractNum>"

    def num(self, ident, abstract, restarts=()):
        out = f'<w:num w:numId="{ident}"><w:abstractNumId w:val="{abstract}"/>'
        for level in restarts:
            out += (f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="1"/>'
                    "</w:lvlOverride>")
        self.nums += out + "</w:num>"

    def style(self, ident, kind="paragraph", based=None, rpr="", ppr="", default=False):
        self.styles += (f'<w:style w:type="{kind}" w:styleId="{ident}"'
                        + (' w:default="1"' if default else "") + ">"
                        + (f'<w:basedOn w:val="{based}"/>' if based else "")
                        + f"<w:pPr>{ppr}</w:pPr><w:rPr>{rpr}</w:rPr></w:style>")

    def document(self):
        return (f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document {ROOT_NAMESPACES}>'
                f'<w:body>{"".join(self.body)}<w:sectPr/></w:body></w:document>')

    def save(self, path, document=None):
        parts = list(self.relations)
        parts.append(("rId1", "styles", "styles.xml"))
        parts.append(("rId2", "numbering", "numbering.xml"))
        relations = "".join(
            f'<Relationship Id="{i}" Type="{RELATION}/{k}" Target="{t}"/>' for i, k, t in parts)
        namespace = "http://schemas.openxmlformats.org/package/2006/relationships"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
            z.writestr("[Content_Types].xml", "<Types/>")
            z.writestr("_rels/.rels", f'<Relationships xmlns="{namespace}"><Relationship Id="rId1" '
                       f'Type="{RELATION}/officeDocument" Target="word/document.xml"/></Relationships>')
            z.writestr("word/_rels/document.xml.rels",
                       f'<Relationships xmlns="{namespace}">{relations}</Relationships>')
            z.writestr("word/styles.xml", f'<w:styles xmlns:w="{W}">{self.styles}</w:styles>')
            z.writestr("word/numbering.xml",
                       f'<w:numbering xmlns:w="{W}">{self.abstracts}{self.nums}</w:numbering>')
            z.writestr("word/document.xml", document or self.document())
            for name, data in self.pictures:
                z.writestr(os.path.normpath(f"word/media/{name}"), data)
