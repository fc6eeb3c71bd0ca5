#!/usr/bin/env bash
# Makes a virtual environment with the AWS CLI and an emulator of AWS in the folder given, for the tests that run the
# documents' commands. Wants Python 3.10 or later and PyPI; EMULATED_AWS_VENV=<folder> then tells the tests.
set -euo pipefail
folder=${1:?usage: install-emulated-aws.sh <folder>}

[ -x "$folder/bin/ministack" ] && [ -x "$folder/bin/aws" ] && exit 0
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check 'ministack==1.5.33' 'awscli==1.46.3'
