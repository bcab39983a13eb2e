"""Two spirals, told apart by a small network, with PyTorch."""

import argparse
import math

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=1e-2)
parser.add_argument("--optimizer", choices=["SGD", "Adam"], default="SGD")
parser.add_argument("--epochs", type=int, default=20)
args = parser.parse_args()
torch.manual_seed(0)

label = torch.arange(1200) % 2
turn = torch.rand(1200).sqrt() * 3 * math.pi
angle = turn + math.pi * label
points = torch.stack([turn * angle.cos(), turn * angle.sin()], dim=1) / 5 + 0.05 * torch.randn(1200, 2)
train_loader = DataLoader(TensorDataset(points[:1000], label[:1000]), batch_size=50, shuffle=True)
test_points, test_label = points[1000:], label[1000:]

model = nn.Sequential(nn.Linear(2, 32), nn.Tanh(), nn.Linear(32, 32), nn.Tanh(), nn.Linear(32, 2))
loss_fn = nn.CrossEntropyLoss()
optimizer = getattr(torch.optim, args.optimizer)(model.parameters(), lr=args.lr)

for epoch in range(1, args.epochs + 1):
    for batch, (x, y) in enumerate(train_loader):
        loss = loss_fn(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if batch % 5 == 0:
            print(f"Train Epoch: {epoch} [{batch * len(x)}/1000]\tLoss: {loss.item():.6f}")
    with torch.no_grad():
        output = model(test_points)
        accuracy = (output.argmax(1) == test_label).float().mean().item()
        print(f"Test set: Average loss: {loss_fn(output, test_label).item():.4f}, Accuracy: {100 * accuracy:.0f}%\n")
