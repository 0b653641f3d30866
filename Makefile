# memq: every target does its own set-up.
SWIFT := swift
# One file that needs nothing installed. lld is Swift's own linker; -s leaves the symbols out.
RELEASE := -c release --product memq -Xswiftc -static-executable -Xswiftc -use-ld=lld -Xlinker -s
MEMQ := .build/release/memq

# How long `make fuzz` takes, less its build.
MINUTES := 60

.PHONY: setup build demo test lint bench fuzz clean

setup:
	@scripts/setup test

build:
	@scripts/setup build
	$(SWIFT) build $(RELEASE)

demo: build
	@scripts/demo $(MEMQ)

lint:
	$(SWIFT) format lint --strict -r Sources Tests Package.swift
	@scripts/lint-pages

test: setup
	@scripts/test

bench: build
	@scripts/bench $(MEMQ) $(CAPTURE)

fuzz: setup
	@scripts/fuzz $(MINUTES)

clean:
	rm -rf .build
