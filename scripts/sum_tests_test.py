#!/usr/bin/env python3
"""The closing count: what passes, fails, crashes and is skipped, from the files that the test runners write."""

import tempfile
import unittest
from pathlib import Path

from sum_tests import Count, add_file

GOOGLETEST = """Running main() from gtest_main.cc
[==========] Running 4 tests from 1 test suite.
[ RUN      ] Quota.Adds
[       OK ] Quota.Adds (0 ms)
[ RUN      ] Quota.Overflows
log without an end of line[       OK ] Quota.Overflows (3 ms)
[ RUN      ] All/Prices.Round/0
[  FAILED  ] All/Prices.Round/0, where GetParam() = (1, "x") (0 ms)
[  SKIPPED ] Quota.Later (0 ms)
[  FAILED  ] 1 test, listed below:
[  FAILED  ] All/Prices.Round/0, where GetParam() = (1, "x")
"""


class SumTest(unittest.TestCase):
    def count(self, text: str) -> Count:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "results.xml"
            path.write_text(text)
            count = Count()
            add_file(path, count)
            return count

    def ctest(self, status: str, output: str) -> Count:
        failure = "<failure message=''/>" if status == "fail" else ""
        output = output.replace("<", "&lt;")
        return self.count(
            f"<testsuite><testcase name='unit' classname='unit' status='{status}'>{failure}"
            f"<system-out>{output}</system-out></testcase></testsuite>"
        )

    def test_cases_of_a_googletest_binary_are_counted_one_by_one(self):
        count = self.ctest("fail", GOOGLETEST)
        self.assertEqual((count.passed, count.failed, count.skipped), (2, 1, 1))
        self.assertEqual(count.failures, ["All/Prices.Round/0"])

    def test_a_binary_that_breaks_without_a_failed_case_is_one_failure(self):
        count = self.ctest("fail", GOOGLETEST.split("[ RUN      ] All")[0])
        self.assertEqual((count.passed, count.failed), (2, 1))

    def test_other_ctest_entries_count_as_one(self):
        self.assertEqual(self.ctest("run", "fine").passed, 1)
        self.assertEqual(self.ctest("fail", "broken").failed, 1)
        self.assertEqual(self.ctest("notrun", "").skipped, 1)

    def test_nested_suites_as_node_writes_them(self):
        count = self.count(
            "<testsuites><testsuite name='chat'><testcase name='streams'/>"
            "<testcase name='aborts'><failure>no</failure></testcase></testsuite><testcase name='lists models'/></testsuites>"
        )
        self.assertEqual((count.passed, count.failed), (2, 1))

    def test_results_cut_short_are_a_failure(self):
        self.assertEqual(self.count("<testsuites><testcase name='a'>").failed, 1)


if __name__ == "__main__":
    unittest.main()
