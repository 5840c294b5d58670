from django.apps import AppConfig


class DunningConfig(AppConfig):
    """Reminders."""

    name = "sollecito.dunning"
    label = "dunning"
