"""How Sphinx builds the documentation site: ``make docs``."""

import bma

project = "bma-progress"
version = release = bma.__version__
language = "en"

extensions = ["myst_parser", "sphinx.ext.autodoc"]
myst_heading_anchors = 3  # as GitHub makes them, so that one link works in both places
nitpicky = True
nitpick_ignore = [("py:class", name) for name in ("Archive", "Tables", "os.PathLike", "pandas.DataFrame")]
autodoc_typehints = "signature"

html_theme = "furo"
html_title = f"bma-progress {version}"
html_copy_source = False
