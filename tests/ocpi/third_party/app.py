"""extrawest-ocpi as a CPO over HTTP, in its own environment: `python app.py STATE PORT`.

Its objects lie in a JSON file, which is read on each request:
`{"tokens": [...], "largest_page": 10, "objects": {"cdrs": [...]}}`. What the library does by itself is left as it is;
settings come from the environment (OCPI_HOST, PROTOCOL, TRAILING_SLASH).
"""

from __future__ import annotations

import json
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import uvicorn
from py_ocpi import get_application
from py_ocpi.core.authentication.authenticator import Authenticator
from py_ocpi.core.crud import Crud
from py_ocpi.core.enums import ModuleID, RoleEnum
from py_ocpi.modules.versions.enums import VersionNumber

STATE = Path(sys.argv[1])
MODULES = [
    ModuleID.locations, ModuleID.tariffs, ModuleID.sessions, ModuleID.cdrs, ModuleID.credentials_and_registration,
]  # fmt: skip


def state() -> dict[str, Any]:
    return json.loads(STATE.read_bytes())


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def aware(value: datetime | None) -> datetime | None:
    return value.replace(tzinfo=timezone.utc) if value and value.tzinfo is None else value  # noqa: UP017


class FileCrud(Crud):
    """Objects of the state file, oldest change first."""

    @classmethod
    async def list(cls, module: ModuleID, role: Any, filters: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        known = state()
        start, end = aware(filters["date_from"]), aware(filters["date_to"])
        found = [
            item
            for item in sorted(known["objects"].get(module.value, []), key=lambda each: moment(each["last_updated"]))
            if (start is None or moment(item["last_updated"]) >= start)
            and (end is None or moment(item["last_updated"]) < end)
        ]
        # The library tells the client this limit.
        filters["limit"] = min(filters["limit"], known["largest_page"])
        last = filters["offset"] + filters["limit"]
        return found[filters["offset"] : last], len(found), last >= len(found)

    @classmethod
    async def get(cls, module: ModuleID, role: Any, *args: Any, **kwargs: Any) -> Any:
        return cls._credentials(state()["tokens"][0])

    @classmethod
    async def update(cls, module: ModuleID, role: Any, data: Any, *args: Any, **kwargs: Any) -> Any:
        """A credentials PUT: a new token takes the place of the old one; what the client sent is kept."""
        known = state()
        known["tokens"] = [known["tokens"][0] + "-next"]
        known.setdefault("received", []).append(data["credentials"])
        STATE.write_text(json.dumps(known, default=str))
        return cls._credentials(known["tokens"][0])

    @staticmethod
    def _credentials(token: str) -> dict[str, Any]:
        party = {"role": "CPO", "business_details": {"name": "Inn"}, "party_id": "CPI", "country_code": "NL"}
        return {"token": token, "url": "https://cpi.example/ocpi/versions", "roles": [party]}

    @classmethod
    async def create(cls, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError

    @classmethod
    async def delete(cls, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError

    @classmethod
    async def do(cls, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError


class FileAuthenticator(Authenticator):
    @classmethod
    async def get_valid_token_c(cls) -> Any:
        return state()["tokens"]

    @classmethod
    async def get_valid_token_a(cls) -> Any:
        return []


app = get_application(
    version_numbers=[VersionNumber.v_2_1_1, VersionNumber.v_2_2_1],
    roles=[RoleEnum.cpo],
    crud=FileCrud,
    modules=MODULES,
    authenticator=FileAuthenticator,
)

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="warning")
