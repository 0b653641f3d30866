"""``python -m memq ARGUMENTS``: the program, in the place of this process."""

import os
import sys

from ._errors import ProgramMissing
from ._program import find_program


def main() -> None:
    try:
        program = find_program()
    except ProgramMissing as error:
        sys.exit(f"memq: {error}")
    arguments = [program, *sys.argv[1:]]
    os.execv(program, arguments)


if __name__ == "__main__":
    main()
