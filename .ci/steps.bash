# What .ci/run and .ci/full share: steps with a name, a time and a log, and the count at the end.
# shellcheck shell=bash

# Job control, so that a step does not inherit that interrupts are ignored.
set -m
export CI=true
# Seconds for all of it, set by whoever reads this file.
: "${deadline:?}"
checkout=$(git rev-parse --show-toplevel)
# Mode 0700, as mktemp makes it: root's tests run below a directory that no other user can enter.
private=$(mktemp -d)
# What the ordinary user can reach.
public=$(mktemp -d)
chmod 755 "$public"
# Where jest leaves its counts, whoever runs it.
open=$public/results
mkdir "$open"
chmod 1777 "$open"
trap 'rm -rf "$private" "$public"' EXIT

# Which tests the ordinary user runs; none named is all.
as_user_too=()

passed=0
failed=0

# step <name> <command…>: one more passed or failed.
step() {
  local name=$1
  shift
  if attempt "$name" "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

# tests <name> <command…>: as many more passed and failed as jest counted. The command takes jest's arguments behind its own.
tests() {
  local name=$1 results good=0 bad=0 ended=0
  local command=("${@:2}")
  results=$(mktemp -u -p "$open" results-XXXXXX.json)
  attempt "$name" "${command[@]}" --json --outputFile="$results" || ended=1
  if [ -s "$results" ]; then
    # A file that could not be run has no tests to count: it counts as one that failed.
    read -r good bad < <(node -e '
      const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = require(process.argv[1]);
      console.log(numPassedTests, numFailedTests + numRuntimeErrorTestSuites)' "$results")
  fi
  # Failed without one test to blame: the build, the set-up, something left open.
  if [ $ended -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
  passed=$((passed + good))
  failed=$((failed + bad))
  echo "  $good tests passed, $bad failed"
}

# Runs one command for as long as the deadline leaves, without a terminal; shows how it went and how long it took.
attempt() {
  local name=$1 log since=$SECONDS code=0 pid
  log=$(mktemp -p "$private")
  shift
  echo "── $name"
  timeout -k 20 $((deadline - SECONDS > 1 ? deadline - SECONDS : 1)) "$@" >"$log" 2>&1 </dev/null &
  pid=$!
  until ended $pid || left_open; do sleep 1; done
  ended $pid || kill $pid
  wait $pid || code=$?
  grep -a '^counted: ' "$log" | sed 's/^/  /'
  if [ $code -eq 0 ]; then
    echo "  ✓ $((SECONDS - since)) s"
  else
    tail -n 150 "$log"
    [ $code -eq 124 ] && echo "  out of time"
    echo "  ✗ $((SECONDS - since)) s, exit code $code"
  fi
  return $code
}

ended() { ! kill -0 "$1" 2>/dev/null; }

# Whether jest told its results 20 s ago: if it still runs, a test has left something open, and would hold up the rest.
left_open() { [ -n "${results:-}" ] && [ -s "$results" ] && [ $(($(date +%s) - $(stat -c %Y "$results"))) -gt 20 ]; }

# lane <function>: its steps run beside those of other lanes; `join_lanes` waits, shows what each printed, and counts.
lanes=()
lane() {
  local out
  out=$(mktemp -p "$private")
  (
    passed=0 failed=0
    trap 'echo "$passed $failed" >"$out.count"' EXIT
    "$1"
  ) >"$out" 2>&1 &
  lanes+=("$! $out")
}
join_lanes() {
  local lane pid out good bad
  for lane in "${lanes[@]}"; do
    read -r pid out <<<"$lane"
    wait "$pid"
    cat "$out"
    # A lane that told no count was cut off.
    read -r good bad < <(cat "$out.count" 2>/dev/null || echo 0 1)
    passed=$((passed + good))
    failed=$((failed + bad))
  done
  lanes=()
}

# What some tests need besides Node and git: several daemons, isolated agents, the web app. Tests start it by themselves.
what_tests_need() {
  step 'redis-server, bubblewrap, chromium' bash -c \
    'apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y redis-server bubblewrap chromium'
}

# What is committed, as somebody who clones it finds it.
fresh_clone() { git clone -q "$checkout" "$1"; }

# All that is to hold: as root in a fresh clone, and as a user who owns that clone as it was built, and a home.
everything() {
  local root=$private/checkout
  fresh_clone "$root"
  local as_root=(env -C "$root")
  lane what_tests_need
  step 'npm ci' "${as_root[@]}" npm ci
  step 'lint' "${as_root[@]}" npm run lint
  step 'typecheck' "${as_root[@]}" npm run typecheck
  join_lanes
  tests 'npm test' "${as_root[@]}" npm test --
  step 'demo' "${as_root[@]}" npm run demo
  # These wait for processes and for each other's clocks more than they compute.
  lane disturbed
  lane looked_at
  join_lanes
}

disturbed() {
  tests 'npm run test:faults' "${as_root[@]}" npm run test:faults --
  tests 'npm run test:redis' "${as_root[@]}" npm run test:redis --
  tests 'npm run test:agents' "${as_root[@]}" npm run test:agents --
  as_ordinary_user
}

looked_at() {
  tests 'npm run test:browser' "${as_root[@]}" npm run test:browser --
  tests 'npm run test:isolation' "${as_root[@]}" npm run test:isolation --
}

as_ordinary_user() {
  local user=$public/checkout
  mkdir "$public/home"
  # What agents' tests installed beside it is not needed.
  mkdir "$user"
  tar -C "$root" --exclude=./.agents -cf - . | tar -C "$user" -xf -
  chown -R nobody:nogroup "$user" "$public/home"
  local as_user=(setpriv --reuid=nobody --regid=nogroup --clear-groups
    env -C "$user" "HOME=$public/home" "npm_config_cache=$public/home/.npm")
  tests 'npm test, as an ordinary user' "${as_user[@]}" npm test -- "${as_user_too[@]}"
  step 'demo, as an ordinary user' "${as_user[@]}" npm run demo
}

conclude() {
  echo "took $((SECONDS / 60)) min $((SECONDS % 60)) s"
  echo "$passed passed, $failed failed"
  [ $failed -eq 0 ]
}
