"""The table of productions: every step that chains are made of."""

from __future__ import annotations

from dataclasses import dataclass

from . import fitted, rowwise, selections, unservable
from .writer import Write


@dataclass(frozen=True, slots=True)
class Production:
    """One step: its label, how often it is drawn, and the function that writes it."""

    label: str
    weight: float
    write: Write


PRODUCTIONS = (
    Production("arithmetic", 1.5, rowwise.arithmetic),
    Production("augmented assignment", 0.6, rowwise.in_place),
    Production("numbers of texts", 1.0, rowwise.text_length),
    Production("categories of texts", 0.8, rowwise.title),
    Production("map by a dictionary", 1.0, rowwise.mapped),
    Production("replacement", 0.7, rowwise.replaced),
    Production("bounds", 1.2, rowwise.clipped),
    Production("function for each row", 1.0, rowwise.applied),
    Production("some rows are set", 1.0, rowwise.masked),
    Production("constants for gaps", 0.8, rowwise.filled),
    Production("flags of gaps", 0.6, rowwise.missing),
    Production("datetimes", 1.0, rowwise.dates),
    Production("numbers of dates", 1.0, rowwise.of_dates),
    Production("columns are dropped", 0.6, rowwise.dropped),
    Production("column is renamed", 0.5, rowwise.renamed),
    Production("assign and pipe", 0.8, rowwise.chained),
    Production("helper function", 1.0, rowwise.helper),
    Production("loop over columns", 0.8, rowwise.looped),
    Production("loop over tables", 0.6, rowwise.frames),
    Production("gaps by a value", 1.5, fitted.filled),
    Production("gaps by the most frequent word", 1.0, fitted.filled_words),
    Production("gaps of many columns", 0.8, fitted.filled_all),
    Production("standardised by hand", 1.2, fitted.standardised),
    Production("columns standardised by hand", 0.8, fitted.standardised_all),
    Production("scaler", 1.0, fitted.scaler),
    Production("imputer", 0.8, fitted.imputer),
    Production("one-hot encoder", 0.6, fitted.one_hot),
    Production("label encoder", 1.0, fitted.label_encoder),
    Production("dummies", 1.2, fitted.dummies),
    Production("bins", 1.0, fitted.bins),
    Production("codes", 1.0, fitted.codes),
    Production("group means", 1.0, fitted.group_means),
    Production("merged group means", 0.7, fitted.merged_means),
    Production("group transform", 1.0, fitted.group_transform),
    Production("gaps by group", 0.7, fitted.group_filled),
    Production("target means", 0.7, fitted.target_means),
    Production("frequencies", 0.9, fitted.frequencies),
    Production("rare words", 0.7, fitted.rare),
    Production("quantiles", 0.8, fitted.clipped),
    Production("days before the last date", 0.7, fitted.ages),
    Production("thin columns", 0.3, fitted.thin_columns),
    Production("chosen columns", 0.6, fitted.choice),
    Production("function that fits", 0.8, fitted.group_helper),
    Production("rows without gaps", 0.8, selections.without_gaps),
    Production("rows once", 0.5, selections.without_repetition),
    Production("filter", 0.9, selections.filtered),
    Production("filter by words", 0.6, selections.filtered_by_word),
    Production("moved rows", 0.7, selections.moved),
    Production("new labels", 0.6, selections.relabelled),
    Production("looking", 0.5, selections.looked_at),
)
UNSERVABLE = Production("neighbours", 1.0, unservable.neighbours)
LABELS = tuple(production.label for production in (*PRODUCTIONS, UNSERVABLE))
