#!/usr/bin/env python3
"""The harness judges, prints and builds requests as the table's rows say."""

import json
import os
import threading
import time
import unittest

from harness.processes import process_cpu_ns, thread_cpu_ns
from harness.report import Line, figure, table
from harness.scenarios import HELD_STREAMS, LOADS, ROWS


class VerdictTest(unittest.TestCase):
    def verdict(self, gateway: float, beside: float | None = 10, **more) -> str:
        return Line("row", gateway, beside, "µs", must=1.5, aim=1.1, **more).verdict

    def test_a_ratio_is_judged_by_must_and_aim(self):
        self.assertEqual(self.verdict(11), "aim")
        self.assertEqual(self.verdict(11.1), "ok")
        self.assertEqual(self.verdict(15), "ok")
        self.assertEqual(self.verdict(15.1), "MISSED")

    def test_a_figure_without_a_floor_is_judged_by_itself(self):
        self.assertEqual(self.verdict(1.0, None, absolute=True), "aim")
        self.assertEqual(self.verdict(2.0, 100, absolute=True), "MISSED")

    def test_nothing_measured_is_not_judged(self):
        self.assertEqual(Line("row", None, 10, "µs", 1.5, 1.1).verdict, "")
        self.assertEqual(Line("row", 10, 0, "µs", 1.5, 1.1).verdict, "")
        self.assertEqual(Line("row", 10, 10, "µs").verdict, "")

    def test_no_stream_may_be_lost(self):
        self.assertEqual(Line("lost", 0, 0, "", 0, 0, absolute=True).verdict, "aim")
        self.assertEqual(Line("lost", 1, 0, "", 0, 0, absolute=True).verdict, "MISSED")


class TableTest(unittest.TestCase):
    def test_columns_line_up_in_every_row(self):
        text = table([Line("a", 1.234, 2, "µs", 1, 1), Line("longer", None, None, "MB", 30, 15, absolute=True)])
        self.assertEqual(len({len(row) for row in text.splitlines()}), 1)
        self.assertIn("0.62×", text)

    def test_figures_keep_what_matters(self):
        self.assertEqual(figure(12.345, "µs"), "12.35 µs")
        self.assertEqual(figure(123.45, "µs"), "123.5 µs")
        self.assertEqual(figure(12345.6, "/s"), "12,346 /s")
        self.assertEqual(figure(None, "µs"), "–")


class ScenarioTest(unittest.TestCase):
    def test_bodies_have_their_size_and_are_json(self):
        for load in [*LOADS.values(), *HELD_STREAMS.values()]:
            body = load.body()
            self.assertEqual(len(body), load.body_bytes, load.id)
            self.assertEqual(json.loads(body).get("stream", False), load.stream)

    def test_rows_name_loads_that_exist(self):
        for row in ROWS:
            self.assertIn(row.load, LOADS)
            self.assertTrue(not row.beside or row.beside in LOADS)

    def test_quick_runs_are_no_longer_than_full_ones(self):
        for load in [*LOADS.values(), *HELD_STREAMS.values()]:
            self.assertLessEqual(load.quick().seconds, load.seconds)
            self.assertLessEqual(load.quick().rounds, load.rounds)
            self.assertGreater(load.quick().connections, 0)


class CpuTest(unittest.TestCase):
    def test_the_process_clock_counts_its_work(self):
        before = process_cpu_ns(os.getpid())
        own = time.process_time_ns()
        while time.process_time_ns() - own < 5_000_000:
            pass
        self.assertGreaterEqual(process_cpu_ns(os.getpid()) - before, 5_000_000)

    def test_threads_are_added_up_by_their_name_without_its_number(self):
        release = threading.Event()

        def work():
            with open(f"/proc/self/task/{threading.get_native_id()}/comm", "w") as comm:
                comm.write(f"worker-{threading.get_native_id() % 10}")
            named.release()
            release.wait()

        named = threading.Semaphore(0)
        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
            named.acquire()
        self.assertIn("worker", thread_cpu_ns(os.getpid()))
        release.set()
        for thread in threads:
            thread.join()


if __name__ == "__main__":
    unittest.main()
