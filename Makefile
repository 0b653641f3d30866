# memq: every target does its own set-up.
SWIFT := swift
# One file that needs nothing installed. lld is Swift's own linker; -s leaves the symbols out.
RELEASE := -c release --product memq -Xswiftc -static-executable -Xswiftc -use-ld=lld -Xlinker -s
# What `--version` tells of the source: where it is a clean checkout, its commit and that one's day.
COMMIT := $(shell git diff --quiet HEAD 2>/dev/null && git rev-parse --short=12 HEAD)
ifneq ($(COMMIT),)
DAY := $(shell TZ=UTC git log -1 --format=%cd --date=format-local:%Y%m%d)
RELEASE += -Xlinker --defsym=memq_commit=0x$(COMMIT) -Xlinker --defsym=memq_date=$(DAY)
endif
MEMQ := .build/release/memq

# How long `make fuzz` takes, less its build.
MINUTES := 60

.PHONY: setup build demo test lint bench fuzz dist install clean

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

# What can be installed: a wheel, a Debian package, an archive, their checksums.
dist: build
	@packaging/dist.sh $(MEMQ) dist

PREFIX ?= /usr/local
install: $(MEMQ)
	@packaging/tree.sh $(MEMQ) $$($(MEMQ) --version | cut -d' ' -f2) $(DESTDIR)$(PREFIX)
	@echo "installed $(DESTDIR)$(PREFIX)/bin/memq"

$(MEMQ):
	@$(MAKE) --no-print-directory build

clean:
	rm -rf .build dist
