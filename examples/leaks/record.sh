#!/usr/bin/env bash
# Records the captures of this folder again: record.sh [PROGRAM…]
#
# Needs memray 1.20 for PYTHON (default: a virtual environment that it makes in the folder APP)
# and a C compiler. The programs run in APP, so that the captures name no one's home.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
app=${APP:-/srv/app}
python=${PYTHON:-$app/venv/bin/python}

mkdir -p "$app"
if [ ! -x "$python" ]; then
  /usr/bin/python3 -m venv "$app/venv"
  "$app/venv/bin/pip" install -q memray==1.20.0
fi
cp "$here"/*.py "$here"/*.c "$app"
cd "$app"
cc -O1 -shared -fPIC -o librecords.so records.c

programs=("$@")
[ ${#programs[@]} -gt 0 ] || programs=(global_list cycles waiting_threads cache connections warm_up sawtooth native)
for program in "${programs[@]}"; do
  PYTHONHASHSEED=0 TZ=UTC "$python" -m memray run -q -f -o "$program.bin" "$program.py"
  cp "$program.bin" "$here"
  echo "$program.bin: $(stat -c %s "$program.bin") bytes"
done
[ ! -e native.pickle ] || cp native.pickle "$here"
