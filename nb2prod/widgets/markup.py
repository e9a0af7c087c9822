"""Words as HTML: whatever a notebook holds is shown, and never means anything to the browser."""

from __future__ import annotations

from html import escape

from nb2prod.roles import Role

#: Backgrounds that white words can be read on, in light and in dark themes; the report's hues.
COLOURS = {
    Role.SETUP: "#5b6779",
    Role.PARAMETERS: "#5b6779",
    Role.PREPROCESSING: "#1f6fb2",
    Role.TRAIN: "#7a3fb0",
    Role.EVALUATE: "#0f766e",
    Role.PREDICT: "#b0480f",
    Role.SKIP: "#374151",
}
#: The same for findings and verdicts.
GOOD, FAIR, BAD = "#12703a", "#7a5200", "#a3231a"


def plain(text: str) -> str:
    """Text as it stands. Front ends take dollars and backslashes for mathematics: each stands alone."""
    shown = escape(text).replace("\\", "<span>\\</span>").replace("$", "<span>$</span>")
    return shown.replace("\n", "<br>")


def code(text: str) -> str:
    """Code as it stands, on one line."""
    return f'<code style="white-space:pre">{plain(text)}</code>'


def chip(words: str, colour: str) -> str:
    """Words on a colour."""
    style = f"background:{colour};color:#fff;border-radius:9px;padding:1px 8px;white-space:nowrap"
    return f'<span style="{style}">{plain(words)}</span>'


def role_chip(role: Role) -> str:
    """A role's colour and word."""
    return chip(role.value, COLOURS[role])
