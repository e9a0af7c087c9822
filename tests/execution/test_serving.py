"""Notebooks whose packages serve raw rows: converted, installed nowhere, and asked."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from nb2prod.conversion import Conversion, convert
from tests.execution.conftest import saved

pytestmark = pytest.mark.execution

_SETUP = "import pandas as pd\nfrom sklearn.linear_model import LinearRegression"
_READ = "df = pd.read_csv('rows.csv')\n"
_TRAIN = "model = LinearRegression().fit(X, df['y'])"
_ASKED = """
import json, sys
sys.path.insert(0, sys.argv[1])
from demo import Model, predict, train
row = {"age": None, "fare": 3.0}
print(json.dumps([predict(row), predict([row, row]).tolist()]))
"""
