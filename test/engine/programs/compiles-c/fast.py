"""Compiles its inner loop for the machine it runs on."""
import ctypes
import subprocess
import sys
import tempfile

with tempfile.TemporaryDirectory() as folder:
    library = f"{folder}/kernel.so"
    subprocess.run(["cc", "-O2", "-march=native", "-shared", "-fPIC", "-o", library, "kernel.c"], check=True)
    kernel = ctypes.CDLL(library)
    kernel.hypotenuse_squared.restype = ctypes.c_double
    kernel.hypotenuse_squared.argtypes = [ctypes.c_double, ctypes.c_double]
    print(kernel.hypotenuse_squared(float(sys.argv[1]), float(sys.argv[2])))
