#!/bin/sh
# Names what the build needs and the machine does not have, with the way to get it.
python=${1:-python3}
missing=0

lacks() {
    echo "latprobe needs $1: $2" >&2
    missing=1
}

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
    lacks "Python 3.11 or later" \
        "install it from python.org or with your system's packages, then 'make PYTHON=python3.12 ...'"
"$python" -c 'import venv, ensurepip' 2>/dev/null ||
    lacks "Python's venv module" "on Debian and Ubuntu: apt-get install python3-venv"
rust=$(cargo --version 2>/dev/null | sed -n 's/^cargo 1\.\([0-9]*\)\..*/\1/p')
[ "${rust:-0}" -ge 88 ] || lacks "Rust 1.88 or later" "see rustup.rs; with rustup: rustup update stable"
command -v "${CC:-cc}" >/dev/null 2>&1 ||
    lacks "a C compiler" "on Debian and Ubuntu: apt-get install build-essential"
exit $missing
