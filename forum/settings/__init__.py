"""Settings. Everything that differs between sites comes from the environment (``.env.example``)."""

from forum.settings.api import *
from forum.settings.environment import *
from forum.settings.hooks import *
from forum.settings.moderation import *
from forum.settings.people import *
from forum.settings.posting import *
from forum.settings.security import *
from forum.settings.site import *
