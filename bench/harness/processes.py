"""Processes on chosen cores, and what they cost: CPU in nanoseconds by thread, memory in bytes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections import defaultdict
from pathlib import Path


class BenchError(Exception):
    """The run cannot go on, or its result cannot be trusted. The text says why."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A child process with its output in a file. It ends with the run, whatever happens."""

    def __init__(self, name: str, command: list[str], cores: set[int], log: Path, env: dict[str, str] | None = None):
        self.name = name
        self.log = log
        self.started_ns = time.monotonic_ns()
        with open(log, "ab") as output:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=os.environ | (env or {}),
                preexec_fn=lambda: os.sched_setaffinity(0, cores),
            )

    @property
    def pid(self) -> int:
        return self.process.pid

    def wait_for(self, is_ready, seconds: float, pause: float = 0.005) -> None:
        deadline = time.monotonic() + seconds
        while not is_ready():
            if self.process.poll() is not None:
                raise BenchError(f"{self.name} ended with code {self.process.returncode}:\n{self.tail()}")
            if time.monotonic() > deadline:
                raise BenchError(f"{self.name} was not ready within {seconds:g} s:\n{self.tail()}")
            time.sleep(pause)

    def tail(self, lines: int = 20) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def stop(self, seconds: float = 30) -> int:
        """Asks it to end, then makes it; returns its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.process.kill()
        return self.process.wait()


def process_cpu_ns(pid: int) -> int:
    """CPU time of the whole process, with threads that have ended: the kernel's clock of that process."""
    return time.clock_gettime_ns((~pid << 3) | 2)


def thread_cpu_ns(pid: int) -> dict[str, int]:
    """CPU time of the live threads, added up by name; trailing digits, dashes and slashes of a name do not count."""
    times: dict[str, int] = defaultdict(int)
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            name = (task / "comm").read_text().strip().rstrip("0123456789-_/:#")
            times[name] += int((task / "schedstat").read_text().split()[0])
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended meanwhile
    return times


def memory_bytes(pid: int) -> dict[str, int]:
    """Resident and proportional memory."""
    sizes = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        name, _, value = line.partition(":")
        if name in ("Rss", "Pss"):
            sizes[name.lower()] = int(value.split()[0]) * 1024
    return sizes
