#!/bin/sh
# Print the first Python of 3.11 or later that can make virtual environments.
for name in python3.11 python3.12 python3.13 python3.14 python3; do
    if "$name" -c 'import sys, venv, ensurepip, sqlite3; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        command -v "$name"
        exit 0
    fi
done
echo "Python 3.11 or later with venv is missing. Type: sudo apt-get install -y python3 python3-venv" >&2
exit 1
