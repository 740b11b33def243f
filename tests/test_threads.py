"""Matrix products have one thread while we work, and as many as before afterwards; the collector rests, as it was."""

import gc
import threading
import weakref
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

import aligner
from aligner import alignment
from aligner.collector import paused_collector
from aligner.threads import one_thread


def threads() -> list[int]:
    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]


def test_one_inside_and_as_before_outside() -> None:
    np.ones((2, 2)) @ np.ones((2, 2))
    with threadpool_limits(2, user_api="blas"):
        assert set(threads()) == {2}
        with one_thread():
            with one_thread():
                assert set(threads()) == {1}
            assert set(threads()) == {1}  # the inner one leaves the limit to the outer one
        assert set(threads()) == {2}


def test_an_error_takes_the_limit_off_too() -> None:
    with threadpool_limits(2, user_api="blas"):
        try:
            with one_thread():
                raise KeyError
        except KeyError:
            pass
        assert set(threads()) == {2}


def test_callers_in_several_threads_leave_what_they_found() -> None:
    with threadpool_limits(2, user_api="blas"):
        entered, left = threading.Barrier(2), threading.Barrier(2)

        def first() -> None:
            with one_thread():
                entered.wait()
            left.wait()  # the first in is the first out

        worker = threading.Thread(target=first)
        worker.start()
        entered.wait()
        with one_thread():
            left.wait()
        worker.join()
        assert set(threads()) == {2}


def test_a_caller_s_encoder_has_all_threads() -> None:
    seen = []

    def encode(texts: list[str]) -> np.ndarray:
        seen.extend(threads())
        return aligner.encode(texts)

    with threadpool_limits(2, user_api="blas"):
        aligner.align(["It rained.", "We left."], ["Trời mưa.", "Chúng tôi đi."], encode=encode)
    assert set(seen) == {2}


def test_borrowing_has_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def spy(*_: object, **__: object) -> tuple[()]:
        seen.extend(threads())
        return ()

    monkeypatch.setattr(alignment, "cut_unstopped", spy)
    with threadpool_limits(2, user_api="blas"):
        aligner.align("It rained. We left.", "Trời mưa. Chúng tôi đi.")
    assert set(seen) == {1}


@pytest.mark.parametrize("was_on", [True, False])
def test_the_collector_is_left_as_it_was_found(was_on: bool) -> None:
    before = gc.isenabled()
    try:
        (gc.enable if was_on else gc.disable)()
        with paused_collector():
            assert not gc.isenabled()
        assert gc.isenabled() is was_on
    finally:
        (gc.enable if before else gc.disable)()


class _Circle:
    """What only the collector frees."""

    def __init__(self) -> None:
        self.own = self


@pytest.mark.parametrize(
    "work",
    [
        lambda: aligner.align(["It rained.", "We left."] * 9, ["Trời mưa.", "Chúng tôi đi."] * 9),
        lambda: aligner.score_pairs(pd.DataFrame({"src_text": ["It rained."] * 9, "trg_text": ["Trời mưa."] * 9})),
    ],
)
def test_what_a_caller_has_does_not_grow_old_because_the_collector_rests(work: Callable[[], object]) -> None:
    circles: weakref.WeakSet[_Circle] = weakref.WeakSet()
    for _ in range(50):
        alive = _Circle()
        circles.add(alive)
        work()
        del alive
        gc.collect(1)  # but what is old, which a circle may become that was alive while the collector came by
    assert len(circles) < 25


def test_a_caller_s_encoder_has_its_collector() -> None:
    seen: list[bool] = []

    def encode(texts: list[str]) -> np.ndarray:
        seen.append(gc.isenabled())
        return aligner.encode(texts)

    aligner.align(["It rained.", "We left."], ["Trời mưa.", "Chúng tôi đi."], encode=encode)
    assert seen
    assert all(seen)
