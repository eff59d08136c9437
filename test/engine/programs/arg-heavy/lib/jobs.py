import jinja2
import yaml

DEFAULT = yaml.safe_load("greeting: 'Hello from {{ version }} as {{ user }}'")


def render(**values):
    return jinja2.Template(DEFAULT["greeting"]).render(values)
