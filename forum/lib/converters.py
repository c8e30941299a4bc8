"""Path converters."""


class IdConverter:
    """A row's id. Never more digits than a database's 64-bit integer surely holds."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)
