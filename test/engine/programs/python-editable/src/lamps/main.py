import json
from importlib.metadata import version
from importlib.resources import files

import click


@click.command()
@click.argument("side")
def lamp(side):
    colours = json.loads(files("lamps").joinpath("colours.json").read_text())
    click.echo(f"{side} {colours[side]} {version('lamps')}")
