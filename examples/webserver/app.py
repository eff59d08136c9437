"""Shows the newest orders of a small shop. It stands for any service that talks to a database."""

import os

import MySQLdb  # compiled at install time; needs libmariadb.so.3 when it runs
from flask import Flask, jsonify

app = Flask(__name__)


@app.get("/orders")
def orders():
    connection = MySQLdb.connect(
        host=os.environ.get("DB_HOST", "localhost"),
        user=os.environ.get("DB_USER", "shop"),
        passwd=os.environ.get("DB_PASSWORD", ""),
        db="shop",
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, placed_at, total FROM orders ORDER BY placed_at DESC LIMIT 20")
        return jsonify(cursor.fetchall())


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=8000)
