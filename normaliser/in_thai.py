"""What tables and columns mean, in Thai: ``descriptions_th.toml`` beside this module, read when first asked.

Only what is written for people takes it (data packages, Parquet, the dictionary); nothing reads pages by it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

_FILE = "descriptions_th.toml"


@cache
def descriptions() -> Mapping[str, Mapping[str, str]]:
    """The Thai descriptions of ``tables`` by name and of ``columns`` by the keys of their English ones."""
    return tomllib.loads(files(__package__).joinpath(_FILE).read_text(encoding="utf-8"))


def of_table(name: str) -> str:
    """What a table holds; KeyError where nobody has written it."""
    return descriptions()["tables"][name]


def of_column(table_name: str, column_name: str) -> str:
    """What a column means, the table's own text before the common one; KeyError where there is none."""
    columns = descriptions()["columns"]
    own = columns.get(f"{table_name}.{column_name}")
    return own if own is not None else columns[column_name]
