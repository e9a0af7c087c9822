"""What libraries draw: modules, functions and methods whose only effect is on pictures."""

from __future__ import annotations

import ast

_PLOT_MODULES = (
    "matplotlib seaborn plotly missingno pandas.plotting bokeh altair scikitplot mpl_toolkits "
    "statsmodels.graphics yellowbrick.style pylab cufflinks sklearn.tree.plot_tree "
    "xgboost.plot_importance xgboost.plot_tree lightgbm.plot_importance lightgbm.plot_metric"
).split()
_PLOT_NAMES = frozenset(
    """
    plot_confusion_matrix plot_roc_curve plot_precision_recall_curve plot_partial_dependence
    ConfusionMatrixDisplay RocCurveDisplay PrecisionRecallDisplay DetCurveDisplay
    PredictionErrorDisplay DecisionBoundaryDisplay LearningCurveDisplay ValidationCurveDisplay
    """.split()
)
#: Settings of plotting libraries that also show elsewhere.
_NOT_PLOTS = frozenset("matplotlib.use matplotlib.cbook matplotlib.mlab".split())
#: Functions of pylab that draw; the others are numpy's, some of which draw random numbers.
_PYLAB_PLOTS = frozenset(
    """
    plot figure show hist scatter title suptitle xlabel ylabel xlim ylim xticks yticks legend subplot
    subplots axis axes grid imshow bar barh pie boxplot errorbar fill_between contour contourf text
    annotate colorbar semilogx semilogy loglog axhline axvline tight_layout subplots_adjust clf cla close
    """.split()
)
#: Plots that draw from a random state (bootstrap intervals, jitter).
RANDOM_PLOTS = frozenset(
    """
    barplot pointplot lineplot regplot lmplot catplot factorplot relplot stripplot jointplot
    residplot tsplot bootstrap_plot
    """.split()
)
#: Methods of pictures that write a file, or give what can be written.
SAVERS = frozenset(
    "savefig write_html write_image save imsave to_html to_image write_json print_figure".split()
)
#: Methods of tables that draw.
FRAME_PLOTS = frozenset("plot hist boxplot".split())


def is_plot_path(path: str) -> bool:
    """Whether a dotted path names what draws."""
    if any(path == root or path.startswith(root + ".") for root in _NOT_PLOTS):
        return False
    if path.startswith(("pylab.", "matplotlib.pylab.")):
        return path.rpartition(".")[2] in _PYLAB_PLOTS
    if any(path == root or path.startswith(root + ".") for root in _PLOT_MODULES):
        return True
    return bool(_PLOT_NAMES & set(path.split(".")))


def draws(method: str) -> bool:
    """Whether libraries use a method's name for drawing and nothing else."""
    return method == "plot" or method.startswith("plot_")


def through_plot(value: ast.expr) -> bool:
    """``df.plot.bar(...)``: an attribute of a frame's plot accessor."""
    return isinstance(value, ast.Attribute) and value.attr == "plot"
