#!/usr/bin/env bash
# Lays out an installation: tree.sh PROGRAM VERSION PREFIX [NOTICES]
#
# bin/memq, the man page, the completions of three shells and the notices, below PREFIX.
set -euo pipefail

program=$1 version=$2 prefix=$3 notices=${4:-}
here=$(cd "$(dirname "$0")" && pwd)
date=$(date -u -d "@${SOURCE_DATE_EPOCH:-$(date +%s)}" +%Y-%m-%d)

put() { install -D -m "$1" "$2" "$prefix/$3"; }

put 755 "$program" bin/memq
page=$(mktemp)
trap 'rm -f "$page"' EXIT
python3 "$here/manpage.py" "$program" "$version" "$date" >"$page"
put 644 "$page" share/man/man1/memq.1
# A completion is read by a shell, not run.
"$program" completions bash | sed '1{/^#!/d}' >"$page"
put 644 "$page" share/bash-completion/completions/memq
"$program" completions zsh >"$page"
put 644 "$page" share/zsh/vendor-completions/_memq
"$program" completions fish >"$page"
put 644 "$page" share/fish/vendor_completions.d/memq.fish
put 644 "$here/../LICENSE" share/doc/memq/LICENSE
if [ -n "$notices" ]; then
  put 644 "$notices/NOTICE" share/doc/memq/NOTICE
  put 644 "$notices/sbom.cdx.json" share/doc/memq/sbom.cdx.json
fi
