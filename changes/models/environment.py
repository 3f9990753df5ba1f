"""Environments and the routes that lead through them."""

from django.db import models

from changes.choices import Route, Severity
from changes.models.fields import WordField


class Environment(models.Model):
    """Where a change happens: pre-release, corporate production, managed services, for example."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    short_name = models.CharField(max_length=16, blank=True, help_text="For the calendar's headings.")
    description = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    needs_window = models.BooleanField(default=True, help_text="Off: work may happen at any time.")

    class Meta:
        ordering = ["position", "slug"]

    def __str__(self) -> str:
        return self.name


class RouteRule(models.Model):
    """The route of one severity in one environment (DESIGN 4.1). No row means the board."""

    environment = models.ForeignKey(Environment, on_delete=models.CASCADE, related_name="route_rules")
    severity = WordField(Severity)
    route = WordField(Route)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["environment", "severity"], name="one_route_per_environment_severity"),
        ]

    def __str__(self) -> str:
        return f"{self.environment}, {self.severity}: {self.route}"
