from importlib.resources import files

import click
import yaml


@click.command()
@click.option("--place", required=True)
def main(place):
    """Says when the water is high at PLACE."""
    table = yaml.safe_load(files("tides").joinpath("table.yml").read_text())
    click.echo(f"{place}: {', '.join(table[place])}")
