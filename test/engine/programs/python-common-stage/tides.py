"""High water at every port, from hours after noon; a port's table would come from PostgreSQL."""
import os
import sys

import psycopg2
from psycopg2 import extensions

PORTS = {"Leith": 2, "Dover": 11, "Galway": 5}


def high_water(hour):
    return {port: (hour + late) % 24 for port, late in PORTS.items()}


if __name__ == "__main__":
    hours = high_water(int(sys.argv[1]))
    print(" ".join(f"{port}={hours[port]:02d}:00" for port in sorted(hours)))
    print("dsn", extensions.make_dsn(dbname="tides", host="sea"))
    print("libpq", psycopg2.__libpq_version__ > 100000, "home", os.path.expanduser("~"))
