"""What a proof says, in a word and in a sentence."""

from __future__ import annotations

from dataclasses import dataclass

from nb2prod.verify import Likeness, Parity


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a package stands to its notebook."""

    #: identical, close, unstable, differs or unproved.
    kind: str
    title: str
    words: str


def verdict_on(parity: Parity) -> Verdict:
    """The verdict of a proof."""
    total = len(parity.comparisons)
    if not total:
        words = "No stage hands a value on and run() gives no result, so nothing is proved"
        return Verdict("unproved", "Nothing to compare", words)
    counts = {likeness: parity.count(likeness) for likeness in Likeness}
    if counts[Likeness.DIFFERENT]:
        first = parity.first_difference
        assert first is not None
        words = f"{first.name} after {first.stage}: {first.detail}"
        return Verdict("differs", "Differs from the notebook", words)
    if counts[Likeness.UNSTABLE]:
        words = f"{counts[Likeness.UNSTABLE]} of {total} values change each time the notebook runs"
        return Verdict("unstable", "Not repeatable in parts", words)
    if counts[Likeness.CLOSE]:
        words = f"{counts[Likeness.IDENTICAL]} of {total} values are identical, the others differ in their last digits"
        return Verdict("close", "Close to the notebook", words)
    values = f"All {total} values" if total > 1 else "The one value"
    # What a function computes shows in the values; of itself only the name can be compared.
    compared = "data bit for bit, objects by what they hold, functions by their names"
    words = f"{values} at the ends of the stages are the notebook's own: {compared}"
    return Verdict("identical", "Identical to the notebook", words)
