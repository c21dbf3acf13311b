"""Runs SQL from standard input on a SQLite file. Rows come out as tab-separated text, bytes as hexadecimal.

rows.py FILE          run the statements, print the rows of the last one that gives any
rows.py --dump FILE   print every row of every table, sorted
"""

import sqlite3
import sys


def text(value):
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.hex()
    return str(value)


def line(row):
    return "\t".join(text(value) for value in row)


def dump(database):
    tables = database.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    )
    for (table,) in tables.fetchall():
        for row in sorted(line(row) for row in database.execute(f'SELECT * FROM "{table}"')):
            print(f"{table}\t{row}")


def run(database, script):
    rows = []
    for statement in script.split(";\n"):
        if statement.strip():
            cursor = database.execute(statement)
            if cursor.description:
                rows = cursor.fetchall()
    database.commit()
    for row in rows:
        print(line(row))


if sys.argv[1] == "--dump":
    dump(sqlite3.connect(sys.argv[2]))
else:
    run(sqlite3.connect(sys.argv[1]), sys.stdin.read())
