"""Pictures: known by content, written anew without what a camera hid in them, described, and shown by the site."""

import contextlib
import re
import struct
import zlib
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from newsletters import emails, leftovers, pictures
from newsletters.models import Newsletter, Picture
from newsletters.pictures import HEAVIEST, TALLEST, WIDEST, Unfit, clean
from tests.newsletters.photos import FOR_PRINT, PROGRESSIVE, TURNED

pytestmark = pytest.mark.once


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
    for gone in (b"Secret", b"Ada", b"script", b"GPS", b"Exif", b"ICC"):
        assert gone not in cleaned.content
    assert (cleaned.kind, cleaned.width, cleaned.height) == ("jpeg", 32, 48)  # as it is looked at: upright


def test_a_png_loses_its_words_and_keeps_its_pixels():
    words = [(b"tEXt", b"Author\0Ada of Leeds"), (b"eXIf", b"MM\0*secret"), (b"iCCP", b"x\0\0")]
    cleaned = clean(png(more=words) + b"PK\x03\x04 hidden")
    assert cleaned.content == clean(png()).content
    assert b"Ada" not in cleaned.content and b"secret" not in cleaned.content


def test_a_picture_for_print_is_put_into_the_colours_of_a_screen():
    assert drawn(clean(FOR_PRINT)).mode == "RGB"


@pytest.mark.parametrize(("kind", "size"), [("JPEG", (4800, 3200)), ("WEBP", (2000, 900)), ("PNG", (1300, 3000))])
def test_a_large_photo_is_made_as_small_as_a_mail_needs(kind, size):
    cleaned = clean(noise(kind, size))
    assert cleaned.width <= WIDEST and cleaned.height <= TALLEST
    assert abs(cleaned.width / cleaned.height - size[0] / size[1]) < 0.01
    assert len(cleaned.content) <= HEAVIEST
    assert drawn(cleaned).size == (cleaned.width, cleaned.height)


def test_a_drawing_stays_a_drawing_with_its_clear_parts():
    drawing = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    drawing.paste((200, 30, 30, 255), (10, 10, 30, 30))
    cleaned = clean(written(drawing, "PNG"))
    assert cleaned.kind == "png" and drawn(cleaned).getpixel((0, 0))[3] == 0


def test_a_photo_with_clear_parts_stands_on_white_paper():
    photo = Image.effect_noise((1200, 1200), 90).convert("RGBA")
    photo.putalpha(Image.linear_gradient("L").resize(photo.size))
    cleaned = clean(written(photo, "PNG"))
    assert cleaned.kind == "jpeg" and min(drawn(cleaned).getpixel((600, 2))) > 240


def written(image, kind: str) -> bytes:
    out = BytesIO()
    image.save(out, kind)
    return out.getvalue()


def noise(kind: str, size: tuple[int, int]) -> bytes:
    """A photo that does not pack well."""
    small = Image.effect_noise((size[0] // 8, size[1] // 8), 60).convert("RGB")
    return written(small.resize(size), kind)


def drawn(cleaned):
    return Image.open(BytesIO(cleaned.content))


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"GIF89a...", "This is a GIF"),
        (b"<svg onload=alert(1)>", "This is an SVG"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><svg/>", "This is an SVG"),
        (b"\0\0\0\x18ftypheic", "This is a HEIC photo or a film"),
        (b"%PDF-1.7", "This is a PDF"),
        (b"hello", "no picture"),
        (b"\xff\xd8\xff", "damaged"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "damaged"),
        (TURNED[:400], "damaged"),
        (TURNED.replace(b"\xff\xc0\x00\x11\x08\x00\x20\x00\x30", b"\xff\xc0\x00\x11\x08\xff\xff\xff\xff"), "million"),
        (png()[:40], "damaged"),
        (png(30_000, 30_000, pixels=b"\0"), "million"),
        (png(5_001, 5_000, pixels=b"\0"), "million"),
        (png(0, 1), "damaged"),
        (png(pixels=b"\0" * 5), "damaged"),
    ],
)
def test_what_is_no_sound_picture_is_refused_in_words(raw, says):
    with pytest.raises(Unfit, match=re.escape(says)):
        clean(raw)


def test_what_stays_too_heavy_is_refused(monkeypatch):
    monkeypatch.setattr(pictures, "HEAVIEST", 500)
    with pytest.raises(Unfit, match="stays heavier"):
        clean(TURNED)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from([TURNED, PROGRESSIVE, png()]), st.lists(st.tuples(st.integers(0, 2000), st.binary(max_size=3))))
def test_a_broken_picture_is_refused_or_drawn_and_never_breaks_the_site(raw, blows):
    broken = bytearray(raw)
    for at, put in blows:
        broken[at % len(broken) : at % len(broken) + 1] = put
    with contextlib.suppress(Unfit):
        assert clean(bytes(broken)).width <= WIDEST


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


@pytest.fixture
def a_month_later():
    """Let the pictures and what happened to them be a month old, then tidy up as each night does."""

    def tidied() -> set[int]:
        Picture.objects.update(made_at=timezone.now() - leftovers.KEPT - timedelta(minutes=1))
        leftovers.forget_pictures()
        return set(Picture.objects.values_list("pk", flat=True))

    return tidied


def kept_by(newsletter, *, by) -> int:
    """Put a picture of its own into the first section; return its id."""
    made = Picture.keep(clean(png()), newsletter.partnership, by=by).pk
    first, *others = newsletter.words.sections
    words = newsletter.words.with_sections([first._replace(picture=made, alt="A wall"), *others])
    newsletter.revise(words, version=newsletter.version, by=by)
    return made


def test_a_picture_that_nobody_uses_goes_after_a_month(leeds, draft, dee, client):
    lost = Picture.keep(clean(png()), leeds)
    used = kept_by(draft, by=dee)
    Picture.objects.update(made_at=timezone.now() - leftovers.KEPT + timedelta(hours=1))
    assert list(leftovers.forget_pictures().values()) == [0]
    Picture.objects.update(made_at=timezone.now() - leftovers.KEPT - timedelta(hours=1))
    said = StringIO()
    call_command("retain", "--dry-run", stdout=said)
    assert "Would delete 1 pictures that no newsletter uses" in said.getvalue()
    assert Picture.objects.count() == 2
    call_command("retain", stdout=said)
    assert [picture.pk for picture in Picture.objects.all()] == [used]
    assert client.get(lost.get_absolute_url()).status_code == 404
    assert list(leftovers.forget_pictures().values()) == [0]


def test_an_earlier_wording_keeps_its_picture_until_the_issue_is_out(
    draft, dee, prepare, a_month_later, screen, as_member
):
    first, second = kept_by(draft, by=dee), kept_by(draft, by=dee)
    assert a_month_later() == {first, second}, "the earlier wording can be brought back"
    as_member(dee).post(screen("wording", draft, 2))
    draft.refresh_from_db()
    assert draft.words.sections[0].picture == first and a_month_later() == {first, second}

    draft.test(by=dee)
    mailing = draft.send(version=draft.version, by=dee)
    assert a_month_later() == {first, second}, "it can still be taken back"
    prepare(mailing)
    Newsletter.objects.filter(pk=draft.pk).update(withdrawn_at=timezone.now(), withdrawal="A name was in it")
    assert a_month_later() == {first}, "what went out stays, also while it is withdrawn"


def test_an_issue_brought_along_keeps_its_picture(leeds, draft, dee, a_month_later):
    made = kept_by(draft, by=dee)
    Newsletter.objects.filter(pk=draft.pk).update(published_at=timezone.now())
    assert a_month_later() == {made}
