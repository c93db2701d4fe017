#!/bin/sh
# Puts everything in place that the project needs: system libraries (as root on Debian or Ubuntu), the virtual
# environment .venv, the pinned packages, the data folder with its secrets. Does nothing that is done already.
#
#   scripts/setup.sh [lint] [browser]     the words add requirements-<word>.txt
set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }
fail() { say "$@"; exit 1; }

can_apt() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

apt_install() {
    say "Installing system packages / Đang cài gói hệ thống: $*"
    # The package lists of a fresh machine are empty or old: fetch them only when the first try fails.
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >/dev/null 2>&1 && return
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >/dev/null
}

tell_packages() {
    say "Missing system packages / Máy còn thiếu gói hệ thống:" \
        "apt-get install $*  (as root / chạy với quyền quản trị)"
}

# --- A Python from 3.11 to 3.13 that can make virtual environments -------------------------------------------
suits() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1
}

find_python() {
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if suits "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

prepare_python() {
    if ! python=$(find_python); then
        [ -z "${PYTHON:-}" ] && can_apt && apt_install python3 python3-venv || true
        python=$(find_python) || fail \
            "Python 3.11, 3.12 or 3.13 is needed; set PYTHON=/path/to/python3 if it is not on the PATH." \
            "/ Cần Python 3.11, 3.12 hoặc 3.13; đặt PYTHON=/đường/dẫn/python3 nếu không có trong PATH."
    fi
    if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        can_apt && apt_install python3-venv || true
        "$python" -c 'import ensurepip, venv' >/dev/null 2>&1 || {
            tell_packages python3-venv
            exit 1
        }
    fi
}

# --- The virtual environment and the pinned packages ------------------------------------------------------------
version_of() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null; }

# An environment works only in the folder and with the Python it was made for; .venv/made-for names both.
prepare_environment() {
    made_for="$(pwd) $(version_of "${PYTHON:-.venv/bin/python}" || true)"
    if [ -f .venv/made-for ] && [ "$(cat .venv/made-for)" = "$made_for" ] && suits .venv/bin/python; then
        return
    fi
    prepare_python
    say "Making .venv with $("$python" -V) / Đang tạo .venv"
    "$python" -m venv --clear .venv
    echo "$(pwd) $(version_of .venv/bin/python)" >.venv/made-for
}

# A copy of the list, made once all of it is installed, tells whether it has changed since.
install() {
    if cmp -s "$1" ".venv/$1"; then
        return
    fi
    say "Installing $1, which takes a minute or two / Đang cài $1, mất một hai phút"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$1"
    cp "$1" ".venv/$1"
}

# --- What the PDF library needs from the system; everything else works without -----------------------------------
prepare_libraries() {
    missing=$(.venv/bin/python -m core.libraries)
    [ -z "$missing" ] && return
    # shellcheck disable=SC2086 # a list of words
    if ! can_apt || ! apt_install $missing; then
        say "PDF reports cannot be made yet. / Chưa in được báo cáo PDF."
        tell_packages "$missing"
    fi
}

prepare_environment
install requirements.txt
for extra in "$@"; do
    install "requirements-$extra.txt"
done
prepare_libraries
# The settings make the folders of DATA_DIR and its secrets when they are read.
.venv/bin/python -c 'import config.settings'
