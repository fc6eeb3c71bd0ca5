#!/usr/bin/env bash
# Judges the synthesized templates by two that nobody here wrote: cfn-lint knows resource types, properties, values and
# references as CloudFormation documents them, checkov what others hold to be safe. An error or a warning fails; what
# checkov asks for in vain stands in checkov.yaml, with the reasons. Wants Python 3.10 or later and PyPI.
# CFN_LINT_VENV=<folder> keeps both for the next time; `--install` only puts them there.
#
#   test/lib/lint-templates.sh [folder with *.template.json; without it the stack is synthesized in several variants]
set -euo pipefail
cd "$(dirname "$0")/../.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
venv=${CFN_LINT_VENV:-$work/venv}
if [ ! -x "$venv/bin/checkov" ]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement test/lib/lint-requirements.txt
fi
[ "${1-}" = --install ] && exit 0

lint() {
  # W3005: CDK writes each role into DependsOn beside the GetAtt that implies it, so that the role's policies are
  # attached before what needs them is made. The repetition is harmless, and the policies are the point.
  "$venv/bin/cfn-lint" --ignore-checks W3005 --regions us-east-1 eu-central-1 -- "$@"
  for template in "$@"; do "$venv/bin/checkov" --config-file test/lib/checkov.yaml --file "$template"; done
}

if [ $# -gt 0 ]; then
  lint "$1"/*.template.json
  exit 0
fi

synthesize() { # name, settings
  local name=$1
  shift
  env "$@" node_modules/.bin/cdk synth --quiet --output "$work/$name"
}
synthesize defaults ENABLE_SCHEDULER=true
synthesize off ATOM_SAAS_ENABLED=false ENABLE_SCHEDULER=false ATOM_SAAS_WS_ENABLED=false
synthesize issuer ATOM_SYNC_JWT_ISSUER=https://login.example.com/ ATOM_SYNC_JWT_AUDIENCE=atom-sync \
  ATOM_SYNC_CORS_ORIGINS=https://app.example.com \
  ATOM_SYNC_VPC_ID=vpc-0123456789abcdef0 ATOM_SYNC_SUBNET_IDS=subnet-0123456789abcdef0
synthesize tickets ZENDESK_SUBDOMAIN=acme TICKET_WEBHOOK_URL=https://hooks.example.com
synthesize zones ATOM_SYNC_FEED_ZONE_IDS=use1-az1,use1-az4,use1-az6 ATOM_SYNC_FEED_ARCHITECTURE=x86_64 \
  ATOM_SYNC_FEED_SPOT=false ATOM_SYNC_DASHBOARD=true ATOM_SYNC_TRACE_API=true \
  ATOM_SYNC_ALARM_EMAIL=operator@example.com ATOM_SYNC_STACK_NAME="$(printf 's%.0s' {1..64})"
for name in defaults off issuer tickets zones; do
  lint "$work/$name"/*.template.json
  echo "cfn-lint and checkov are content with the template ($name)"
done
