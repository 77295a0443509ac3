"""The stages of training, one verb each: ``python -m training all --corpora DIR``."""
