#!/usr/bin/env bash
# Records the files of this folder again. PYTHON: with memray, loguru and psutil; APP: where to work.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
app=${APP:-/srv/app}
python=${PYTHON:-$app/venv/bin/python}

cp "$here/jobs.py" "$app"
cd "$app"
PYTHONHASHSEED=0 TZ=UTC "$python" -m memray run -q -f -o jobs.bin jobs.py 2> jobs.log
cp jobs.bin jobs.log "$here"
