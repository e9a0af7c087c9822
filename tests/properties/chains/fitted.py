"""Steps whose values follow from all rows: they are learned in training, and looked up in serving."""

from __future__ import annotations

from .writer import GROUPS, NUMERIC, Kind, NotHereError, Writer


def filled(w: Writer) -> None:
    """Missing numbers become a value over the table."""
    a = w.some(Kind.GAPS)
    w.columns[a] = Kind.NUMBER
    stat = w.either("median()", "mean()", "mode()[0]", "quantile(0.4)", "min() - 1")
    if w.rng.random() < 0.5:
        name = w.fresh("middle")
        w.once(f"{name} = |F|['{a}'].{stat}")
        w.each(f"|T|['{a}'] = |T|['{a}'].fillna({name})")
    else:
        w.each(f"|T|['{a}'] = |T|['{a}'].fillna(|F|['{a}'].{stat})")


def filled_words(w: Writer) -> None:
    """Missing words become the most frequent one."""
    c = w.some(Kind.HOLES)
    w.columns[c] = Kind.TEXT
    stat = w.either(
        "mode()[0]", "value_counts().idxmax()", "mode().iloc[0]", "value_counts().index[0]"
    )
    w.each(f"|T|['{c}'] = |T|['{c}'].fillna(|F|['{c}'].{stat})")


def filled_all(w: Writer) -> None:
    """Several columns are filled at once."""
    names = w.known(Kind.GAPS)
    if not names:
        raise NotHereError
    form = w.either(
        f"for c in {names}:\n    |T|[c] = |T|[c].fillna(|F|[c].median())",
        f"|T|[{names}] = |T|[{names}].fillna(|F|[{names}].mean())",
        f"|T| = |T|.fillna(|F|[{names}].median())",
        "|T| = |T|.fillna(|F|.median(numeric_only=True))",
        f"for c in {names}:\n    middle = |F|[c].mean()\n    |T|.loc[|T|[c].isna(), c] = middle",
    )
    for name in names:
        w.columns[name] = Kind.NUMBER
    w.each(form)


def standardised(w: Writer) -> None:
    """A column less its mean, by its spread; by hand."""
    a = w.some(Kind.NUMBER, Kind.GAPS)
    kind = w.columns[a]
    new = w.over(a, kind, "standard")
    if w.rng.random() < 0.4:
        mean, spread = w.fresh("mu"), w.fresh("sd")
        w.once(
            w.either(
                f"{mean}, {spread} = |F|['{a}'].mean(), |F|['{a}'].std() + 1",
                f"{mean} = |F|['{a}'].mean()\n{spread} = |F|['{a}'].std() + 1",
                f"{mean} = np.nanmean(|F|['{a}'])\n{spread} = np.nanstd(|F|['{a}']) + 1",
                f"{mean} = |F|['{a}'].min()\n{spread} = |F|['{a}'].max() - |F|['{a}'].min() + 1",
            )
        )
        w.each(f"|T|['{new}'] = (|T|['{a}'] - {mean}) / {spread}")
    elif len(w.frames) == 1:
        w.each(
            w.either(
                f"|T|['{new}'] = (|T|['{a}'] - |T|['{a}'].mean()) / (|T|['{a}'].std() + 1)",
                f"|T|['{new}'] = |T|['{a}'] / |T|['{a}'].max()",
                f"|T|['{new}'] = (|T|['{a}'] > |T|['{a}'].median()).astype(int)",
                f"|T|['{new}'] = |T|['{a}'] - np.mean(|T|['{a}'])",
            )
        )
    else:
        w.each(f"|T|['{new}'] = |T|['{a}'] - |F|['{a}'].mean()")


def standardised_all(w: Writer) -> None:
    """Several columns at once, by hand."""
    names = w.several(Kind.NUMBER, least=2)
    function, state = w.fresh("scaled"), w.fresh("stats")
    if len(w.frames) > 1:
        w.once(f"{state} = |F|[{names}].agg(['mean', 'std'])")
        w.each(f"|T|[{names}] = (|T|[{names}] - {state}.loc['mean']) / ({state}.loc['std'] + 1)")
        return
    w.put(f"def {function}(t):\n    return (t - t.mean()) / (t.std() + 1)")
    w.each(
        w.either(
            f"for c in {names}:\n    |T|[c] = (|T|[c] - |T|[c].min()) / (|T|[c].max() - |T|[c].min() + 1)",
            f"|T|[{names}] = {function}(|T|[{names}])",
            f"|T|[{names}] = (|T|[{names}] - |T|[{names}].mean()) / (|T|[{names}].std() + 1)",
            f"|T|[{names}] = |T|[{names}].apply(lambda c: c - c.mean())",
        )
    )


def scaler(w: Writer) -> None:
    """A scaler or an imputer of a library."""
    names = w.several(Kind.NUMBER, most=3)
    kind = w.either("StandardScaler", "MinMaxScaler", "RobustScaler")
    w.need(f"from sklearn.preprocessing import {kind}")
    _transformer(w, f"{kind}()", "scaler", names)


def imputer(w: Writer) -> None:
    """An imputer of a library."""
    names = w.several(Kind.GAPS, most=2)
    w.need("from sklearn.impute import SimpleImputer")
    strategy = w.either("median", "mean", "most_frequent")
    _transformer(w, f"SimpleImputer(strategy='{strategy}')", "imputer", names)
    for name in names:
        w.columns[name] = Kind.NUMBER


def _transformer(w: Writer, made: str, stem: str, names: list[str]) -> None:
    name, form = w.fresh(stem), w.rng.random()
    w.put(f"{name} = {made}")
    if len(w.frames) == 1 and form < 0.5:
        w.each(f"|T|[{names}] = {name}.fit_transform(|T|[{names}])")
    elif form < 0.75 and len(w.frames) == 2:
        one, other = w.frames
        w.put(f"{one}[{names}] = {name}.fit_transform({one}[{names}])")
        w.put(f"{other}[{names}] = {name}.transform({other}[{names}])")
    else:
        w.once(f"{name}.fit(|F|[{names}])")
        w.each(f"|T|[{names}] = {name}.transform(|T|[{names}])")


def one_hot(w: Writer) -> None:
    """A one-hot encoder of a library."""
    c = w.some(Kind.TEXT)
    if c not in (*GROUPS, "title"):
        raise NotHereError
    w.need("from sklearn.preprocessing import OneHotEncoder")
    name, made = w.fresh("encoder"), w.fresh("dummies")
    w.put(f"{name} = OneHotEncoder(handle_unknown='ignore', sparse_output=False)")
    w.once(f"{name}.fit(|F|[['{c}']])")
    w.each(
        f"{made} = pd.DataFrame({name}.transform(|T|[['{c}']]), index=|T|.index,\n"
        f"    columns={name}.get_feature_names_out())\n|T| = pd.concat([|T|, {made}], axis=1)"
    )


def label_encoder(w: Writer) -> None:
    """Numbers for categories, by a library."""
    c = w.some(Kind.TEXT)
    if c == "name":
        raise NotHereError
    new = w.over(c, Kind.NUMBER, "label")
    if len(w.frames) == 1 and w.rng.random() < 0.7:
        w.need("from sklearn.preprocessing import LabelEncoder")
        name = w.fresh("le")
        w.each(
            w.either(
                f"{name} = LabelEncoder()\n|T|['{new}'] = {name}.fit_transform(|T|['{c}'])",
                f"|T|['{new}'] = LabelEncoder().fit_transform(|T|['{c}'])",
                f"{name} = LabelEncoder().fit(|T|['{c}'])\n|T|['{new}'] = {name}.transform(|T|['{c}'])",
                f"for c in ['{c}']:\n    {name} = LabelEncoder()\n"
                f"    |T|['{new}'] = {name}.fit_transform(|T|[c])",
            )
        )
    else:
        w.need("from sklearn.preprocessing import OrdinalEncoder")
        name = w.fresh("ordinal")
        w.put(f"{name} = OrdinalEncoder(handle_unknown='use_encoded_value', unknown_value=-1)")
        w.once(f"{name}.fit(|F|[['{c}']])")
        w.each(f"|T|['{new}'] = {name}.transform(|T|[['{c}']]).ravel()")


def dummies(w: Writer) -> None:
    """Dummy columns."""
    c = w.some(Kind.TEXT, Kind.HOLES)
    if c not in (*GROUPS, "title") or len(w.frames) > 1:
        raise NotHereError
    form = w.either(
        f"|T| = pd.get_dummies(|T|, columns=['{c}'], dtype=int)",
        f"|T| = pd.get_dummies(|T|, columns=['{c}'], drop_first=True, dtype=float)",
        f"|T| = pd.concat([|T|, pd.get_dummies(|T|['{c}'], prefix='{c}', dtype=int)], axis=1)",
        f"|T| = |T|.join(pd.get_dummies(|T|['{c}'], prefix='is', dtype=int))",
        f"|T| = pd.concat([|T|.drop('{c}', axis=1), pd.get_dummies(|T|[['{c}']], dtype=int)], axis=1)",
    )
    if "columns=" in form or "drop(" in form:
        w.drop([c])
    w.each(form)


def bins(w: Writer) -> None:
    """Bins whose edges follow from all rows."""
    a = w.some(Kind.NUMBER)
    if len(w.frames) > 1:
        edges = w.fresh("edges")
        new = w.column("binned", Kind.NUMBER)
        w.once(f"{edges} = |F|['{a}'].quantile([0.25, 0.5, 0.75]).tolist()")
        w.each(f"|T|['{new}'] = np.digitize(|T|['{a}'], {edges})")
        return
    new = w.column("binned", Kind.NUMBER)
    w.each(
        w.either(
            f"|T|['{new}'] = pd.qcut(|T|['{a}'], 4, labels=False, duplicates='drop')",
            f"|T|['{new}'] = pd.cut(|T|['{a}'], 5, labels=False)",
            f"|T|['{new}'] = pd.cut(|T|['{a}'], bins=4, labels=False)",
            f"|T|['{new}'] = pd.qcut(|T|['{a}'], q=3, labels=False, duplicates='drop')",
            f"|T|['{new}'] = pd.cut(|T|['{a}'], 3, labels=[0, 1, 2]).astype(int)",
            f"edges = np.quantile(|T|['{a}'], [0.3, 0.6])\n|T|['{new}'] = np.digitize(|T|['{a}'], edges)",
        )
    )


def codes(w: Writer) -> None:
    """Codes of categories, by the library of tables."""
    c = w.some(Kind.TEXT)
    if len(w.frames) > 1 or c == "name":
        raise NotHereError
    new = w.column("code", Kind.NUMBER)
    w.each(
        w.either(
            f"|T|['{new}'] = pd.factorize(|T|['{c}'])[0]",
            f"|T|['{new}'], words = pd.factorize(|T|['{c}'])",
            f"|T|['{new}'] = |T|['{c}'].factorize()[0]",
            f"|T|['{new}'] = |T|['{c}'].astype('category').cat.codes",
            f"|T|['{c}'] = |T|['{c}'].astype('category')\n|T|['{new}'] = |T|['{c}'].cat.codes",
            f"|T|['{new}'] = pd.Categorical(|T|['{c}']).codes",
            f"words = {{v: n for n, v in enumerate(sorted(|T|['{c}'].unique()))}}\n"
            f"|T|['{new}'] = |T|['{c}'].map(words)",
            f"words = |T|['{c}'].unique().tolist()\n|T|['{new}'] = |T|['{c}'].apply(words.index)",
        )
    )
    if w.cells[-1][1][-1].startswith(f"{w.frames[0]}['{c}'] = "):
        w.columns[c] = Kind.CATEGORY


def group_means(w: Writer) -> None:
    """What the rows of a group have in the mean, looked up by group."""
    c, a = w.some(Kind.TEXT, Kind.CATEGORY), w.some(Kind.NUMBER)
    if c == "name" or w.columns[c] is Kind.CATEGORY:
        raise NotHereError
    stat = w.either("mean()", "median()", "max()", "std().fillna(0)", "sum()", "count()")
    new, name = w.column("typical", Kind.GAPS), w.fresh("by_group")
    w.once(f"{name} = |F|.groupby('{c}')['{a}'].{stat}")
    w.each(
        w.either(
            f"|T|['{new}'] = |T|['{c}'].map({name})",
            f"|T|['{new}'] = |T|['{c}'].map({name}.to_dict())",
            f"|T| = |T|.merge({name}.rename('{new}'), left_on='{c}', right_index=True, how='left')",
            f"|T| = |T|.join({name}.rename('{new}'), on='{c}')",
            f"|T|['{new}'] = |T|['{c}'].apply(lambda v: {name}.get(v, 0))",
        )
    )


def merged_means(w: Writer) -> None:
    """Several values of each group, merged by the group's column."""
    c, a = w.some(Kind.TEXT), w.some(Kind.NUMBER)
    if c == "name":
        raise NotHereError
    low, mean, name = w.column("low", Kind.GAPS), w.column("usual", Kind.GAPS), w.fresh("table")
    w.once(
        f"{name} = |F|.groupby('{c}')['{a}'].agg(['min', 'mean']).reset_index()\n"
        f"{name}.columns = ['{c}', '{low}', '{mean}']"
    )
    w.each(f"|T| = |T|.merge({name}, on='{c}', how='left')")


def group_transform(w: Writer) -> None:
    """What the rows of a group have in common, spread over the rows."""
    c, a = w.some(Kind.TEXT), w.some(Kind.NUMBER)
    if c == "name" or len(w.frames) > 1:
        raise NotHereError
    new = w.column("shared", Kind.GAPS)
    stat = w.either("mean", "median", "max", "min", "std", "count", "nunique", "sum", "first")
    key = f"'{c}'" if w.rng.random() < 0.7 else f"['{c}', 'member']"
    if "member" not in w.columns:
        key = f"'{c}'"
    w.each(
        w.either(
            f"|T|['{new}'] = |T|.groupby({key})['{a}'].transform('{stat}')",
            f"|T|['{new}'] = |T|['{a}'] - |T|.groupby({key})['{a}'].transform('mean')",
            f"|T|['{new}'] = |T|.groupby({key})['{a}'].transform(lambda s: s.mean())",
            f"|T|['{new}'] = |T|['{a}'].groupby(|T|['{c}']).transform('{stat}')",
            f"|T|['{new}'] = |T|.groupby({key})['{a}'].transform(np.mean)",
        )
    )


def group_filled(w: Writer) -> None:
    """Missing numbers become what the group has."""
    c, a = w.some(Kind.TEXT), w.some(Kind.GAPS)
    if c == "name":
        raise NotHereError
    if len(w.frames) == 1:
        w.each(
            w.either(
                f"|T|['{a}'] = |T|['{a}'].fillna(|T|.groupby('{c}')['{a}'].transform('median'))",
                f"|T|['{a}'] = |T|.groupby('{c}')['{a}'].transform(lambda s: s.fillna(s.median()))",
            )
        )
    else:
        w.each(f"|T|['{a}'] = |T|['{a}'].fillna(|T|['{c}'].map(|F|.groupby('{c}')['{a}'].mean()))")


def target_means(w: Writer) -> None:
    """What the target is in the mean for a group."""
    c = w.some(Kind.TEXT)
    if not w.whole or c == "name" or w.target == "grade":
        raise NotHereError
    new, name = w.column("expected", Kind.GAPS), w.fresh("target_mean")
    w.once(
        w.either(
            f"{name} = |F|.groupby('{c}')['{w.target}'].mean()",
            f"{name} = |F|.groupby('{c}')['{w.target}'].mean().to_dict()",
        )
    )
    w.each(f"|T|['{new}'] = |T|['{c}'].map({name})")


def frequencies(w: Writer) -> None:
    """How often a category is there."""
    c = w.some(Kind.TEXT)
    if c == "name":
        raise NotHereError
    new, name = w.column("often", Kind.GAPS), w.fresh("counts")
    normal = w.either("", "normalize=True")
    if w.rng.random() < 0.5:
        w.each(f"|T|['{new}'] = |T|['{c}'].map(|F|['{c}'].value_counts({normal}))")
    else:
        w.once(f"{name} = |F|['{c}'].value_counts({normal}){w.either('', '.to_dict()')}")
        w.each(f"|T|['{new}'] = |T|['{c}'].map({name})")


def rare(w: Writer) -> None:
    """Rare categories are joined."""
    c = w.some(Kind.TEXT)
    if c == "name":
        raise NotHereError
    name = w.fresh("frequent")
    w.once(
        w.either(
            f"{name} = |F|['{c}'].value_counts().index[:2]",
            f"{name} = |F|['{c}'].value_counts().nlargest(2).index.tolist()",
            f"counts = |F|['{c}'].value_counts()\n{name} = counts[counts > 9].index",
        )
    )
    w.each(
        w.either(
            f"|T|['{c}'] = |T|['{c}'].where(|T|['{c}'].isin({name}), 'other')",
            f"|T|['{c}'] = |T|['{c}'].apply(lambda v: v if v in {name} else 'other')",
            f"|T|.loc[~|T|['{c}'].isin({name}), '{c}'] = 'other'",
        )
    )


def clipped(w: Writer) -> None:
    """Values beyond quantiles are cut off."""
    a = w.some(Kind.NUMBER)
    low, high = w.fresh("low_end"), w.fresh("high_end")
    w.once(
        w.either(
            f"{low}, {high} = |F|['{a}'].quantile(0.05), |F|['{a}'].quantile(0.95)",
            f"{low}, {high} = |F|['{a}'].quantile([0.05, 0.95])",
            f"{low}, {high} = np.percentile(|F|['{a}'], [5, 95])",
        )
    )
    w.each(
        w.either(
            f"|T|['{a}'] = |T|['{a}'].clip({low}, {high})",
            f"|T|['{a}'] = np.clip(|T|['{a}'], {low}, {high})",
            f"|T|.loc[|T|['{a}'] > {high}, '{a}'] = {high}",
        )
    )


def ages(w: Writer) -> None:
    """How long before the last date."""
    c = w.some(Kind.WHEN)
    new = w.column("days", Kind.NUMBER)
    w.each(f"|T|['{new}'] = (|F|['{c}'].max() - |T|['{c}']).dt.days")


def thin_columns(w: Writer) -> None:
    """Columns of which too much is missing go."""
    if len(w.frames) > 1 or w.chosen or not w.known(Kind.GAPS):
        raise NotHereError
    w.each(
        w.either(
            "|T| = |T|.loc[:, |T|.isna().mean() < 0.4]",
            "|T| = |T|.dropna(axis=1, thresh=int(len(|T|) * 0.6))",
            "|T| = |T|.drop(columns=[c for c in |T|.columns if |T|[c].isna().mean() > 0.4])",
        )
    )


def choice(w: Writer) -> None:
    """The columns for the model are chosen by what is in them."""
    numbers = w.known(*NUMERIC)
    if w.chosen or not w.whole or w.target == "grade" or len(numbers) < 3:
        raise NotHereError
    name = w.chosen = w.fresh("selected")
    w.once(
        w.either(
            f"strength = |F|[{numbers}].corrwith(|F|['{w.target}']).abs()\n"
            f"{name} = strength.sort_values(ascending=False).index[:2].tolist()",
            f"strength = |F|[{numbers}].astype(float).var()\n{name} = strength[strength > 0.5].index.tolist()",
            f"{name} = [c for c in {numbers} if |F|[c].nunique() > 3]",
            f"strength = |F|[[*{numbers}, '{w.target}']].corr()['{w.target}'].drop('{w.target}').abs()\n"
            f"{name} = list(strength[strength >= strength.median()].index)",
        )
    )


def group_helper(w: Writer) -> None:
    """A function that reads what was fitted, or fits itself."""
    a = w.some(Kind.NUMBER)
    new, function = w.column("judged", Kind.NUMBER), w.fresh("judge")
    if len(w.frames) > 1 or w.rng.random() < 0.5:
        name = w.fresh("MEDIAN")
        w.once(f"{name} = |F|['{a}'].median()")
        w.put(
            w.either(
                f"def {function}(v):\n    return 1 if v > {name} else 0",
                f"def {function}(v, limit={name}):\n    return v - limit",
            )
        )
        w.each(f"|T|['{new}'] = |T|['{a}'].apply({function})")
        return
    w.put(
        w.either(
            f"def {function}(t):\n    t = t.copy()\n    t['{new}'] = t['{a}'] - t['{a}'].mean()\n    return t",
            f"def {function}(t):\n    middle = t['{a}'].median()\n"
            f"    t['{new}'] = (t['{a}'] > middle).astype(int)\n    return t",
        )
    )
    w.each(f"|T| = {function}(|T|)")
