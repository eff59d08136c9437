import getpass
import os

from flask import Flask, jsonify, render_template

app = Flask(__name__)


@app.get("/")
def home():
    return render_template("home.html", name="Plimsoll")


@app.get("/health")
def health():
    return "ok"


@app.get("/who")
def who():
    return jsonify(user=getpass.getuser(), home=os.path.expanduser("~"), writable=os.access(".", os.W_OK))
