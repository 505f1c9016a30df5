"""The migrations that make tables append-only, in the order in which they run."""

import importlib

NAMES = (
    "0002_append_only",
    "0004_more_append_only",
    "0007_steps_append_only",
    "0016_last_words_append_only",
    "0020_checkpoints",
    "0027_emptied_by_rule",
    "0032_baselines",
)
TRIGGERS = [importlib.import_module(f"redbag.migrations.{name}") for name in NAMES]
