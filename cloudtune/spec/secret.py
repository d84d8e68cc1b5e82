"""A secret in a source's block: `{env: NAME}`, a name that becomes a value when data is fetched."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from cloudtune.spec.values import refusal

_NAME = re.compile(r"[A-Z_][A-Z0-9_]{0,127}")
_HIDDEN = "***"
_SHORTEST = 4
"""Characters; less would hide letters of ordinary words."""


@dataclass(frozen=True, slots=True)
class Secret:
    """The name of a secret. It holds no value that could be hashed, logged, reported or pickled."""

    name: str

    def __str__(self) -> str:
        return f"{{env: {self.name}}}"

    def fetched(self) -> str | None:
        """The value, for the call that fetches data; None where there is none.

        From then on it is in no child's environment, and `redacted` hides it.
        """
        value = os.environ.pop(self.name, None) or _Fetched.values.get(self.name)
        if value:
            _Fetched.values[self.name] = value
        return value


class _Fetched:
    """The secrets that this process has looked up: the one place that holds them."""

    values: dict[str, str] = {}  # noqa: RUF012 - one a process, that is its point


def redacted(text: str) -> str:
    """`text` without the secrets of this process: for everything that is shown or written in words."""
    for value in sorted(_Fetched.values.values(), key=len, reverse=True):
        if len(value) >= _SHORTEST:
            text = text.replace(value, _HIDDEN)
    return text


def _secret(value: Any) -> Any:
    if isinstance(value, Secret):
        return value
    name = value.get("env") if isinstance(value, dict) and value.keys() == {"env"} else None
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        # What was written may be the secret itself: it is not repeated.
        message = "a secret is written as {env: NAME}, never as a text"
        raise refusal("CT204", message, "name a variable of the environment: {env: TOKEN}")
    return Secret(name)


SecretRef = Annotated[
    Secret,
    BeforeValidator(_secret),
    PlainSerializer(lambda secret: {"env": secret.name}, return_type=dict),
    WithJsonSchema(
        {
            "type": "object",
            "properties": {"env": {"type": "string", "pattern": f"^{_NAME.pattern}$"}},
            "required": ["env"],
            "additionalProperties": False,
        }
    ),
]
"""For a field of a source's block."""
