"""What functions and methods of Python and of libraries are known to do.

Harmless is only what is known to bind nothing, write nothing and draw nothing.
"""

from __future__ import annotations

import ast

#: Builtins that only compute, where operators do.
PURE_BUILTINS = frozenset(
    "len isinstance issubclass type abs round int float str repr bool id callable range complex "
    "hash ord chr bin hex format divmod pow bytes".split()
)
#: Builtins that only compute, where what they iterate over is left as it was.
CONSUMING_BUILTINS = frozenset(
    "sum min max sorted list tuple set dict frozenset any all zip enumerate reversed".split()
)
#: Methods of strings.
TEXT_METHODS = frozenset(
    "format join upper lower strip split replace center ljust rjust title".split()
)

# numpy
#: Arguments that make a numpy function write into what it is given.
WRITING_KEYWORDS = frozenset("out inplace copy overwrite_input buf".split())
_UNARY_UFUNCS = frozenset(
    """
    abs absolute negative positive exp exp2 expm1 log log2 log10 log1p sqrt cbrt square reciprocal sign
    floor ceil trunc rint fabs sin cos tan arcsin arccos arctan sinh cosh tanh isnan isinf isfinite
    logical_not invert conj conjugate degrees radians deg2rad rad2deg signbit
    """.split()
)
#: Functions that take three values, none of them to write into.
_TERNARY = frozenset(
    """
    where clip interp linspace logspace geomspace arange full choose select insert quantile percentile
    pad repeat moveaxis swapaxes isclose allclose histogram histogram2d searchsorted array_split split
    polyfit rollaxis trapz gradient
    """.split()
)
#: Names in numpy that write, draw random numbers, or call what they are given.
_NUMPY_UNSAFE = frozenset(
    """
    at put_along_axis ndarray matrix recarray chararray errstate
    random save savez savez_compressed savetxt put place copyto fill_diagonal seterr set_printoptions
    setbufsize seterrcall tofile fromiter load loadtxt genfromtxt memmap testing putmask nditer fromfile
    vectorize apply_along_axis apply_over_axes frompyfunc piecewise fromfunction
    """.split()
)
#: Methods of arrays that give a new one, or a number.
ARRAY_METHODS = frozenset(
    """
    sum mean std var min max argmin argmax argsort copy reshape ravel flatten astype tolist round
    cumsum cumprod dot transpose squeeze any all clip item nonzero prod ptp repeat diagonal trace
    """.split()
)

# pandas
#: Functions that give a table, column or index, or a time.
PANDAS_PURE = frozenset(
    """
    DataFrame Series Index concat merge get_dummies crosstab pivot_table cut qcut to_datetime
    to_numeric isnull isna notnull notna date_range melt Timestamp Timedelta MultiIndex unique
    """.split()
)
#: Keywords with which a reader gives an iterator.
READ_IN_PARTS = frozenset("chunksize iterator".split())
#: Methods of tables and columns that leave them as they were.
FRAME_METHODS = frozenset(
    """
    head tail describe info value_counts nunique unique isnull isna notnull notna sum mean median std
    var min max count corr cov quantile mode idxmax idxmin copy sort_values sort_index groupby
    reset_index set_index drop dropna fillna astype round abs select_dtypes memory_usage duplicated
    drop_duplicates size first last nlargest nsmallest to_frame to_numpy tolist to_list to_dict
    isin between rename skew kurt kurtosis cumsum cumprod diff pct_change shift rank rolling
    expanding resample merge join pivot pivot_table melt stack unstack transpose T any all equals
    items keys get xs where mask clip nth agg aggregate str upper lower strip contains
    get_group ngroup cumcount autocorr to_string to_markdown to_series sub mul div le lt ge gt eq ne
    """.split()
)
#: Those of them that give no table, and no column.
RESULT_NOT_FRAME = frozenset("info tolist to_list to_dict to_string to_markdown keys".split())
#: Their first argument may be a file.
TO_BUFFERS = frozenset("info to_string to_markdown".split())
#: Arguments that are called where they are functions.
CALLING = frozenset(
    "agg aggregate where mask rename groupby clip transform pivot_table corr".split()
)
#: Keywords whose functions are called.
CALLED_KEYWORDS = frozenset("key func aggfunc metric method scoring converters".split())
#: Shown by their names alone, with plain arguments, unless the program has such a method.
_INSPECTIONS = frozenset(
    "head tail describe info value_counts nunique isnull isna summary2".split()
)
#: Those of them that give a table, or a column.
TABLES = frozenset("head tail describe value_counts isnull isna".split())

# scikit-learn
#: Methods of estimators that change nothing.
ESTIMATOR_METHODS = frozenset(
    """
    predict predict_proba predict_log_proba decision_function score transform inverse_transform
    get_params get_feature_names get_feature_names_out score_samples
    """.split()
)
#: Modules and classes whose estimators keep to themselves.
SKLEARN_FITTED = tuple(
    "sklearn.linear_model sklearn.ensemble sklearn.tree sklearn.svm sklearn.neighbors "
    "sklearn.naive_bayes sklearn.discriminant_analysis sklearn.preprocessing "
    "sklearn.decomposition.PCA sklearn.cluster.KMeans sklearn.pipeline "
    "sklearn.model_selection.GridSearchCV sklearn.model_selection.RandomizedSearchCV".split()
)


def is_unsafe_in_numpy(path: str) -> bool:
    """Whether a dotted path into numpy names something that may have an effect."""
    return bool(_NUMPY_UNSAFE & set(path.split(".")[1:]))


def writes_into(function: str, node: ast.Call) -> bool:
    """Whether a numpy function may be given an array to write into, by position."""
    given = len(node.args)
    if function in _UNARY_UFUNCS:
        return given > 1
    return given > 3 or given == 3 and function not in _TERNARY


#: Methods that sum up what an array or table holds.
_REDUCTIONS = frozenset("min max mean sum std var median any all".split())


def inspects(method: str, node: ast.Call) -> bool:
    """Whether a method only looks, by its name and arguments: ``head(10)``, not ``info("loaded")``."""
    if method in _REDUCTIONS:
        return not node.args and not node.keywords
    if method not in _INSPECTIONS:
        return False
    if method in ("info", "isnull", "isna"):
        return not node.args and not node.keywords
    texts = (ast.Constant, ast.JoinedStr)
    if method in ("head", "tail"):
        return not any(
            isinstance(a, texts) and not isinstance(getattr(a, "value", ""), int) for a in node.args
        )
    return True
