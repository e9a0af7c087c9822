"""Steps that leave rows out or move them: training only."""

from __future__ import annotations

import re

from .writer import Kind, NotHereError, Writer


def without_gaps(w: Writer) -> None:
    """Rows without some value are left out."""
    _whole(w)
    names = w.several(Kind.GAPS, Kind.HOLES, most=2)
    for name in names:
        w.columns[name] = Kind.NUMBER if w.columns[name] is Kind.GAPS else Kind.TEXT
    w.put(
        _of(
            w,
            f"T = T.dropna(subset={names})",
            f"T.dropna(subset={names}, inplace=True)",
            f"T = T[T['{names[0]}'].notna()]"
            + "".join(f"\nT = T[~T['{n}'].isna()]" for n in names[1:]),
        )
    )


def without_repetition(w: Writer) -> None:
    """Each row once."""
    _whole(w)
    w.put(
        _of(
            w,
            "T = T.drop_duplicates()",
            "T.drop_duplicates(inplace=True)",
            "T = T[~T.duplicated()]",
        )
    )


def filtered(w: Writer) -> None:
    """Rows with some value."""
    _whole(w)
    a = w.some(Kind.NUMBER)
    w.put(
        _of(
            w,
            f"T = T[T['{a}'] < T['{a}'].quantile(0.9) + 1]",
            f"T = T.query('`{a}` > -5')",
            f"T = T.loc[T['{a}'] > T['{a}'].mean() - 3 * T['{a}'].std() - 1]",
            f"keep = T['{a}'] > -3\nT = T[keep]",
            f"low, high = T['{a}'].quantile(0.02), T['{a}'].quantile(0.97)\n"
            f"T = T[(T['{a}'] >= low) & (T['{a}'] <= high)].copy()",
            f"T = T.drop(T[T['{a}'] > 1000].index)",
            f"T.drop(T.nlargest(2, '{a}').index, inplace=True)",
            f"T = T[np.abs(T['{a}'] - T['{a}'].mean()) <= 3 * T['{a}'].std() + 1]",
        )
    )


def filtered_by_word(w: Writer) -> None:
    """Rows of some categories."""
    _whole(w)
    c = w.some(Kind.TEXT)
    if c not in ("city", "plan"):
        raise NotHereError
    w.put(
        _of(
            w,
            f"T = T[T['{c}'] != 'Ulm']",
            f"T = T[~T['{c}'].isin(['Ulm', 'gold'])]",
            f"T = T[T['{c}'].isin(T['{c}'].value_counts().index[:3])]",
        )
    )


def moved(w: Writer) -> None:
    """Rows in another order, or some of them."""
    _whole(w)
    a = w.some(Kind.NUMBER)
    w.put(
        _of(
            w,
            f"T = T.sort_values('{a}')",
            f"T = T.sort_values(['{a}'], ascending=False)",
            "T = T.sample(frac=1, random_state=3)",
            "T = T.sample(frac=0.9, random_state=1)",
            "T = T.head(len(T) - 3)",
            "T = T.iloc[2:]",
            "T = T[::-1]",
            "T = T.sort_index(ascending=False)",
        )
    )


def relabelled(w: Writer) -> None:
    """Rows are numbered anew."""
    _whole(w)
    w.put(_of(w, "T = T.reset_index(drop=True)", "T.reset_index(drop=True, inplace=True)"))


def looked_at(w: Writer) -> None:
    """Nothing changes: somebody looks."""
    w.put(
        _of(
            w,
            "print(T.shape)",
            "T.describe()",
            "T.head()",
            "T.isna().sum()",
            "T.info()",
            "print(T.isnull().sum().sum(), len(T))",
            "share = T.isna().mean()\nprint(share.max())",
            "assert len(T) > 0",
        )
    )


def _whole(w: Writer) -> None:
    if not w.whole:
        raise NotHereError


def _of(w: Writer, *texts: str) -> str:
    return re.sub(r"\bT\b", w.fitting, w.either(*texts))
