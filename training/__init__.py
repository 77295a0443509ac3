"""Training of the embedded language model; PyTorch stays in this folder."""
