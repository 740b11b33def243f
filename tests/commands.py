"""The command `aligner`, in this process and in one of its own."""

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from aligner.cli import main

ROOT = Path(__file__).parents[1]


def run(*arguments: object, given: bytes = b"") -> subprocess.CompletedProcess[str]:
    """Run the command here, with streams as a process has them: starting one takes the better part of a second."""
    streams = [io.TextIOWrapper(io.BytesIO(data), encoding="ascii") for data in (given, b"", b"")]
    with pytest.MonkeyPatch.context() as patch:
        for name, stream in zip(("stdin", "stdout", "stderr"), streams, strict=True):
            patch.setattr(sys, name, stream)
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as stop:  # argparse has its own way out
            status = int(stop.code or 0)
        with contextlib.suppress(ValueError):  # closed
            streams[1].flush()
            streams[2].flush()
    out, err = (stream.buffer.getvalue().decode("utf-8") for stream in streams[1:])  # type: ignore[attr-defined]
    return subprocess.CompletedProcess([*map(str, arguments)], status, out, err)


def run_process(
    *arguments: object, given: bytes | None = b"", stdout: int = subprocess.PIPE
) -> subprocess.CompletedProcess[str]:
    """Run the command as people do, in a bare container's locale: for what a process of its own is needed for."""
    environment = {**os.environ, "LANG": "C", "LC_ALL": "C", "PYTHONPATH": str(ROOT)}
    environment.pop("PYTHONUTF8", None)
    command = [sys.executable, "-m", "aligner", *map(str, arguments)]
    done = subprocess.run(
        command, input=given, env=environment, cwd=ROOT, stdout=stdout, stderr=subprocess.PIPE, check=False
    )
    out, err = ((data or b"").decode("utf-8") for data in (done.stdout, done.stderr))
    return subprocess.CompletedProcess(command, done.returncode, out, err)
