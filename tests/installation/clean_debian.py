"""A clean Debian with systemd of its own and no network: namespaces around a tree that debootstrap made once."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
HOME = ROOT / ".carehub" / "debian"
# What docs/installation.md asks of Debian, and what any Debian has that was not made for a container.
PACKAGES = "systemd,systemd-sysv,dbus,ca-certificates,postgresql,nginx,python3-venv,logrotate,openssl,curl,iproute2"
START = """
set -eu
root=$1
ip link set lo up
mount --make-rprivate /
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
for each in run tmp dev; do mount -t tmpfs tmpfs "$root/$each"; done
for each in null zero full random urandom tty; do
    touch "$root/dev/$each"
    mount --bind "/dev/$each" "$root/dev/$each"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts devpts "$root/dev/pts" -o newinstance,ptmxmode=0666
mount -t tmpfs tmpfs "$root/dev/shm"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
if test -f /sys/fs/cgroup/cgroup.controllers; then
    mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
else
    mount -t tmpfs tmpfs "$root/sys/fs/cgroup"
    mkdir "$root/sys/fs/cgroup/systemd"
    mount -t cgroup -o none,name=systemd cgroup "$root/sys/fs/cgroup/systemd"
fi
cd "$root"
pivot_root . mnt
umount -l /mnt
exec env -i container=carehub PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --log-target=null
"""


def why_not() -> str | None:
    """Return why this machine cannot make a Debian of its own, if it cannot."""
    if os.geteuid() != 0:
        return "not root: namespaces and debootstrap need it"
    missing = [name for name in ("debootstrap", "unshare", "nsenter", "pivot_root", "ip") if not shutil.which(name)]
    if missing:
        return f"missing: {', '.join(missing)}"
    if subprocess.run(["unshare", "--mount", "--pid", "--net", "--fork", "true"], check=False).returncode:
        return "the kernel lets nobody make namespaces here"
    return None


def mirror() -> list[str]:
    """Return the address from which this machine has its own packages, if it says one."""
    for path in [Path("/etc/apt/sources.list"), *Path("/etc/apt/sources.list.d").glob("debian*")]:
        if path.exists() and (found := re.search(r"(?:^deb\s+(?:\[.*?\]\s+)?|^URIs:\s*)(\S+)", path.read_text(), re.M)):
            return [found[1]]
    return []


class CleanDebian:
    """One that is thrown away with all that was done in it."""

    def __init__(self, suite: str) -> None:
        self.base, self.root = HOME / suite, HOME / f"{suite}-{os.getpid()}"
        self.process: subprocess.Popen[bytes] | None = None
        self.init = ""

    def make(self) -> None:
        HOME.mkdir(parents=True, exist_ok=True)
        if not (self.base / "made").exists():
            shutil.rmtree(self.base, ignore_errors=True)
            command = ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", self.base.name, str(self.base)]
            subprocess.run([*command, *mirror()], check=True, stdout=subprocess.DEVNULL)
            (self.base / "made").touch()
        subprocess.run(["cp", "--archive", "--reflink=auto", str(self.base), str(self.root)], check=True)

    def start(self) -> None:
        """Start systemd as the first process of namespaces, with a loopback and no other network."""
        spaces = ["--mount", "--pid", "--net", "--uts", "--ipc", "--cgroup"]
        command = ["unshare", *spaces, "--fork", "--kill-child", "sh", "-c", START, "sh", str(self.root)]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        self.wait(lambda: bool(children.read_text().split()))
        self.init = children.read_text().split()[0]
        self.wait(
            lambda: self.run("systemctl is-system-running", check=False).stdout.strip() in {"running", "degraded"}
        )

    def wait(self, happened: object, seconds: int = 120) -> None:
        end = time.monotonic() + seconds
        while not happened():  # type: ignore[operator]
            assert time.monotonic() < end, "the clean Debian does not start"
            time.sleep(0.2)

    def run(self, script: str, *, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a script inside, as root's shell would; what it says goes with the failure."""
        spaces = ["--mount", "--pid", "--net", "--uts", "--ipc", "--cgroup"]
        surroundings = ["env", "-i", "HOME=/root", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]
        command = [
            "nsenter",
            f"--target={self.init}",
            *spaces,
            *surroundings,
            "LANG=C.UTF-8",
            "sh",
            "-eu",
            "-c",
            script,
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        assert not check or done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
        return done

    def throw_away(self) -> None:
        if self.process:
            self.process.kill()  # and with it, being the first of its namespace, everything inside
            self.process.wait()
        shutil.rmtree(self.root, ignore_errors=True)
