from django.apps import AppConfig


class GuestsConfig(AppConfig):
    name = "forum.guests"
    label = "guests"
