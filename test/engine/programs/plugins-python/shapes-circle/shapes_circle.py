import math


def circle(size):
    return math.pi * size * size
