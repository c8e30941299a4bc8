"""Where the settings are read from: the environment, and the file ``.env`` beneath it."""

import sys
from pathlib import Path

from forum.lib.env import Env

BASE_DIR = Path(__file__).resolve().parent.parent.parent
# Tests bring their own environment.
env = Env(None if "forum.settings_test" in sys.modules else BASE_DIR / ".env")
