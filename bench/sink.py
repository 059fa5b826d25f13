"""An SMTP server that takes everything, answers after a delay, and keeps only a count.

    python bench/sink.py PORT DELAY_IN_SECONDS

What arrives together is answered together, once the delay is over: a relay so many seconds away.
"""

import asyncio
import sys

GREETING = b"220 sink.example.org ESMTP\r\n"
EHLO = b"250-sink.example.org\r\n250-PIPELINING\r\n250 8BITMIME\r\n"
ANSWERS = {b"MAIL": b"250 OK\r\n", b"RCPT": b"250 OK\r\n", b"RSET": b"250 OK\r\n", b"QUIT": b"221 Bye\r\n",
           b"EHLO": EHLO, b"DATA": b"354 Go on\r\n"}  # fmt: skip


class Session(asyncio.Protocol):
    def __init__(self, delay: float) -> None:
        self.delay = delay
        self.heard = b""
        self.in_body = False

    def connection_made(self, transport) -> None:
        self.transport = transport
        transport.write(GREETING)

    def data_received(self, data: bytes) -> None:
        self.heard += data
        answers = b"".join(self.answers())
        if answers:
            asyncio.get_running_loop().call_later(self.delay, self.transport.write, answers)

    def answers(self):
        while True:
            end = b"\r\n.\r\n" if self.in_body else b"\r\n"
            unit, found, rest = self.heard.partition(end)
            if not found:
                return
            self.heard = rest
            if self.in_body:
                self.in_body = False
                yield b"250 OK\r\n"
            else:
                verb = unit[:4].upper()
                self.in_body = verb == b"DATA"
                yield ANSWERS.get(verb, b"502 What?\r\n")


async def serve(port: int, delay: float) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: Session(delay), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2])))
