"""The local SMTP server of the demonstration: everything sent to it goes into a Maildir, and nowhere else.

A 250 means that the mail is on disk under its final name. Started as `python -m demo.capture FD FOLDER`
with a listening socket that its parent has opened, so that nobody else can have the port meanwhile.
"""

import asyncio
import itertools
import logging
import os
import secrets
import signal
import socket
import sys
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP


class Maildir:
    """A folder of mails, one file each: written in tmp/, then moved to new/ in one step."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers = itertools.count(1)
        for name in ("tmp", "new", "cur"):
            (folder / name).mkdir(parents=True, exist_ok=True, mode=0o700)

    def keep(self, sender: str, recipient: str, content: bytes) -> Path:
        """Store one mail for one person and return its place once it would survive a power cut. OSError: not stored."""
        envelope = f"Return-Path: <{sender}>\nDelivered-To: {recipient}\n".encode()
        name = f"{time.time_ns()}.{os.getpid()}_{next(self.numbers)}_{secrets.token_hex(4)}.lcep"
        draft, kept = self.folder / "tmp" / name, self.folder / "new" / name
        try:
            with draft.open("xb") as file:
                file.write(envelope + content.replace(b"\r\n", b"\n"))
                file.flush()
                os.fsync(file.fileno())
            draft.rename(kept)
        except OSError:
            draft.unlink(missing_ok=True)
            raise
        new = os.open(kept.parent, os.O_RDONLY)
        try:
            os.fsync(new)
        finally:
            os.close(new)
        return kept


class Capture:
    """What aiosmtpd asks about each mail."""

    def __init__(self, folder: Path) -> None:
        self.maildir = Maildir(folder)

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802  (aiosmtpd's name)
        """Keep a mail for each of its recipients, then say so; a full disk is a reason to come again."""
        try:
            for recipient in envelope.rcpt_tos:
                self.maildir.keep(envelope.mail_from or "", recipient, envelope.original_content)
        except OSError as error:
            logging.error("A mail could not be kept: %s", error)
            return "452 4.3.1 The mail could not be kept, try again later"
        return "250 2.0.0 Kept"


async def serve(listening: socket.socket, folder: Path) -> None:
    """Take mail until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    capture = Capture(folder)
    server = await loop.create_server(
        lambda: SMTP(capture, hostname="localhost", enable_SMTPUTF8=True, loop=loop), sock=listening
    )
    await stopped.wait()
    server.close()


if __name__ == "__main__":
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s")
    asyncio.run(serve(socket.socket(fileno=int(sys.argv[1])), Path(sys.argv[2])))
