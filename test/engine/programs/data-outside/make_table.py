"""Writes the table of letters that the program reads."""
import os
import sys

os.makedirs(os.path.dirname(sys.argv[1]), exist_ok=True)
with open(sys.argv[1], "wb") as table:
    table.write(bytes(code if chr(code).islower() else 0 for code in range(256)))
