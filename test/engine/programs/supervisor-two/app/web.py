import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import redis

store = redis.Redis()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        for _ in range(50):
            try:
                visits = store.incr(self.path)
                break
            except redis.ConnectionError:
                time.sleep(0.1)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"{self.path} {visits}".encode())


HTTPServer(("", 8000), Handler).serve_forever()
