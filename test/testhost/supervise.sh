#!/bin/bash
# supervise.sh STATE: boots a machine (machine.sh) in namespaces and a cgroup of its own, and takes it away again when
# stdin ends. Whoever holds the other end of stdin may die however it likes: nothing of the machine is left.
# Prints the machine's first process, as this machine knows it, once there is one.
set -euo pipefail
state=$1
here=$(cd "$(dirname "$0")" && pwd)
base=/sys/fs/cgroup
[ ! -d "$base/unified" ] || base=$base/unified
cgroup=$base/holdfast-test-$$
supervisor=

clean_up() {
  # The shell's own word that it was killed is no news.
  exec 2> /dev/null
  # The first process takes the rest of its pid namespace with it.
  [ -z "$supervisor" ] || kill -KILL "$supervisor" || true
  wait || true
  for _ in $(seq 1 200); do
    find "$cgroup" -depth -type d -exec rmdir {} + || true
    [ -d "$cgroup" ] || break
    sleep 0.02
  done
  rm -rf "$state"
}
trap clean_up EXIT
trap 'exit 1' TERM INT HUP

mkdir -p "$state/machine" "$cgroup"
(
  echo "$BASHPID" > "$cgroup/cgroup.procs"
  exec setsid setpriv --pdeathsig KILL \
    unshare --mount --pid --fork --kill-child --uts --ipc --net --cgroup --propagation private \
    "$here/machine.sh" "$state"
) < /dev/null > "$state/log" 2>&1 &
supervisor=$!
first=
for _ in $(seq 1 500); do
  kill -0 "$supervisor" 2>/dev/null || { cat "$state/log" >&2; exit 1; }
  first=$(cat "/proc/$supervisor/task/$supervisor/children" 2>/dev/null || true)
  [ -z "$first" ] || break
  sleep 0.01
done
echo "${first%% *} $cgroup"
cat > /dev/null
