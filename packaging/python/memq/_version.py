"""The release of this package, which is that of the program in the same wheel."""

__version__ = "0.2.0"
