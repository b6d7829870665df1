"""What is named as the bottleneck, and the figures it is told from."""

from __future__ import annotations

from dataclasses import replace

import pytest

from semblance.bench.bottleneck import bottleneck
from tests.bench_trials import SPENT, trial


def named(
    cores: float = 8.0, *, on_gpu: bool = False, others: float = 0.0, **spent: object
) -> tuple[str, str]:
    seen = trial(spending=replace(SPENT, **spent), others=others)  # type: ignore[arg-type]
    found = bottleneck(seen, cores, on_gpu=on_gpu)
    return found.name, found.evidence


def test_a_full_processor_says_what_fills_it() -> None:
    assert named(2.0, used=1.9) == (
        "processor",
        "1.90 of 2 cores are busy, 37% of that with the detector",
    )


def test_what_other_programs_take_beside_us_is_told() -> None:
    name, evidence = named(2.0, used=1.0, others=0.9)
    assert name == "processor"
    assert evidence.endswith("; other programs take 0.90 more")


@pytest.mark.parametrize("others", [1.74, 2.5])
def test_where_others_take_more_than_we_no_machine_would_help_but_an_idle_one(others: float) -> None:
    seen = trial(spending=replace(SPENT, used=0.27), others=others)
    found = bottleneck(seen, 2.0, on_gpu=False)
    assert found.name == "other programs"
    assert found.evidence == f"other programs keep {others:.2f} of 2 cores busy, this one 0.27"
    assert found.relief == "a machine that does nothing else meanwhile"


def test_where_nothing_was_read_no_latency_is_made_up() -> None:
    evidence = bottleneck(trial(share=0.0, p95=None), 8.0, on_gpu=False).evidence
    assert evidence == "nothing is full (1.50 of 8 cores are busy), but no frame was read"


def test_one_core_is_busy_and_two_are() -> None:
    assert named(1.0, used=0.95)[1].startswith("0.95 of 1 core is busy, ")


@pytest.mark.parametrize(
    ("spent", "name", "said"),
    [
        ({"detecting": 0.97}, "detector", "97% of the time; 1.50 of 8 cores are busy"),
        ({"reading": 0.95}, "classifier", "95% of the time; 1.50 of 8 cores are busy"),
        ({"decoding": 0.99}, "decoder", "decodes 99% of the time"),
        ({"loop": 0.95}, "event loop", "it computes 95% of the time"),
        ({}, "latency", "nothing is full (1.50 of 8 cores are busy), but p95 is 100 ms"),
    ],
)
def test_one_thread_can_be_full_where_cores_are_left(spent: dict[str, object], name: str, said: str) -> None:
    found, evidence = named(**spent)  # type: ignore[arg-type]
    assert found == name
    assert said in evidence


def test_a_gpu_is_full_where_its_thread_waits_for_runs() -> None:
    assert named(on_gpu=True, detecting=0.97, running=(0.9, 0.1))[0] == "gpu"
    assert named(on_gpu=True, detecting=0.97, running=(0.2, 0.1))[0] == "detector"


def test_timers_that_come_late_tell_of_a_loop_that_waits_for_the_interpreter() -> None:
    assert bottleneck(trial(lag=0.08), 8.0, on_gpu=False).name == "event loop"


def test_without_a_trial_that_failed_there_is_none() -> None:
    assert bottleneck(None, 2.0, on_gpu=False).name == "none found"
