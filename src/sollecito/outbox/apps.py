from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """What is to leave."""

    name = "sollecito.outbox"
    label = "outbox"
