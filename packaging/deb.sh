#!/usr/bin/env bash
# Builds the Debian package: deb.sh TREE VERSION FOLDER
#
# TREE is what `packaging/tree.sh` laid out. The same bytes from the same tree: SOURCE_DATE_EPOCH is
# the date of every file.
set -euo pipefail

tree=$1 version=$2 folder=$3
here=$(cd "$(dirname "$0")" && pwd)
architecture=$(dpkg --print-architecture)
package=$folder/memq_${version}_$architecture.deb
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT

cp -a "$tree" "$stage/usr"
doc=$stage/usr/share/doc/memq
mkdir -p "$doc" "$stage/usr/share/lintian/overrides" "$stage/DEBIAN"
# Debian's names for what the tree has.
{
  echo "memq is licensed under the Apache License 2.0, which Debian systems have in"
  echo "/usr/share/common-licenses/Apache-2.0."
  echo
  cat "$doc/NOTICE"
} >"$doc/copyright"
rm -f "$doc/NOTICE" "$doc/LICENSE"
{
  echo "memq ($version) unstable; urgency=medium"
  echo
  echo "  * See CHANGELOG.md for what is new."
  echo
  echo " -- memq developers <memq@memq.invalid>  $(date -u -R -d "@$SOURCE_DATE_EPOCH")"
} | gzip -9n >"$doc/changelog.gz"
gzip -9n "$stage/usr/share/man/man1/memq.1"
cp "$here/debian/lintian-overrides" "$stage/usr/share/lintian/overrides/memq"

size=$(du -ks --apparent-size "$stage/usr" | cut -f1)
sed -e "s/@VERSION@/$version/" -e "s/@ARCHITECTURE@/$architecture/" -e "s/@SIZE@/$size/" \
  "$here/debian/control" >"$stage/DEBIAN/control"
(cd "$stage" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum >DEBIAN/md5sums)

find "$stage" -type d -exec chmod 755 {} +
find "$stage" -type f -exec chmod 644 {} +
chmod 755 "$stage/usr/bin/memq"
find "$stage" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
dpkg-deb --root-owner-group -Zxz --build "$stage" "$package" >/dev/null
echo "wrote $package: $(du -h --apparent-size "$package" | cut -f1)"
