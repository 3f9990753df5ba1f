"""The one app. Loading it registers its system checks."""

from django.apps import AppConfig
from django.core import checks


class ChangesConfig(AppConfig):
    name = "changes"
    verbose_name = "Forward schedule"

    def ready(self) -> None:
        from changes import checks as own  # noqa: PLC0415 - reads settings, which are complete only now

        checks.register(own.time_zones_agree)
        checks.register(own.schedule_is_complete)
        checks.register(own.static_sources_exist)
        checks.register(own.sqlite_can_share, checks.Tags.database)
        checks.register(own.no_demo_settings, deploy=True)
        # Of a copy that is running: an upgrade, which stops beat and migrates, is not told what it knows.
        checks.register(own.clock_runs, checks.Tags.database, deploy=True)
        checks.register(own.mail_leaves_the_house, deploy=True)
