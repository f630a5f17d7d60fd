"""What is measured: loads, and the rows of the table that are read from them.

A load is one kind of traffic, sent to the gateway and to nginx in turn. A row names a load, what of it counts, and what
is to be reached ("must") and aimed at.
"""

from __future__ import annotations

import dataclasses
import json
from typing import Callable

MODEL = "bench-chat"
TLS_MODEL = "bench-tls"

# What the seeded prices charge, in quota units a token.
INPUT_PRICE = 1
OUTPUT_PRICE = 2


@dataclasses.dataclass(frozen=True)
class Load:
    id: str
    connections: int
    body_bytes: int = 250
    path: str = "/v1/chat/completions"
    stream: bool = False
    events: int = 32
    interval_ms: int = 0
    one_chunk: bool = False  # a burst's events in one HTTP chunk rather than one each
    seconds: float = 8
    rate: float = 0
    once: bool = False  # each connection sends one request
    ramp: float = 0
    tls: bool = False
    rounds: int = 5
    gateway_only: bool = False

    @property
    def messages(self) -> bool:
        return self.path.endswith("/messages")

    def body(self) -> bytes:
        """A request of exactly `body_bytes` bytes."""
        request: dict = {"model": TLS_MODEL if self.tls else MODEL}
        if self.messages:
            request["max_tokens"] = 256
        if self.stream:
            request["stream"] = True
        request["messages"] = [{"role": "user", "content": ""}]
        empty = json.dumps(request, separators=(",", ":"))
        words = "What is the weather like in Paris today? "
        filling = (words * (self.body_bytes // len(words) + 1))[: max(self.body_bytes - len(empty), 1)]
        request["messages"][0]["content"] = filling
        return json.dumps(request, separators=(",", ":")).encode()

    @property
    def expected_events(self) -> int:
        """Of each stream, as the client sees it: role, deltas, finish, [DONE]. A converted stream has its own number."""
        return self.events + 3 if self.stream and not self.messages else 0

    def quick(self) -> "Load":
        if self.interval_ms:
            return dataclasses.replace(
                self, events=max(self.events // 5, 5), connections=max(self.connections // 4, 1), rounds=min(self.rounds, 1)
            )
        return dataclasses.replace(self, seconds=min(self.seconds, 2), rounds=min(self.rounds, 2))


@dataclasses.dataclass(frozen=True)
class Sample:
    """One run of a load against one server."""

    answers: int
    events: int
    seconds: float
    relay_ns: int  # the threads that relay
    process_ns: int  # the whole process, until everything is in the database
    p50_us: float
    p99_us: float

    @property
    def per_second(self) -> float:
        return self.answers / self.seconds


def relay_per_answer(sample: Sample) -> float:
    return sample.relay_ns / 1000 / max(sample.answers, 1)


def process_per_answer(sample: Sample) -> float:
    return sample.process_ns / 1000 / max(sample.answers, 1)


def process_per_event(sample: Sample) -> float:
    return sample.process_ns / 1000 / max(sample.events, 1)


def p50(sample: Sample) -> float:
    return sample.p50_us


def p99(sample: Sample) -> float:
    return sample.p99_us


LOADS = {
    load.id: load
    for load in (
        Load("chat32", connections=32),
        Load("chat256", connections=256),
        Load("one", connections=1),
        Load("open2000", connections=64, rate=2000),
        Load("body64k", connections=16, body_bytes=64 * 1024, seconds=6),
        Load("body1m", connections=8, body_bytes=1024 * 1024, seconds=6),
        Load("burst", connections=32, stream=True, one_chunk=True),
        Load("burst-chunks", connections=32, stream=True, rounds=3),
        Load("paced", connections=500, stream=True, events=250, interval_ms=40, once=True, ramp=1, rounds=3),
        Load("messages", connections=32, path="/v1/messages", gateway_only=True),
        Load("messages-burst", connections=32, path="/v1/messages", stream=True, one_chunk=True, gateway_only=True),
    )
}

# Held open at the same time, for what a stream costs in memory.
HELD_STREAMS = {
    load.id: load
    for load in (
        Load("streams", connections=8000, stream=True, events=60, interval_ms=1000, once=True, ramp=8, rounds=1),
        Load("tls-streams", connections=2000, stream=True, events=30, interval_ms=1000, once=True, ramp=4, tls=True, rounds=1),
    )
}


@dataclasses.dataclass(frozen=True)
class Row:
    title: str
    load: str
    value: Callable[[Sample], float]  # in microseconds
    must: float | None
    aim: float | None
    beside: str = ""  # the gateway's own load that it is compared with, instead of nginx on the same load


ROWS = (
    Row("chat, 250 bytes, 32 connections: CPU per request, relaying threads", "chat32", relay_per_answer, 1.15, 0.95),
    Row("the same, whole process, until everything is in the database", "chat32", process_per_answer, 1.5, 1.15),
    Row("256 connections, whole process", "chat256", process_per_answer, 1.45, 1.1),
    Row("one connection: latency p50", "one", p50, 1.15, 1.0),
    Row("one connection: latency p99", "one", p99, 1.3, 1.0),
    Row("open loop, 2,000 requests/s: latency p50", "open2000", p50, 1.15, 1.0),
    Row("open loop, 2,000 requests/s: latency p99", "open2000", p99, 1.5, 1.0),
    Row("64 KB bodies: CPU per request, whole process", "body64k", process_per_answer, 1.3, 1.1),
    Row("1 MB bodies: CPU per request, whole process", "body1m", process_per_answer, 1.3, 1.1),
    Row("streams of 32 events in one burst, 32 at once: CPU per stream", "burst", process_per_answer, 1.5, 1.1),
    Row("the same, each event a chunk of its own", "burst-chunks", process_per_answer, None, None),
    Row("500 streams at 25 events/s: CPU per event", "paced", process_per_event, 1.3, 1.1),
    Row("Messages client, Chat upstream, plain: CPU per request", "messages", process_per_answer, 2.2, 1.6, "chat32"),
    Row("the same, 32 events streamed: CPU per stream", "messages-burst", process_per_answer, 2.2, 1.6, "burst"),
)
