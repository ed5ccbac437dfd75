"""ISO's choice of 600 from 2 x 6,000 candidates v h/|h| in numpy: distances updated at each pick, or, with the argument
"naive", computed anew at each pick from all candidates left to all picked, as the published code does (by torch); of those
picks every 20th is made, which counts 20 times."""
import sys

import numpy as np
from serve import serve

n, d, picks, every = 6000, 768, 600, 20
random = np.random.RandomState(0)
hidden = np.maximum(0, random.randn(n, d)).astype(np.float32)
directions = hidden / np.linalg.norm(hidden, axis=1, keepdims=True)
values = np.stack([random.rand(n), 0.5 * random.rand(n)]).astype(np.float32)


def incremental():
    nearest = np.full((2, n), np.inf, np.float32)
    pick = np.unravel_index(values.argmax(), values.shape)
    for _ in range(picks):
        level, row = pick
        value = values[level, row]
        products = directions @ directions[row]
        distances = values**2 + value**2 - 2 * value * values * products
        nearest = np.minimum(nearest, np.maximum(0, distances))
        nearest[:, row] = 0
        sums = np.cumsum(nearest.reshape(-1).astype(np.float64))
        pick = np.unravel_index(np.searchsorted(sums, random.rand() * sums[-1]), values.shape)


def naive():
    import torch

    torch.set_num_threads(1)
    candidates = torch.from_numpy((values[:, :, None] * directions).reshape(2 * n, d))
    left = torch.ones(2 * n, dtype=torch.bool)
    order = random.permutation(n)
    for made in range(every // 2, picks, every):
        chosen = order[:made]
        left[chosen] = left[chosen + n] = False
        rest = left.nonzero().squeeze(1)
        distances = torch.cdist(candidates[rest], candidates[chosen]).min(1).values ** 2
        int(rest[torch.multinomial(distances / distances.sum(), 1)])


if sys.argv[1:] == ["naive"]:
    serve(naive, every)
else:
    serve(incremental)
