from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The scadenzario."""

    name = "sollecito.ledger"
    label = "ledger"
