from functools import partial

from django.apps import AppConfig
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

from forum.lib.words import speak_with


class AccountsConfig(AppConfig):
    name = "forum.accounts"
    label = "accounts"
    verbose_name = "People"

    def ready(self) -> None:
        speak_with(gettext, ngettext, partial(number_format, force_grouping=True))
