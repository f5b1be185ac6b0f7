"""Makes sure that the rooms of Huice are Huice's, whatever the current folder holds.

The packages are installed as they are named (`lang`, `compiler`, …), and a folder that a user works in may well have a
`lang/` of its own, which Python would find first. So the rooms are loaded from beside this package, before anything
else imports them.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

ROOMS = ("lang", "compiler", "simulator", "stdlib_policies")


def open_rooms() -> None:
    """Put the rooms that lie beside `huice` into sys.modules. ImportError if another package of that name is loaded."""
    home = Path(__file__).resolve().parent.parent
    for room in ROOMS:
        place = home / room / "__init__.py"
        loaded = sys.modules.get(room)
        if loaded is not None:
            if loaded.__file__ is None or Path(loaded.__file__).resolve() != place:
                raise ImportError(
                    f"another package named {room!r} is loaded already; import huice before it, or rename it"
                )
            continue
        spec = importlib.util.spec_from_file_location(room, place, submodule_search_locations=[str(place.parent)])
        if spec is None or spec.loader is None:
            raise ImportError(f"the room {room!r} is missing beside huice: install Huice anew")
        module = importlib.util.module_from_spec(spec)
        sys.modules[room] = module
        spec.loader.exec_module(module)
