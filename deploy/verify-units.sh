#!/usr/bin/env bash
# Let systemd judge every unit that `jobctl systemd` prints: verify-units.sh PATH-OF-JOBCTL
set -euo pipefail

jobctl=$1
if ! command -v systemd-analyze >/dev/null; then
  echo "units: there is no systemd-analyze here; tests/cli/test_systemd_unit.py has judged them by its rules"
  exit 0
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# systemd's own manager for users looks for this folder.
export XDG_RUNTIME_DIR=$scratch/run
mkdir "$XDG_RUNTIME_DIR"

for options in "" "--strict" "--user" "--user --strict"; do
  manager=--system
  case $options in --user*) manager=--user ;; esac
  # shellcheck disable=SC2086
  "$jobctl" systemd $options >"$scratch/jobctl.service" 2>/dev/null
  found=$(systemd-analyze $manager verify "$scratch/jobctl.service" 2>&1) || { echo "jobctl systemd $options: $found"; exit 1; }
  if grep -q "jobctl.service" <<<"$found"; then
    echo "jobctl systemd $options: $found"
    exit 1
  fi
done

# How much is open to jobs, by systemd's own reckoning; as a service of a user it is judged by other rules.
while read -r most options; do
  # shellcheck disable=SC2086
  "$jobctl" systemd $options >"$scratch/jobctl.service" 2>/dev/null
  if ! found=$(systemd-analyze security --offline=true --threshold="$most" "$scratch/jobctl.service" 2>&1); then
    echo "jobctl systemd $options: more exposed than $((most / 10)).$((most % 10)): $(tail -n 1 <<<"$found")"
    exit 1
  fi
done <<<$'69\n29 --strict'
echo "units: systemd-analyze finds nothing to complain of"
