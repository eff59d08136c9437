from setuptools import Extension, setup

setup(ext_modules=[Extension("shapes_fast", ["shapes_fast.c"], libraries=["gmp"])])
