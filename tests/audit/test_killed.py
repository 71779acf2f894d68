"""A process killed while it writes the log leaves a chain that holds, and loses nothing that it was told is written."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time

import pytest

from pipeline.audit import NewEntry, record
from pipeline.audit.chain import read
from pipeline.audit.checking import problems
from pipeline.audit.log import audit_file
from pipeline.settings import PROJECT_ROOT, Paths

WRITER = """
import sys
from pathlib import Path
from pipeline.audit import NewEntry, record
from pipeline.settings import Paths
number = 0
while True:
    entries = [NewEntry("load", f"{number}-{part}", {}, None, {"x": "y" * 50_000}) for part in "ab"]
    record(Paths(Path(sys.argv[1])), entries)
    print(number, flush=True)
    number += 1
"""


@pytest.mark.parametrize("seed", range(5))
def test_a_kill_at_any_moment_keeps_every_entry_that_was_acknowledged(paths: Paths, seed: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(paths.data)], cwd=PROJECT_ROOT, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "0\n"
        time.sleep(random.Random(seed).uniform(0, 0.05))
        writer.send_signal(signal.SIGKILL)
        acknowledged = 1 + len(writer.stdout.read().split())
    record(paths, [NewEntry("load", "after")])
    assert list(problems(audit_file(paths))) == []
    subjects = [line.content()["subject"] for line in read(audit_file(paths))]
    wanted = [f"{number}-{part}" for number in range(acknowledged) for part in "ab"]
    assert subjects[: len(wanted)] == wanted
    assert subjects[-1] == "after"
