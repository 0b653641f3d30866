#!/usr/bin/env bash
# Builds everything that can be installed into a folder: dist.sh PROGRAM FOLDER
#
# A wheel, a Debian package, a tar archive and their checksums. Files bear the date of the last
# commit (or SOURCE_DATE_EPOCH), so that the same source gives the same bytes.
set -euo pipefail

program=$1 folder=$2
here=$(cd "$(dirname "$0")" && pwd)
version=$("$program" --version | sed -n 's/^memq \([0-9][^ ]*\).*/\1/p')
[ -n "$version" ] || { echo "dist: $program tells no version" >&2; exit 2; }
# Sources without their history have the day of their change log.
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$here" log -1 --format=%ct 2>/dev/null ||
  stat -c %Y "$here/../CHANGELOG.md")}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -rf "$folder"
mkdir -p "$folder"

python3 "$here/notices.py" "$version" "$work/notices"
"$here/tree.sh" "$program" "$version" "$work/tree" "$work/notices"
python3 "$here/wheel.py" "$program" "$version" "$work/notices" "$folder"
"$here/deb.sh" "$work/tree" "$version" "$folder"

name=memq-$version-linux-$(uname -m)
mv "$work/tree" "$work/$name"
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" \
  -C "$work" -cf - "$name" | gzip -9n >"$folder/$name.tar.gz"
echo "wrote $folder/$name.tar.gz: $(du -h --apparent-size "$folder/$name.tar.gz" | cut -f1)"
(cd "$folder" && sha256sum -- memq* >SHA256SUMS)
echo "wrote $folder/SHA256SUMS"
