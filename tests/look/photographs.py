"""Photographs of the pages people meet first: desktop and phone, light and dark.

    python -m tests.look.photographs FOLDER [--site http://localhost:8000] [PATH ...]

Takes them of a running site; without `--site` it makes and serves a demonstration of its own. PATHs are looked at
instead of the usual pages, each named after its path. Prints the folder's files; the exit code counts what failed.
"""

import argparse
import re
import sys
from pathlib import Path

PAGES = {
    "home": "/",
    "answer": "/?where=Hackney",
    "london": "/london/",
    "leeds": "/leeds/",
    "directory": "/partnerships/",
    "at-home": "/partnerships/leedscep/",
    "listed": "/partnerships/elcea/",
    "join": "/partnerships/leedscep/join/",
}
SIZES = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 375, "height": 812}}
SCHEMES = ("light", "dark")


def take(browser, site: str, folder: Path, pages: dict[str, str], sizes=SIZES, schemes=SCHEMES) -> list[Path]:
    """Photograph each page whole, in each size and scheme; a page that answers 5xx raises AssertionError."""
    folder.mkdir(parents=True, exist_ok=True)
    taken = []
    for size, viewport in sizes.items():
        for scheme in schemes:
            context = browser.new_context(
                base_url=site,
                viewport=viewport,
                color_scheme=scheme,
                reduced_motion="reduce",
                has_touch=size == "phone",
            )
            page = context.new_page()
            for name, path in pages.items():
                answer = page.goto(path)
                assert answer.status < 500, f"{path}: {answer.status}"
                taken.append(folder / f"{name}-{size}-{scheme}.png")
                page.screenshot(path=taken[-1], full_page=True)
            context.close()
    return taken


def main(arguments: list[str]) -> int:
    from playwright.sync_api import sync_playwright

    from tests.servers import chromium

    parser = argparse.ArgumentParser(prog="python -m tests.look.photographs", description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("paths", nargs="*", metavar="PATH")
    parser.add_argument("--site", help="a running site; without it, a demonstration is made and served")
    asked = parser.parse_intermixed_args(arguments)
    pages = {re.sub(r"[^\w]+", "-", path).strip("-") or "home": path for path in asked.paths} or PAGES
    if not (program := chromium.path()):
        parser.exit(3, f"There is no Chromium on this machine. Type: {chromium.TYPE_THIS}\n")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=chromium.QUIET)
        if asked.site:
            taken = take(browser, asked.site, asked.folder, pages)
        else:
            from tests.look.demonstration import demonstration

            with demonstration() as site:
                taken = take(browser, site.address, asked.folder, pages)
        browser.close()
    sys.stdout.write("".join(f"{path}\n" for path in taken))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
