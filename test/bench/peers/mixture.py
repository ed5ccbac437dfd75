"""The mixture's fit in numpy: PCA to 256 columns where there are more, a chain for each fold of the labels and one of all,
rounds of EM with one shrinkage, the temperature by a search on held-out labels. float32."""
import sys

import numpy as np
from serve import serve

n, d, k, labelled = map(int, sys.argv[1:5])
folds, rounds, pool_weight, sharpening, shrink, pull = 5, 5, 0.5, 1.5, 0.15, 1
rng = np.random.default_rng(0)
truth = np.arange(n) % k
features = (0.35 * rng.standard_normal((k, d), np.float32))[truth] + rng.standard_normal((n, d), np.float32)
group = np.arange(k) % 16
groups = np.eye(16, dtype=np.float32)[group]


def softmax(z):
    z = np.exp(z - z.max(1, keepdims=True))
    return z / z.sum(1, keepdims=True)


def space(x):
    x = x - x.mean(0)
    if d > 256:
        _, vectors = np.linalg.eigh(x.T @ x)
        x = x @ vectors[:, -256:]
    return x / np.sqrt((x * x).mean())


def discriminant(counts, sums, products):
    total = counts.sum()
    mean = sums.sum(0) / total
    of_group = (groups.T @ sums + mean) / (groups.T @ counts + 1)[:, None]
    means = (sums + pull * of_group[group]) / (counts + pull)[:, None]
    cross = sums.T @ means
    scatter = products - cross - cross.T + means.T @ (counts[:, None] * means)
    scatter /= max(total - np.minimum(counts, 1).sum(), 20)
    width = len(mean)
    scatter = (1 - shrink) * scatter + shrink * np.trace(scatter) / width * np.eye(width, dtype=np.float32)
    weights = np.linalg.solve(scatter, means.T)
    return weights, -0.5 * (means.T * weights).sum(0)


def temperature(scores, labels):
    rows = np.arange(len(labels))
    return max(np.geomspace(0.005, 1, 20), key=lambda t: np.log(softmax(t * scores)[rows, labels] + 1e-30).mean())


def statistics(x, shares):
    return shares.sum(0), shares.T @ x, (shares.sum(1)[:, None] * x).T @ x


def fit():
    x = space(features)
    rows = np.arange(labelled)
    labels, fold = truth[:labelled], rng.permutation(labelled) % folds
    seen = [fold != f for f in range(folds)] + [fold >= 0]
    own = [statistics(x[rows[s]], np.eye(k, dtype=np.float32)[labels[s]]) for s in seen]
    taught = own
    for step in range(rounds + 1):
        judges = [discriminant(*chain) for chain in taught]
        scores = np.zeros((labelled, k), np.float32)
        for f in range(folds):
            weights, bias = judges[f]
            scores[fold == f] = x[rows[fold == f]] @ weights + bias
        t = temperature(scores, labels)
        if step == rounds:
            weights, bias = judges[-1]
            return softmax(t * (x @ weights + bias))
        taught = []
        for chain, (weights, bias) in zip(own, judges):
            q = softmax((sharpening * t) * (x[labelled:] @ weights + bias))
            q *= np.sqrt(q.max(1, keepdims=True))
            taught.append([a + pool_weight * b for a, b in zip(chain, statistics(x[labelled:], q))])


serve(fit)
