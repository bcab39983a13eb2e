"""A small classifier of handwritten digits, with scikit-learn."""

import argparse

from sklearn.datasets import load_digits
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=1e-2)
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--epochs", type=int, default=20)
args = parser.parse_args()

images, digits = load_digits(return_X_y=True)
train_images, val_images, train_digits, val_digits = train_test_split(images / 16, digits, test_size=0.25, random_state=0)
model = MLPClassifier([32], solver="sgd", learning_rate_init=args.lr, batch_size=32, random_state=args.seed)

for epoch in range(1, args.epochs + 1):
    model.partial_fit(train_images, train_digits, classes=range(10))
    val_loss = log_loss(val_digits, model.predict_proba(val_images))
    accuracy = model.score(val_images, val_digits)
    print(f"epoch {epoch:2d}/{args.epochs}: train_loss {model.loss_:.4f}, val_loss {val_loss:.4f}, val_accuracy {accuracy:.1%}")
