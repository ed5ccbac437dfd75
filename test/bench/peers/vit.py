"""The forward pass of ViT-B/16 with random weights in PyTorch, eager, on a batch of images: class tokens."""
import sys

import torch
from serve import serve
from torch.nn import functional as F

torch.set_num_threads(int(sys.argv[2]))
torch.manual_seed(0)
n, h, heads, wide, layers, patch = int(sys.argv[1]), 768, 12, 3072, 12, 16
images = torch.rand(n, 3, 224, 224)
linear = torch.nn.Linear
parts = [dict(n1=torch.nn.LayerNorm(h, 1e-12), qkv=linear(h, 3 * h), out=linear(h, h), n2=torch.nn.LayerNorm(h, 1e-12),
              up=linear(h, wide), down=linear(wide, h)) for _ in range(layers)]
embed = torch.nn.Conv2d(3, h, patch, patch)
first, positions = 0.02 * torch.randn(1, 1, h), 0.02 * torch.randn(1, 197, h)
last = torch.nn.LayerNorm(h, 1e-12)


def layer(x, p):
    q, k, v = p["qkv"](p["n1"](x)).view(n, 197, 3, heads, h // heads).permute(2, 0, 3, 1, 4)
    shares = torch.softmax(q @ k.transpose(2, 3) * (h // heads) ** -0.5, -1)
    x = x + p["out"]((shares @ v).transpose(1, 2).reshape(n, 197, h))
    return x + p["down"](F.gelu(p["up"](p["n2"](x))))


def run():
    with torch.no_grad():
        x = torch.cat([first.expand(n, 1, h), embed(images).flatten(2).transpose(1, 2)], 1) + positions
        for p in parts:
            x = layer(x, p)
        return last(x)[:, 0]


serve(run)
