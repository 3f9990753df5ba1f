"""The project: settings, addresses, Celery and the WSGI entry point."""

from fsc.celery import app as celery_app

__all__ = ["celery_app"]
