"""File systems and cables that a test may break: in namespaces of its own, as any user, gone when it ends."""

import os
import subprocess
import sys
import time


def enter():
    """Starts this program again in its own user, mount and network namespaces; False where that is forbidden."""
    if os.environ.get("TERSE_TEST_NAMESPACES"):
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        return True
    namespaces = ["unshare", "--map-root-user", "--mount", "--net"]
    if subprocess.run([*namespaces, "true"], capture_output=True).returncode != 0:
        print("namespaces are forbidden here: no full disk, no read-only disk, no cut cable", file=sys.stderr)
        return False
    os.environ["TERSE_TEST_NAMESPACES"] = "yes"
    os.execvp("unshare", [*namespaces, sys.executable, "-B", *sys.argv])


def mount_small_disk(folder, megabytes):
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "small", folder], check=True)


class Cable:
    """To another network namespace, where `here` is `there`: 10.9.0.1 on this side, 10.9.0.2 on that."""

    there = "10.9.0.2"

    def __init__(self):
        self.holder = subprocess.Popen(["unshare", "--net", "sleep", "600"])
        self.inside = ("nsenter", "-t", str(self.holder.pid), "-n")
        own = os.readlink("/proc/self/ns/net")
        while os.readlink(f"/proc/{self.holder.pid}/ns/net") == own:
            time.sleep(0.01)
        self.ip("link add near type veth peer name far netns", str(self.holder.pid))
        self.ip("addr add 10.9.0.1/24 dev near")
        self.ip("link set near up")
        self.ip("addr add 10.9.0.2/24 dev far", there=True)
        self.ip("link set lo up", there=True)
        self.join()

    def ip(self, command, *more, there=False):
        subprocess.run([*(self.inside if there else ()), "ip", *command.split(), *more], check=True)

    def cut(self):
        self.ip("link set far down", there=True)

    def join(self):
        self.ip("link set far up", there=True)

    def close(self):
        self.holder.kill()
        self.holder.wait()
