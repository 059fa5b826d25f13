"""Pictures: known by content, written anew without what a camera hid in them, described, and shown by the site."""

import re
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletters import emails, pictures
from newsletters.models import Picture
from newsletters.pictures import Unfit, clean
from tests.newsletters.photos import FOR_PRINT, GREY, PROGRESSIVE, TURNED


def png(
    width: int = 3, height: int = 2, *, sort: int = 2, more=(), pixels: bytes | None = None, laced: int = 0
) -> bytes:
    samples = {0: 1, 2: 3, 3: 1, 6: 4}[sort]
    pixels = b"".join(b"\0" + b"\x7f" * width * samples for _ in range(height)) if pixels is None else pixels
    head = struct.pack(">IIBBBBB", width, height, 8, sort, 0, 0, laced)
    chunks = [(b"IHDR", head), *more, (b"IDAT", zlib.compress(pixels, 9)), (b"IEND", b"")]
    written = (struct.pack(">I", len(b)) + n + b + struct.pack(">I", zlib.crc32(n + b)) for n, b in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(written)


def test_a_photo_loses_its_place_its_owner_and_whatever_hangs_behind_it():
    assert b"Secret Camera" in TURNED and b"by Ada of Leeds" in TURNED
    cleaned = clean(TURNED + b"<script>alert(1)</script>")
    for gone in (b"Secret", b"Ada", b"script", b"GPS", b"\x88\x25"):
        assert gone not in cleaned.content
    assert (cleaned.kind, cleaned.width, cleaned.height) == ("jpeg", 32, 48)  # as it is looked at: upright
    assert cleaned.content.count(b"Exif") == 1  # and which way is up is all that it says


def test_what_is_clean_already_stays_the_same():
    for raw in (TURNED, PROGRESSIVE, GREY, png()):
        once = clean(raw)
        assert clean(once.content) == once


def test_a_png_loses_its_words_and_keeps_its_pixels():
    words = [(b"tEXt", b"Author\0Ada of Leeds"), (b"eXIf", b"MM\0*secret"), (b"iCCP", b"x\0\0")]
    cleaned = clean(png(more=words) + b"PK\x03\x04 hidden")
    assert cleaned.content == clean(png()).content
    assert b"Ada" not in cleaned.content and b"secret" not in cleaned.content


def test_a_png_with_a_palette_and_one_drawn_in_seven_passes():
    palette = [(b"PLTE", bytes(range(6))), (b"tRNS", b"\x80")]
    assert b"PLTE" in clean(png(sort=3, more=palette, pixels=b"\0\1\0\1\0\0\1\0")).content
    passes = b"".join(b"\0" + b"\x7f" * 3 * wide for wide in (1, 1, 2, 2, 1, 2, 4, 4))  # of 4 × 4
    passes = b"".join(
        b"\0" + b"\x7f" * 3 * wide for wide, tall in ((1, 1), (1, 1), (2, 1), (2, 2), (4, 2)) for _ in range(tall)
    )
    assert clean(png(4, 4, laced=1, pixels=passes)).width == 4


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"GIF89a...", "This is a GIF"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "This is a WebP"),
        (b"<svg onload=alert(1)>", "This is an SVG"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><svg/>", "This is an SVG"),
        (b"\0\0\0\x18ftypheic", "This is a HEIC photo or a film"),
        (b"%PDF-1.7", "This is a PDF"),
        (b"hello", "no picture"),
        (b"\xff\xd8\xff", "damaged"),
        (TURNED[:400], "damaged"),
        (TURNED[:-2], "damaged"),
        (FOR_PRINT, "made for printing"),
        (TURNED.replace(b"\xff\xc0", b"\xff\xc9"), "rare sort"),
        (TURNED.replace(b"\xff\xc0\x00\x11\x08\x00\x20\x00\x30", b"\xff\xc0\x00\x11\x08\xff\xff\xff\xff"), "65535"),
        (png()[:40], "damaged"),
        (png()[:-16] + b"\0" * 16, "damaged"),
        (png(1201, 1), "1201 × 1 pixels"),
        (png(1, 2401), "1 × 2401 pixels"),
        (png(0, 1), "damaged"),
        (png(pixels=b"\0" * 5), "damaged"),
        (png(pixels=b"\0" * 50_000_000), "damaged"),  # 50 MB in 50 kB
        (png(pixels=b"\x09" * 20), "damaged"),
        (png(sort=3, pixels=b"\0\1\0\1\0\0\1\0"), "damaged"),
    ],
)
def test_what_is_no_sound_small_picture_is_refused_in_words(raw, says):
    with pytest.raises(Unfit, match=re.escape(says)):
        clean(raw)


def test_a_picture_of_a_thousand_scans_is_refused():
    at = PROGRESSIVE.index(b"\xff\xda")
    scan = PROGRESSIVE[at : PROGRESSIVE.index(b"\xff", at + 14)]
    with pytest.raises(Unfit, match="damaged"):
        clean(PROGRESSIVE[:-2] + scan * 1000 + b"\xff\xd9")


def test_a_heavy_picture_is_refused(monkeypatch):
    monkeypatch.setattr(pictures, "HEAVIEST", 500)
    with pytest.raises(Unfit, match="weighs"):
        clean(TURNED)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([TURNED, PROGRESSIVE, png()]), st.lists(st.tuples(st.integers(0, 2000), st.binary(max_size=3))))
def test_a_broken_picture_is_refused_or_cleaned_and_never_breaks_the_site(raw, blows):
    broken = bytearray(raw)
    for at, put in blows:
        broken[at % len(broken) : at % len(broken) + 1] = put
    try:
        cleaned = clean(bytes(broken))
    except Unfit:
        return
    assert clean(cleaned.content).content == cleaned.content


def put_in(client, screen, draft, raw=TURNED, alt="Children paint a wall"):
    file = SimpleUploadedFile("holiday.exe", raw, content_type="text/html")
    return client.post(screen("picture", draft, 1), {"file": file, "alt": alt})


def test_a_picture_goes_into_its_section_with_what_it_shows(as_member, dee, draft, screen, client):
    answer = put_in(as_member(dee), screen, draft)

    assert answer.url == screen("words", draft) + "#part-1"
    part = draft.words.sections[0]
    kept = Picture.objects.get()
    assert (part.picture, part.alt, kept.made_by, kept.partnership) == (
        kept.pk,
        "Children paint a wall",
        dee,
        draft.partnership,
    )
    draft.refresh_from_db()
    message = emails.message(draft)
    assert (
        f'src="http://localhost:8000{kept.get_absolute_url()}" alt="Children paint a wall" width="32"' in message.html
    )
    assert "[Picture: Children paint a wall]" in message.text

    shown = client.get(kept.get_absolute_url())
    assert (shown["Content-Type"], shown.content) == ("image/jpeg", clean(TURNED).content)
    assert "immutable" in shown["Cache-Control"]
    assert shown["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Set-Cookie" not in shown
    assert client.get(kept.get_absolute_url(), headers={"if-none-match": shown["ETag"]}).status_code == 304


@pytest.mark.parametrize("name", ["x.jpg", "x", ".jpg", "a" * 300 + ".jpg"])
def test_a_picture_nobody_kept_does_not_exist(client, db, name):
    assert client.get(f"/pictures/{name}").status_code == 404


def test_a_picture_has_one_address_alone(client, leeds):
    kept = Picture.keep(clean(png()), leeds)
    assert re.fullmatch(r"/pictures/[\w-]{24}\.png", kept.get_absolute_url())
    assert client.get(kept.get_absolute_url()).status_code == 200
    assert client.get(kept.get_absolute_url().replace(".png", ".html")).status_code == 404


def test_without_a_description_or_a_picture_nothing_is_kept(as_member, dee, draft, screen):
    bare = put_in(as_member(dee), screen, draft, alt=" ")
    assert (bare.status_code, "Say what the picture shows" in bare.content.decode()) == (422, True)
    drawing = put_in(as_member(dee), screen, draft, raw=b"<svg onload=alert(1)>")
    assert (drawing.status_code, "This is an SVG drawing" in drawing.content.decode()) == (422, True)
    none = as_member(dee).post(screen("picture", draft, 1), {"alt": "Something"})
    assert "Choose a picture" in none.content.decode()
    assert not Picture.objects.exists()


def test_the_picture_of_a_section_that_is_not_there(as_member, dee, draft, screen):
    assert as_member(dee).get(screen("picture", draft, 9)).url == screen("change", draft)


def test_a_picture_moves_with_its_section_and_can_be_taken_off(as_member, dee, draft, screen, typed):
    put_in(as_member(dee), screen, draft)
    draft.refresh_from_db()
    as_member(dee).post(screen("words", draft), typed(draft, "down-1"))
    draft.refresh_from_db()
    assert [bool(part.picture) for part in draft.words.sections] == [False, True]

    as_member(dee).post(screen("words", draft), typed(draft, "bare-2"))
    draft.refresh_from_db()
    assert draft.words.sections[1][3:] == (None, "")


def test_another_partnership_s_picture_cannot_be_taken(as_member, dee, draft, screen, typed, elsewhere):
    theirs = Picture.keep(clean(png()), elsewhere)
    as_member(dee).post(screen("words", draft), typed(draft, picture_0=theirs.pk, alt_0="Not ours", opening="x"))
    draft.refresh_from_db()
    assert (draft.opening, draft.words.sections[0].picture) == ("x", None)
