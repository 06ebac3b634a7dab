#!/bin/sh
# Install what pip and npm cannot bring: sh scripts/system_packages.sh run|test
# Installs with apt as root or with a sudo that asks nothing; otherwise says the line to type.
set -eu
purpose="${1:-run}"
missing=""

need() { missing="$missing $1"; }
has_library() { ldconfig -p 2>/dev/null | grep -q "$1" || ls /usr/lib/*/"$1" /usr/local/lib/"$1" >/dev/null 2>&1; }

sh "$(dirname "$0")/find_python.sh" >/dev/null 2>&1 || need "python3 python3-venv"
PATH="$PATH:/sbin:/usr/sbin"
has_library libpango-1.0.so.0 || need libpango-1.0-0
has_library libpangoft2-1.0.so.0 || need libpangoft2-1.0-0
has_library libharfbuzz-subset.so.0 || need libharfbuzz-subset0
has_library libfontconfig.so.1 || need libfontconfig1
command -v node >/dev/null 2>&1 || need nodejs
command -v npm >/dev/null 2>&1 || need npm
if [ "$purpose" = test ]; then
    command -v chromium >/dev/null 2>&1 || need chromium
fi
[ -n "$missing" ] || exit 0

line="apt-get install -y --no-install-recommends$missing"
if ! command -v apt-get >/dev/null 2>&1; then
    echo "Missing:$missing. Install them with your system's package manager, then try again." >&2
    exit 1
fi
if [ "$(id -u)" = 0 ]; then
    sudo=""
elif sudo -n true 2>/dev/null; then
    sudo="sudo -n"
else
    echo "Missing:$missing. Type this line, then try again:" >&2
    echo "    sudo $line" >&2
    exit 1
fi
echo "Installing:$missing"
# Where a Debian mirror is set up, `update` needs it reachable; an old list may do, so its failure is not the end.
$sudo apt-get update -qq || true
if ! DEBIAN_FRONTEND=noninteractive $sudo $line >/dev/null; then
    echo "This did not work. Type it yourself to see why:" >&2
    echo "    sudo $line" >&2
    exit 1
fi
