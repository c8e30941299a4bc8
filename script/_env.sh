# Shared by the scripts; sourced, not run. Goes to the project's root and offers the functions below.
cd "$(dirname "$0")/.."
py=.venv/bin/python

die() {
    printf 'postil: %s\n' "$*" >&2
    exit 1
}

# Runs a command so that Ctrl-C ends it and us without a traceback: in the background it is deaf to
# Ctrl-C, and we pass on a signal at which Python says nothing.
run() {
    "$@" &
    child=$!
    trap 'kill "$child" 2>/dev/null; exit 130' INT TERM
    status=0
    wait "$child" || status=$?
    trap - INT TERM
    return "$status"
}

# The first Python that is new enough: $PYTHON, what PATH calls python3, a versioned one.
find_python() {
    for candidate in "${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11 /usr/bin/python3; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    die "Python 3.11 or newer is needed; install it, or say where it is with PYTHON=/path/to/python3"
}

make_venv() {
    # pip's launcher is the last thing venv writes: without it an earlier attempt was cut short.
    # Running python tells whether the interpreter that .venv was made from is still there.
    [ -x .venv/bin/pip ] && "$py" -c '' 2>/dev/null && return
    python=$(find_python) || exit 1
    # Debian ships venv without ensurepip, and then fails only after making half a .venv.
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        die "Python's venv module is not whole; as root: apt install python3-venv"
    run "$python" -m venv --clear .venv >/dev/null || {
        rm -rf .venv
        die "could not make .venv with $python; the reason is above"
    }
}

# install_lock LOCK [LOCK…]: installs the first; the others are locks that it includes. The stamp
# holds the checksums of all that are satisfied, so that a second start compares and is done.
install_lock() {
    make_venv
    stamp=.venv/installed-locks
    sum=$(cksum "$1")
    grep -qxF "$sum" "$stamp" 2>/dev/null && return
    echo "Installing the packages of $1 into .venv; the first time this takes a minute or two …"
    rm -f "$stamp"
    run "$py" -m pip install -qq --no-input --disable-pip-version-check --no-warn-script-location \
        --require-hashes --requirement "$1" ||
        die "installing $1 failed; the reason is above. Run the same command again to resume"
    cksum "$@" >"$stamp"
}

install_dev() {
    install_lock script/requirements-dev.txt requirements.txt
}
