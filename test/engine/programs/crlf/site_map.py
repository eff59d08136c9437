import bottle
from cffi import FFI

ffi = FFI()
ffi.cdef("size_t strlen(const char *);")
c = ffi.dlopen(None)
app = bottle.Bottle()


@app.get("/length/<word>")
def length(word):
    return str(c.strlen(word.encode()))
