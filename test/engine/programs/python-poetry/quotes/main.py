import importlib.metadata
import importlib.resources

from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

TEXTS = importlib.resources.files("quotes").joinpath("quotes.txt").read_text().splitlines()


async def quote(request):
    return JSONResponse({"quote": TEXTS[int(request.path_params["number"]) % len(TEXTS)]})


async def version(request):
    return JSONResponse({"version": importlib.metadata.version("quotes")})


app = Starlette(routes=[Route("/quote/{number}", quote), Route("/version", version)])


def cli():
    print("\n".join(TEXTS))
