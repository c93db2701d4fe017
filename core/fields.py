"""Model fields that behave alike on both databases."""

from django.db import models


class BytewiseCharField(models.CharField):
    """Text compared byte by byte: ordering keys and tree paths.

    SQLite compares that way by itself; PostgreSQL uses the database's collation unless told "C", which
    would sort differently and keep a prefix search from using the index.
    """

    def db_parameters(self, connection):
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


def prefix_upper_bound(path: str) -> str:
    """First text after every text that begins with *path*, which ends in a slash ("0" follows "/")."""
    if not path.endswith("/"):
        raise ValueError(f"A tree path ends in a slash: {path!r}")
    return path[:-1] + "0"
