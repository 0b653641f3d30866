#!/usr/bin/env bash
# Records good.bin and leaking.bin of this folder again. PYTHON and APP as in leaks/record.sh.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
app=${APP:-/srv/app}
python=${PYTHON:-$app/venv/bin/python}

cp "$here"/*.py "$app"
cd "$app"
rm -f good.bin leaking.bin
# The test fails on the second; its capture is what is wanted.
CAPTURE=good.bin FORGETFUL=1 "$python" -m unittest -q test_leaks || true
CAPTURE=leaking.bin FORGETFUL=0 "$python" -m unittest -q test_leaks || true
cp good.bin leaking.bin "$here"
ls -l "$here"
