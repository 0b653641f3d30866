#!/usr/bin/env bash
# Records the files of this folder again. PYTHON and APP as in leaks/record.sh.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
app=${APP:-/srv/app}
python=${PYTHON:-$app/venv/bin/python}

cp "$here"/*.py "$here/../memq_probe.py" "$app"
cd "$app"
rm -f service.types.txt
PYTHONHASHSEED=0 TZ=UTC "$python" -m memray run -q -f -o service.bin service.py &
"$python" load.py
wait
gzip -9 -n -f service.objects.jsonl
cp service.bin service.log service.marks service.types.txt service.objects.jsonl.gz "$here"
ls -l "$here"
