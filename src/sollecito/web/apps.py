from django.apps import AppConfig


class WebConfig(AppConfig):
    """The pages."""

    name = "sollecito.web"
    label = "web"
