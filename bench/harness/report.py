"""The table that a run ends with, and its JSON twin."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path


@dataclasses.dataclass(frozen=True)
class Line:
    title: str
    gateway: float | None
    beside: float | None  # nginx, or the gateway's other path
    unit: str
    must: float | None = None
    aim: float | None = None
    absolute: bool = False  # must and aim bound the gateway's own figure, not the ratio
    beside_name: str = "nginx"

    @property
    def ratio(self) -> float | None:
        if self.gateway is None or not self.beside:
            return None
        return self.gateway / self.beside

    @property
    def verdict(self) -> str:
        judged = self.gateway if self.absolute else self.ratio
        if judged is None or self.must is None:
            return ""
        if judged > self.must:
            return "MISSED"
        return "aim" if self.aim is not None and judged <= self.aim else "ok"


def figure(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    digits = 0 if value >= 1000 or value == int(value) else 1 if value >= 100 else 2
    return f"{value:,.{digits}f} {unit}".strip()


def bound(value: float | None, line: Line) -> str:
    if value is None:
        return ""
    return f"≤ {value:g} {line.unit}".strip() if line.absolute else f"≤ {value:g}×"


def table(lines: list[Line]) -> str:
    heads = ("scenario", "Tollgate", "beside", "ratio", "must", "aim", "verdict")
    cells = [heads] + [
        (
            line.title,
            figure(line.gateway, line.unit),
            f"{line.beside_name} {figure(line.beside, line.unit)}" if line.beside is not None else "",
            f"{line.ratio:.2f}×" if line.ratio is not None else "",
            bound(line.must, line),
            bound(line.aim, line),
            line.verdict,
        )
        for line in lines
    ]
    widths = [max(len(row[column]) for row in cells) for column in range(len(heads))]
    rows = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |" for row in cells]
    rows.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(rows)


def write_json(path: Path, lines: list[Line], samples: dict, about: dict) -> None:
    path.write_text(
        json.dumps(
            {
                "about": about,
                "lines": [dataclasses.asdict(line) | {"ratio": line.ratio, "verdict": line.verdict} for line in lines],
                "samples": {
                    name: {who: [dataclasses.asdict(sample) for sample in runs] for who, runs in by_server.items()}
                    for name, by_server in samples.items()
                },
            },
            indent=1,
        )
    )
