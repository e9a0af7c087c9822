"""The end of a chain: features, a split, a model, predictions, and what becomes of these."""

from __future__ import annotations

from .writer import NUMERIC, Kind, NotHereError, Writer

_REGRESSION = (
    ("from sklearn.linear_model import LinearRegression", "LinearRegression()"),
    ("from sklearn.linear_model import Ridge", "Ridge(alpha=0.5)"),
    ("from sklearn.tree import DecisionTreeRegressor", "DecisionTreeRegressor(max_depth=4, random_state=0)"),
    ("from sklearn.ensemble import RandomForestRegressor",
     "RandomForestRegressor(n_estimators=4, max_depth=4, random_state=0)"),
    ("from sklearn.neighbors import KNeighborsRegressor", "KNeighborsRegressor(3)"),
)  # fmt: skip
_CLASSIFICATION = (
    ("from sklearn.linear_model import LogisticRegression", "LogisticRegression(max_iter=50)"),
    ("from sklearn.tree import DecisionTreeClassifier", "DecisionTreeClassifier(max_depth=3, random_state=0)"),
    ("from sklearn.ensemble import RandomForestClassifier",
     "RandomForestClassifier(n_estimators=5, max_depth=3, random_state=0)"),
    ("from sklearn.naive_bayes import GaussianNB", "GaussianNB()"),
)  # fmt: skip


def features(w: Writer) -> None:
    """The columns that the model is given, as ``X`` of each frame."""
    numbers = w.known(*NUMERIC, Kind.GAPS)
    if not numbers:
        raise NotHereError
    others = [name for name in w.columns if name not in numbers]
    names = w.chosen or repr(w.rng.sample(numbers, max(1, len(numbers) - w.rng.randint(0, 1))))
    given = [w.target] if w.holds_target else []
    forms = [f"|X| = |T|[{names}]"] * 2
    if not w.chosen:
        forms.append(f"|X| = |T|.drop(columns={[*others, *given]})")
        forms.append(f"|X| = |T|.drop({[*others, *given]}, axis=1).astype(float)")
        left = "" if w.target == "grade" or not given else f".drop(columns='{w.target}')"
        forms.append(f"|X| = |T|.select_dtypes(include=['number', 'bool']){left}")
        if len(w.frames) == 1:
            forms.append(
                f"|X| = pd.get_dummies(|T|.drop(columns={[*given, *_wordy(w)]}), dtype=int)"
            )
    form = w.rng.choice(forms)
    first, *rest = w.frames
    _features_of(w, form, first, "X")
    for number, frame in enumerate(rest):
        _features_of(w, form, frame, f"X_{'new'[number:]}")


def _wordy(w: Writer) -> list[str]:
    """Columns that are no features however they are encoded."""
    known = w.known(Kind.DATE, Kind.WHEN, Kind.CATEGORY)
    return [*known, *(["name"] if "name" in w.columns else [])]


def _features_of(w: Writer, form: str, frame: str, name: str) -> None:
    w.put(form.replace("|T|", frame).replace("|X|", name))


def filled(w: Writer) -> None:
    """What is still missing among the features."""
    first = "X"
    form = w.either(
        f"{{}} = {{}}.fillna({first}.median())", "{} = {}.fillna(0)", "{} = {}.fillna(-1)"
    )
    for name in _tables(w)[::-1]:
        w.put(form.replace("{}", name))


def _tables(w: Writer) -> list[str]:
    return ["X"] if len(w.frames) == 1 else ["X", "X_new"]


def scaled(w: Writer) -> None:
    """The features as a whole go through something of a library."""
    made = w.either(
        "StandardScaler()", "MinMaxScaler()", "PolynomialFeatures(2)", "PCA(1)", "SimpleImputer()"
    )
    module = {"PCA(1)": "decomposition", "SimpleImputer()": "impute"}.get(made, "preprocessing")
    w.need(f"from sklearn.{module} import {made.partition('(')[0]}")
    name = w.fresh("transform")
    w.put(f"{name} = {made}")
    one, *rest = _tables(w)
    if rest:
        w.put(f"{one} = {name}.fit_transform({one})")
        w.put(f"{rest[0]} = {name}.transform({rest[0]})")
        return
    w.put(w.either(f"X = {name}.fit_transform(X)", f"{name}.fit(X)\nX = {name}.transform(X)"))


def by_hand(w: Writer) -> None:
    """The features as an array, standardised by hand."""
    one, *rest = _tables(w)
    w.put(f"{one} = {one}.values.astype(float)\nmu, sd = {one}.mean(axis=0), {one}.std(axis=0) + 1")
    w.put(f"{one} = ({one} - mu) / sd")
    for name in rest:
        w.put(f"{name} = ({name}.values - mu) / sd")


def ending(w: Writer) -> None:
    """Features, target, model and predictions."""
    logged = w.target == "price" and w.rng.random() < 0.25
    features(w)
    if w.whole:
        w.put(f"y = np.log1p({w.fitting}['price'])" if logged else f"y = {w.fitting}['{w.target}']")
    elif logged:
        w.put("y = np.log1p(y)")
    filled(w)
    if w.frames == ["both"]:
        w.put(
            w.either(
                "X, X_new = X[:len(df)], X[len(df):]",
                "X_new = X.iloc[len(df):]\nX = X.iloc[:len(df)]",
            )
        )
        w.frames = ["X", "X_new"]
    split = w.whole and w.rng.random() < 0.6
    if w.rng.random() < 0.35:
        w.rng.choice((scaled, by_hand))(w)
    if split:
        _split(w)
    w.role = "train"
    _model(w, "X_train" if split else "X", "y_train" if split else "y")
    w.role = "predict"
    if len(w.frames) == 1:
        table = "X_test" if split else "X"
    else:
        table = "X_new"
    _predictions(w, table, logged=logged)


def _split(w: Writer) -> None:
    w.need("from sklearn.model_selection import train_test_split")
    w.put(
        w.either(
            "X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=0)",
            "X_train, X_test, y_train, y_test = train_test_split(\n    X, y, test_size=0.25, random_state=7)",
            "n = int(len(X) * 0.7)\nX_train, X_test = X[:n], X[n:]\ny_train, y_test = y[:n], y[n:]",
            "rng = np.random.default_rng(5)\nkeep = rng.random(len(X)) < 0.7\n"
            "X_train, X_test, y_train, y_test = X[keep], X[~keep], y[keep], y[~keep]\n"
            "order = rng.permutation(len(X_train))\n"
            "X_train, y_train = np.asarray(X_train)[order], np.asarray(y_train)[order]",
        )
    )


def _model(w: Writer, table: str, target: str) -> None:
    regression = w.target == "price"
    if w.target == "grade" and w.rng.random() < 0.5:
        w.need("from sklearn.preprocessing import LabelEncoder")
        w.put(f"grades = LabelEncoder()\n{target} = grades.fit_transform({target})")
        w.columns["_encoded"] = Kind.FLAG
    if regression and w.rng.random() < 0.15:
        w.put(
            f"weights = np.linalg.lstsq(np.asarray({table}, dtype=float), np.asarray({target}), rcond=None)[0]"
        )
        w.columns["_weights"] = Kind.FLAG
        return
    imported, made = w.rng.choice(_REGRESSION if regression else _CLASSIFICATION)
    w.need(imported)
    if w.rng.random() < 0.2:
        w.need(
            "from sklearn.pipeline import make_pipeline",
            "from sklearn.preprocessing import StandardScaler",
        )
        made = f"make_pipeline(StandardScaler(), {made})"
    w.put(
        w.either(
            f"model = {made}\nmodel.fit({table}, {target})",
            f"model = {made}.fit({table}, {target})",
        )
    )
    if w.rng.random() < 0.2:
        w.put(f"print(model.score({table}, {target}))")


def _predictions(w: Writer, table: str, *, logged: bool) -> None:
    if "_weights" in w.columns:
        w.put(f"p = np.asarray({table}, dtype=float) @ weights")
    elif w.target == "bought" and w.rng.random() < 0.4:
        w.put(
            w.either(
                f"p = model.predict_proba({table})[:, 1]",
                f"p = (model.predict_proba({table})[:, 1] > 0.4).astype(int)",
                f"proba = model.predict_proba({table})\np = proba.argmax(axis=1)",
                f"p = model.predict_proba({table})",
                f"p = pd.DataFrame(model.predict_proba({table}), columns=model.classes_)",
                f"proba = model.predict_proba({table})[:, 1]\np = np.where(proba > 0.5, 'yes', 'no')",
            )
        )
    else:
        w.put(f"p = model.predict({table})")
        if w.target == "bought" and w.rng.random() < 0.4:
            w.put(
                w.either(
                    "p = ['no yes'.split()[v] for v in p]",
                    "p = pd.Series(p).map({0: 'no', 1: 'yes'})",
                    "p = np.array(['no', 'yes'])[p]",
                )
            )
    if "_encoded" in w.columns:
        w.put("p = grades.inverse_transform(p)")
    if logged:
        w.put(w.either("p = np.expm1(p)", "p = np.exp(p) - 1"))
    if w.target == "price" and w.rng.random() < 0.3:
        w.put(w.either("p = np.round(p, 3)", "p = np.clip(p, 0, 90)", "p = np.maximum(p, 0)"))
    if w.rng.random() < 0.15:
        w.put(w.either("p = pd.Series(p)", "p = np.asarray(p)", "p = list(p)"))
