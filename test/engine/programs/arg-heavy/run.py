import getpass
import os

from jobs import render

print(render(version=os.environ["APP_VERSION"], user=getpass.getuser()))
print(open("VERSION").read().strip(), os.getcwd())
