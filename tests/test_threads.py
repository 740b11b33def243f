"""Matrix products have one thread while we work, and as many as before afterwards; the collector rests, as it was."""

import gc
import threading

import numpy as np
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


@pytest.mark.parametrize("keeps", [True, False])
@pytest.mark.parametrize("was_on", [True, False])
def test_the_collector_is_left_as_it_was_found(was_on: bool, keeps: bool) -> None:
    before = gc.isenabled()
    try:
        (gc.enable if was_on else gc.disable)()
        with paused_collector(keeps=keeps):
            assert not gc.isenabled()
        assert gc.isenabled() is was_on
    finally:
        (gc.enable if before else gc.disable)()


def test_what_was_made_meanwhile_counts_as_old() -> None:
    gc.unfreeze()  # what `aligner.corpus.preload` froze, where another test has imported it
    with paused_collector():
        kept = [{}]  # type: list[dict[str, str]]
    assert any(found is kept for found in gc.get_objects(generation=2))
    assert not gc.get_freeze_count()


def test_what_somebody_froze_stays_frozen() -> None:
    gc.freeze()
    try:
        frozen = gc.get_freeze_count()
        with paused_collector():
            pass
        assert gc.get_freeze_count() == frozen > 0
    finally:
        gc.unfreeze()


def test_a_caller_s_encoder_has_its_collector() -> None:
    seen: list[bool] = []

    def encode(texts: list[str]) -> np.ndarray:
        seen.append(gc.isenabled())
        return aligner.encode(texts)

    aligner.align(["It rained.", "We left."], ["Trời mưa.", "Chúng tôi đi."], encode=encode)
    assert seen
    assert all(seen)
