"""What methods are known to do to rows, by their names."""

from __future__ import annotations

import ast

from .syntax import name_of

#: Leave rows out or move them, also where these rows gave no occasion.
ROW_CHOICES = frozenset(
    "dropna drop_duplicates query sample sort_values sort_index nlargest nsmallest truncate".split()
)
#: Methods of tables and columns that may give some of their rows.
CHOOSING = ROW_CHOICES | frozenset(
    "head tail take reindex filter drop pipe xs get between_time at_time first last compress".split()
)
#: Look at the rows around a row, also where these rows gave no occasion.
NEIGHBOURS = frozenset(
    """
    shift diff pct_change rolling expanding ewm cumsum cumprod cummax cummin cumcount rank ffill bfill pad
    backfill interpolate asof
    """.split()
)
#: Keep what they are given in their object.
KEEPING = frozenset(
    "append extend insert add update setdefault partial_fit compile set_params pop remove".split()
)
#: Fit their object to rows, and give these what it makes of them.
FITTING_AND_APPLYING = ("fit_transform", "fit_predict")
#: Of groups, give rows.
OF_GROUPS = ("head", "tail", "nth", "sample", "filter", "apply", "transform")
#: Leave what they are given as it is.
READING = ("fit", "predict", "transform", "score", "dump")
#: Open files that are not there when rows come.
READING_FILES = frozenset("open load safe_load loadtxt genfromtxt".split())
#: Give columns other names.
RENAMING = ("rename", "add_prefix", "add_suffix", "set_axis")
#: What a table has whatever its rows are.
OF_COLUMNS = ("columns", "dtypes", "dtype", "shape", "name", "size", "empty", "ndim", "index")


def looks_around(node: ast.Call) -> bool:
    """Whether a method is known to look at other rows; along the columns it does not."""
    filled = any(k.arg == "method" for k in node.keywords) and name_of(node.func) == "fillna"
    return not _along_columns(node) and (filled or name_of(node.func) in NEIGHBOURS)


def chooses_rows(node: ast.AST) -> bool:
    """Whether a method is known to leave rows out or to move them."""
    if not isinstance(node, ast.Call) or _along_columns(node):
        return False
    dropped = name_of(node.func) == "drop" and not any(k.arg == "columns" for k in node.keywords)
    return dropped or name_of(node.func) in ROW_CHOICES


def _along_columns(node: ast.Call) -> bool:
    across = [k.value for k in node.keywords if k.arg == "axis"]
    return any(isinstance(axis, ast.Constant) and axis.value in (1, "columns") for axis in across)
