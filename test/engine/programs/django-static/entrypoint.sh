#!/bin/sh
set -e
python manage.py migrate --noinput -v 0
exec "$@"
