"""The signs of life of beat and of each worker, every one left by the very loop that has to turn (DESIGN 4.9).

A thread beside that loop would go on telling that all is well while the loop stands still.
"""

import logging
from time import monotonic
from typing import Any

from celery import bootsteps
from celery.beat import Scheduler
from django.db import DatabaseError, close_old_connections

log = logging.getLogger(__name__)
#: Seconds from one sign to the next.
EVERY = 60.0


def leave_sign(pulse: str) -> None:
    """A database that is away for a while must take down neither beat nor a worker: without it the sign is missing, which tells."""
    from changes import tasks  # noqa: PLC0415 - models can be imported only once Celery has started Django
    from changes.domain.heartbeat import Pulse  # noqa: PLC0415 - the same

    close_old_connections()
    try:
        tasks.leave_sign(Pulse(pulse))
    except (DatabaseError, OSError) as error:
        log.warning("The sign of life of %s could not be kept: %s", pulse, error)
    finally:
        close_old_connections()


class Beat(Scheduler):
    """Celery's scheduler without the file in which it remembers what it called: each call is a sweep of what is due, and may come twice.

    So it calls everything when it starts, and two beats in one folder have no file to break.
    """

    _signed: float | None = None

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Beat looks at its schedule at least once a minute, since it has something to call each minute."""
        is_first = self._signed is None
        if self._signed is None or monotonic() - self._signed >= EVERY / 2:
            self._signed = monotonic()
            leave_sign("beat")
        if is_first:  # what fell due while it was away need not wait for the next full minute
            for entry in list(self.schedule.values()):
                self.apply_entry(entry, producer=self.producer)
        return float(super().tick(*args, **kwargs))


class Worker(bootsteps.StartStopStep):
    """A step of each worker: a sign at its start and each minute after, by the timer of its own loop."""

    requires = ("celery.worker.components:Timer",)

    def start(self, parent: Any) -> None:
        leave_sign("worker")
        self.timer = parent.timer.call_repeatedly(EVERY, leave_sign, ("worker",))

    def stop(self, parent: Any) -> None:
        self.timer.cancel()
