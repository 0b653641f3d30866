#!/usr/bin/env python3
"""Writes memq.1 from the program's own help: manpage.py PROGRAM VERSION DATE > memq.1

Commands and options come from `memq --experimental-dump-help`, so that the page cannot differ from
what the program takes.
"""

import json
import subprocess
import sys


def quoted(text: str) -> str:
    """Text for roff: nothing in it is a request or an escape."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join("\\&" + line if line[:1] in (".", "'") else line for line in text.split("\n"))


def option_head(argument: dict) -> str:
    value = argument.get("valueName", "")
    if argument["kind"] == "positional":
        return f"\\fI{quoted(value)}\\fR"
    names = []
    for name in argument["names"]:
        dashes = "-" if name["kind"] == "short" else "--"
        names.append(f"\\fB{quoted(dashes + name['name'])}\\fR")
    head = ", ".join(names)
    return head + (f" \\fI{quoted(value)}\\fR" if argument["kind"] == "option" else "")


def is_general(argument: dict) -> bool:
    return argument["kind"] != "positional" and argument["names"][-1]["name"] in ("help", "version")


def arguments(command: dict) -> list:
    lines = []
    for argument in command.get("arguments", []):
        if not argument.get("shouldDisplay", True) or is_general(argument):
            continue
        lines += [".TP", option_head(argument), quoted(argument.get("abstract", ""))]
    return lines


def discussion(command: dict) -> list:
    """Paragraphs as they are; indented lines, examples and tables, in constant width."""
    lines, is_plain = [], True
    for line in command.get("discussion", "").split("\n"):
        indented = line.startswith("  ")
        if indented == is_plain and line.strip():
            lines.append(".nf\n.RS" if indented else ".RE\n.fi")
            is_plain = not indented
        lines.append(quoted(line.strip()) if line.strip() else ".PP" if is_plain else "")
    return lines + ([] if is_plain else [".RE\n.fi"])


def main() -> None:
    program, version, date = sys.argv[1:4]
    dump = subprocess.run(
        [program, "--experimental-dump-help"], stdout=subprocess.PIPE, check=True
    ).stdout
    root = json.loads(dump)["command"]
    lines = [
        f'.TH MEMQ 1 "{date}" "memq {version}" "User Commands"',
        ".SH NAME",
        "memq \\- questions about a program's memory",
        ".SH SYNOPSIS",
        ".B memq import\n.I FILE...\n.br",
        '.B memq\n"\\fIQUERY\\fR"\n.br',
        ".B memq\n.I subcommand\n.RI [ options ]",
        ".SH DESCRIPTION",
        *discussion(root),
        ".SH COMMANDS",
    ]
    for command in root["subcommands"]:
        if command["commandName"] == "help":
            continue
        lines += [f".SS memq {quoted(command['commandName'])}", quoted(command["abstract"])]
        lines += arguments(command) + [".PP"] + discussion(command)
    lines += [".SH LANGUAGE"]
    for group in ("verbs", "populations", "clauses", "keys", "measures", "topics", "formats"):
        words = subprocess.run(
            [program, "help", group], stdout=subprocess.PIPE, check=True
        ).stdout.decode()
        title, _, rows = words.partition("\n")
        lines += [f".SS {quoted(title)}", ".nf", quoted(rows.rstrip("\n")), ".fi"]
    lines += [
        ".SH ENVIRONMENT",
        ".TP\n.B MEMQ_DB\nThe store where no \\fB\\-\\-db\\fR is given.",
        ".TP\n.B PAGER\nThe program that shows long tables on a terminal.",
        ".TP\n.B NO_COLOR\nNo colours, whatever its value.",
        ".SH FILES",
        ".TP\n.I memq.db\nThe store in the working directory.",
    ]
    print("\n".join(line for line in lines if line is not None))


if __name__ == "__main__":
    main()
