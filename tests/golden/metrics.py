"""Writes tests/golden/metrics.json: classes and numbers with their metrics by scikit-learn and SciPy (scikit-learn, scipy);
what is not defined there is null. Run it without arguments; the output is committed."""

import json
import warnings
from pathlib import Path

import numpy as np
import scipy
import sklearn
from scipy.stats import pearsonr, rankdata, spearmanr
from sklearn.metrics import accuracy_score, f1_score, matthews_corrcoef

warnings.simplefilter("ignore")
rng = np.random.default_rng(7)


def classes(predictions, gold):
    binary = set(predictions) | set(gold) <= {0, 1}
    return {
        "predictions": predictions,
        "gold": gold,
        "accuracy": float(accuracy_score(gold, predictions)),
        "f1": float(f1_score(gold, predictions)) if binary else None,
        "matthews": float(matthews_corrcoef(gold, predictions)),
    }


def number(value):
    return float(value) if np.isfinite(value) else None


def numbers(predictions, gold):
    return {
        "predictions": predictions,
        "gold": gold,
        "ranks": rankdata(predictions).tolist(),
        "pearson": number(pearsonr(predictions, gold).statistic),
        "spearman": number(spearmanr(predictions, gold).statistic),
    }


def noisy(gold, share, count):
    drawn = rng.integers(0, count, len(gold))
    return np.where(rng.random(len(gold)) < share, drawn, gold).tolist()


gold2 = rng.integers(0, 2, 40).tolist()
gold3 = rng.integers(0, 3, 50).tolist()
scores = np.round(rng.uniform(0, 5, 60) * 4) / 4
large = (1e9 + rng.normal(0, 1, 30)).tolist()
golden = {
    "versions": {"scikit-learn": sklearn.__version__, "scipy": scipy.__version__},
    "classes": [
        classes(noisy(gold2, 0.5, 2), gold2),
        classes(noisy(gold3, 0.6, 3), gold3),
        classes(gold2, gold2),
        classes([1 - y for y in gold2], gold2),
        classes([1] * 40, gold2),
        classes([0] * 40, gold2),
        classes(noisy(gold2, 1, 2), [1] * 40),
        classes([0, 0, 0], [0, 0, 0]),
        classes([1, 1, 1], [1, 1, 1]),
        classes([0, 0], [1, 1]),
        classes([1], [0]),
        classes([2, 2, 2, 0], [0, 1, 0, 1]),
    ],
    "numbers": [
        numbers((scores + rng.normal(0, 1, 60)).tolist(), scores.tolist()),
        numbers((np.round(scores + rng.normal(0, 1, 60))).tolist(), scores.tolist()),
        numbers((-scores).tolist(), scores.tolist()),
        numbers([2.5] * 60, scores.tolist()),
        numbers(rng.normal(0, 1, 5).tolist(), [3.0] * 5),
        numbers([1.0, 2.0], [5.0, 4.0]),
        numbers(large, rng.normal(0, 1, 30).tolist()),
        numbers([1e-200, 2e-200, 5e-200], [1e200, 3e200, 4e200]),
        numbers([0.0, -0.0, 1.0, 1.0], [1.0, 2.0, 2.0, 3.0]),
    ],
}
path = Path(__file__).with_name("metrics.json")
path.write_text(json.dumps(golden, indent=1) + "\n")
