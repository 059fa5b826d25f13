"""Files to hand in: good ones of each dialect, and traps."""

import zipfile
from io import BytesIO

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
WITH_MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"
ODT = "application/vnd.oasis.opendocument.text"


def package(parts: dict[str, bytes | str], packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", packed) as file:
        for name, content in parts.items():
            file.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else packed)
    return out.getvalue()


def types_of(kind: str, main: str) -> str:
    return f'<?xml version="1.0"?><Types><Override PartName="/{main}" ContentType="{kind}"/></Types>'


def office(kind: str, main: str, **more: bytes | str) -> bytes:
    extra = {name.replace("__", "/"): content for name, content in more.items()}
    return package(
        {"[Content_Types].xml": types_of(kind, main), "_rels/.rels": "<Relationships/>", main: "<w/>"} | extra
    )


def docx(**more) -> bytes:
    return office(WORD, "word/document.xml", **more)


def xlsx() -> bytes:
    return office(EXCEL, "xl/workbook.xml")


def odt(kind: str = ODT, manifest: str = "<manifest/>", **more) -> bytes:
    extra = {name.replace("__", "/"): content for name, content in more.items()}
    return package({"mimetype": kind, "content.xml": "<office/>", "META-INF/manifest.xml": manifest} | extra)
