#!/bin/bash
# machine.sh STATE: runs as the first process of new namespaces and becomes systemd, on a throw-away layer over this
# machine's own files. STATE/programs is put at /opt/holdfast, and these sources at /opt/holdfast-sources. What reaches beyond the namespaces is taken away first:
# the clock, kernel modules, raw devices, the power switch, and the settings of the kernel that are not of the network.
set -euo pipefail
state=$1
sources=$(cd "$(dirname "$0")/../.." && pwd)
top=$state/machine
root=$top/root

mount -t tmpfs -o mode=755 machine "$top"
mkdir "$top/upper" "$top/work" "$root"
# Whatever an agent of this machine has left must make no difference, so there is always something.
used=$top/used
mkdir -p "$used"/{etc,var/lib,var/log}/holdfast "$used/etc/systemd/system/holdfast.service.d"
echo 'broken: [' | tee "$used"/etc/holdfast/{site,secrets}.yaml > "$used/var/lib/holdfast/ledger.jsonl"
mount -t overlay overlay -o "lowerdir=$used:/,upperdir=$top/upper,workdir=$top/work" "$root"
mkdir -p "$root"/{proc,sys,dev,run,tmp,opt/holdfast,opt/holdfast-sources}
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount -t tmpfs -o mode=755 cgroup "$root/sys/fs/cgroup"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"

mount -t tmpfs -o mode=755,nosuid dev "$root/dev"
for node in null:3 zero:5 full:7 random:8 urandom:9; do
  mknod -m 666 "$root/dev/${node%:*}" c 1 "${node#*:}"
done
mknod -m 666 "$root/dev/tty" c 5 0
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
mount -t tmpfs -o mode=1777 shm "$root/dev/shm"
ln -s /proc/self/fd "$root/dev/fd"
mount -t tmpfs -o mode=755 run "$root/run"
mount -t tmpfs -o mode=1777 tmp "$root/tmp"
mount --bind "$state/programs" "$root/opt/holdfast"
mount -o remount,bind,ro "$root/opt/holdfast"
mount --bind "$sources" "$root/opt/holdfast-sources"
mount -o remount,bind,ro "$root/opt/holdfast-sources"

# A machine of its own, with nothing of what this one starts, and on which no agent was ever at work.
rm -rf "$root"/etc/systemd/system/*.wants "$root"/etc/systemd/system/*.requires
rm -rf "$root"/etc/systemd/system/holdfast.service{,.d} "$root"/{etc,var/lib,var/log}/holdfast
tr -d - < /proc/sys/kernel/random/uuid > "$root/etc/machine-id"
units=$root/run/systemd/system
mkdir -p "$units"
cat > "$units/test.target" <<'UNIT'
[Unit]
Description=Disposable machine
Requires=sysinit.target
Wants=systemd-journald.service
After=sysinit.target
AllowIsolate=yes
UNIT
for unit in systemd-udevd.service systemd-udev-trigger.service systemd-udevd-kernel.socket systemd-udevd-control.socket \
  systemd-resolved.service systemd-timesyncd.service systemd-modules-load.service systemd-random-seed.service \
  systemd-sysctl.service systemd-journald-audit.socket systemd-boot-system-token.service dev-hugepages.mount \
  dev-mqueue.mount sys-kernel-config.mount sys-kernel-debug.mount sys-kernel-tracing.mount \
  sys-fs-fuse-connections.mount proc-sys-fs-binfmt_misc.automount proc-sys-fs-binfmt_misc.mount getty.target; do
  ln -sf /dev/null "$units/$unit"
done

mkdir "$top/net"
mount --bind "$root/proc/sys/net" "$top/net"
mount --bind "$root/proc/sys" "$root/proc/sys"
mount -o remount,bind,ro "$root/proc/sys"
mount --bind "$top/net" "$root/proc/sys/net"
umount "$top/net"
cat /proc/sys/kernel/random/uuid > "$root/run/.boot-id"
mount --bind "$root/run/.boot-id" "$root/proc/sys/kernel/random/boot_id"
mount -o remount,bind,ro "$root/sys"

cd "$root"
mkdir run/.old
pivot_root . run/.old
cd /
umount -l /run/.old
rmdir /run/.old
exec env -i container=test PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
  setpriv --bounding-set=-sys_time,-sys_module,-sys_rawio,-sys_boot --inh-caps=-sys_time,-sys_module,-sys_rawio,-sys_boot \
  /lib/systemd/systemd --system --unit=test.target --show-status=0 --log-target=journal \
  < /dev/null > /dev/null 2>&1
