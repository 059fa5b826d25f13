"""A file somebody hands in: what is in it, decided by its bytes and never by its name or by what a browser says.

Only four dialects come in, because each of them can be told from its bytes and is opened by a program of its
own: PDF (ISO 32000-1 7.5.2), docx and xlsx (ECMA-376 part 2, 10.1.2.2) and odt (OpenDocument 1.3 part 2, 3.3).
"""

import hashlib
import re
import struct
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

from partnerships.models.documents import DocumentVersion
from trust.text import one_line
from trust.uploading import LARGEST

Kind = DocumentVersion.Kind
PARTS = 2_000  # a long Word file with pictures has some hundred
UNPACKED = 200 * 1024 * 1024
RATIO = 120  # text in XML shrinks to a tenth or a fiftieth; bombs to a thousandth
LONGEST_NAME = 100
WHAT_GOES = "Choose a PDF, a Word file (.docx), an Excel file (.xlsx) or an OpenDocument text (.odt)."
MAIN_PART = {
    b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": Kind.DOCX,
    b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": Kind.XLSX,
}
ODT = b"application/vnd.oasis.opendocument.text"
_OVERRIDE = re.compile(rb"<(?:\w+:)?Override\b[^>]*>")
_ATTRIBUTE = re.compile(rb"""\b(PartName|ContentType|TargetMode|Target|Type)\s*=\s*["']([^"']*)["']""")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_MARKUP = re.compile(rb"<\s*(?:html|!doctype|script|svg|body|head|iframe|\?xml|\?php)", re.IGNORECASE)
_ENDINGS = re.compile(
    r"\.(pdf|docx?|docm|dotm|xlsx?|xlsm|odt|ods|pptx?|rtf|txt|html?|svg|js|exe|com|bat|cmd|scr|zip|tmp)$", re.IGNORECASE
)
_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*%]')


class Refused(ValueError):
    """It does not come in. The message says why and what to do, in a sentence for whoever sent it."""


@dataclass(frozen=True)
class Upload:
    """A file that may be kept: what it is, what it shall be called, and its bytes."""

    kind: str
    filename: str
    content: bytes

    @property
    def size(self) -> int:
        return len(self.content)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def examined(name: str, file: BinaryIO) -> Upload:
    """Read a file, at most 10 MB of it, and say what it is. Raises Refused."""
    file.seek(0)
    content = file.read(LARGEST + 1)
    if not content:
        raise Refused("This file is empty. Open it on your own computer and look whether it holds anything.")
    if len(content) > LARGEST:
        raise Refused(too_large())
    kind = _kind_of(content)
    return Upload(kind, cleaned_name(name, kind), content)


def too_large() -> str:
    return (
        f"This file is larger than {LARGEST // 1024 // 1024} MB. "
        "Make the pictures in it smaller, or save it as a PDF for the screen."
    )


def cleaned_name(name: str, kind: str) -> str:
    """Return a file's name fit to be saved: one line, no folder, nothing unseen, the ending its content has."""
    last = one_line(name).replace("\\", "/").rpartition("/")[2]
    seen = "".join(each for each in last if unicodedata.category(each)[0] != "C")
    stem = _NOT_IN_NAMES.sub(" ", seen).strip(" .")
    while shorter := _ENDINGS.sub("", stem):
        if shorter == stem:
            break
        stem = shorter.rstrip(" .")
    stem = " ".join(stem.split())[:LONGEST_NAME].rstrip(" .")
    return f"{'document' if _ENDINGS.fullmatch(f'.{stem}') or not stem else stem}.{kind}"


def _kind_of(content: bytes) -> str:
    beginning = content[:1024]
    if content.startswith(b"PK\x03\x04"):
        return _kind_of_package(content)
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise Refused(
            "This is a Word or Excel file of the older kind (.doc, .xls), or one with a password. "
            "Save it as a PDF, or as .docx or .xlsx without a password."
        )
    if b"%PDF-" in beginning:
        if _MARKUP.search(beginning):
            raise Refused("This file is a PDF and a web page at once, so it does not come in. Save the PDF anew.")
        if b"%%EOF" not in content[-8192:]:
            raise Refused("This PDF is cut off: its end is missing. Download or save it again.")
        return Kind.PDF
    if _MARKUP.search(beginning):
        raise Refused(f"Web pages and drawings (HTML, SVG) do not come in: they can hold programs. {WHAT_GOES}")
    raise Refused(f"We do not know this kind of file. {WHAT_GOES}")


def _kind_of_package(content: bytes) -> str:
    """Tell docx, xlsx and odt from other zip files without unpacking more than their small index parts."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            parts = package.infolist()
            _whole(content, package, parts)
            _no_bomb(content, parts)
            if parts[0].filename == "mimetype":
                return _odt(package, parts)
            return _office(package, parts)
    except Refused:
        raise
    except (zipfile.BadZipFile, zlib.error, struct.error, RuntimeError, OSError, ValueError, EOFError) as error:
        raise Refused("This file is damaged: it cannot be opened. Save it again and choose it once more.") from error


def _whole(content: bytes, package: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    """One package from the first byte to the last, so that nothing else hides before or behind it."""
    end = content.rfind(b"PK\x05\x06")
    if not parts or package.comment or end + 22 != len(content) or min(part.header_offset for part in parts):
        raise Refused("Something hangs before or behind this file that does not belong to it. Save it anew.")


def _no_bomb(content: bytes, parts: list[zipfile.ZipInfo]) -> None:
    names = [part.filename.casefold() for part in parts]
    packed = {part.compress_type for part in parts}
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > PARTS or unpacked > UNPACKED or unpacked > RATIO * len(content):
        raise Refused("This file would be far too large once unpacked. Save it as a PDF.")
    odd_names = any(name.startswith("/") or "\\" in name or ".." in name.split("/") for name in names)
    overlapping = sum(part.compress_size for part in parts) > len(content)
    if overlapping or odd_names or len(set(names)) < len(names) or packed - {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise Refused("This file is put together in a way no office program does. Save it as a PDF.")
    if any(part.flag_bits & 0x1 for part in parts):
        raise Refused("This file has a password. Save it without one: everybody is to read it.")


def _office(package: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> str:
    types = _small(package, "[Content_Types].xml")
    names = {part.filename for part in parts}
    if b"macroenabled" in types.lower() or any(_is_program(name) for name in names):
        raise Refused("This file holds macros, which are programs. Save it without them: as .docx, .xlsx or PDF.")
    for name in names:
        if name.endswith(".rels") and _fetches(_small(package, name)):
            raise Refused("This file fetches parts of itself from another site when it is opened. Save it as a PDF.")
    for override in _OVERRIDE.findall(types):
        said = dict(_ATTRIBUTE.findall(override))
        kind = MAIN_PART.get(said.get(b"ContentType", b""))
        if kind and said.get(b"PartName", b"").decode(errors="replace").lstrip("/") in names:
            return kind
    raise Refused(f"This is a folder of files (zip) or a kind of office file we do not take. {WHAT_GOES}")


def _odt(package: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> str:
    first, names = parts[0], {part.filename for part in parts}
    if first.compress_type != zipfile.ZIP_STORED or _small(package, "mimetype") != ODT or "content.xml" not in names:
        raise Refused(f"Of OpenDocument files only texts (.odt) come in. {WHAT_GOES}")
    if any(name.startswith(("Basic/", "Scripts/")) and not name.endswith("/") for name in names):
        raise Refused("This file holds macros, which are programs. Save it without them, or as a PDF.")
    if b"encryption-data" in _small(package, "META-INF/manifest.xml"):
        raise Refused("This file has a password. Save it without one: everybody is to read it.")
    return Kind.ODT


def _is_program(name: str) -> bool:
    """Whether a part of an office file is a program, or a foreign object that may hold one."""
    low = name.casefold()
    last = low.rpartition("/")[2]
    return last in {"vbaproject.bin", "vbadata.xml"} or "/activex/" in low or last.startswith("oleobject")


def _fetches(relations: bytes) -> bool:
    """Whether opening the file would ask another site for something. A link that somebody presses is none."""
    for relation in _RELATION.findall(relations):
        said = dict(_ATTRIBUTE.findall(relation))
        is_link = said.get(b"Type", b"").endswith(b"/hyperlink")
        elsewhere = said.get(b"Target", b"").lower().startswith((b"http:", b"https:", b"ftp:", b"\\\\"))
        if said.get(b"TargetMode") == b"External" and elsewhere and not is_link:
            return True
    return False


def _small(package: zipfile.ZipFile, name: str, most: int = 1024 * 1024) -> bytes:
    """Read one of the index parts; empty when there is none. Raises Refused when it is no small part at all."""
    try:
        with package.open(name) as part:
            content = part.read(most + 1)
    except KeyError:
        return b""
    if len(content) > most:
        raise Refused("This file is put together in a way no office program does. Save it as a PDF.")
    return content
