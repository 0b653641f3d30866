#!/usr/bin/env python3
"""Writes the NOTICE and the SBOM of a build: notices.py VERSION FOLDER

memq is one static file, so the licences of everything linked into it travel with it. The versions
are those of the packages that are installed where it is built, the texts are theirs too.
"""

import json
import pathlib
import subprocess
import sys
import uuid

ROOT = pathlib.Path(__file__).resolve().parent.parent

# name, Debian package that has its copyright file, SPDX licence, what it does in memq
LIBRARIES = [
    ("SQLite", "libsqlite3-dev", "blessing", "the store"),
    ("LZ4", "liblz4-dev", "BSD-2-Clause", "compressed captures and columns"),
    ("zlib", "zlib1g-dev", "Zlib", "compressed captures, pprof"),
    ("Zstandard", "libzstd-dev", "BSD-3-Clause", "compressed captures"),
    ("bzip2", "libbz2-dev", "bzip2-1.0.6", "compressed captures"),
    ("XZ Utils", "liblzma-dev", "0BSD", "compressed captures"),
    ("libedit", "libedit-dev", "BSD-3-Clause", "the line editor of the shell"),
    ("ncurses", "libncurses-dev", "X11-distribute-modifications-variant", "what the terminal can do"),
    ("libbsd", "libbsd-dev", "BSD-3-Clause", "needed by libedit"),
    ("libmd", "libmd-dev", "BSD-2-Clause", "needed by libbsd"),
    ("elfutils", "libdw-dev", "LGPL-3.0-or-later OR GPL-2.0-or-later", "symbols of native frames"),
    ("GNU C Library", "libc6-dev", "LGPL-2.1-or-later", "the C library"),
    ("libstdc++", "libstdc++-*-dev", "GPL-3.0-or-later WITH GCC-exception-3.1", "demangling"),
]
SWIFT = ("Swift runtime and standard library", "Apache-2.0 WITH Swift-exception")
ARGUMENT_PARSER = ("swift-argument-parser", "Apache-2.0 WITH Swift-exception")

PREFACE = """memq is licensed under the Apache License 2.0; see LICENSE.

The program is one static file. It contains the libraries below, each under its own licence, whose
texts follow.

Relinking: elfutils (LGPL 3 or later) and the GNU C Library (LGPL 2.1 or later) are linked in. memq's
whole source is public under the Apache License, so anyone may change these libraries and link memq
with them again: install the changed library with its headers and static archive in the place of the
system's, and run `make build` in memq's source; nothing else of the build needs to be known.
"""


def installed(package: str):
    """Version and copyright file of the newest package of a name; None when none is installed."""
    form = "${db:Status-Status} ${Package} ${Version}\n"
    asked = ["dpkg-query", "-W", "-f", form, package]
    done = subprocess.run(asked, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    found = [line.split() for line in done.stdout.splitlines() if line.startswith("installed ")]
    if not found:
        return None
    _, name, version = found[-1]
    path = pathlib.Path(f"/usr/share/doc/{name}/copyright")
    return version, path.read_text(encoding="utf-8", errors="replace")


def swift():
    """Version and licence of the toolchain that builds."""
    done = subprocess.run(["swift", "--version"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          text=True, check=True)
    words = done.stdout.split()
    version = words[words.index("version") + 1]
    program = subprocess.run(["sh", "-c", "command -v swift"], stdout=subprocess.PIPE, text=True)
    place = pathlib.Path(program.stdout.strip()).resolve().parent.parent
    text = next(iter(sorted(place.glob("share/swift/LICENSE*"))), None)
    return version, text.read_text(encoding="utf-8") if text else None


def checkout(name: str):
    """Version and licence of a Swift package as it was built."""
    state = json.loads((ROOT / ".build/workspace-state.json").read_text(encoding="utf-8"))
    for entry in state["object"]["dependencies"]:
        if entry["packageRef"]["identity"] == name:
            version = entry["state"]["checkoutState"].get("version", "unknown")
            text = next(iter(sorted((ROOT / ".build/checkouts" / name).glob("LICENSE*"))))
            return version, text.read_text(encoding="utf-8")
    sys.exit(f"notices: {name} is not among the packages that were built; run make build first")


def exception(text: str) -> str:
    """What a licence of the Swift project adds to the Apache License, which LICENSE has whole."""
    place = text.find("Runtime Library Exception")
    if place < 0:
        return text
    return "Apache License 2.0, whose text is in LICENSE, with this exception:\n\n" + text[place:]


def components() -> list:
    """(name, version, licence, purpose, text) of everything that is linked in."""
    found = []
    for name, package, licence, purpose in LIBRARIES:
        state = installed(package)
        if state is None:
            sys.exit(f"notices: {package} is not installed, so its licence cannot be included")
        found.append((name, state[0], licence, purpose, state[1]))
    version, text = swift()
    package_version, package_text = checkout("swift-argument-parser")
    # The toolchain's licence is that of the package, word for word.
    found.append((SWIFT[0], version, SWIFT[1], "what Swift programs need", exception(text or package_text)))
    found.append(
        (ARGUMENT_PARSER[0], package_version, ARGUMENT_PARSER[1], "the command line", exception(package_text))
    )
    return found


def sbom(version: str, parts: list) -> str:
    """A CycloneDX 1.5 list of components; the same bytes from the same components."""
    entries = [
        {"type": "library", "name": name, "version": number, "licenses": [{"expression": licence}]}
        for name, number, licence, _, _ in parts
    ]
    content = json.dumps(entries, sort_keys=True)
    return json.dumps(
        {
            "bomFormat": "CycloneDX",
            "specVersion": "1.5",
            "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, version + content)}",
            "version": 1,
            "metadata": {
                "component": {
                    "type": "application",
                    "name": "memq",
                    "version": version,
                    "licenses": [{"expression": "Apache-2.0"}],
                }
            },
            "components": entries,
        },
        indent=1,
    ) + "\n"


def notice(parts: list) -> str:
    table = [f"  {name} {number}: {licence} ({purpose})" for name, number, licence, purpose, _ in parts]
    texts = [f"{'=' * 78}\n{name} {number}\n{'=' * 78}\n\n{text.strip()}\n" for name, number, _, _, text in parts]
    return PREFACE + "\n" + "\n".join(table) + "\n\n" + "\n".join(texts)


def main() -> None:
    version, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    parts = components()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "NOTICE").write_text(notice(parts), encoding="utf-8")
    (folder / "sbom.cdx.json").write_text(sbom(version, parts), encoding="utf-8")


if __name__ == "__main__":
    main()
