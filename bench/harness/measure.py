"""Runs loads and turns what the load generator and the kernel say into samples; checks the books after each."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import time
from pathlib import Path

from .processes import BenchError
from .scenarios import INPUT_PRICE, OUTPUT_PRICE, Load, Sample
from .servers import Gateway, Nginx, Provider


@dataclasses.dataclass(frozen=True)
class Bench:
    """Where things are, for every measurement of a run."""

    tools: Path
    folder: Path
    load_cores: set[int]
    provider: Provider
    encrypted: Provider
    keys: Path | None

    def provider_of(self, load: Load) -> Provider:
        return self.encrypted if load.tls else self.provider


def start_load(bench: Bench, server: Gateway | Nginx, load: Load) -> subprocess.Popen:
    body = bench.folder / f"{load.id}.json"
    body.write_bytes(load.body())
    command = [str(bench.tools / "load_generator"), f"127.0.0.1:{server.port}"]
    command += ["--path", server.path(load.path, load.tls), "--body", str(body), "--connections", str(load.connections)]
    command += ["--seconds", str(load.seconds), "--expect-events", str(load.expected_events)]
    if bench.keys:
        command += ["--keys", str(bench.keys)]
    if load.messages:
        command += ["--key-header", "x-api-key: ", "--header", "anthropic-version: 2023-06-01"]
    if load.rate:
        command += ["--rate", str(load.rate)]
    if load.once:
        stream_seconds = (load.events + 3) * load.interval_ms / 1000
        command += ["--requests", str(load.connections), "--ramp", str(load.ramp), "--drain", str(stream_seconds + 30)]
    bench.provider_of(load).shape(events=load.events, interval_ms=load.interval_ms, one_chunk=int(load.one_chunk))
    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: os.sched_setaffinity(0, bench.load_cores),
    )


def finish_load(generator: subprocess.Popen, server: Gateway | Nginx, load: Load) -> dict:
    output, errors = generator.communicate()
    where = f"{load.id} against {server.name}"
    if not output.strip():
        raise BenchError(f"{where}: the load generator gave no result: {errors.strip()}\n{server.server.tail()}")
    result = json.loads(output)
    if result["refused"]:
        raise BenchError(f"{where}: answers were refused: {result['refused']}: {result['first_refusal']}")
    return result


def lost(result: dict) -> int:
    return result["broken"] + result["unfinished"] + result["lost_streams"]


class Books:
    """What the provider answered must be what the gateway charged, to the unit."""

    def __init__(self, bench: Bench, gateway: Gateway):
        self.bench, self.gateway = bench, gateway
        self.before = gateway.books()
        self.stats_before = self._answered()

    def _answered(self) -> tuple[int, int]:
        rows = quota = 0
        for provider in {self.bench.provider, self.bench.encrypted}:
            stats = provider.stats()
            rows += stats["answered"]
            quota += stats["prompt_tokens"] * INPUT_PRICE + stats["completion_tokens"] * OUTPUT_PRICE
        return rows, quota

    def settle(self, seconds: float = 30) -> None:
        """Waits until everything is in the database. Raises if it never is, or if any total differs."""
        rows, quota = (now - before for now, before in zip(self._answered(), self.stats_before))
        expected = {name: self.before[name] + (rows if name == "log_rows" else quota) for name in self.before}
        deadline = time.monotonic() + seconds
        while (books := self.gateway.books()) != expected:
            if time.monotonic() > deadline:
                wrong = {n: f"{books[n] - self.before[n]} instead of {expected[n] - self.before[n]}" for n in books if books[n] != expected[n]}
                raise BenchError(f"the books do not balance: the provider answered {rows} requests, but {wrong}")
            time.sleep(0.1)


def run(bench: Bench, server: Gateway | Nginx, load: Load) -> Sample:
    """One measured run."""
    books = Books(bench, server) if isinstance(server, Gateway) else None
    relay, process = server.relay_cpu_ns(), server.process_cpu_ns()
    result = finish_load(start_load(bench, server, load), server, load)
    relay = server.relay_cpu_ns() - relay
    if books:
        books.settle()
    process = server.process_cpu_ns() - process
    if lost(result):
        raise BenchError(f"{load.id} against {server.name}: {lost(result)} answers were lost: {json.dumps(result)}")
    return Sample(
        answers=result["answers"],
        events=result["events"],
        seconds=result["seconds"],
        relay_ns=relay,
        process_ns=process,
        p50_us=result["latency_us"]["p50"],
        p99_us=result["latency_us"]["p99"],
    )


@dataclasses.dataclass(frozen=True)
class Held:
    """Memory with many streams open."""

    streams: int
    lost: int
    before_bytes: int
    during_bytes: int

    @property
    def kib_per_stream(self) -> float:
        return (self.during_bytes - self.before_bytes) / self.streams / 1024


def hold_streams(bench: Bench, server: Gateway | Nginx, load: Load) -> Held:
    """Opens the streams, reads the memory when all are under way, and waits for their end."""
    books = Books(bench, server) if isinstance(server, Gateway) else None
    before = server.memory()["rss"]
    generator = start_load(bench, server, load)
    time.sleep(load.ramp + load.events * load.interval_ms / 1000 * 0.6)
    during = server.memory()["rss"]
    result = finish_load(generator, server, load)
    if books and lost(result) == 0:
        books.settle()
    return Held(load.connections, lost(result), before, during)
