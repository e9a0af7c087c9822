"""Random chains from raw rows to predictions: served as the notebook predicts, or refused."""
