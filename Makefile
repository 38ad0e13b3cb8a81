CARGO ?= cargo
NIGHTLY ?= +nightly
PREFIX ?= /usr/local
DESTDIR ?=
# Where shells look below PREFIX.
BASH_COMPLETIONS ?= share/bash-completion/completions
ZSH_COMPLETIONS ?= share/zsh/site-functions
FISH_COMPLETIONS ?= share/fish/vendor_completions.d
COMPLETIONS = $(BASH_COMPLETIONS) $(ZSH_COMPLETIONS) $(FISH_COMPLETIONS)
# Seconds that each fuzz target runs: `make fuzz` and `make fuzz-smoke`.
FUZZ_TIME ?= 300
SMOKE_TIME ?= 8

# The targets by their file names.
FUZZ_TARGETS = $(basename $(notdir $(wildcard fuzz/fuzz_targets/*.rs)))

.PHONY: all build test test-mcp pages lint picture fuzz fuzz-smoke mutants bench install install-files dist test-dist check-targets tools ci release clean

all: build

# A static binary starts in half the time of a dynamic one. On Linux it is linked with musl where rustup has that target or
# gets it; elsewhere the host's own target is built.
HOST := $(shell rustc -vV | sed -n 's/^host: //p')
MUSL := $(patsubst %-linux-gnu,%-linux-musl,$(HOST))
TARGET ?= $(shell rustup target add $(MUSL) >/dev/null 2>&1 && echo $(MUSL) || echo $(HOST))

build:
	$(CARGO) build --release --locked --workspace --bins --target $(TARGET)

test:
	$(CARGO) test --locked --workspace --all-features
	$(CARGO) test --locked -p headtail --lib

# What the tests and the checks use besides Rust, on Debian and its like.
TOOLS = tmux strace jq curl zsh fish mandoc
SUDO = $(if $(filter 0,$(shell id -u)),,sudo)
tools:
	$(SUDO) apt-get update -q
	$(SUDO) apt-get install -qy --no-install-recommends $(TOOLS)
	$(CARGO) $(NIGHTLY) --version >/dev/null 2>&1 || rustup toolchain install nightly --profile minimal

# Everything that a change must pass.
ci:
	.ci/run

# Clients of the Model Context Protocol from their registries, with Node.js and Python. The server is the one that the tests
# build: as another build it would take as long again.
test-mcp:
	$(CARGO) test --locked --workspace --all-features --no-run
	crates/headtail-agent/tests/clients/run target/debug/headtail-agent target/clients

# Man pages and completions, from the tables of options.
pages:
	HEADTAIL_WRITE_PAGES=1 $(CARGO) test --locked -q -p headtail-agent --bin headtail-agent pages_and_completions

# For musl where there is that target: some types of libc differ there. With the examples, documentation needs what clippy
# has checked, and nothing else.
lint:
	$(CARGO) fmt --check
	$(CARGO) fmt --check --manifest-path fuzz/Cargo.toml
	$(CARGO) clippy --locked --workspace --all-features --all-targets --target $(TARGET) -- -D warnings
	$(CARGO) clippy --locked -p headtail --lib --target $(TARGET) -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --workspace --all-features --no-deps --document-private-items \
		--lib --bin headtail --examples --target $(TARGET)
	! command -v mandoc >/dev/null || mandoc -Tlint -W warning man/*.1

# The session in the README; a test fails when it is stale.
picture:
	HEADTAIL_DRAW=1 $(CARGO) test --locked --test cli the_picture

fuzz: SECONDS_EACH = $(FUZZ_TIME)
fuzz-smoke: SECONDS_EACH = $(SMOKE_TIME)
# As many at once as there are processors.
fuzz fuzz-smoke:
	@command -v cargo-fuzz >/dev/null || $(CARGO) install --locked cargo-fuzz
	$(CARGO) $(NIGHTLY) fuzz build
	@$(MAKE) --no-print-directory --jobs=$$(nproc) --output-sync $(addprefix fuzz-of-,$(FUZZ_TARGETS)) SECONDS_EACH=$(SECONDS_EACH)

fuzz-of-%:
	@mkdir -p fuzz/corpus/$*
	@echo "fuzzing $* for $(SECONDS_EACH) seconds"
	@$(CARGO) $(NIGHTLY) fuzz run $* fuzz/corpus/$* fuzz/seeds/$* -- \
		-max_total_time=$(SECONDS_EACH) -print_final_stats=0 -verbosity=0

# What the oldest Rust and other systems compile.
check-targets:
	.ci/targets

# Some mutants never stop asking for memory, and a case that fails need not be the smallest. A part of them:
# `make mutants MUTANTS="--shard 0/20"`.
mutants:
	@command -v cargo-mutants >/dev/null || $(CARGO) install --locked cargo-mutants
	@command -v cargo-nextest >/dev/null || $(CARGO) install --locked cargo-nextest
	ulimit -v 8388608; PROPTEST_MAX_SHRINK_ITERS=0 $(CARGO) mutants -p headtail $(MUTANTS)

# Measures the binaries that `make install` installs, and writes benches/RESULTS.md.
bench: build
	HEADTAIL=$(CURDIR)/target/$(TARGET)/release/headtail $(CARGO) bench --locked --bench speed
	set -e; export HEADTAIL_AGENT=$(CURDIR)/target/$(TARGET)/release/headtail-agent; { \
		printf '\n## Keepers of processes\n\n'; \
		$(CARGO) bench -q --locked -p headtail-agent --bench keeper; \
		printf '\n## Processes over HTTP\n\n'; \
		$(CARGO) bench -q --locked -p headtail-agent --bench http; } >>benches/RESULTS.md
	$(CARGO) bench --locked -p headtail --bench writes

install: build install-files

# What was built for TARGET.
install-files:
	install -d $(addprefix "$(DESTDIR)$(PREFIX)"/,bin share/man/man1 $(COMPLETIONS))
	install -m 755 target/$(TARGET)/release/headtail target/$(TARGET)/release/headtail-agent "$(DESTDIR)$(PREFIX)/bin"
	install -m 644 man/*.1 "$(DESTDIR)$(PREFIX)/share/man/man1"
	install -m 644 completions/headtail.bash "$(DESTDIR)$(PREFIX)/$(BASH_COMPLETIONS)/headtail"
	install -m 644 completions/_headtail "$(DESTDIR)$(PREFIX)/$(ZSH_COMPLETIONS)"
	install -m 644 completions/headtail.fish "$(DESTDIR)$(PREFIX)/$(FISH_COMPLETIONS)"

# dist/: a tarball, a Debian package and the files of a container image for each processor, and SHA256SUMS.
VERSION := $(shell sed -n '/^.workspace.package/,/^version/s/^version = "\(.*\)"/\1/p' Cargo.toml)
DIST_ARCHITECTURES ?= amd64 arm64
MUSL_amd64 = x86_64-unknown-linux-musl
MUSL_arm64 = aarch64-unknown-linux-musl
# The time of the commit, so that the same source gives the same files.
export SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || date +%s)
# Rust's own linker knows all processors.
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_MUSL_LINKER ?= rust-lld

dist: $(addprefix dist-,$(DIST_ARCHITECTURES))
	cd dist && sha256sum *.tar.gz *.deb >SHA256SUMS

dist-%:
	rustup target add $(MUSL_$*) >/dev/null 2>&1 || true
	$(MAKE) build TARGET=$(MUSL_$*)
	mkdir -p dist
	packaging/tree $(MUSL_$*) dist/$*
	tar -C dist/$*/tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@$(SOURCE_DATE_EPOCH) \
		--transform 's|^\.|headtail-$(VERSION)-$(MUSL_$*)|' -c . | gzip -9n >dist/headtail-$(VERSION)-$(MUSL_$*).tar.gz
	packaging/deb dist/$* $* $(VERSION) dist/headtail_$(VERSION)_$*.deb

# Publishes dist/ under the tag TAG, with the rights of GH_TOKEN.
release:
	test "$(TAG)" = "v$(VERSION)"
	gh release create "$(TAG)" dist/*.tar.gz dist/*.deb dist/SHA256SUMS --verify-tag --notes-file CHANGELOG.md
	echo "$$GH_TOKEN" | docker login ghcr.io -u "$$GITHUB_ACTOR" --password-stdin
	docker buildx create --use
	docker buildx build --push --platform linux/amd64,linux/arm64 --build-arg VERSION=$(VERSION) \
		--build-arg REVISION=$$(git rev-parse HEAD) -t ghcr.io/$$GITHUB_REPOSITORY:$(VERSION) .

# Installs what `make dist` made in empty roots, and runs it there; for root.
test-dist:
	packaging/test dist $(VERSION)

clean:
	$(CARGO) clean
	$(CARGO) clean --manifest-path fuzz/Cargo.toml
