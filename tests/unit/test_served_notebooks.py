"""Notebooks as people write them: the package's `predict` gives their predictions, or says why not."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pandas as pd  # type: ignore[import-untyped]
import pytest
from sklearn.linear_model import LinearRegression  # type: ignore[import-untyped]

from tests.properties.chains.oracle import Verdict, importable, judged

ROWS = 60
_SETUP = """setup: import numpy as np
import pandas as pd
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import KFold, train_test_split
from sklearn.preprocessing import LabelEncoder, StandardScaler
"""
_READ = "preprocessing: df = pd.read_csv('rows.csv')\n"
_TRAIN = "train: model = LinearRegression()\nmodel.fit(X, df['y'])"
_PREDICT = "predict: p = model.predict(X)"
_SPLIT = "tr, te = train_test_split(df, test_size=0.3, random_state=1)\n"
_MADE = """preprocessing: rng = np.random.RandomState(0)
X = rng.normal(size=(60, 3))
y = X @ [1, 2, 3]
y += rng.normal(size=60)"""
_FEATURES = f"{_READ}X, y = df[['fare', 'sibs']], df['y']"


@pytest.fixture(autouse=True)
def _table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = range(ROWS)
    rows = pd.DataFrame(
        {
            "age": [None if n % 7 == 3 else 20 + (n * 37) % 50 for n in numbers],
            "fare": [(n * 53) % 97 + n / 8 for n in numbers],
            "sibs": [(n * n) % 5 for n in numbers],
            "sex": [("male", "female")[(n * 5) % 3 % 2] for n in numbers],
            "port": [None if n % 23 == 5 else ("S", "C", "Q", "S")[(n * 11) % 4] for n in numbers],
            "y": [(n * 29) % 31 for n in numbers],
        }
    )
    rows.to_csv(tmp_path / "rows.csv", index=False)
    others = rows.head(20).drop(columns="y").assign(fare=rows["fare"] + 0.37)
    others.to_csv(tmp_path / "new.csv", index=False)
    monkeypatch.chdir(tmp_path)


def _prepared(text: str) -> tuple[str, ...]:
    return _READ + text, _TRAIN, _PREDICT


def _judged(cells: tuple[str, ...]) -> Verdict:
    return judged((_SETUP, *cells), Path.cwd())


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param(
            _prepared(
                "for name in ['age', 'port']:\n    df[name] = df[name].fillna(\n"
                "        df[name].median() if df[name].dtype.kind == 'f' else df[name].mode()[0]\n    )\n"
                "X = df[['age', 'fare']]"
            ),
            id="what is fitted is another thing for each type of a column",
        ),
        pytest.param(
            _prepared(
                "import json\njson.dump({'age': df['age'].mean()}, open('means.json', 'w'))\n"
                "means = json.load(open('means.json'))\ndf = df.fillna({'age': means['age']})\n"
                "X = df[['age', 'fare']]"
            ),
            id="a file that no variable holds, written and read",
        ),
        pytest.param(
            _prepared(
                "low, *_, high = sorted(df['fare'])\nX = df[['fare']].clip(low + 1, high - 1)"
            ),
            id="the first and the last of many",
        ),
        pytest.param(
            (
                _READ + "X_tr, X_te, *ys = train_test_split(df[['fare']], df['y'], random_state=0)",
                "train: model = LinearRegression().fit(X_tr, ys[0])",
                "predict: p = model.predict(X_te)",
            ),
            id="targets in a list behind the parts of a split",
        ),
        pytest.param(
            _prepared(
                "d = df[df['age'] > 25]\nd['fare'] *= 2\nd['more'] = df['fare'] + d['sibs']\n"
                "df = df.loc[d.index]\nX = d[['fare', 'more']]"
            ),
            id="some of the rows are changed, and all of them are read",
        ),
        pytest.param(
            _prepared(
                "def filled(d, age, names):\n    d = d.fillna({'age': age})\n"
                "    d['fare'] /= d['fare'].max()\n    return d[names]\n"
                "X = filled(df, df['age'].mean(), df.columns[:2])"
            ),
            id="what a function is given, computed from its rows",
        ),
        pytest.param(
            (
                _READ
                + "new = pd.read_csv('new.csv')\nboth = pd.concat([df.drop(columns='y'), new])\n"
                + "both['usual'] = both.groupby('port')['fare'].transform('mean')\n"
                + "both = both[['fare', 'usual']].fillna(0)\nX, X_new = both[:len(df)], both[len(df):]",
                _TRAIN,
                "predict: p = np.clip(model.predict(X_new), 14, 15)",
            ),
            id="groups of the rows to learn from and of those to predict",
        ),
        pytest.param(
            _prepared(
                "for name in df:\n    if df[name].dtype == 'float64':\n"
                "        df[name] = df[name].fillna(df[name].mean())\n"
                "X = df[['age', 'fare']]"
            ),
            id="a loop over a table goes through its columns",
        ),
        pytest.param(
            _prepared(
                "raw = df\ndf = df[df['age'] > 25].copy()\ndf['fare'] += 1\n"
                "df['more'] = raw['fare']\nX = df[['fare', 'more']]"
            ),
            id="another name for rows that are copied",
        ),
        pytest.param(
            _prepared(
                "raw = df\ndf.dropna(subset=['age'], inplace=True)\ndf['fare'] *= 2\n"
                "df['more'] = raw['fare'] + 1\nX = df[['fare', 'more']]"
            ),
            id="another name for rows that are dropped in place",
        ),
        pytest.param(
            _prepared(
                "def doubled():\n    return df['fare'] * 2\n"
                "d = df[df['fare'] >= 0].copy()\nd['fare'] += 1\nd['more'] = doubled()\n"
                "X = d[['fare', 'more']]"
            ),
            id="a function that reads all rows, and others that are copied",
        ),
        pytest.param(
            (
                f"""{_READ}new = pd.read_csv('new.csv')
names = [c for c in new.columns if new[c].dtype != object and c in ('fare', 'sibs')]""",
                "train: model = LinearRegression().fit(df[names], df['y'])",
                "predict: p = model.predict(new[names])",
            ),
            id="the columns of another file are asked for",
        ),
        pytest.param(
            (
                """preprocessing: tr = pd.get_dummies(pd.read_csv('rows.csv'))
te = pd.get_dummies(pd.read_csv('new.csv'))
tr, te = tr.align(te, join='left', axis=1)
te = te.fillna(tr.median(numeric_only=True))""",
                "train: model = LinearRegression().fit(tr[['fare']], tr['y'])",
                "predict: p = model.predict(te[['fare']])",
            ),
            id="rows that are read where their values become columns",
        ),
        pytest.param(
            (
                f"""{_READ}new = df.iloc[:20].drop(columns='y')
new.to_csv('same.csv', index=False)
new = pd.read_csv('same.csv')
def with_all(one, other):
    for name in set(one.columns) - set(other.columns):
        other[name] = 0
    return other
tr, te = pd.get_dummies(df[['fare', 'port']]), pd.get_dummies(new[['fare', 'port']])
te = with_all(tr, te)""",
                "train: model = LinearRegression().fit(tr, df['y'])",
                "predict: p = model.predict(te[tr.columns])",
            ),
            id="a file with rows that another one has, too",
        ),
        pytest.param(
            (
                f"""{_READ}new = pd.read_csv('new.csv')
tr = pd.get_dummies(df[['fare', 'sex']])
te = pd.get_dummies(new[['fare', 'sex']])
tr = tr.reindex(columns=te.columns, fill_value=0)""",
                "train: model = LinearRegression().fit(tr, df['y'])",
                "predict: p = model.predict(te)",
            ),
            id="the columns of the predicted rows for those of training",
        ),
        pytest.param(
            (
                f"{_READ}X, Y = df[['fare']], df.drop(columns=['fare', 'age', 'sex', 'port'])",
                "train: model = LinearRegression().fit(X, Y)",
                _PREDICT,
            ),
            id="several targets that are left of the columns",
        ),
        pytest.param(
            _prepared("m = df['fare'].mean()\nm -= df['sibs'] * 2\nX = df[['fare']].assign(m=m)"),
            id="a fitted number that becomes a column in place",
        ),
        pytest.param(
            _prepared(
                "X = df[['fare', 'sibs']].copy()\n"
                "for number, name in enumerate(df['sex'].unique()):\n"
                "    X[name] = (df['sex'] == name) * number"
            ),
            id="a loop over fitted items with their numbers",
        ),
        pytest.param(
            (
                f"""{_READ}new = pd.read_csv('new.csv')
tr, te = df[['fare', 'sibs', 'y']], new[['sibs', 'fare', 'age']]
tr, te = tr.align(te, join='inner', axis=1)""",
                "train: model = LinearRegression().fit(tr, df['y'])",
                "predict: p = model.predict(te)",
            ),
            id="the columns that two tables have in common",
        ),
        pytest.param(
            (
                f"{_READ}scaler = StandardScaler().fit(df[['fare']])\nX = scaler.transform(df[['fare']])",
                _TRAIN,
                "predict: new = pd.DataFrame({'fare': [30, 12]})\nprint(model.predict(scaler.transform(new)))",
            ),
            id="rows that are written out",
        ),
        pytest.param(
            (
                f"{_READ}scaler = StandardScaler().fit(df[['fare', 'sibs']])\nX = scaler.transform(df[['fare', 'sibs']])",
                _TRAIN,
                "predict: new = [[30, 2], [12.5, 0]]\nprint(model.predict(scaler.transform(new)))",
            ),
            id="numbers that are written out",
        ),
        pytest.param(
            (
                _FEATURES,
                _TRAIN,
                "predict: y_new = model.predict(np.array([30.5, 2]).reshape(1, -1))[0]\nprint(round(y_new))",
            ),
            id="the prediction for numbers that are written out",
        ),
        pytest.param(
            _prepared("""encoders = {}
for col in ['sex', 'port']:
    df[col] = df[col].fillna('none')
    encoders[col] = LabelEncoder()
    df[col] = encoders[col].fit_transform(df[col])
X = df[['sex', 'port', 'fare']]"""),
            id="a dict of encoders",
        ),
        pytest.param(
            (
                _FEATURES,
                "train: model = LogisticRegression().fit(X, df['sex'])",
                "predict: p = model.predict_proba(X)",
            ),
            id="a value for each class",
        ),
        pytest.param(
            (
                _FEATURES,
                "train: model = LogisticRegression().fit(X, df['sex'])",
                "predict: p = pd.DataFrame({'sex': model.predict(X), 'sure': model.predict_proba(X)[:, 1]})",
            ),
            id="a table",
        ),
        pytest.param(
            _prepared("""for col in df.columns:
    if col == 'y':
        continue
    if pd.api.types.is_numeric_dtype(df[col]):
        df[col] = df[col].fillna(df[col].median())
    else:
        df[col] = LabelEncoder().fit_transform(df[col].fillna(df[col].mode()[0]))
X = df.drop(columns=['y'])"""),
            id="rounds that are left early",
        ),
        pytest.param(
            _prepared("""cols, i = ['sex', 'port'], 0
while i < len(cols):
    df[cols[i]] = df[cols[i]].fillna('none').astype('category').cat.codes
    i += 1
X = df[['sex', 'port']]"""),
            id="while",
        ),
        pytest.param(
            _prepared("""try:
    df['deck'] = df['cabin'].str[0]
except KeyError:
    df['deck'] = df['age'].fillna(df['age'].median())
X = df[['deck']]"""),
            id="the way that an exception took",
        ),
        pytest.param(
            _prepared("""def encode(d, col):
    le = LabelEncoder()
    d[col] = le.fit_transform(d[col].fillna('none'))
    return d, le
df, le_sex = encode(df, 'sex')
df, le_port = encode(df, 'port')
X = df[['sex', 'port']]"""),
            id="a function that fits, called twice",
        ),
        pytest.param(
            _prepared("""def fill(d, col):
    return d.assign(**{col: d[col].fillna(d[col].median())})
X = (df.pipe(fill, 'age')
       .assign(z=lambda d: d['age'] - d['age'].mean())
       .pipe(pd.get_dummies, columns=['sex'])
       .drop(columns=['port', 'y']))"""),
            id="pipe and assign",
        ),
        pytest.param(
            _prepared("""codes = []
for _, row in df.iterrows():
    codes.append(row['fare'] * 2 + (row['sex'] == 'male'))
df['code'] = codes
X = df[['code']]"""),
            id="row by row",
        ),
        pytest.param(
            (
                _FEATURES,
                """train: models = {'a': LinearRegression(), 'b': Ridge()}
preds = {}
for name, m in models.items():
    m.fit(X, y)
    preds[name] = m.predict(X)""",
                "predict: p = pd.DataFrame(preds).mean(axis=1)",
            ),
            id="predictions by the names of models",
        ),
        pytest.param(
            (
                _FEATURES,
                "train: models = [LinearRegression(), Ridge()]\nfor m in models:\n    m.fit(X, y)",
                "predict: both = np.array([m.predict(X) for m in models])\np = both.mean(axis=0)",
            ),
            id="an array of predictions",
        ),
        pytest.param(
            (
                f"{_READ}{_SPLIT}X, y, X_test = tr[['fare']], tr['y'], te[['fare']]",
                """train: p = np.zeros(len(X_test))
scores = []
for a, b in KFold(3, shuffle=True, random_state=0).split(X):
    m = Ridge().fit(X.iloc[a], y.iloc[a])
    scores.append(mean_squared_error(y.iloc[b], m.predict(X.iloc[b])))
    p += m.predict(X_test) / 3""",
            ),
            id="models of folds",
        ),
        pytest.param(
            (
                f"""{_READ}{_SPLIT}for name, part in [('train', tr), ('test', te)]:
    part['age'] = part['age'].fillna(tr['age'].mean())
X, X_test = tr[['age']], te[['age']]""",
                "train: model = LinearRegression().fit(X, tr['y'])",
                "evaluate: print('MSE', mean_squared_error(te['y'], model.predict(X_test)))",
            ),
            id="tables in pairs, and a prediction inside a metric",
        ),
        pytest.param(
            (
                f"""{_READ}{_SPLIT}both = pd.get_dummies(pd.concat([tr, te])[['sex', 'fare', 'y']])
X, X_test = both[:len(tr)].drop(columns='y'), both[len(tr):].drop(columns='y')""",
                "train: model = LinearRegression().fit(X, tr['y'])",
                "predict: te['guess'] = model.predict(X_test)",
            ),
            id="tables put together again, and a prediction in a column",
        ),
        pytest.param(
            (
                f"""{_READ}encoders, medians = {{}}, {{}}
def prepared(d, is_train=True):
    d = d.copy()
    if is_train:
        medians['age'] = d['age'].median()
    d['age'] = d['age'].fillna(medians['age'])
    for c in ['sex', 'port']:
        d[c] = d[c].fillna('none')
        if is_train:
            encoders[c] = LabelEncoder()
            d[c] = encoders[c].fit_transform(d[c])
        else:
            d[c] = encoders[c].transform(d[c])
    return d[['age', 'sex', 'port']]
{_SPLIT}X = prepared(tr)
X_test = prepared(te, is_train=False)""",
                "train: model = LinearRegression().fit(X, tr['y'])",
                "predict: p = model.predict(X_test)",
            ),
            id="a function that fills dicts where it is told to train",
        ),
        pytest.param(
            _prepared("""two = ['sex', 'port']
df[two] = df[two].fillna('none').apply(LabelEncoder().fit_transform)
df = df.groupby('port').filter(lambda g: len(g) > 2)
X = df[two]"""),
            id="an encoder that is applied to columns",
        ),
        pytest.param(
            _prepared("""from collections import defaultdict
encoders = defaultdict(LabelEncoder)
X = df[['sex', 'port']].fillna('none').apply(lambda c: encoders[c.name].fit_transform(c))
X = X.join(df['port'].fillna('').str.get_dummies())"""),
            id="an encoder for each column, and texts as columns",
        ),
        pytest.param(
            _prepared("""for c in ['sex', 'port']:
    df[c], _ = pd.factorize(df[c])
words = []
for i in range(0, len(df)):
    words.append(df['sex'][i] * 2)
df['twice'] = words
X = df[['sex', 'port', 'twice']]"""),
            id="codes in a loop, and a loop over the numbers of rows",
        ),
        pytest.param(
            (
                _FEATURES,
                "train: import joblib\nmodel = LinearRegression().fit(X, y)\njoblib.dump(model, 'm.joblib')",
                "predict: p = joblib.load('m.joblib').predict(X)",
            ),
            id="a model that is written and read",
        ),
        pytest.param(
            (
                f"""{_READ}few = df[df['sex'] == 'male'].sample(n=40, replace=True, random_state=1)
both = pd.concat([df[df['sex'] != 'male'], few]).sample(frac=1, random_state=2)
both = both.reset_index(drop=True)
X, rest, y, y_rest = train_test_split(both[['fare', 'sibs']], both['y'], random_state=3)""",
                "train: model = LinearRegression().fit(X, y)",
                "predict: p = model.predict(rest)",
            ),
            id="rows of a class that are drawn more than once",
        ),
        pytest.param(
            (
                """preprocessing: train, test = pd.read_csv('rows.csv'), pd.read_csv('new.csv')
both = [train, test]
for part in both:
    part['port'] = part['port'].fillna('S').map({'S': 0, 'C': 1, 'Q': 2})
    part['alone'] = 0
    part.loc[part['sibs'] == 0, 'alone'] = 1
train, test = train.drop(columns=['sex']), test.drop(columns=['sex'])
both = [train, test]
for part in both:
    part['fare'] = part['fare'] / 2
cols = ['port', 'alone', 'fare']""",
                "train: model = LinearRegression().fit(train[cols], train['y'])",
                "predict: p = model.predict(test[cols])",
            ),
            id="a list of both tables that loops go through",
        ),
        pytest.param(
            (
                """preprocessing: seen, new = (
    pd.read_csv('rows.csv').dropna(),
    pd.read_csv('new.csv').fillna(pd.read_csv('rows.csv')[['age']].median()),
)""",
                "train: model = LinearRegression().fit(seen[['age']], seen['y'])",
                "predict: p = model.predict(new[['age']])",
            ),
            id="two tables that one statement reads",
        ),
        pytest.param(
            (
                "parameters: TARGET = 'y'\nframe = 2\nneeded = ['fare', 'sibs']\nvalues = 0.5",
                f"{_READ}X = df[needed] * frame",
                "train: model = Ridge(alpha=values).fit(X, df[TARGET])",
                _PREDICT,
            ),
            id="parameters that are called as the package's own names",
        ),
        pytest.param(
            _prepared("""kinds = pd.DataFrame({'port': ['S', 'Q'], 'fee': [2.5, 1.5]})
df = df.merge(kinds, on='port').sort_values('fare').reset_index(drop=True)
X = df[['fee', 'sibs']]"""),
            id="a table that leaves out rows as it is merged",
        ),
        pytest.param(
            (
                """preprocessing: import json
with open('codes.json', 'w') as f:
    json.dump({'male': 1, 'female': 2}, f)
df = pd.read_csv('rows.csv')
with open('codes.json') as f:
    codes = json.load(f)
with open('codes.json') as f:
    size = 0
    for line in f:
        size += len(line)
df['sex'] = df['sex'].map(codes) * size
X = df[['sex', 'fare']]""",
                _TRAIN,
                _PREDICT,
            ),
            id="files beside the table",
        ),
        pytest.param(
            _prepared("""df = df.dropna(subset=['port']).rename(columns={'y': 'goal'})
df['port'] = df['port'].map(lambda s: s.lower())
df.columns = [c.upper() for c in df.columns]
words = []
for word in df['PORT']:
    words.append(word.title())
df['WORD'] = words
X = pd.get_dummies(df[['WORD']])
df['y'] = df['GOAL']"""),
            id="a loop behind what fails for rows that are left out",
        ),
        pytest.param(
            (
                """preprocessing: def load(path):
    d = pd.read_csv(path)
    d['age'] = d['age'].fillna(d['age'].median())
    return d[['age', 'fare']], d['y']
X, y = load('rows.csv')
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)""",
                "train: model = LinearRegression().fit(X_train, y_train)",
                "predict: p = model.predict(X_test)",
            ),
            id="a function that reads and cleans",
        ),
        pytest.param(
            _prepared("""le = LabelEncoder()
df['sex'] = le.fit_transform(df['sex'])
df['port'] = le.fit_transform(df['port'].fillna('none'))
X = df[['sex', 'port']]"""),
            id="one encoder for two columns",
        ),
        pytest.param(
            (
                f"""{_READ}le = LabelEncoder()
for col in ['sex', 'sibs']:
    df[col] = le.fit_transform(df[col])
X = df[['sex', 'fare']]""",
                "train: model = LinearRegression().fit(X, df['sibs'])",
                _PREDICT,
            ),
            id="the target in a loop over columns",
        ),
        pytest.param(
            (
                f"{_READ}two = ['fare', 'y']\ndf[two] = df[two].apply(lambda s: s * 2)\nX = df[['fare']]",
                _TRAIN,
                _PREDICT,
            ),
            id="the target among columns that are set",
        ),
        pytest.param(
            (
                f"""{_READ}df = df.rename(columns=str.upper)
df = df.dropna(subset=['PORT'])
df['PORT'] = df['PORT'].map(lambda s: s.lower())
X = pd.get_dummies(df[['PORT', 'FARE']])""",
                "train: model = LinearRegression().fit(X, df['Y'])",
                _PREDICT,
            ),
            id="other names, and what fails for rows that are left out",
        ),
        pytest.param(
            (
                f"""{_READ}X, rest, y, y_rest = train_test_split(df[['fare']], df['sex'], random_state=1)
X_val, X_test, y_val, y_test = train_test_split(rest, y_rest, test_size=0.5, random_state=1)""",
                """train: model = LogisticRegression().fit(X, y)
proba = model.predict_proba(X_val)[:, 1]
best = max([0.2, 0.3, 0.4], key=lambda t: ((proba > t) == (y_val == 'male')).mean())""",
                "predict: p = model.predict_proba(X_test)[:, 1] > best",
            ),
            id="a threshold of a validation part",
        ),
        pytest.param(
            _prepared("""from collections import Counter
count = Counter()
for word in df['sex'].values:
    count[word] += 1
df['often'] = df['sex'].apply(lambda w: count[w])
X = df[['often']]"""),
            id="a counter",
        ),
        pytest.param(
            (
                _FEATURES,
                _TRAIN,
                """predict: out = pd.DataFrame({'Id': X.index, 'p': np.expm1(model.predict(X) / 90)})
out['p'] = (out['p'] > 0.15).astype(int)""",
            ),
            id="a submission",
        ),
        pytest.param(
            _prepared("""df = (df.assign(half=lambda d: d['fare'] / 2)
      .pipe(pd.get_dummies, columns=['sex'])
      .query('fare < 90'))
X = df.drop(columns=['port', 'y', 'age'])"""),
            id="pipe with a choice behind it",
        ),
        pytest.param(
            (
                f"""{_READ}rng = np.random.default_rng(3)
mask = rng.random(len(df)) < 0.7
tr, te = df[mask], df[~mask]
picked = rng.choice(len(tr), 30)
X, X_test = tr[['fare', 'sibs']].iloc[picked], te[['fare', 'sibs']]""",
                "train: model = LinearRegression().fit(X, tr['y'].iloc[picked])",
                "predict: p = model.predict(X_test)",
            ),
            id="a generator that is drawn from twice",
        ),
        pytest.param(
            (
                """preprocessing: data = np.random.RandomState(0).normal(size=(60, 3))
noise = np.random.RandomState(1)
X, y = np.hstack([data, noise.normal(size=(60, 2))]), data @ [1, 2, 3]
y += noise.normal(size=60)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)""",
                "train: model = LinearRegression().fit(X_train, y_train)",
                "predict: p = model.predict(X_test)",
            ),
            id="rows that are made, with their target where they are split",
        ),
        pytest.param(
            (
                f"""{_MADE}
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=rng)""",
                "train: model = Ridge(solver='sag', random_state=rng).fit(X_train, y_train)",
                "predict: p = model.predict(X_test)",
            ),
            id="a split and a model that draw what the rows leave",
        ),
        pytest.param(
            (
                f"{_MADE}\nX_test = np.linspace(0, 1, 30).reshape(10, 3)",
                "train: first, second = Ridge(), Ridge(alpha=2)\nfirst.fit(X, y)\nsecond.fit(X, y)",
                "predict: p = first.predict(X_test)\nq = second.predict(X_test)",
            ),
            id="a model that predicts other rows that are made",
        ),
        pytest.param(
            (
                f"{_MADE}\nX_test = rng.normal(size=(10, 3))",
                "train: model = Ridge()\np = model.fit(X, y).predict(X_test)",
            ),
            id="a model that is fitted and predicts other rows at once",
        ),
        pytest.param(
            (
                """preprocessing: rng = np.random.RandomState(0)
seen = pd.DataFrame(rng.normal(size=(60, 2)), columns=['u', 'v'])
goal = (seen['u'] > seen['v']).astype(int)
other = pd.DataFrame(rng.normal(size=(9, 2)), columns=['u', 'v'])
scaler = StandardScaler().fit(seen)
S, T = scaler.transform(seen), scaler.transform(other)""",
                "train: model = LogisticRegression().fit(S, goal)",
                "predict: p = model.predict(T)",
            ),
            id="a model that predicts other rows that are made and scaled",
        ),
        pytest.param(
            (
                """preprocessing: rng = np.random.RandomState(0)
X = rng.normal(size=(60, 3))
X = np.hstack([X, rng.normal(size=(60, 2))])
Y = np.column_stack([X[:, 0] > 0, X[:, 1] > 0]).astype(float)
X_train, X_test, Y_train, Y_test = train_test_split(X, Y, random_state=0)""",
                "train: model = LinearRegression().fit(X_train, Y_train)",
                "predict: p = model.predict(X_test)",
            ),
            id="several targets that are split",
        ),
        pytest.param(
            (
                "parameters: LOW = 3",
                f"""{_READ}mean = df['fare'].mean()
df = df.query('fare > @LOW')
df['rest'] = df.eval('fare - @mean + @LOW')
X = df[['rest', 'sibs']]""",
                _TRAIN,
                _PREDICT,
            ),
            id="queries that name variables",
        ),
        pytest.param(
            (
                f"{_READ}X = df[['fare', 'sibs']]\ndf['high'] = (df['y'] > 15).astype(int)",
                "train: model = LogisticRegression().fit(X, df['high'])",
                _PREDICT,
            ),
            id="a target computed from a column",
        ),
        pytest.param(
            (
                (
                    f"{_READ}df['high'] = (df['fare'] > 40).astype(int)\ndf['half'] = df['fare'] / 2\n"
                    "X = df[['half', 'sibs']]"
                ),
                "train: model = LogisticRegression().fit(X, df['high'])",
                _PREDICT,
            ),
            id="a target computed from what features are computed from",
        ),
        pytest.param(
            (_FEATURES, "train: model = Ridge().fit(X, df[['y', 'age']].fillna(0))", _PREDICT),
            id="several targets",
        ),
        pytest.param(
            (
                f"{_FEATURES}\nt = 2 * df['fare'] + np.random.RandomState(0).rand(len(df))",
                "train: model = LinearRegression().fit(X, t)",
                _PREDICT,
            ),
            id="a target made from a feature",
        ),
    ],
)
def test_is_served(cells: tuple[str, ...]) -> None:
    assert _judged(cells) == Verdict("right")


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        pytest.param(
            _prepared("""d, prev = [], 0.0
for v in df['fare'].tolist():
    d.append(v - prev)
    prev = v
df['d'] = d
X = df[['d']]"""),
            "`for v in df['fare'].tolist(): d.append(v - prev) prev = v` can't be followed",
            id="a loop that looks at the row before",
        ),
        pytest.param(
            (
                f"""{_READ}{_SPLIT}for name, part in [('train', tr), ('test', te)]:
    part['s'] = StandardScaler().fit_transform(part[['fare']])[:, 0]
X, X_test = tr[['s']], te[['s']]""",
                "train: model = LinearRegression().fit(X, tr['y'])",
                "predict: p = model.predict(X_test)",
            ),
            "fits to rows that the model, which cell 3 fits, was not trained on",
            id="each table scaled for itself",
        ),
        pytest.param(
            (
                f"""{_MADE}
alpha = X.std()
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=rng)""",
                "train: model = Ridge(alpha=alpha).fit(X_train, y_train)",
                "predict: p = model.predict(X_test)",
            ),
            "training reads `X` before it is given, which cell 2 does",
            id="rows that are read before they are split",
        ),
        pytest.param(
            (
                f"{_MADE}\nX_test = rng.normal(size=(10, 3))",
                "train: model = Ridge(alpha=X.std())\nmodel.fit(X, y)",
                "predict: p = model.predict(X_test)",
            ),
            "training reads `X` before it is given, which cell 3 does",
            id="rows that are read before a model is fitted to them",
        ),
        pytest.param(
            (
                """preprocessing: tr = pd.get_dummies(pd.read_csv('rows.csv'))
te = pd.get_dummies(pd.read_csv('new.csv'))
tr, te = (lambda one, other: (one, other))(tr, te)
te = te.fillna(tr.median(numeric_only=True))""",
                "train: model = LinearRegression().fit(tr[['fare']], tr['y'])",
                "predict: p = model.predict(te[['fare']])",
            ),
            "`p` follows from `tr, te = (lambda one, other: (one, other))(tr, te)`, which gives no rows",
            id="what is not followed is named",
        ),
        pytest.param(
            (_FEATURES, _TRAIN, "predict: doubled = 2 * X"),
            "`doubled` has 2 values a row, and nothing predicts them",
            id="a table that nothing predicts",
        ),
        pytest.param(
            (
                """preprocessing: tr, te = pd.read_csv('rows.csv'), pd.read_csv('rows.csv')
tr['age'] = tr['age'].fillna(tr['age'].median())
te['age'] = te['age'].fillna(te['age'].median())""",
                "train: model = LinearRegression().fit(tr[['age']], tr['y'])",
                "predict: p = model.predict(te[['age']])",
            ),
            "fits to rows that the model, which cell 3 fits, was not trained on",
            id="another file that is filled by its own median",
        ),
        pytest.param(
            (
                f"""{_READ}{_SPLIT}te['often'] = te['sex'].map(te.groupby('sex')['y'].mean())
tr['often'] = tr['sex'].map(tr.groupby('sex')['y'].mean())""",
                "train: model = LinearRegression().fit(tr[['often']], tr['y'])",
                "predict: p = model.predict(te[['often']])",
            ),
            "fits to rows that the model, which cell 3 fits, was not trained on",
            id="the target's means in the predicted rows",
        ),
        pytest.param(
            (
                f"""{_READ}new, y = pd.read_csv('new.csv').fillna(0), df.pop('y')
tr, te = pd.get_dummies(df.fillna(0)).align(pd.get_dummies(new), 'left', 1, fill_value=0)""",
                "train: model = LinearRegression().fit(tr, y)",
                "predict: p = model.predict(te)",
            ),
            "has no value for new rows",
            id="columns that are made and shared in one expression",
        ),
        pytest.param(
            (
                """preprocessing: X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
y = np.array([0, 1, 1, 0])""",
                "train: model = LinearRegression().fit(X, y)",
                "predict: p = model.predict(X)",
            ),
            "no rows that the notebook reads or makes lead to `p`",
            id="numbers that are written out to learn from",
        ),
        pytest.param(
            (
                """preprocessing: X = np.array([[1.0], [2], [3], [4], [5], [6]])
y = np.array([2, 4, 6, 8, 10, 12.5])""",
                "train: model = LinearRegression().fit(X, y)",
                "predict: p = model.predict([[7.0]])",
            ),
            "no rows that the notebook reads or makes lead to `p`",
            id="what the notebook makes without its target to learn from",
        ),
        pytest.param(
            _prepared("X = df[['fare', 'sibs']].merge(df[['fare', 'age']].fillna(0), on='fare')"),
            "gives a row another value where it stands among others",
            id="rows that are found by a column, and may come twice",
        ),
        pytest.param(
            _prepared("df['z'] = df['y'] * 2\nX = df[['z', 'fare']]"),
            "`model.predict(X)` needs the target `y`",
            id="a feature made from the target",
        ),
    ],
)
def test_is_refused(cells: tuple[str, ...], words: str) -> None:
    found = _judged(cells)
    assert found.kind == "refused"
    assert words in found.detail


def test_numbers_that_are_written_out_have_the_names_that_a_model_knows() -> None:
    cells = (_FEATURES, _TRAIN, "predict: y_new = model.predict([[30, 2]])[0]")
    row = {"sibs": 1, "fare": 20.5}
    rows = pd.read_csv("rows.csv")
    model = LinearRegression().fit(rows[["fare", "sibs"]], rows["y"])
    assert _trained(cells, row) == pytest.approx(
        model.predict(pd.DataFrame([row])[["fare", "sibs"]])[0]
    )


def test_a_table_that_is_written_out_has_the_columns_that_it_names() -> None:
    written = "new = pd.DataFrame([[2, 30]], columns=['sibs', 'fare'])"
    cells = (_FEATURES, _TRAIN, f"predict: {written}\np = model.predict(new[['fare', 'sibs']])")
    rows = pd.read_csv("rows.csv")
    model = LinearRegression().fit(rows[["fare", "sibs"]], rows["y"])
    row = {"sibs": 1, "fare": 20.5}
    expected = model.predict(pd.DataFrame([row])[["fare", "sibs"]])[0]
    assert _trained(cells, row) == pytest.approx(expected)


def _trained(cells: tuple[str, ...], row: dict[str, Any]) -> Any:
    """What the package gives for a row once it was trained on `rows.csv`."""
    assert _judged(cells) == Verdict("right")
    with importable(Path.cwd() / "src"):
        return importlib.import_module("demo.serving").train(pd.read_csv("rows.csv")).predict(row)


def _matched(prepared: str) -> tuple[str, ...]:
    """Dummy columns of rows to learn from and of rows to predict: `tr` and `te`."""
    model = "train: model = LinearRegression().fit(tr, df['y'])"
    return prepared, model, "predict: p = model.predict(te)"


_ANOTHER = "new = pd.read_csv('new.csv')\nnew = new[new['port'] != 'Q']"
_STRIPPED = f"{_ANOTHER}\nfor rows in (df, new):\n    rows['port'] = rows['port'].str.strip()"
_APART = "df['row'] = range(60)\nnew = df[df['row'] % 7 == 1]\nnew = new[new['port'] != 'Q']"
_WRITTEN = "new = pd.DataFrame([{'fare': 30, 'port': 'S'}, {'fare': 40, 'port': 'C'}])"
_TABLE = "te = pd.get_dummies(new[['fare', 'port']])\n"
_COLUMN = "te = pd.concat([new[['fare']], pd.get_dummies(new['port'], prefix='port')], axis=1)\n"
_ADDED = "for name in set(tr.columns) - set(te.columns):\n    te[name] = 0\n"
#: What is kept of columns that rows lack, in many ways.
_KEPT = (
    """lacking = []
for name in tr.columns:
    if name not in te.columns:
        lacking.append(name)
for name in lacking:
    te[name] = 0
""",
    """lacking, count = [], 0
for name in tr:
    if name not in te:
        lacking += [name]
        count = count + 1
if count:
    te[lacking] = 0
""",
    """lacking = set()
for name in tr.columns:
    if name in te.columns:
        continue
    lacking.add(name)
while lacking:
    te[lacking.pop()] = 0
""",
    """has = {}
for name in tr.columns:
    has[name] = name in te.columns
for name, known in has.items():
    if not known:
        te[name] = 0
""",
    """names = {'port_C': 0, 'port_Q': 0, 'port_S': 0}
for name in te.columns:
    if name in names:
        del names[name]
for name in [name for name in tr.columns if name in names]:
    te[name] = 0
""",
    """def flagged(names, rows):
    for name in names:
        if name in rows.columns:
            return 0
    return 1
names = ['port_Q'] if flagged(['port_Q'], te) else []
count = 0
count += len([name for name in tr.columns if name.startswith('port')])
for name in names[:count]:
    te[name] = 0
""",
    """shown = 0 if 'port_Q' in te.columns else 1
for name in [name for name in tr.columns if name.endswith('Q')][:shown]:
    te[name] = 0
""",
    """lacking = []
for name in tr.columns:
    if name not in te.columns:
        lacking += [name]
for name in lacking:
    te[name] = 0
""",
    """LACKING = []
def note(names, rows):
    for name in names:
        if name not in rows.columns:
            LACKING.append(name)
note(tr.columns, te)
for name in [name for name in tr.columns if name in LACKING]:
    te[name] = 0
""",
    """has = []
for name, _ in te.items():
    has.append(name)
for name in [name for name in tr.columns if name not in has]:
    te[name] = 0
""",
    """def lacking(names, rows):
    found = []
    for name in names:
        if name not in rows.columns:
            found.append(name)
    return found
for name in lacking(tr.columns, te):
    te[name] = 0
""",
    """def lacking(rows):
    return [*{*tr.columns} - {*rows}]
for name in lacking(te):
    te[name] = 0
""",
    """lacking = filter(lambda name: name not in te.columns, tr.columns)
for name in list(lacking):
    te[name] = 0
""",
    """lacking, more = set(tr.columns) - set(te.columns), set(te.columns) - set(tr.columns)
te = te.drop(columns=list(more))
for number, name in enumerate(sorted(lacking)):
    te[name] = number * 0
""",
    """if set(tr.columns) - set(te.columns):
    order = []
    for name in tr.columns:
        if name not in te.columns:
            order.append(name)
    te[order[0]] = len(order) - 1
""",
    """if set(te.columns) != set(tr.columns):
    tr, te = tr.astype(float), te.astype(float)
    tr = tr.copy()
for name in set(tr.columns) - set(te.columns):
    te[name] = 0
""",
    """lacking = [*sorted(set(tr.columns) - set(te.columns)), 'fare']
last = lacking.pop()
for name in lacking:
    te[name] = 0
""",
    """if (lacking := set(tr.columns) - set(te.columns)):
    zero = 0
    te[list(lacking)] = zero
""",
    """for name in set(te.columns) - set(tr.columns):
    tr[name] = 0
for name in tr.columns:
    value = 0 if name not in te.columns else te[name]
    te[name] = value
""",
)
_ALIGNED = "tr, te = tr.align(te, join='left', axis=1, fill_value=0)\n"


@pytest.mark.parametrize(
    ("new", "dummies", "added"),
    [
        (_ANOTHER, _TABLE, "te = te.reindex(columns=tr.columns, fill_value=0)\n"),
        (_STRIPPED, _TABLE, "te = te.reindex(columns=tr.columns, fill_value=0)\n"),
        (_WRITTEN, _TABLE, "te = te.reindex(columns=tr.columns, fill_value=0)\n"),
        (_ANOTHER, _TABLE, _ADDED),
        (_ANOTHER, _COLUMN, _ADDED),
        (_STRIPPED, _TABLE, _ADDED),
        (_STRIPPED, _COLUMN, _ADDED),
        (_APART, _TABLE, _ADDED),
        (_APART, _COLUMN, _ADDED),
        (_ANOTHER, _TABLE, "for name in tr:\n    if name not in te:\n        te[name] = 0\n"),
        (_ANOTHER, _TABLE, "te[[c for c in tr.columns if c not in te.columns]] = 0\n"),
        (_ANOTHER, _TABLE, "te[list(set(tr.keys()).difference(te.keys()))] = 0\n"),
        (
            _ANOTHER,
            _TABLE,
            """lacking = set(tr.columns) | {'none'}
lacking -= set(te.columns)
lacking.remove('none')
print(lacking)
if len(lacking) > 0:
    for name in lacking:
        te[name] = 0
""",
        ),
        (
            _ANOTHER,
            _TABLE,
            """for number, name in enumerate(tr.columns):
    if name not in te.columns and number:
        te.insert(len(te.columns), name, 0)
""",
        ),
        (
            _ANOTHER,
            _TABLE,
            """numbers = te.select_dtypes('number').columns
rest = [c for c in te.columns if c not in numbers]
te = pd.concat([te[numbers], te[rest]], axis=1)
for name in tr.columns.difference(te.columns):
    te[name] = 0
""",
        ),
        (
            _ANOTHER,
            _TABLE,
            """def with_all(columns, rows):
    for name in columns:
        if name not in rows.columns:
            rows[name] = 0
    return rows
te = with_all(tr.columns, te)
""",
        ),
        (
            _ANOTHER,
            f"{_TABLE}tr, names = tr.to_numpy(), tr.columns\n",
            """if set(names) != set(te.columns):
    te = te.reindex(columns=names, fill_value=0)
tr, te = pd.DataFrame(tr, columns=names), pd.DataFrame(te.to_numpy(), columns=names)
""",
        ),
        (
            _ANOTHER,
            _TABLE,
            """tr[list(set(te.columns) - set(tr.columns))] = 0
names = list(te.columns)
names.remove('fare')
te[names] = te[names] * 2
for number in range(len(te.columns)):
    if te.columns[number] != 'fare':
        te[te.columns[number]] = te[te.columns[number]] / 2
for name in set(tr.columns) - set(te.columns):
    te[name] = 0
""",
        ),
        (
            f"{_APART}\ntr = pd.get_dummies(df[['fare', 'port', 'y']])",
            "te = pd.get_dummies(new[['fare', 'port', 'y']])\n",
            f"{_ADDED}tr, te = tr.drop(columns='y'), te.drop(columns='y')\n",
        ),
        (_ANOTHER, _TABLE, f"te = te[[c for c in te if te[c].dtype != object]]\n{_ADDED}"),
        (_STRIPPED, _COLUMN, f"te = te[te.dtypes[te.dtypes != object].index]\n{_ADDED}"),
        (_APART, _TABLE, f"te = te[te.columns[te.dtypes != object]]\n{_ADDED}"),
        (_ANOTHER, _TABLE, _ALIGNED),
        (_STRIPPED, _COLUMN, _ALIGNED),
        (_APART, _TABLE, "te, tr = te.align(tr, axis=1, join='right')\nte = te.fillna(0)\n"),
        *((_ANOTHER, _TABLE, added) for added in _KEPT),
        *((_APART, _COLUMN, added) for added in _KEPT),
    ],
)
def test_a_value_that_the_model_knows_counts_where_the_predicted_rows_lacked_it(
    new: str, dummies: str, added: str
) -> None:
    cells = _matched(
        f"{_READ}tr = pd.get_dummies(df[['fare', 'port']])\n{new}\n{dummies}{added}te = te[tr.columns]"
    )
    found = _trained(cells, {"age": 30.0, "fare": 30.5, "sibs": 0, "sex": "male", "port": "Q"})
    rows = pd.read_csv("rows.csv")
    columns = pd.get_dummies(rows[["fare", "port"]])
    model = LinearRegression().fit(columns, rows["y"])
    row = columns.iloc[[0]].assign(fare=30.5, port_C=0, port_Q=1, port_S=0)
    assert found == pytest.approx(model.predict(row)[0])


def test_nothing_is_printed_of_the_columns_that_rows_lack() -> None:
    cells = _matched(
        _BOTH
        + f"tr = pd.get_dummies(df[['fare', 'port']])\nnew = new[new['port'] != 'Q']\n{_TABLE}"
        + f"print(set(tr.columns) - set(te.columns))\n{_ADDED}te = te[tr.columns]"
    )
    assert _judged(cells) == Verdict("right")
    assert "print" not in Path("src/demo/scoring.py").read_text("utf-8")


@pytest.mark.parametrize(
    "chosen",
    [
        "names = list(te.columns)\nte = te[[c for c in names if te[c].notna().all()]]",
        "lacking = set(tr.columns) - set(te.columns)\nte['fare'] /= te['fare'].quantile(1 - len(lacking) / 9)",
        "te[list(filter(lambda name: name not in te, tr))] = 0",
        "def full(rows):\n    return [c for c in rows.columns if rows[c].notna().all()]\nte = te[full(te)]",
    ],
)
def test_columns_are_not_chosen_by_what_is_in_those_that_these_rows_have(chosen: str) -> None:
    cells = _matched(
        f"{_READ}{_APART}\ntr = pd.get_dummies(df[['fare', 'port']])\n{_TABLE}{chosen}\n{_ADDED}te = te[tr.columns]"
    )
    found = _judged(cells)
    assert found.kind == "refused"
    assert found.detail.endswith("follows from the columns of the rows that are predicted")


@pytest.mark.parametrize(
    "lacking",
    [
        "lacking = list(filter(lambda name: name not in te, tr))",
        "lacking = iter(set(tr.columns) - set(te.columns))",
        "class Info:\n    pass\ninfo = Info()\ninfo.names = set(tr.columns) - set(te.columns)\nlacking = info.names",
        """class Tally:
    def __init__(self):
        self.names = []
    def add(self, name):
        self.names.append(name)
if set(tr.columns) != set(te.columns):
    tally = Tally()
    for name in set(tr.columns) - set(te.columns):
        tally.add(name)
lacking = tally.names""",
        "has = pd.Series([c in te for c in tr], index=tr.columns)\nlacking = has[~has].index",
        "lacking = set(tr.columns)\nfor name in te:\n    lacking.discard(name)",
        "lacking = set(tr.columns)\nfor name in te.columns:\n    lacking = lacking - {name}",
        "lacking = set(tr.columns)\nfor name in te:\n    if name in lacking:\n        lacking -= {name}",
        "lacking = set(tr.columns)\nlacking.difference_update(te.columns)",
        """has = []
for name, column in te.items():
    if column.sum() > 0:
        has.append(name)
lacking = [name for name in tr.columns if name not in has]""",
        "lacking = list(tr.columns)\nfor name, _ in te.items():\n    if name in lacking:\n        lacking.remove(name)",
    ],
)
def test_columns_that_other_rows_lack_are_not_those_that_these_lack(lacking: str) -> None:
    added = f"{lacking}\nfor name in lacking:\n    te[name] = 0\nte = te[tr.columns]"
    cells = _matched(
        f"{_BOTH}new = new[new['port'] != 'Q']\ntr = pd.get_dummies(df[['fare', 'port']])\n{_TABLE}{added}"
    )
    found = _judged(cells)
    assert found.kind == "refused"
    assert found.detail.endswith("follows from the columns of the rows that are predicted")


@pytest.mark.parametrize(
    "chosen",
    [
        "te = te.iloc[:, :2]",
        "te = te[te.columns[:2]]",
        "te = te[list(te)[:2]]",
        "te = te.take([0, 1], axis=1)",
        "te['port_C'] = te.to_numpy()[:, 1]",
        "te['port_C'] = [row[1] for row in te.itertuples(index=False)]",
    ],
)
def test_columns_are_not_chosen_by_where_they_stand_among_those_of_other_rows(chosen: str) -> None:
    rows = pd.read_csv("new.csv")
    rows[rows["port"] != "C"].to_csv("new.csv", index=False)
    added = f"{chosen}\n{_ADDED}te = te[tr.columns]"
    cells = _matched(f"{_BOTH}tr = pd.get_dummies(df[['fare', 'port']])\n{_TABLE}{added}")
    found = _judged(cells)
    assert found.kind == "unproved"
    assert found.detail.endswith("among others")


def test_a_new_value_leaves_the_column_out_that_others_leave_out() -> None:
    cells = _matched(
        f"""{_READ}new = pd.read_csv('new.csv')
new = new[new['port'] != 'C']
tr = pd.get_dummies(df[['fare', 'port']], drop_first=True)
te = pd.get_dummies(new[['fare', 'port']], drop_first=True)
te = te.reindex(columns=tr.columns, fill_value=0)"""
    )
    row = {"age": 30.0, "fare": 30.5, "sibs": 0, "sex": "male"}
    rows = [{**row, "port": "C"}, {**row, "port": "Q"}]
    assert _judged(cells) == Verdict("right")
    with importable(Path.cwd() / "src"):
        model = importlib.import_module("demo.serving").train(pd.read_csv("rows.csv"))
        assert [*model.predict(rows)] == pytest.approx([model.predict(one) for one in rows])


_BOTH = f"{_READ}new = pd.read_csv('new.csv')\n"
_MODEL = (
    "train: model = LinearRegression().fit(df[['fare', 'age']].fillna(0), df['y'])",
    "predict: p = model.predict(new[['fare', 'age']])",
)


@pytest.mark.parametrize(
    "prepared",
    [
        pytest.param(
            """def filled(one, other):
    for name in ['age', 'fare']:
        one[name] = one[name].fillna(one[name].median())
        other[name] = other[name].fillna(one[name].median())
filled(df, new)""",
            id="in place",
        ),
        pytest.param(
            """def scaled(one, other, names):
    scaler = StandardScaler()
    one, other = one.fillna(0).copy(), other.fillna(0).copy()
    one[names] = scaler.fit_transform(one[names])
    other[names] = scaler.transform(other[names])
    return one, other
for name in ['age', 'fare']:
    df, new = scaled(df, new, [name])""",
            id="given back, in a loop",
        ),
        pytest.param(
            """def encoded(one, other, target):
    means = target.groupby(one).mean()
    return one.map(means), other.map(means).fillna(target.mean())
for name in ['sex', 'port']:
    df[name], new[name] = encoded(df[name], new[name], df['y'])
df['age'], new['age'] = df['sex'], new['port']""",
            id="columns of each",
        ),
        pytest.param(
            """def with_all(one, other):
    for name in set(one.columns) - set(other.columns):
        other[name] = 0
    return other
df, new = df.fillna(0), with_all(df, new.fillna(0))""",
            id="for its columns alone",
        ),
    ],
)
def test_what_a_function_is_given_to_learn_from_is_not_kept(prepared: str) -> None:
    assert _judged((_BOTH + prepared, *_MODEL)) == Verdict("right")
    scoring = Path("src/demo/scoring.py").read_text("utf-8")
    assert "fitted.df" not in scoring
    assert "fitted.one" not in scoring


def test_what_a_function_needs_of_each_row_to_learn_from_is_kept() -> None:
    prepared = """def nearest(one, other):
    place = np.abs(one.to_numpy()[None, :] - other.to_numpy()[:, None]).argmin(axis=1)
    return one.to_numpy()[place]
new['age'] = nearest(df['fare'], new['fare'])"""
    assert _judged((_BOTH + prepared, *_MODEL)) == Verdict("right")


def test_tables_that_share_their_columns_are_not_kept() -> None:
    prepared = "df, new = df.fillna(0).align(new.fillna(0), join='left', axis=1)"
    assert _judged((f"{_BOTH}y = df['y']\n{prepared}\ndf['y'] = y", *_MODEL)) == Verdict("right")
    assert "fitted.df" not in Path("src/demo/scoring.py").read_text("utf-8")


_CLEAN = """def clean(d):
    d = d.copy()
    d['age'] = d['age'].fillna(0)
    d['male'] = (d['sex'] == 'male').astype(int)
    return d
"""
_FILL = "def both(a, b):\n    m = a['age'].mean()\n    return a.fillna({'age': m}), b.fillna({'age': m})\n"
_TOGETHER = "df, new = both(df, new)"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(_CLEAN + "df, new = [clean(d) for d in (df, new)]", id="a comprehension"),
        pytest.param(_CLEAN + "df, new = map(clean, (df, new))", id="map"),
        pytest.param(
            "m = df['age'].mean()\ndf, new = (d.fillna({'age': m}) for d in [df, new])",
            id="a generator that reads what is fitted",
        ),
        pytest.param(
            _CLEAN + "out = []\nfor d in (df, new):\n    out.append(clean(d))\ndf, new = out",
            id="a list that a loop fills",
        ),
        pytest.param(
            _CLEAN + "out = [clean(df), clean(new)]\nfor d in out:\n    d['age'] /= 2\n"
            "new = out[1]\ndf = out[0]",
            id="items of a list, by their numbers",
        ),
        pytest.param(
            _CLEAN + "out = [clean(df), clean(new)]\ndf = out[0]\nnew = out[1]\n"
            "new['age'] -= out[0]['age'].mean()",
            id="what is learned from an item of a list",
        ),
        pytest.param(
            _CLEAN + "out = [clean(new), clean(df)]\nnew, df = out", id="items in another order"
        ),
        pytest.param(
            "data = {'df': df, 'new': new}\nfor name, d in data.items():\n"
            "    d['age'] = d['age'].fillna(0)",
            id="a loop over a dict",
        ),
        pytest.param(
            "for d, name in zip([df, new], ['df', 'new']):\n    d['age'] = d['age'].fillna(0)",
            id="a loop over tables and their names",
        ),
        pytest.param(
            _CLEAN + "data = {'df': df, 'new': new}\n"
            "data = {name: clean(d) for name, d in data.items()}\n"
            "df, new = data['df'], data['new']",
            id="a comprehension that makes a dict",
        ),
        pytest.param(
            "def both(a, b):\n    m = a['age'].mean()\n"
            "    return [d.fillna({'age': m}) for d in (a, b)]\n" + _TOGETHER,
            id="a comprehension in a function",
        ),
        pytest.param(_FILL + "out = both(df, new)\ndf, new = out", id="what a function gives"),
        pytest.param(
            _FILL + "out = both(df, new)\ndf = out[0]\nnew = out[1]", id="each of what it gives"
        ),
    ],
)
def test_tables_of_both_files_go_through_the_same(text: str) -> None:
    assert _of_both(text) == Verdict("right")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            _CLEAN + "out = [df, new]\nfor n, d in enumerate(out):\n    out[n] = clean(d)\n"
            "df, new = out",
            id="items that are replaced",
        ),
        pytest.param(
            _CLEAN + "out = [clean(df)]\nout.append(clean(new))\ndf, new = out",
            id="a list that grows",
        ),
        pytest.param("out = [new, df]\nout.reverse()\ndf, new = out", id="another order"),
        pytest.param(
            _CLEAN + "data = {'df': df, 'new': new}\nfor name, d in data.items():\n"
            "    data[name] = clean(d)\ndf, new = data['df'], data['new']\n"
            "df['fare'] += df['male']\nnew['fare'] += new['male']",
            id="a dict that is changed",
        ),
        pytest.param(
            _CLEAN + "def both(*several):\n    return [clean(d) for d in several]\n" + _TOGETHER,
            id="arguments that come together",
        ),
        pytest.param(
            _FILL + "out = both(df, new)\nfor d in out:\n    d['age'] /= 2\ndf, new = out",
            id="a loop over what a function gives",
        ),
    ],
)
def test_what_becomes_of_several_tables_is_not_guessed(text: str) -> None:
    assert _of_both(text).kind == "refused"


def _of_both(text: str) -> Verdict:
    read = _READ + "new = pd.read_csv('new.csv')\n"
    train = "train: X = df[['age', 'fare']].fillna(-5)\nmodel = LinearRegression().fit(X, df['y'])"
    return _judged(
        (read + text, train, "predict: p = model.predict(new[['age', 'fare']].fillna(-5))")
    )
