from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "sollecito.accounts"
    label = "accounts"
