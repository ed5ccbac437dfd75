"""One epoch of the two-head network in PyTorch, eager: 2048 x 768 -> 256 ReLU -> 200 + 70, forward correction, Adam."""
import sys

import torch
from serve import serve
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(1)
torch.manual_seed(0)
batch = int(sys.argv[1])
n, d, h, k, c = 2048, 768, 256, 200, 70
inputs, fine, coarse = torch.randn(n, d), torch.randint(k, (n,)), torch.randint(c, (n,))
transition = 0.7 * torch.eye(c) + 0.3 / c
shared, fine_head, coarse_head = nn.Linear(d, h), nn.Linear(h, k), nn.Linear(h, c)
layers = (shared, fine_head, coarse_head)
optimizer = torch.optim.Adam([p for layer in layers for p in layer.parameters()], 1e-3)


def epoch():
    for i in range(0, n, batch):
        hidden = shared(inputs[i : i + batch]).relu()
        loss = F.cross_entropy(fine_head(hidden), fine[i : i + batch])
        answers = torch.softmax(coarse_head(hidden), 1) @ transition
        loss = loss + F.nll_loss(torch.log(answers + 1e-8), coarse[i : i + batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


serve(epoch)
