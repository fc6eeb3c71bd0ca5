#!/usr/bin/env bash
# Fuzzes the HTTP API by its OpenAPI document with schemathesis: no 5xx, and no answer that the document does not
# have. Wants Python 3.10 or later and PyPI; under two minutes. FUZZ_EXAMPLES sets how hard it tries, FUZZ_SEED what:
# the same calls each time by default, for a change must not fail by luck. FUZZ_VENV=<folder> keeps schemathesis for the
# next time; `--install` only puts it there.
set -euo pipefail
cd "$(dirname "$0")/../../../.."
root=$PWD
node=$root/node_modules/.bin/node

work=$(mktemp -d)
server=
trap 'if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; wait "$server" || true; fi; rm -rf "$work"' EXIT

venv=${FUZZ_VENV:-$work/venv}
if [ ! -x "$venv/bin/st" ]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check schemathesis==4.32.5 openapi-spec-validator==0.9.0
fi
[ "${1-}" = --install ] && exit 0

"$node" test/functions/admin-api/fuzz/serve-for-fuzzing.ts "$work/api.json" >"$work/api.log" 2>&1 &
server=$!
"$venv/bin/openapi-spec-validator" docs/openapi.json
for _ in $(seq 1 60); do
  [ -s "$work/api.json" ] && break
  sleep 0.5
done
url=$("$node" -p 'JSON.parse(fs.readFileSync(process.argv[1])).url' "$work/api.json")

# One worker: with more, Python 3.11 itself fails now and then ("AST constructor recursion depth mismatch").
fuzz() { # level, examples of each operation
  local token
  token=$("$node" -p "JSON.parse(fs.readFileSync(process.argv[1])).tokens.$1" "$work/api.json")
  (
    cd "$work"
    timeout "${FUZZ_SECONDS:-170}" "$venv/bin/st" --config-file "$root/test/functions/admin-api/fuzz/schemathesis.toml" \
      run "$root/docs/openapi.json" --url "$url" --header "Authorization: Bearer $token" \
      --seed "${FUZZ_SEED:-20261127}" --max-examples "$2" --workers 1 --request-timeout 28 --no-color
  )
}
fuzz AUTONOMOUS "${FUZZ_EXAMPLES:-80}"
fuzz INTERN 20

if grep -E '"level":"ERROR"|"status":500' "$work/api.log"; then
  echo 'The API met faults of its own while it was fuzzed.'
  exit 1
fi
