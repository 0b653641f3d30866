#!/usr/bin/env python3
"""Builds memq's wheel: wheel.py PROGRAM VERSION NOTICES FOLDER

The Python package, the program as a script, and the notices; the same bytes from the same input.
A wheel is a zip file with three files about itself, so that nothing but the standard library is
needed (PEP 427, PEP 639).
"""

import base64
import hashlib
import pathlib
import platform
import sys
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
# Zip files know no time before 1980; a fixed one makes the wheel reproducible.
DATE = (1980, 1, 1, 0, 0, 0)
# The program is static: it asks nothing of the C library of the machine.
PLATFORMS = "manylinux_2_17_{0}.manylinux2014_{0}.musllinux_1_1_{0}"
EXTRAS = {
    "pandas": ["pandas"],
    "polars": ["polars"],
    "arrow": ["pyarrow"],
    "record": ["memray"],
    "notebook": ["ipython", "pandas", "memray"],
    "pytest": ["pytest>=7", "memray"],
}
CLASSIFIERS = [
    "Development Status :: 4 - Beta",
    "Environment :: Console",
    "Framework :: IPython",
    "Framework :: Pytest",
    "Intended Audience :: Developers",
    "Operating System :: POSIX :: Linux",
    "Programming Language :: Python :: 3",
    "Programming Language :: Swift",
    "Topic :: Software Development :: Debuggers",
    "Typing :: Typed",
]


def metadata(version: str, notices: list) -> str:
    lines = [
        "Metadata-Version: 2.4",
        "Name: memq",
        f"Version: {version}",
        "Summary: Questions about a program's memory: one line over any profiler's capture.",
        "License-Expression: Apache-2.0",
        *(f"License-File: {name}" for name in notices),
        "Keywords: memory,profiler,leak,memray,tracemalloc,pprof",
        *(f"Classifier: {name}" for name in CLASSIFIERS),
        "Requires-Python: >=3.9",
    ]
    for extra, packages in sorted(EXTRAS.items()):
        lines.append(f"Provides-Extra: {extra}")
        lines += [f'Requires-Dist: {package}; extra == "{extra}"' for package in packages]
    lines += ["Description-Content-Type: text/markdown", ""]
    return "\n".join(lines) + "\n" + (HERE / "python/README.md").read_text(encoding="utf-8")


def contents(program: pathlib.Path, version: str, told: pathlib.Path, tags: list) -> dict:
    """The wheel's files by name: bytes and permissions."""
    files = {}
    for path in sorted((HERE / "python/memq").rglob("*")):
        if path.is_file() and path.suffix in (".py", ".typed"):
            files[f"memq/{path.relative_to(HERE / 'python/memq').as_posix()}"] = (path.read_bytes(), 0o644)
    own = (HERE / "python/memq/_version.py").read_text(encoding="utf-8")
    if f'"{version}"' not in own:
        sys.exit(f"wheel: the program is {version}, the Python package is not: {own.splitlines()[-1]}")
    files[f"memq-{version}.data/scripts/memq"] = (program.read_bytes(), 0o755)
    info = f"memq-{version}.dist-info"
    notices = {"LICENSE": HERE.parent / "LICENSE", "NOTICE": told / "NOTICE"}
    for name, path in notices.items():
        files[f"{info}/licenses/{name}"] = (path.read_bytes(), 0o644)
    files[f"{info}/sboms/memq.cdx.json"] = ((told / "sbom.cdx.json").read_bytes(), 0o644)
    files[f"{info}/METADATA"] = (metadata(version, list(notices)).encode(), 0o644)
    wheel = ["Wheel-Version: 1.0", "Generator: memq", "Root-Is-Purelib: false"]
    wheel += [f"Tag: {tag}" for tag in tags]
    files[f"{info}/WHEEL"] = (("\n".join(wheel) + "\n").encode(), 0o644)
    entry_points = "[pytest11]\nmemq = memq.pytest_plugin\n"
    files[f"{info}/entry_points.txt"] = (entry_points.encode(), 0o644)
    record = [f"{name},{digest(data)},{len(data)}" for name, (data, _) in files.items()]
    record.append(f"{info}/RECORD,,")
    files[f"{info}/RECORD"] = (("\n".join(record) + "\n").encode(), 0o644)
    return files


def digest(data: bytes) -> str:
    encoded = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=")
    return "sha256=" + encoded.decode()


def main() -> None:
    if len(sys.argv) != 5:
        sys.exit("usage: wheel.py PROGRAM VERSION NOTICES FOLDER")
    program, version = pathlib.Path(sys.argv[1]), sys.argv[2]
    told, folder = pathlib.Path(sys.argv[3]), pathlib.Path(sys.argv[4])
    platforms = PLATFORMS.format(platform.machine())
    tags = [f"py3-none-{name}" for name in platforms.split(".")]
    path = folder / f"memq-{version}-py3-none-{platforms}.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as wheel:
        for name, (data, mode) in contents(program, version, told, tags).items():
            entry = zipfile.ZipInfo(name, DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = (0o100000 | mode) << 16
            wheel.writestr(entry, data)
    print(f"wrote {path}: {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
