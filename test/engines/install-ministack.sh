#!/usr/bin/env bash
# Makes a virtual environment in the folder given with ministack, an emulator of AWS that nobody here wrote, and the
# AWS CLI, for the rehearsal of a deployment (npm run rehearse); with cryptography, ministack signs a user pool's tokens
# as Cognito does. Wants Python 3.10 or later and PyPI; MINISTACK_VENV=<folder> then tells the rehearsal.
set -euo pipefail
folder=${1:?usage: install-ministack.sh <folder>}

[ -x "$folder/bin/ministack" ] && [ -x "$folder/bin/aws" ] && exit 0
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check 'ministack==1.5.33' 'awscli==1.46.3' 'cryptography==50.0.2'
