from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Who may do what."""

    name = "sollecito.accounts"
    label = "accounts"
