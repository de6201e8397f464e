"""The job array of examples/slurm on a real Slurm: one node on the loopback interface, started here.

Usage: slurm_test.py PATH_OF_TERSE STUDY.SBATCH. Needs root, slurmctld, slurmd and munged.
"""

import csv
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

PROGRAM = ""
SCRIPT = ""
SMALL = ["fried:400", "--methods", "fp,bw-sq", "--bits", "2,3", "--splits", "3", "--hidden", "2x16", "--epochs", "3"]
CONFIGURATION = """\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
SlurmctldPort={controller}
SlurmdPort={daemon}
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/controller.pid
SlurmdPidFile={folder}/daemon.pid
NodeName={host} NodeAddr=127.0.0.1 CPUs=2 RealMemory=500 State=UNKNOWN
PartitionName=main Nodes={host} Default=YES State=UP
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Slurm(unittest.TestCase):
    def setUp(self):
        for program in ("slurmctld", "slurmd", "sbatch", "munged"):
            self.assertIsNotNone(shutil.which(program), f"{program} is missing: scripts/install-packages test")
        self.assertEqual(os.geteuid(), 0, "slurmd starts jobs: run this test as root")
        self.temporary = tempfile.TemporaryDirectory()
        self.addCleanup(self.temporary.cleanup)
        self.folder = Path(self.temporary.name)
        for name in ("state", "spool"):
            (self.folder / name).mkdir()
        os.chmod(self.folder, 0o755)
        self.configuration = self.folder / "slurm.conf"
        ports = {"controller": free_port(), "daemon": free_port()}
        host = socket.gethostname().split(".")[0]
        self.configuration.write_text(CONFIGURATION.format(host=host, folder=self.folder, **ports))
        self.environment = {**os.environ, "SLURM_CONF": str(self.configuration), "TERSE": PROGRAM}
        key = self.folder / "munge.key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o600)
        munge = ["munged", "--foreground", "--force", "--key-file", key, "--socket", self.folder / "munge.socket"]
        munge += ["--pid-file", self.folder / "munge.pid", "--log-file", self.folder / "munge.log"]
        munge += ["--seed-file", self.folder / "munge.seed"]
        self.start(munge)
        self.start(["slurmctld", "-D", "-f", self.configuration])
        self.start(["slurmd", "-D", "-f", self.configuration])

    def start(self, command):
        log = open(self.folder / f"{command[0]}.output", "wb")
        self.addCleanup(log.close)
        process = subprocess.Popen([*map(str, command)], env=self.environment, stdout=log, stderr=log)
        self.addCleanup(process.wait, 30)
        self.addCleanup(process.terminate)

    def slurm(self, *command):
        return subprocess.run(
            [*map(str, command)], env=self.environment, cwd=self.folder, capture_output=True, text=True
        )

    def until(self, condition, what, seconds=90):
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                logs = "\n".join(path.read_text()[-1500:] for path in self.folder.glob("*.output"))
                self.fail(f"{what} after {seconds} s\n{logs}")
            time.sleep(0.3)

    def test_a_job_array_does_the_study(self):
        self.until(lambda: "idle" in self.slurm("sinfo", "-h", "-o", "%t").stdout, "no idle node")
        job = self.slurm("sbatch", "--parsable", "--array=1-4", SCRIPT, "shared", *SMALL)
        self.assertEqual(job.returncode, 0, job.stderr)
        self.until(lambda: not self.slurm("squeue", "-h", "-j", job.stdout.strip()).stdout.strip(), "jobs still run")
        logs = "\n".join(path.read_text() for path in self.folder.glob("slurm-*.out"))
        self.assertEqual(len(list((self.folder / "shared/trials").glob("*/*.json"))), 9, logs)
        for arguments in (["merge", "shared", "-o", "merged"], [*SMALL, "-o", "whole"]):
            done = self.slurm(PROGRAM, "study", *arguments)
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.losses("merged"), self.losses("whole"))

    def losses(self, name):
        with open(self.folder / name / "summary.csv", newline="") as file:
            return [(row["method"], row["bits"], row["losses"]) for row in csv.DictReader(file)]


if __name__ == "__main__":
    PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    SCRIPT = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
