"""The least a page of the framework can cost: `granian benchmarks.hello:app`, with as many workers as the site."""

from __future__ import annotations

from litestar import Litestar, get


@get("/", sync_to_thread=False)
def hello() -> str:
    return "Bonjour"


app = Litestar([hello], openapi_config=None, logging_config=None)
