#!/usr/bin/env bash
# Makes a virtual environment with moto in the folder given, for the tests that want an implementation of AWS
# which shares nothing with ours. Wants Python 3.10 or later and PyPI; MOTO_VENV=<folder> then tells the tests.
set -euo pipefail
folder=${1:?usage: install-moto.sh <folder>}

[ -x "$folder/bin/moto_server" ] && exit 0
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check 'moto[server]==5.2.1'
