from django.apps import AppConfig


class DunningConfig(AppConfig):
    name = "sollecito.dunning"
    label = "dunning"
