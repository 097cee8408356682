#!/usr/bin/env bash
# Pin, with hashes, what the project needs to run (constraints.txt) and what its tests and benchmarks add
# (constraints-test.txt). Needs `uv` on the PATH; arguments such as --upgrade go to uv.
set -euo pipefail
cd "$(dirname "$0")/.."
pin() { # pin FILE [ARGUMENT...]
    local file=$1
    shift
    echo 'setuptools>=77' | uv pip compile pyproject.toml - --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate --no-emit-index-url --quiet --output-file "$file" "$@"
}
pin constraints.txt "$@"
pin constraints-test.txt --constraint constraints.txt --extra test --extra benchmarks "$@"
