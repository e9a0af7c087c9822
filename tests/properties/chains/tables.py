"""Random tables: numbers, words, dates, some of them missing."""

from __future__ import annotations

from random import Random

from .writer import Kind

COLUMNS = {
    "age": Kind.GAPS,
    "income": Kind.GAPS,
    "fare": Kind.NUMBER,
    "rooms": Kind.NUMBER,
    "member": Kind.FLAG,
    "city": Kind.TEXT,
    "plan": Kind.HOLES,
    "name": Kind.TEXT,
    "joined": Kind.DATE,
}
_TITLES, _NAMES = ("Dr", "Mr", "Ms"), ("Abel", "Baum", "Clausen", "Daume")


def table(rng: Random, columns: list[str], target: str | None, count: int) -> str:
    """The text of a CSV file."""
    rows = [_row(rng) for _ in range(count)]
    if rng.random() < 0.4:
        rows += [dict(row) for row in rng.sample(rows, 3)]
    names = [*columns, *([target] if target else [])]
    lines = [",".join(names)]
    lines += [",".join(row[name] for name in names) for row in rows]
    return "\n".join(lines) + "\n"


def _row(rng: Random) -> dict[str, str]:
    age, fare, rooms = rng.randint(18, 79), round(rng.uniform(0, 90), 2), rng.randint(1, 6)
    city, member = rng.choice(("Bonn", "Bonn", "Kiel", "Kiel", "Kiel", "Ulm")), rng.random() < 0.5
    bought = int(fare + 9 * rooms + rng.uniform(0, 40) > 80)
    price = round(20 + fare * 0.7 + age * 0.2 + 11 * (city == "Ulm") + rng.uniform(0, 9), 2)
    return {
        "age": "" if rng.random() < 0.15 else str(age),
        "income": "" if rng.random() < 0.1 else str(round(rng.uniform(10, 70), 1)),
        "fare": str(fare),
        "rooms": str(rooms),
        "member": str(member),
        "city": city,
        "plan": rng.choice(("basic", "basic", "plus", "gold", "")),
        "name": f"{rng.choice(_TITLES)}. {rng.choice(_NAMES)} {'Jr' if rng.random() < 0.2 else ''}".strip(),
        "joined": f"20{rng.randint(18, 23)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}",
        "bought": str(bought),
        "grade": ("low", "mid", "high")[min(2, int(price // 35))],
        "price": str(price),
    }
