"""A whole fit as ISOAL trains, on cached features: 50 epochs of the coarse head, then 50 of the fine head, on 3,000
labelled rows, class-balanced cross-entropy, validation after each epoch, the best state kept. Batches are indexed
straight from a tensor, which is faster than the DataLoader that ISOAL uses."""
import copy

import torch
from serve import serve
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(1)
torch.manual_seed(0)
n, validation, d, h, k, c, batch, epochs = 3000, 500, 768, 256, 200, 70, 128, 50
inputs, fine = torch.randn(n, d), torch.arange(n) % k
held_out, held_out_fine = torch.randn(validation, d), torch.arange(validation) % k


def balance(labels, classes):
    return n / (classes * torch.bincount(labels, minlength=classes).float())


def stage(model, head, labels, truth, classes):
    weights = balance(labels, classes)
    optimizer = torch.optim.Adam(model.parameters(), 3e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    best, best_state = -1.0, None
    for _ in range(epochs):
        model.train()
        order = torch.randperm(n)
        for i in range(0, n, batch):
            rows = order[i : i + batch]
            x = inputs[rows]
            x = x + 0.5 * torch.randn_like(x)
            hidden = model["dropout"](model["shared"](x).relu())
            loss = F.cross_entropy(model[head](hidden), labels[rows], weight=weights)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        schedule.step()
        model.eval()
        with torch.no_grad():
            right = (model[head](model["shared"](held_out).relu()).argmax(1) == truth).float().mean().item()
        if right >= best:
            best, best_state = right, copy.deepcopy(model.state_dict())
    model.load_state_dict(best_state)


def fit():
    layers = {"shared": nn.Linear(d, h), "dropout": nn.Dropout(0.3), "fine": nn.Linear(h, k), "coarse": nn.Linear(h, c)}
    model = nn.ModuleDict(layers)
    stage(model, "coarse", fine % c, held_out_fine % c, c)
    stage(model, "fine", fine, held_out_fine, k)


serve(fit)
