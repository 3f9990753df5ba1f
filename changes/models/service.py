"""Services, what they need, and the configuration items they run on."""

from django.conf import settings
from django.db import models


class Service(models.Model):
    """What users notice. `depends_on` are the services without which this one fails."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=200, blank=True)
    manager = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="managed_services")
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="approves_services",
        help_text="Approves automatic changes that restore this service (DESIGN 4.3).",
    )
    depends_on = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="needed_by")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ConfigurationItem(models.Model):
    """A thing that is changed: a server, an array, a queue."""

    slug = models.SlugField(unique=True, max_length=120)
    name = models.CharField(max_length=120)
    service = models.ForeignKey(Service, null=True, blank=True, on_delete=models.PROTECT, related_name="configuration_items")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
