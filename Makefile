# miniredisd: `make run` starts the server on port 6379, `make test` tests it; both need nothing but Go.

export CGO_ENABLED ?= 0

GO       ?= go
FUZZMINIMIZE ?= 1000x
FUZZTIME ?= 60s
VERSION  ?=
LDFLAGS  := -s -w $(if $(VERSION),-X github.com/miniredisd/miniredisd/server.Version=$(VERSION))

PLATFORMS := linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64

.PHONY: run build test race race-all linear invariants check fmt vet static generated cross compat crash clients examples fuzz differential pgo bench

run: build
	./bin/miniredisd

build:
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/miniredisd ./cmd/miniredisd

test:
	$(GO) test ./...

# The race detector needs cgo and a C compiler.
race:
	CGO_ENABLED=1 $(GO) test -race ./...

# Every command from many clients at once, for RACE_TIME over each driver.
RACE_TIME ?= 30s
race-all:
	CGO_ENABLED=1 $(GO) test -race -count=1 -timeout 0 -v -run TestConcurrent ./tests/arguments -args -duration $(RACE_TIME)

# With freed memory poisoned and every arena's account checked.
invariants:
	$(GO) test -tags invariants ./store/... ./command/...

# The programs of examples/ and bench/ and the Go libraries of tests/clients/ are modules of their own, so that what they
# need stays out of ours.
examples:
	cd examples && $(GO) vet ./... && $(GO) test ./...
	cd bench && $(GO) vet ./... && $(GO) test ./...
	cd tests/clients && $(GO) vet ./... && $(GO) test ./...

check: fmt vet static generated cross

fmt:
	@out=$$(gofmt -l .); test -z "$$out" || { echo "not gofmt'ed:"; echo "$$out"; exit 1; }

vet:
	$(GO) vet ./...
	$(GO) vet -tags compat ./...

static:
	$(GO) tool staticcheck ./...
	$(GO) tool staticcheck -tags compat ./tests/... ./script/...

# What is generated must be what the declarations say. Import directions and the other rules of the house are tests in
# internal/lint.
generated:
	$(GO) generate ./...
	git diff --exit-code -- docs/commands.md

cross:
	@for p in $(PLATFORMS); do \
		echo "build $$p"; GOOS=$${p%/*} GOARCH=$${p#*/} $(GO) build -pgo=off -o /dev/null ./cmd/miniredisd || exit 1; done
	@for os in darwin windows; do echo "vet $$os"; GOOS=$$os GOARCH=arm64 $(GO) vet ./... || exit 1; done

# Against a real redis-server, which must be on the PATH.
compat:
	$(GO) test -count=1 -tags compat ./tests/... ./script/...

# Random commands against a real redis-server: N of them, drawn from SEED; GROUPS restricts them ("string,list").
SEED   ?= 1
N      ?= 100000
GROUPS ?=
differential:
	$(GO) test -count=1 -timeout 0 -tags compat -run TestRedis -v ./tests/differential -args -seed $(SEED) -n $(N) -groups '$(GROUPS)'

# kill -9 under load, 20 times: what was acknowledged must be there.
crash:
	$(GO) test -count=1 ./tests/crash -args -rounds 20

# What clients see at once must fit an order (tests/linear): a minute of it in all.
linear:
	$(GO) test -count=1 -timeout 0 -v ./tests/linear -args -duration 30s

# Against real clients; needs redis-cli, redis-benchmark, python3 with redis-py, and node with npm. PARTS are those of
# tests/clients/run: "python go".
PARTS ?=
clients: build
	tests/clients/run ./bin/miniredisd $(PARTS)

# Every fuzz target in turn, FUZZTIME each. What to make smaller an input that reaches new code may cost is bounded: without that
# it may take all of the time.
fuzz:
	@for pkg in $$($(GO) list ./...); do \
		for f in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
			echo "$$pkg $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) -fuzzminimizetime $(FUZZMINIMIZE) $$pkg || exit 1; done; done

# default.pgo, which go build takes by itself: where CPU time goes under the mix of the wire benchmark.
PGO_REQUESTS ?= 300000
pgo:
	@dir=$$(mktemp -d) && trap 'rm -rf "$$dir"' EXIT && set -ex && \
	$(GO) build -trimpath -o "$$dir/miniredisd" ./cmd/miniredisd && cd bench && export MINIREDISD_CPUPROFILE="$$dir/cpu.%p.pprof" && \
	$(GO) run . wire --miniredisd "$$dir/miniredisd" --redis '' --rounds 1 --requests $(PGO_REQUESTS) \
		--tests set,get,incr,mset,lpush,rpop --pipeline 1,16,128 && \
	$(GO) run . types --miniredisd "$$dir/miniredisd" --redis '' --rounds 1 --requests $$(($(PGO_REQUESTS) / 3)) --members 200000 && \
	$(GO) run . scripts --miniredisd "$$dir/miniredisd" --redis '' --rounds 1 --requests $$(($(PGO_REQUESTS) / 10)) && \
	$(GO) run . push --miniredisd "$$dir/miniredisd" --redis '' --rounds 1 --requests $$(($(PGO_REQUESTS) / 10)) && \
	$(GO) tool pprof -proto "$$dir"/cpu.*.pprof > "$$dir/merged" && cp "$$dir/merged" ../cmd/miniredisd/default.pgo

bench:
	cd bench && $(GO) run . wire

# All benchmarks, into bench/results: what README and docs/performance.md show. Takes less than 25 minutes; leave the machine
# alone meanwhile.
BENCH_ROUNDS ?= 7
bench-all:
	cd bench && $(GO) run . all results --rounds $(BENCH_ROUNDS)
