#!/bin/bash
set -euo pipefail

here=$(dirname "$(readlink -f "$0")")
BEACON_COLOR=$(jq -r .color "$here/settings.json")
BEACON_DIGEST=$(printf %s "$BEACON_NAME" | openssl dgst -sha1 -r | cut -d' ' -f1)
export BEACON_COLOR BEACON_DIGEST
envsubst <"$here/beacon.conf.template" >/run/beacon.conf
exec "$@"
