"""A classifier of handwritten digits with scikit-learn (`pip install scikit-learn`): an epoch a step.

Parameters come from the environment here, instead of the command line.
"""

import json
import os

from sklearn.datasets import load_digits
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

rate = float(os.environ["ETASCAPE_RATE"])
seed = int(os.environ["ETASCAPE_SEED"])
images, digits = load_digits(return_X_y=True)
images, val_images, digits, val_digits = train_test_split(images / 16, digits, test_size=0.25, random_state=0)
model = MLPClassifier([32], solver="sgd", learning_rate_init=rate, batch_size=32, random_state=seed)
for epoch in range(1, 41):
    model.partial_fit(images, digits, classes=range(10))
    val_loss = log_loss(val_digits, model.predict_proba(val_images))
    metrics = {"step": epoch, "loss": model.loss_, "val_loss": val_loss, "accuracy": model.score(val_images, val_digits)}
    print(json.dumps(metrics), flush=True)
