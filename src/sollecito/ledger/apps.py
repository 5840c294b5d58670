from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "sollecito.ledger"
    label = "ledger"
