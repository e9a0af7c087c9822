"""What names tell: of methods, modules and variables."""

from __future__ import annotations

import re
from collections.abc import Mapping

from nb2prod.suggest.signs import Sign

#: What a call tells, by the last part of the name that is called.
METHODS: Mapping[str, Sign] = {
    name: sign
    for sign, names in {
        Sign.FIT: "fit partial_fit fit_generator fit_predict fit_regularized",
        Sign.FIT_WITH: "train train_on_batch polyfit curve_fit auto_arima",
        Sign.UPDATE: "backward",
        Sign.VALIDATE: "cross_val_score cross_validate cross_val_predict permutation_test_score "
        "learning_curve validation_curve permutation_importance",
        Sign.SCORE: "score evaluate classification_report confusion_matrix roc_curve "
        "precision_recall_curve",
        Sign.PREDICT: "predict predict_proba predict_log_proba decision_function forecast "
        "get_forecast get_prediction predict_classes predict_generator",
        Sign.TRANSFORM: "fit_transform transform fit_resample fit_on_texts texts_to_sequences "
        "pad_sequences to_categorical",
        Sign.SPLIT: "train_test_split random_split",
        Sign.LOAD: "read_csv read_excel read_parquet read_json read_sql read_sql_query read_table "
        "read_pickle read_feather read_hdf read_html loadtxt genfromtxt load_dataset imread "
        "urlretrieve fetch_openml open",
        Sign.CLEAN: "fillna dropna drop drop_duplicates merge join replace astype rename get_dummies "
        "to_datetime to_numeric assign apply concat reset_index set_index pivot_table melt map isin "
        "interpolate ffill bfill clip cut qcut resample",
        Sign.WRITE: "to_csv to_parquet to_pickle to_excel to_sql to_json dump save save_model savez "
        "save_weights makedirs mkdir",
        Sign.BUILD: "compile make_pipeline make_column_transformer make_union clone",
        Sign.OPTION: "set_option filterwarnings simplefilter set_theme set_style set_context "
        "set_palette set_printoptions basicConfig set_verbosity set_config seterr reset_defaults "
        "init_notebook_mode set_floatx set_matplotlib_formats",
        Sign.SEED: "seed set_seed manual_seed set_random_seed seed_everything default_rng "
        "RandomState",
    }.items()
    for name in names.split()
}

#: What a call tells, by where the called object is imported from. The first that fits counts.
PATHS: tuple[tuple[str, Sign], ...] = (
    ("sklearn.metrics.", Sign.SCORE),
    ("sklearn.datasets.", Sign.LOAD),
    ("statsmodels.datasets.", Sign.LOAD),
    ("seaborn.set", Sign.OPTION),
    ("matplotlib.use", Sign.OPTION),
    ("matplotlib.pyplot.style.", Sign.OPTION),
    ("matplotlib.style.", Sign.OPTION),
    ("os.environ.", Sign.OPTION),
    ("sys.path.", Sign.OPTION),
    ("numpy.load", Sign.LOAD),
    ("pandas.read_", Sign.LOAD),
    ("polars.read_", Sign.LOAD),
    ("pickle.load", Sign.LOAD),
    ("joblib.load", Sign.LOAD),
    ("json.load", Sign.LOAD),
)

#: Classes from here are estimators, networks or parts of them, ...
MODEL_LIBRARIES = frozenset(
    "sklearn keras tensorflow torch xgboost lightgbm catboost statsmodels prophet imblearn".split()
)
#: ... and these turn data into features: fitting one trains no model.
TRANSFORMERS = tuple(
    "sklearn.preprocessing. sklearn.impute. sklearn.decomposition. sklearn.feature_extraction. "
    "sklearn.feature_selection. sklearn.random_projection. sklearn.manifold. sklearn.compose. "
    "imblearn.over_sampling. imblearn.under_sampling. category_encoders.".split()
)
TRANSFORMER_NAME = re.compile(
    r"(^|_)(scal(er)?|enc(oder)?|vec(torizer)?|imp(uter)?|pca|tfidf|le|ohe|ss|mms|mm|poly|binarizer)\d*(_|$)"
)
MEASURE = re.compile(
    r"(^|_)(rmse|mse|mae|mape|smape|wape|rmsle|r2|auc|auroc|accuracy|acc|f1|precision|recall|logloss|"
    r"kappa|mcc|metrics?)(_|$)"
)
MEASURING = re.compile(rf"{MEASURE.pattern}|(^|_)(score|scores)$|_(error|loss)$")
DRAWING = frozenset("plot hist boxplot bar barh scatter show heatmap pairplot savefig".split())
SETTINGS = re.compile(r"rcParams|environ|\.options\b|figure_format|rcdefaults")
