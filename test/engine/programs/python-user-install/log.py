import os

import msgpack


def app(environ, start_response):
    packed = msgpack.packb({"path": environ["PATH_INFO"], "uid": os.getuid()})
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [repr(msgpack.unpackb(packed)).encode()]
