#!/usr/bin/env python3
"""Writes folded stacks of a program with very many: million_stacks.py FILE [STACKS].

The stacks are distinct, some 15 frames deep, and share callers as a program's do: each follows the
one before up to a random depth. A few are heavy, most are not. The same for every run.
"""

import random
import sys

FUNCTIONS = 5000
PACKAGES = ["numpy", "pandas", "json", "django", "app", "ast", "email", "http"]


def frame(number):
    package = PACKAGES[number % len(PACKAGES)]
    return f"call_{number} ({package}/f{number % 97}.py:{number % 900 + 1})"


def main():
    path, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    numbers = random.Random(20)
    frames = [frame(number) for number in range(FUNCTIONS)]
    stack, seen = [0], set()
    with open(path, "w") as file:
        while len(seen) < count:
            # Short steps back are common, long ones rare, as calls return.
            keep = max(1, len(stack) - min(len(stack), int(numbers.paretovariate(1.1))))
            del stack[keep:]
            for _ in range(numbers.randint(1, 6)):
                if len(stack) < 24:
                    # A caller calls few functions, some much more often.
                    stack.append((stack[-1] * 31 + int(numbers.paretovariate(0.8))) % FUNCTIONS)
            key = tuple(stack)
            if key in seen:
                continue
            seen.add(key)
            size = int(numbers.paretovariate(0.7) * 40)
            file.write(";".join(frames[number] for number in stack) + f" {min(size, 10**9)}\n")


if __name__ == "__main__":
    main()
