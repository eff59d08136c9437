import ctypes.util

import magic
import nacl.hash

print(magic.from_buffer(b"%PDF-1.7\n%", mime=True))
print(nacl.hash.sha256(b"ship")[:8].decode())
print(ctypes.util.find_library("sodium"))
