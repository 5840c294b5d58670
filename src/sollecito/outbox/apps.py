from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "sollecito.outbox"
    label = "outbox"
