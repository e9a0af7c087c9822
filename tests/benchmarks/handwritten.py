"""What an engineer would write by hand to serve two of the example notebooks: the references.

The notebook's own steps from a raw row to its prediction, where they lead to one, and a pickle with what they look up.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]

CONTRACTS = {
    "month-to-month": "monthly",
    "month to month": "monthly",
    "1 year": "one year",
    "2 year": "two year",
}
NUMBERS = [
    "tenure",
    "monthly_charges",
    "total_charges",
    "support_calls",
    "calls_per_year",
    "overpaid",
]
WORDS = ["contract", "internet", "payment_method", "region"]
GRADES = {"Po": 1, "Fa": 2, "TA": 3, "Gd": 4, "Ex": 5}


class Handwritten:
    """A model as a pickle holds it, and the steps before it."""

    def __init__(self, path: Path) -> None:
        self.held: dict[str, Any] = pickle.loads(path.read_bytes())

    def predict(self, rows: Any) -> Any:
        """One row as a dictionary, or a table."""
        if isinstance(rows, Mapping):
            return self.score(pd.DataFrame([rows])).item()
        return pd.Series(self.score(rows), index=rows.index)

    def score(self, df: Any) -> Any:
        raise NotImplementedError


class Churn(Handwritten):
    """`churn.ipynb`."""

    def score(self, df: Any) -> Any:
        df = df.copy()
        df.columns = [name.strip().lower().replace(" ", "_") for name in df.columns]
        for name in ("monthly_charges", "total_charges"):
            text = df[name].astype(str).str.replace(r"[$,]", "", regex=True).str.strip()
            df[name] = pd.to_numeric(text, errors="coerce")
        df["tenure"] = df["tenure"].astype(str).str.extract(r"(\d+)", expand=False).astype(float)
        df["contract"] = df["contract"].str.strip().str.lower().replace(CONTRACTS)
        method = df["payment_method"].str.lower()
        df["payment_method"] = method.str.replace(" (auto)", "", regex=False)
        df["senior"] = df["senior"].isin(["Yes", "Y", "1"]).astype(int)
        df["internet"] = df["internet"].fillna("No")
        df["region"] = df["region"].fillna("unknown")
        df["monthly_charges"] = df["monthly_charges"].fillna(self.held["median_monthly"])
        df["total_charges"] = df["total_charges"].fillna(df["tenure"] * df["monthly_charges"])
        df["support_calls"] = df["support_calls"].fillna(0)
        df["charge_band"] = df["monthly_charges"].apply(self.band)
        df["calls_per_year"] = df["support_calls"] / (df["tenure"].clip(lower=1) / 12)
        df["overpaid"] = df["total_charges"] - df["tenure"] * df["monthly_charges"]
        X = pd.get_dummies(df[NUMBERS + ["charge_band", "senior"] + WORDS], columns=WORDS)
        X = X.reindex(columns=self.held["columns"], fill_value=False)
        X[NUMBERS] = self.held["scaler"].transform(X[NUMBERS])
        return self.held["model"].predict_proba(X)[:, 1]

    def band(self, amount: float) -> int:
        for band, cut in enumerate(self.held["cuts"]):
            if amount <= cut:
                return band
        return len(self.held["cuts"])


class HousePrices(Handwritten):
    """`house_prices.ipynb`, with its own functions."""

    def score(self, df: Any) -> Any:
        d = add_features(self.clean(df))
        X = d.drop(columns=["id", "year_built", "year_remodeled", "month_sold"])
        return np.expm1(self.held["pipe"].predict(X)).round()

    def clean(self, d: Any) -> Any:
        d = d.copy()
        d["garage_type"] = d["garage_type"].fillna("None")
        usual = d["neighborhood"].map(self.held["frontage_by_hood"])
        d["lot_frontage"] = d["lot_frontage"].fillna(usual)
        d["kitchen_quality"] = d["kitchen_quality"].map(GRADES)
        d["central_air"] = (d["central_air"] == "Y").astype(int)
        return d


def season(month: int) -> str:
    return ["winter", "spring", "summer", "autumn"][month % 12 // 3]


def add_features(d: Any) -> Any:
    d = d.assign(
        age=d["year_sold"] - d["year_built"],
        since_remodel=d["year_sold"] - d["year_remodeled"],
        total_area=d["living_area"] + d["basement_area"].fillna(0),
        season=d["month_sold"].map(season),
    )
    d["baths_per_bed"] = d["bathrooms"] / d["bedrooms"]
    return d
