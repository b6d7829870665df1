"""What rules cost: how much faster than real time they are tried on recorded windows, and a window live.

    python -m tests.bench.bench_rules [--hours 24]

A day of windows (2 s every 0.5 s) in which the scores wander and faces come and go. The floor is walking
through the same windows without a rule. Times are of CPU.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import deque
from typing import TYPE_CHECKING

from aggregation import Summary, Window
from aggregation.backtest import backtest
from aggregation.rules.definition import RULE
from aggregation.rules.judge import Judge
from inference.reading import EMOTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from aggregation.rules.definition import Rule

BEGAN = 1_795_000_000
WINDOW = Window("2s", 2.0, 0.5)
WANTED = 10_000
"""Times real time."""
RULES: tuple[dict[str, object], ...] = (
    {"type": "dominant"},
    {"type": "threshold", "emotion": "happiness", "enter": 0.4, "exit": 0.3, "cooldown": 10},
    {"type": "threshold", "emotion": "sadness", "measure": "share", "enter": 0.5, "exit": 0.2},
    {"type": "presence", "faces": 2},
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--hours", type=float, default=24.0)
    hours: float = parser.parse_args().hours
    summaries = windows(round(hours * 3600 / WINDOW.interval))
    floor = _seconds(lambda: deque(summaries, maxlen=0))
    sys.stdout.write(f"{len(summaries):,} windows; walking through them takes {floor * 1e3:.1f} ms\n")
    slowest = min(_try(rule, summaries, hours * 3600) for rule in rules(len(RULES)))
    for count in (1, 50):
        cost = judging(rules(count), summaries[:20_000])
        sys.stdout.write(f"live, {count:2} rules{cost:20.1f} us a window\n")
    if slowest < WANTED:
        raise SystemExit(f"{slowest:,.0f} times real time is less than {WANTED:,}")


def rules(count: int) -> list[Rule]:
    """So many of all kinds; those of a kind differ in their holds."""
    kinds = [RULES[index % len(RULES)] | {"hold": 1.0 + index // len(RULES)} for index in range(count)]
    return [RULE.validate_python({"id": f"rule-{index}", **kind}) for index, kind in enumerate(kinds)]


def judging(judged: Sequence[Rule], summaries: Sequence[Summary]) -> float:
    """Microseconds for one window with all these rules."""
    judge = Judge("bench", judged, [WINDOW])
    return _seconds(lambda: deque(map(judge.summary, summaries), maxlen=0)) / len(summaries) * 1e6


def windows(count: int) -> list[Summary]:
    """Scores wander from emotion to emotion; now and then nobody is there, or nothing is seen."""
    chance = random.Random(1)
    scores = [1 / len(EMOTIONS)] * len(EMOTIONS)
    made, faces, seen, acted = [], 1, True, 0
    for index in range(count):
        if chance.random() < 0.05:
            faces, seen, acted = chance.randint(0, 3), chance.random() < 0.95, chance.randrange(len(EMOTIONS))
        scores = [0.7 * old + 0.3 * (place == acted) for place, old in enumerate(scores)]
        made.append(_window(index, tuple(scores), faces if seen else 0, seen))
    return made


def _window(index: int, scores: tuple[float, ...], faces: int, seen: bool) -> Summary:
    end = BEGAN + index * WINDOW.interval
    top = scores.index(max(scores))
    return Summary(
        stream="bench",
        window=WINDOW.name,
        sequence=index + 1,
        start=end - WINDOW.length,
        end=end,
        smoothing_delay=0.25,
        frames=20 if seen else 0,
        faces=20 * faces,
        tracks=faces,
        coverage=float(seen),
        mean_scores=scores if faces else None,
        face_distribution=tuple(float(place == top) for place in range(len(scores))) if faces else None,
        dominant=EMOTIONS[top] if faces else None,
        weight=20.0 * faces,
    )


def _try(rule: Rule, summaries: Sequence[Summary], covered: float) -> float:
    """How many times real time."""
    events = 0

    def run() -> None:
        nonlocal events
        events = _count(backtest(rule, summaries, [WINDOW]))

    seconds = _seconds(run)
    speed = covered / seconds
    sys.stdout.write(
        f"back-test, {rule.type:10}{speed:13,.0f} times real time, "
        f"{seconds / len(summaries) * 1e6:5.1f} us a window, {events:,} events\n"
    )
    return speed


def _count(events: Iterable[object]) -> int:
    return sum(1 for _ in events)


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    main()
