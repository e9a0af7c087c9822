"""Write the five CSV files of the example notebooks. All of it is made up.

    python make_data.py

Every table has its own seed, so one can be changed without touching the others.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).resolve().parent


def churn() -> pd.DataFrame:
    """A CRM export: four spellings of everything, numbers as text, double rows."""
    rng = np.random.default_rng(11)
    n = 1400
    contract = rng.choice(["monthly", "one", "two"], n, p=[0.55, 0.25, 0.20])
    tenure = np.where(contract == "monthly", rng.gamma(1.4, 12, n), rng.gamma(3.0, 13, n))
    tenure = tenure.clip(0, 72).astype(int)
    internet = rng.choice(["Fiber", "DSL", "None"], n, p=[0.45, 0.35, 0.20])
    base = pd.Series(internet).map({"Fiber": 78.0, "DSL": 55.0, "None": 22.0}).to_numpy()
    monthly = (base + rng.normal(0, 9, n)).clip(15).round(2)
    total = (monthly * tenure * rng.normal(1, 0.04, n)).round(2)
    calls = rng.poisson(np.where(internet == "Fiber", 1.9, 1.0))
    payment = rng.choice(["Electronic check", "Mailed check", "Bank transfer", "Credit card"], n, p=[0.36, 0.2, 0.22, 0.22])
    senior = rng.random(n) < 0.16
    logit = (
        -1.6
        + 1.5 * (contract == "monthly")
        - 0.9 * (contract == "two")
        - 0.045 * tenure
        + 0.38 * calls
        + 0.011 * (monthly - 55)
        + 0.55 * (payment == "Electronic check")
        + 0.35 * senior
    )
    left = rng.random(n) < 1 / (1 + np.exp(-logit))

    spellings = {
        "monthly": ["Month-to-month", "month to month", "Monthly", "Month-to-month "],
        "one": ["One year", "1 year", "one year", "One Year"],
        "two": ["Two year", "2 year", "two year", "Two Year"],
    }
    odds = [0.7, 0.14, 0.1, 0.06]
    snapshot = pd.Timestamp("2024-01-31")
    signup = snapshot - pd.to_timedelta(tenure * 30.4 + rng.integers(0, 28, n), unit="D")
    day_first = rng.random(n) < 0.12
    df = pd.DataFrame(
        {
            "Customer ID": [f"C{i:05d}" for i in rng.permutation(np.arange(20000, 20000 + n))],
            "Signup Date": [d.strftime("%d/%m/%Y" if f else "%Y-%m-%d") for d, f in zip(signup, day_first)],
            "Region": rng.choice(["North", "South", "East", "West"], n),
            "Senior": np.where(senior, rng.choice(["Yes", "Y", "1"], n, p=[0.8, 0.1, 0.1]), rng.choice(["No", "N", "0"], n, p=[0.8, 0.1, 0.1])),
            "Contract": [rng.choice(spellings[c], p=odds) for c in contract],
            "Internet": internet,
            "Payment Method": [
                {0: p, 1: p.lower(), 2: p.upper(), 3: p + " (auto)" if p in ("Bank transfer", "Credit card") else p}[k]
                for p, k in zip(payment, rng.choice(4, n, p=[0.75, 0.12, 0.05, 0.08]))
            ],
            "Tenure": [f"{t} months" if k else str(t) for t, k in zip(tenure, rng.random(n) < 0.2)],
            "Monthly Charges ": [f"${m:.2f}" if k else f"{m:.2f}" for m, k in zip(monthly, rng.random(n) < 0.25)],
            "Total Charges": [f"{t:,.2f}" if t else " " for t in total],
            "Support Calls": calls.astype(float),
            "Churn": np.where(left, rng.choice(["Yes", "yes"], n, p=[0.9, 0.1]), rng.choice(["No", "no"], n, p=[0.9, 0.1])),
        }
    )
    df.loc[rng.random(n) < 0.04, "Region"] = np.nan
    df.loc[rng.random(n) < 0.03, "Monthly Charges "] = np.nan
    df.loc[rng.random(n) < 0.05, "Total Charges"] = " "
    df.loc[rng.random(n) < 0.08, "Support Calls"] = np.nan
    doubles = df.sample(25, random_state=3)
    df = pd.concat([df, doubles]).sample(frac=1, random_state=4)
    return df


def houses() -> pd.DataFrame:
    """Sales of one small town over five years."""
    rng = np.random.default_rng(22)
    n = 1250
    hoods = ["Millbrook", "Old Town", "Harbour", "Northfield", "Oak Hill", "Station", "Fairview", "Riverside"]
    level = dict(zip(hoods, [1.0, 1.12, 1.3, 0.84, 1.22, 0.76, 0.95, 1.08]))
    hood = rng.choice(hoods, n, p=[0.18, 0.12, 0.08, 0.17, 0.1, 0.13, 0.14, 0.08])
    quality = rng.choice([2, 3, 4, 5, 6, 7, 8, 9, 10], n, p=[0.01, 0.03, 0.09, 0.26, 0.27, 0.2, 0.1, 0.03, 0.01])
    built = rng.integers(1905, 2010, n) + (quality > 6) * rng.integers(0, 10, n)
    built = np.minimum(built, 2010)
    living = (rng.lognormal(7.22, 0.3, n) * (0.7 + 0.05 * quality)).round().astype(int)
    basement = (living * rng.uniform(0.3, 0.75, n)).round()
    lot = rng.lognormal(9.0, 0.4, n).round().astype(int)
    frontage = (np.sqrt(lot) * rng.normal(0.72, 0.12, n)).round()
    baths = np.clip((living / 900 + rng.normal(0, 0.4, n)).round(), 1, 4).astype(int)
    beds = np.clip((living / 520 + rng.normal(0, 0.6, n)).round(), 1, 6).astype(int)
    cars = np.clip((quality / 3 + rng.normal(-0.4, 0.7, n)).round(), 0, 3).astype(int)
    kitchen = np.array(["Po", "Fa", "TA", "Gd", "Ex"])[np.clip(((quality - 1) / 2 + rng.normal(0, 0.6, n)).round().astype(int), 0, 4)]
    sold = rng.integers(2011, 2016, n)
    remod = np.where(rng.random(n) < 0.35, rng.integers(1990, 2011, n), built)
    remod = np.maximum(remod, built)
    air = rng.random(n) < np.where(built > 1960, 0.96, 0.7)
    log_price = (
        6.05
        + 0.62 * np.log(living)
        + 0.11 * np.log(lot)
        + 0.085 * quality
        + np.log([level[h] for h in hood])
        + 0.0019 * (built - 1960)
        + 0.0008 * (remod - built)
        + 0.05 * cars
        + 0.00008 * basement
        + 0.04 * air
        + 0.012 * (sold - 2011)
        + rng.normal(0, 0.1, n)
    )
    price = (np.exp(log_price) / 500).round() * 500
    df = pd.DataFrame(
        {
            "id": np.arange(1, n + 1),
            "neighborhood": hood,
            "style": rng.choice(["1Story", "2Story", "1.5Fin", "Split"], n, p=[0.5, 0.32, 0.12, 0.06]),
            "lot_area": lot,
            "lot_frontage": frontage,
            "overall_quality": quality,
            "kitchen_quality": kitchen,
            "year_built": built,
            "year_remodeled": remod,
            "living_area": living,
            "basement_area": basement,
            "bedrooms": beds,
            "bathrooms": baths,
            "garage_type": np.where(cars > 0, rng.choice(["Attached", "Detached", "BuiltIn"], n, p=[0.6, 0.3, 0.1]), None),
            "garage_cars": cars,
            "central_air": np.where(air, "Y", "N"),
            "year_sold": sold,
            "month_sold": rng.integers(1, 13, n),
            "sale_price": price.astype(int),
        }
    )
    df.loc[rng.random(n) < 0.17, "lot_frontage"] = np.nan
    df.loc[rng.random(n) < 0.03, "basement_area"] = np.nan
    df.loc[rng.random(n) < 0.01, "kitchen_quality"] = np.nan
    odd = rng.choice(n, 3, replace=False)  # partial sales: huge houses, tiny prices
    df.loc[odd, "living_area"] = [4676, 5642, 4810]
    df.loc[odd, "sale_price"] = [184500, 160000, 171000]
    return df


def demand() -> pd.DataFrame:
    """Units of one product a day in three shops; closed days are missing rows."""
    rng = np.random.default_rng(33)
    days = pd.date_range("2021-07-01", "2023-11-30", freq="D")
    t = np.arange(len(days))
    temp = 11 - 10 * np.cos(2 * np.pi * (days.day_of_year.to_numpy() - 20) / 365.25) + rng.normal(0, 2.5, len(days))
    frames = []
    for store, size, trend, weekend in [("centre", 120, 0.02, 0.75), ("mall", 90, 0.05, 1.45), ("station", 60, -0.005, 0.6)]:
        promo = rng.random(len(days) // 7 + 1) < 0.2
        promo = np.repeat(promo, 7)[: len(days)]
        price = np.where(promo, 2.49, np.where(days < "2022-09-01", 2.99, 3.19))
        level = size + trend * t
        week = np.where(days.day_of_week >= 5, weekend, 1 + 0.05 * (days.day_of_week == 4))
        year = 1 + 0.16 * np.sin(2 * np.pi * (days.day_of_year - 120) / 365.25)
        shock = np.zeros(len(days))
        for i in range(1, len(days)):
            shock[i] = 0.6 * shock[i - 1] + rng.normal(0, 0.05)
        mean = level * week * year * (1 + 0.3 * promo) * (1 + 0.006 * (temp - 11)) * np.exp(shock)
        frame = pd.DataFrame(
            {
                "date": days,
                "store": store,
                "units": rng.poisson(np.maximum(mean, 1)).astype(float),
                "price": price,
                "promo": np.where(promo, "Y", None),
                "temp": temp.round(1),
            }
        )
        closed = (days.strftime("%m-%d").isin(["12-25", "12-26", "01-01"])) | (rng.random(len(days)) < 0.006)
        frame = frame[~closed]
        frame.loc[frame.sample(6, random_state=1).index, "units"] = np.nan
        frames.append(frame)
    df = pd.concat(frames).sort_values(["date", "store"])
    df["units"] = df["units"].astype("Int64")
    return df


OPENINGS = ["Hi,", "Hello,", "Hi team,", "", "", "Dear support,", "hey", "Good morning,", "URGENT:"]
CLOSINGS = ["Thanks", "Thank you, {name}", "Regards {name}", "", "", "please help!!", "Sent from my iPhone", "Cheers, {name}"]
NAMES = ["Ana", "Tom", "Priya", "Lars", "Mei", "Omar", "Julia", "Ken"]
SENTENCES = {
    "billing": [
        "I was charged twice for invoice {inv}",
        "my invoice {inv} shows the wrong amount",
        "the {amount} charge on my card is not mine",
        "when will I get the refund of {amount}?",
        "can you send the receipt for {month}",
        "VAT number is missing on the invoice",
        "the price went up but nobody told me",
        "payment failed but the money left my account",
    ],
    "login": [
        "I cannot log in since this morning",
        "password reset email never arrives",
        "the two factor code is always wrong",
        "my account is locked after three attempts",
        "it says invalid user name or password",
        "I changed my phone and lost the authenticator",
        "single sign on sends me back to the start page",
        "how do I change the email of my account?",
    ],
    "shipping": [
        "order {order} has not arrived yet",
        "tracking says delivered but there is no parcel",
        "the box was damaged when it arrived",
        "can I change the delivery address of order {order}?",
        "the courier left it with a neighbour I do not know",
        "half of the items are missing from the parcel",
        "how long does delivery to {country} take",
        "tracking has not moved for {days} days",
    ],
    "bug": [
        "the app crashes when I open the report page",
        "export to csv gives an empty file",
        "the page stays white after the update",
        "error 500 when I save the form",
        "the chart shows the wrong month",
        "search gives no results since version {version}",
        "upload stops at 99% and then an error",
        "the button does nothing on my phone",
    ],
    "cancel": [
        "please cancel my subscription at the end of {month}",
        "I want to close my account and delete my data",
        "we do not need the service any more",
        "how can I cancel the renewal?",
        "I found a cheaper offer, please stop the plan",
        "downgrade me to the free plan",
        "the trial ended and I do not want to continue",
        "confirm that the contract ends in {month}",
    ],
}
NOISE = ["I have written twice already.", "I am a customer since 2015.", "This is very annoying.", "We are a small team.", "My colleague has the same problem.", "I tried another browser."]


def tickets() -> pd.DataFrame:
    """Support mails with HTML crumbs, typos, mixed topics and mistaken labels."""
    rng = np.random.default_rng(44)
    months = ["March", "April", "May", "June"]
    topics = list(SENTENCES)
    rows = []
    for i in range(1100):
        topic = rng.choice(topics, p=[0.28, 0.22, 0.22, 0.18, 0.1])
        parts = list(rng.choice(SENTENCES[topic], rng.choice([1, 2], p=[0.6, 0.4]), replace=False))
        if rng.random() < 0.16:
            parts.append(rng.choice(SENTENCES[rng.choice(topics)]))
        if rng.random() < 0.4:
            parts.append(rng.choice(NOISE))
        rng.shuffle(parts)
        body = " ".join([rng.choice(OPENINGS), ". ".join(parts).replace("..", ".").replace("?.", "?"), rng.choice(CLOSINGS)]).strip()
        for key, value in {
            "inv": f"INV-{rng.integers(10000, 99999)}",
            "amount": f"${rng.integers(5, 400)}.{rng.integers(0, 100):02d}",
            "order": f"#{rng.integers(100000, 999999)}",
            "month": rng.choice(months),
            "country": rng.choice(["Norway", "Spain", "Canada"]),
            "days": str(rng.integers(3, 12)),
            "version": f"{rng.integers(2, 5)}.{rng.integers(0, 10)}",
            "name": rng.choice(NAMES),
        }.items():
            body = body.replace("{" + key + "}", value)
        letters = list(body)
        for _ in range(rng.poisson(0.9)):  # typos: two letters swapped
            k = int(rng.integers(0, len(letters) - 1))
            letters[k], letters[k + 1] = letters[k + 1], letters[k]
        body = "".join(letters)
        if rng.random() < 0.15:
            body = body.replace(". ", ".<br>").replace("'", "&#39;") + "&nbsp;"
        if rng.random() < 0.05:
            topic = rng.choice(topics)  # mistaken label
        label = {0: topic, 1: topic.capitalize(), 2: topic + " "}[int(rng.choice(3, p=[0.8, 0.14, 0.06]))]
        if topic == "login" and rng.random() < 0.2:
            label = "log-in"
        created = pd.Timestamp("2023-03-01") + pd.Timedelta(minutes=int(rng.integers(0, 120 * 24 * 60)))
        rows.append((40000 + i, created, rng.choice(["email", "web", "chat"], p=[0.5, 0.35, 0.15]), body, label))
    df = pd.DataFrame(rows, columns=["ticket_id", "created", "channel", "text", "topic"])
    df.loc[rng.random(len(df)) < 0.02, "text"] = None
    df.loc[rng.random(len(df)) < 0.02, "topic"] = None
    return df


def energy() -> pd.DataFrame:
    """Meter readings of three office buildings, every few hours of one year."""
    rng = np.random.default_rng(55)
    hours = pd.date_range("2022-01-01", "2022-12-31 23:00", freq="h")
    when = hours[np.sort(rng.choice(len(hours), 1900, replace=False))]
    n = len(when)
    hour, day = when.hour.to_numpy(), when.day_of_year.to_numpy()
    temp = 10 - 11 * np.cos(2 * np.pi * (day - 20) / 365) - 4 * np.cos(2 * np.pi * (hour - 3) / 24) + rng.normal(0, 2.5, n)
    light = np.clip(np.sin(np.pi * (hour - 6) / 13), 0, None) * (0.6 - 0.4 * np.cos(2 * np.pi * (day - 10) / 365))
    solar = (700 * light * rng.uniform(0.25, 1, n)).round()
    humidity = np.clip(75 - 1.1 * temp + rng.normal(0, 9, n), 20, 100).round()
    wind = rng.gamma(2.2, 1.7, n).round(1)
    building = rng.choice(["A", "B", "C"], n, p=[0.4, 0.35, 0.25])
    work = (when.day_of_week.to_numpy() < 5) & (hour >= 7) & (hour <= 18)
    people = np.where(work, rng.normal(140, 35, n), rng.normal(8, 4, n)).clip(0).round()
    size = pd.Series(building).map({"A": 1.0, "B": 1.5, "C": 0.7}).to_numpy()
    leak = pd.Series(building).map({"A": 2.4, "B": 1.6, "C": 3.1}).to_numpy()
    kwh = (
        size * (22 + 0.21 * people + 14 * work)
        + leak * np.clip(16 - temp, 0, None) * (1 + 0.05 * wind)
        + 2.6 * size * np.clip(temp - 21, 0, None) * (1 + 0.5 * work)
        - 0.012 * solar * work
        + rng.normal(0, 5, n)
    ).clip(3)
    df = pd.DataFrame(
        {
            "timestamp": when.strftime("%Y-%m-%d %H:%M"),
            "building": building,
            "temp_c": temp.round(1),
            "humidity": [f"{h:.0f}%" for h in humidity],
            "wind_ms": wind,
            "solar_wm2": solar.astype(int),
            "people": people,
            "kwh": kwh.round(1),
        }
    )
    df.loc[rng.random(n) < 0.02, "temp_c"] = -999.0  # the station was off line
    df.loc[rng.random(n) < 0.04, "people"] = np.nan
    df.loc[rng.choice(n, 6, replace=False), "kwh"] *= 10  # meter resets
    return df


if __name__ == "__main__":
    for make in (churn, houses, demand, tickets, energy):
        path = HERE / f"{make.__name__}.csv"
        make().to_csv(path, index=False, lineterminator="\n", float_format="%.10g")
        print(f"{path.name:12} {path.stat().st_size / 1024:5.0f} KB")
