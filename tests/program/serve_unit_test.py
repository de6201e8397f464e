"""The systemd unit: what it starts is an option of the program, and it may do little.

Usage: serve_unit_test.py PATH_OF_TERSE UNIT SETTINGS
"""

import re
import subprocess
import sys
from pathlib import Path

EXPOSURE_MAX = 2.0

if __name__ == "__main__":
    program, unit = sys.argv[1], Path(sys.argv[2]).resolve()
    command = re.search(r"(?m)^ExecStart=(.*)$", unit.read_text()).group(1).split()
    assert command == ["/usr/bin/terse", "serve", "$TERSE_SERVE"], command
    settings = re.search(r'(?m)^TERSE_SERVE="(.*)"$', Path(sys.argv[3]).read_text()).group(1).split()
    assert len(settings) > 5, settings
    options = subprocess.run([program, "serve", "--help"], check=True, capture_output=True, text=True).stdout
    for option in settings:
        assert not option.startswith("--") or re.search(rf"{option}\b", options), f"{option} is no option"
    done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", unit], capture_output=True,
                          text=True, timeout=60)
    exposure = float(re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout).group(1))
    print(f"exposure {exposure}")
    assert exposure < EXPOSURE_MAX, done.stdout
