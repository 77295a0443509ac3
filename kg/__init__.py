"""kg turns recorded conversations into knowledge graphs."""

__version__ = "0.1.0"
