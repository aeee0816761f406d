"""A row of the table of figures, and whether its limit was met."""

from typing import NamedTuple


class Row(NamedTuple):
    what: str
    measured: str
    proportion: str = ""
    limit: str = ""
    kept: bool = True


def table(rows):
    made = ["| what | measured | in proportion | to reach |", "|---|---|---|---|"]
    return "\n".join(made + ["| " + " | ".join(row[:4]) + " |" for row in rows])


def missed(rows):
    """A line for each row that misses its limit."""
    return [f"missed: {row.what}: {row.measured}{', ' * bool(row.proportion)}{row.proportion}; to reach: {row.limit}"
            for row in rows if not row.kept]
