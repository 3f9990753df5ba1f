"""The services and what they need of one another, as the calendar unfolds them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from changes.domain.clash import Dependencies, dependency_path
from changes.models import Service


@dataclass(frozen=True)
class Related:
    """A service that another one needs or is needed by: the chain between them, from what depends to what is depended on."""

    service: Service
    path: tuple[str, ...]
    is_needed: bool


@dataclass(frozen=True)
class ServiceMap:
    """All services by slug, in order of their names, with what each depends on directly."""

    services: Mapping[str, Service]
    dependencies: Dependencies

    @cached_property
    def needed_by(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for slug, needs in self.dependencies.items():
            for needed in needs:
                found.setdefault(needed, set()).add(slug)
        return {slug: frozenset(slugs) for slug, slugs in found.items()}

    def related(self, slug: str) -> list[Related]:
        """What a service depends on, however far, and then what depends on it: nearest first, then by name."""
        ways = [self._way(slug, other, needed) for needed in (True, False) for other in self._reached(slug, needed=needed)]
        return sorted(ways, key=lambda one: (not one.is_needed, len(one.path), one.service.name))

    def _way(self, slug: str, other: str, is_needed: bool) -> Related:  # noqa: FBT001 - inside
        ends = (slug, other) if is_needed else (other, slug)
        path = dependency_path(self.dependencies, *ends) or ends
        return Related(self.services[other], tuple(self.services[step].name for step in path), is_needed)

    def _reached(self, slug: str, *, needed: bool) -> Sequence[str]:
        edges = self.dependencies if needed else self.needed_by
        line = [slug]
        for one in line:
            line += sorted(edges.get(one, frozenset()) - set(line))
        return line[1:]


def service_map() -> ServiceMap:
    """Every service with its direct dependencies, in two queries."""
    rows = list(Service.objects.prefetch_related("depends_on"))
    return ServiceMap({row.slug: row for row in rows}, {row.slug: frozenset(one.slug for one in row.depends_on.all()) for row in rows})
