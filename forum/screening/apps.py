from django.apps import AppConfig


class ScreeningConfig(AppConfig):
    name = "forum.screening"
    label = "screening"
