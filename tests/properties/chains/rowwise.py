"""Steps that give each row a value of its own."""

from __future__ import annotations

from .writer import Kind, NotHereError, Writer


def arithmetic(w: Writer) -> None:
    """A column from one or two others."""
    a, b = w.some(Kind.NUMBER), w.some(Kind.NUMBER)
    new = w.over(a, Kind.NUMBER, "mixed")
    form = w.either(
        f"|T|['{a}'] * 2 + |T|['{b}']",
        f"|T|['{a}'] / (|T|['{b}'].abs() + 1)",
        f"(|T|['{a}'] - |T|.{b}) ** 2",
        f"|T|['{a}'].mul(3).add(1)",
        f"np.log1p(|T|['{a}'].abs())",
        f"np.sqrt(np.abs(|T|['{a}']))",
        f"np.maximum(|T|['{a}'], |T|['{b}'])",
        f"np.round(|T|['{a}'] / 3, 2)",
        f"|T|[['{a}', '{b}']].sum(axis=1)",
        f"|T|[['{a}', '{b}']].max(axis=1)",
        f"|T|['{a}'].astype(float)",
    )
    w.each(f"|T|['{new}'] = {form}")


def in_place(w: Writer) -> None:
    """A column by an augmented assignment."""
    a = w.some(Kind.NUMBER)
    w.each(f"|T|['{a}'] {w.either('+= 1', '*= 2', '/= 4', '-= 0.5')}")


def text_length(w: Writer) -> None:
    """Numbers and flags of a text."""
    new = w.column("told", Kind.NUMBER)
    form = w.either(
        "|T|['name'].str.len()",
        "|T|['name'].str.contains('a').astype(int)",
        "|T|['name'].apply(len)",
        "|T|['name'].str.count(' ')",
        "|T|['name'].map(lambda s: len(s.split()))",
        "[len(s) for s in |T|['name']]",
        "(|T|['name'].str[0] == 'D').astype(int)",
    )
    if "name" not in w.columns:
        raise NotHereError
    w.each(f"|T|['{new}'] = {form}")


def title(w: Writer) -> None:
    """A category out of a text."""
    if "name" not in w.columns:
        raise NotHereError
    new = w.column("title", Kind.TEXT)
    form = w.either(
        "|T|['name'].str.split('.').str[0]",
        "|T|['name'].str.split('.', expand=True)[0]",
        r"|T|['name'].str.extract(r'(\w+)\.', expand=False)",
        "|T|['name'].apply(lambda s: s.split('.')[0])",
        "|T|['name'].str.upper().str[:2]",
        "|T|.name.str.replace('.', '').str.split().str[0]",
    )
    w.each(f"|T|['{new}'] = {form}")


def mapped(w: Writer) -> None:
    """Numbers for categories, from a dictionary."""
    c = w.some(Kind.TEXT, Kind.HOLES)
    if c not in ("city", "plan"):
        raise NotHereError
    new = w.over(c, Kind.NUMBER, "coded")
    table = "{'Bonn': 1, 'Kiel': 2, 'Ulm': 4}" if c == "city" else "{'basic': 0, 'plus': 1}"
    name = w.fresh("codes")
    w.put(f"{name} = {table}")
    form = w.either(
        f"|T|['{c}'].map({name}).fillna(-1)",
        f"|T|['{c}'].apply(lambda v: {name}.get(v, -1))",
        f"|T|['{c}'].map(lambda v: {name}.get(v, -1))",
        f"[{name}.get(v, -1) for v in |T|['{c}']]",
    )
    w.each(f"|T|['{new}'] = {form}")


def replaced(w: Writer) -> None:
    """Other words for categories."""
    if w.columns.get("city") is not Kind.TEXT:
        raise NotHereError
    form = w.either(
        "|T|['city'].replace({'Ulm': 'Bonn'})",
        "|T|['city'].str.lower()",
        "|T|['city'].where(|T|['city'] != 'Ulm', 'other')",
        "np.where(|T|['city'] == 'Ulm', 'other', |T|['city'])",
        "|T|['city'].str.strip()",
    )
    w.each(f"|T|['city'] = {form}")


def clipped(w: Writer) -> None:
    """Conditions with bounds that are written out."""
    a = w.some(Kind.NUMBER)
    new = w.over(a, Kind.NUMBER, "bounded")
    form = w.either(
        f"|T|['{a}'].clip(0, 50)",
        f"|T|['{a}'].where(|T|['{a}'] > 3, 0)",
        f"|T|['{a}'].mask(|T|['{a}'] > 40, 40)",
        f"np.where(|T|['{a}'] > 3, |T|['{a}'], 0)",
        f"np.select([|T|['{a}'] < 5, |T|['{a}'] < 30], [0, 1], default=2)",
        f"np.digitize(|T|['{a}'], [5, 20, 60])",
        f"np.clip(|T|['{a}'], 1, 70)",
        f"(|T|['{a}'] > 10).astype(int)",
        f"|T|['{a}'].between(3, 30).astype(int)",
        f"pd.cut(|T|['{a}'], [-1e9, 5, 30, 1e9], labels=False)",
        f"pd.cut(|T|['{a}'], bins=[-1e9, 5, 30, 1e9], labels=[0, 1, 2]).astype(int)",
    )
    w.each(f"|T|['{new}'] = {form}")


def applied(w: Writer) -> None:
    """A function for each row."""
    a, b = w.some(Kind.NUMBER), w.some(Kind.NUMBER)
    new = w.column("applied", Kind.NUMBER)
    form = w.either(
        f"|T|['{a}'].apply(lambda v: v * 2 if v > 3 else 0)",
        f"|T|.apply(lambda r: r['{a}'] + 2 * r['{b}'], axis=1)",
        f"|T|[['{a}', '{b}']].apply(lambda r: max(r['{a}'], r['{b}']), axis=1)",
        f"[u * 2 - v for u, v in zip(|T|['{a}'], |T|['{b}'])]",
        f"list(map(lambda v: v + 1, |T|['{a}']))",
    )
    w.each(f"|T|['{new}'] = {form}")


def masked(w: Writer) -> None:
    """Some rows are set."""
    a, b = w.some(Kind.NUMBER), w.some(Kind.NUMBER)
    w.each(
        w.either(
            f"|T|.loc[|T|['{a}'] > 30, '{a}'] = 30",
            f"|T|.loc[|T|['{a}'] < 5, '{b}'] = 0",
            f"high = |T|['{a}'] > 20\n|T|.loc[high, '{b}'] = |T|.loc[high, '{a}']",
            f"|T|.loc[(|T|['{a}'] > 5) & (|T|['{b}'] < 40), '{b}'] *= 2",
        )
    )


def filled(w: Writer) -> None:
    """Missing numbers and words become constants."""
    c = w.some(Kind.GAPS, Kind.HOLES)
    number = w.columns[c] is Kind.GAPS
    value = "0" if number else "'none'"
    w.columns[c] = Kind.NUMBER if number else Kind.TEXT
    w.each(
        w.either(
            f"|T|['{c}'] = |T|['{c}'].fillna({value})",
            f"|T|.loc[|T|['{c}'].isna(), '{c}'] = {value}",
            f"|T| = |T|.fillna({{'{c}': {value}}})",
            f"|T|.fillna({{'{c}': {value}}}, inplace=True)",
            f"|T|['{c}'] = |T|['{c}'].where(|T|['{c}'].notna(), {value})",
        )
    )


def missing(w: Writer) -> None:
    """Whether something is missing."""
    c = w.some(Kind.GAPS, Kind.HOLES)
    new = w.column("missing", Kind.NUMBER)
    w.each(f"|T|['{new}'] = |T|['{c}'].isna().astype(int)")


def dates(w: Writer) -> None:
    """Dates become datetimes."""
    c = w.some(Kind.DATE)
    w.columns[c] = Kind.WHEN
    w.each(f"|T|['{c}'] = pd.to_datetime(|T|['{c}'])")


def of_dates(w: Writer) -> None:
    """Numbers of dates."""
    c = w.some(Kind.WHEN)
    new = w.column("time", Kind.NUMBER)
    form = w.either(
        f"|T|['{c}'].dt.year",
        f"|T|['{c}'].dt.month",
        f"|T|['{c}'].dt.dayofweek",
        f"(pd.Timestamp('2024-01-01') - |T|['{c}']).dt.days",
        f"(|T|['{c}'].dt.month > 6).astype(int)",
        f"(|T|['{c}'] - pd.to_datetime('2020-01-01')) / np.timedelta64(1, 'D')",
    )
    w.each(f"|T|['{new}'] = {form}")


def dropped(w: Writer) -> None:
    """Columns go."""
    names = w.several(Kind.NUMBER, Kind.TEXT, Kind.HOLES, Kind.DATE, most=2)
    if len(w.known(Kind.NUMBER, Kind.FLAG)) < 4 or w.chosen:
        raise NotHereError
    w.drop(names)
    w.each(
        w.either(
            f"|T| = |T|.drop(columns={names})",
            f"|T| = |T|.drop({names}, axis=1)",
            f"|T|.drop(columns={names}, inplace=True)",
            f"|T|.drop({names}, axis=1, inplace=True)",
            f"del |T|['{names[0]}']" + "".join(f"\n|T|.pop('{n}')" for n in names[1:]),
        )
    )


def renamed(w: Writer) -> None:
    """A column has another name."""
    a = w.some(Kind.NUMBER)
    if w.chosen:
        raise NotHereError
    new = w.fresh("renamed")
    w.columns = {new if name == a else name: kind for name, kind in w.columns.items()}
    w.each(
        w.either(
            f"|T| = |T|.rename(columns={{'{a}': '{new}'}})",
            f"|T|.rename(columns={{'{a}': '{new}'}}, inplace=True)",
            f"|T|.columns = ['{new}' if c == '{a}' else c for c in |T|.columns]",
        )
    )


def chained(w: Writer) -> None:
    """Columns by `assign` and `pipe`."""
    a = w.some(Kind.NUMBER)
    new = w.column("added", Kind.NUMBER)
    function = w.fresh("with_added")
    w.put(f"def {function}(t):\n    return t.assign({new}=t['{a}'] + 1)")
    w.each(
        w.either(
            f"|T| = |T|.assign({new}=lambda d: d['{a}'] * 2)",
            f"|T| = |T|.pipe({function})",
            f"|T| = {function}(|T|)",
            f"|T| = (|T|\n    .assign({new}=lambda d: d['{a}'] - 1)\n)",
            f"|T| = |T|.assign({new}=|T|['{a}'] / 2)",
        )
    )


def helper(w: Writer) -> None:
    """A function of the notebook that changes a table, or gives another one."""
    a = w.some(Kind.NUMBER)
    new, function, factor = w.column("helped", Kind.NUMBER), w.fresh("prepare"), w.fresh("FACTOR")
    w.put(f"{factor} = 3")
    body, call = w.rng.choice(
        (
            (f"t = t.copy()\n    t['{new}'] = t['{a}'] * {factor}\n    return t", "|T| = |N|(|T|)"),
            (f"t['{new}'] = t['{a}'] - {factor}\n    return t", "|T| = |N|(|T|)"),
            (f"t['{new}'] = t['{a}'] - {factor}", "|N|(|T|)"),
            (f"return t['{a}'] * {factor}", f"|T|['{new}'] = |N|(|T|)"),
            (
                f"if t['{a}'] > {factor}:\n        return 1\n    return 0",
                f"|T|['{new}'] = |T|.apply(|N|, axis=1)",
            ),
        )
    )
    w.put(f"def {function}(t):\n    {body}")
    w.each(call, N=function)


def looped(w: Writer) -> None:
    """The same for several columns."""
    names = w.several(Kind.NUMBER, least=2)
    w.each(
        w.either(
            f"for c in {names}:\n    |T|[c] = np.log1p(|T|[c].abs())",
            f"for c in {names}:\n    |T|[c + '_half'] = |T|[c] / 2",
            f"|T|[{names}] = |T|[{names}].clip(0, 60)",
            f"|T|[{names}] = |T|[{names}].apply(lambda c: c * 2)",
            f"for c in {names}:\n    if c != 'fare':\n        |T|[c] = |T|[c].astype(float)",
        )
    )


def frames(w: Writer) -> None:
    """The same for several tables."""
    if len(w.frames) < 2:
        raise NotHereError
    a = w.some(Kind.NUMBER)
    new = w.column("both", Kind.NUMBER)
    w.put(
        w.either(
            f"for t in [{', '.join(w.frames)}]:\n    t['{new}'] = t['{a}'] + 1",
            f"for t in ({', '.join(w.frames)}):\n    t['{new}'] = t['{a}'].clip(0, 9)",
        )
    )
