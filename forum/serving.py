"""How gunicorn serves the site: ``gunicorn --config python:forum.serving forum.wsgi:application``.

Address and number of workers are given beside it, as ``script/server`` does.
"""

from typing import Any

threads = 4
#: Seconds in which a process that is stopped answers those who have asked, and sends what waits.
graceful_timeout = 10
#: It would lie in the home folder, shared by every site.
control_socket_disable = True
loglevel = "warning"
#: Loaded once, before anybody can connect. The workers are copies that share its memory.
preload_app = True


def on_starting(server: Any) -> None:
    """Called when everything is loaded, and nobody can connect yet."""
    # Only now are there models to import.
    from forum.rehearsal import rehearse

    rehearse(server.app.wsgi())
