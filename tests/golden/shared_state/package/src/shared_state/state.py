"""Variables that functions see change after they were made, or that may be unbound."""

from __future__ import annotations

import builtins
from typing import Any


class State:
    """The notebook's variables of one run that its stages share.

    Attributes
    ----------
    calls
        A function rebinds it in several stages.
    found
        It is read where it may be unbound.
    level
        Functions see it rebound by a later stage.
    """

    calls: Any
    found: Any
    level: Any

    def __getattr__(self, name: str) -> Any:
        """What Python does with a name that is not bound: the builtin, or an error."""
        if name[:2] == name[-2:] == "__":
            raise AttributeError(name)  # copying and pickling ask for these
        try:
            return getattr(builtins, name)
        except AttributeError:
            raise NameError(f"name {name!r} is not defined") from None

    def bound(self, *names: str) -> dict[str, Any]:
        """Those of the names that are bound, with their values."""
        held = vars(self)
        return {name: held[name] for name in names if name in held}
