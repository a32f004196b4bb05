"""bma-progress: BMA project progress pages as evidence, tidy tables and findings."""

__version__ = "0.1.0"
