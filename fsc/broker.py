"""Celery's broker on plain folders, for a copy that has no Redis; and on Redis, so that a worker outlives its end.

kombu's own on folders writes a message in place, so that a worker that looks at that moment takes an empty file and stops; with it the
whole product stops, some day. Here a message appears under its name only when it is complete.
"""

import uuid
from pathlib import Path
from time import time_ns
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem, redis
from kombu.utils.json import dumps

#: Names the scheme of CELERY_BROKER_URL in fsc/settings.py.
SCHEME = "folders"


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]  # its two bases differ in a name
        folder = Path(self.data_folder_out)
        # Names begin with the time so that a worker takes the oldest first, also across a restart of the machine.
        name = f"{time_ns()}_{uuid.uuid4()}.{queue}.msg"
        part = folder / f"{name}.part"  # a name that no worker looks for
        part.write_bytes(dumps(payload).encode())
        part.rename(folder / name)


class Transport(filesystem.Transport):
    Channel = Channel
    polling_interval = 0.25
    #: How long a worker looks before it asks whether it is to end; Celery's own two seconds, twice, is a slow Ctrl-C.
    longest_look = 0.5
    driver_type = SCHEME
    driver_name = SCHEME

    def drain_events(self, connection: Any, timeout: float | None = None, **kwargs: Any) -> None:
        super().drain_events(connection, timeout=min(timeout or self.longest_look, self.longest_look))


class RedisChannel(redis.Channel):
    def _connparams(self, asynchronous: bool = False) -> dict[str, Any]:  # noqa: FBT001, FBT002 - kombu's own
        """Where Redis ends while a task runs, kombu wants to give the task back by a connection that it has closed.

        It then fails on an attribute, which Celery takes for the end of the worker. A lost connection it knows to make anew.
        """
        if self.connection.client is None:
            raise ConnectionError("The connection to Redis is closed.")
        return dict(super()._connparams(asynchronous=asynchronous))  # type: ignore[misc]  # the stubs lack it


class RedisTransport(redis.Transport):
    Channel = RedisChannel


TRANSPORT_ALIASES[SCHEME] = f"{__name__}:Transport"
TRANSPORT_ALIASES["redis"] = TRANSPORT_ALIASES["rediss"] = f"{__name__}:RedisTransport"
