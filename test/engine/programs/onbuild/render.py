import pathlib

import jinja2

job = pathlib.Path("job.txt")
print(jinja2.Template("job: {{ name }}").render(name=job.read_text() if job.exists() else "none"))
