"""Solves a small system of linear equations that it reads from a file."""
import pathlib

import numpy

rows = numpy.loadtxt(pathlib.Path(__file__).with_name("system.txt"))
solution = numpy.linalg.solve(rows[:, :-1], rows[:, -1])
print(" ".join(f"{value:.3f}" for value in solution))
