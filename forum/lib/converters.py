"""Path converters."""

import re

#: A user name, as ``accounts.validators`` has it.
_USERNAME = re.compile("[A-Za-z0-9][A-Za-z0-9_.-]{1,59}")
#: Stands in addresses for a name that none leads to.
_NOBODY = "-"


class IdConverter:
    """A row's id. Never more digits than a database's 64-bit integer surely holds."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


class UsernameConverter:
    """A user name, as ``accounts.validators`` has it: nothing else is looked up.

    An account may be made past the forms, under a name that is none; what it writes is shown all
    the same, and its address leads nowhere.
    """

    regex = f"{_USERNAME.pattern}|{_NOBODY}"

    def to_python(self, value: str) -> str:
        if value == _NOBODY:
            raise ValueError
        return value

    def to_url(self, value: str) -> str:
        return value if _USERNAME.fullmatch(value) else _NOBODY
