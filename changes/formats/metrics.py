"""Figures in the text format that Prometheus reads, by its own client library."""

from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from changes.domain.metrics import Figure, Reading

#: What `exposition` gives back, as HTTP calls it.
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def exposition(reading: Reading) -> bytes:
    """The figures of one instant, each with its help and type."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Told(reading))
    return generate_latest(registry)


class _Told(Collector):
    def __init__(self, reading: Reading) -> None:
        self.reading = reading

    def collect(self) -> Iterator[GaugeMetricFamily | CounterMetricFamily]:
        told = self.reading
        due = (((rule, channel), count) for (rule, channel), count in sorted(told.due.items()))
        yield _gauge(Figure.DUE, due, "rule", "channel")
        yield _gauge(Figure.OLDEST, [((), told.seconds_since(told.oldest_due_at))])
        yield _gauge(Figure.HELD, [((), told.held)])
        yield _gauge(Figure.GIVEN_UP, [((), told.given_up)])
        yield _ended(told)
        yield _gauge(Figure.SEEN, (((part,), told.seconds_since(at)) for part, at in sorted(told.seen.items())), "part")
        yield _gauge(Figure.OVERDUE, [((), told.overdue)])


def _gauge(figure: Figure, values: Iterable[tuple[tuple[str, ...], float]], *labels: str) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"fsc_{figure}", figure.label, labels=labels)
    for of, value in values:
        family.add_metric(of, value)
    return family


def _ended(told: Reading) -> CounterMetricFamily:
    family = CounterMetricFamily(f"fsc_{Figure.ENDED}", Figure.ENDED.label, labels=("rule", "channel", "result"))
    for of, count in sorted(told.ended.items()):
        family.add_metric(of, count)
    return family
