"""Steps that no single row can have: they look at the rows around it."""

from __future__ import annotations

from .writer import Kind, NotHereError, Writer


def neighbours(w: Writer) -> None:
    """A column from the rows around each row."""
    a = w.some(Kind.NUMBER)
    if len(w.frames) > 1:
        raise NotHereError
    new = w.column("around", Kind.NUMBER)
    w.unservable.add(new)
    w.each(
        f"|T|['{new}'] = "
        + w.either(
            f"|T|['{a}'].rank()",
            f"|T|['{a}'].rank(pct=True)",
            f"|T|['{a}'].shift(1).fillna(0)",
            f"|T|['{a}'].diff().fillna(0)",
            f"|T|['{a}'].cumsum()",
            f"np.cumsum(|T|['{a}'])",
            f"|T|['{a}'].rolling(3, min_periods=1).mean()",
            f"|T|['{a}'].expanding().max()",
            f"|T|['{a}'] - |T|['{a}'].shift(-1).fillna(1)",
            f"|T|['{a}'].argsort()",
            f"|T|.groupby('{_group(w)}')['{a}'].rank()",
            f"|T|.groupby('{_group(w)}')['{a}'].transform('cumsum')",
            f"|T|.groupby('{_group(w)}')['{a}'].transform(lambda s: s.rank())",
            f"|T|.groupby('{_group(w)}').cumcount()",
            f"|T|['{a}'].ewm(span=3).mean()",
            "np.arange(len(|T|))",
        )
    )


def _group(w: Writer) -> str:
    return next((c for c in ("city", "member") if c in w.columns), w.some(Kind.TEXT))
