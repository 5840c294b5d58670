from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "sollecito.web"
    label = "web"
