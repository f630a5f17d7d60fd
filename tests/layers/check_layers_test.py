#!/usr/bin/env python3
"""The layer check finds what it should, and nothing else: each test writes a small tree and reads the verdict."""

import tempfile
import unittest
from pathlib import Path

from check_layers import Checker, read_layers

LAYERS = """\
base 0 src/base - -
net 10 src/net base src/net/dial.cpp
store 20 src/store base -
http 20 src/http base,net src/http/parser.cpp
dialects 40 src/dialects base -
relay 70 src/relay base,http,dialects -
"""


class LayersTest(unittest.TestCase):
    def problems(self, files: dict[str, str], layers: str = LAYERS) -> list[str]:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            tree = {"src/base/error.h": "", "src/net/task.h": "", "src/http/message.h": "", "src/relay/pump.h": ""}
            for name, text in (tree | files).items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text)
            (root / "layers.txt").write_text(layers)
            checker = Checker(root, read_layers(root / "layers.txt"))
            self.assertGreater(checker.run(), 0)
            return checker.problems

    def test_listed_lower_libraries_may_be_included(self):
        self.assertEqual(self.problems({"src/http/a.cpp": '#include "base/error.h"\n#include "net/task.h"\n'}), [])

    def test_an_include_of_a_higher_library_is_found(self):
        (problem,) = self.problems({"src/base/a.cpp": '#include <string>\n#include "relay/pump.h"\n'})
        self.assertIn("src/base/a.cpp:2:", problem)
        self.assertIn("base (level 0) may not use relay (level 70)", problem)

    def test_angle_brackets_do_not_hide_an_include(self):
        (problem,) = self.problems({"src/base/a.h": "#include <relay/pump.h>\n"})
        self.assertIn("may not use relay", problem)

    def test_a_path_upwards_does_not_hide_an_include(self):
        (problem,) = self.problems({"src/base/a.h": '#  include "../relay/pump.h"\n'})
        self.assertIn("may not use relay", problem)

    def test_a_library_of_the_same_level_may_not_be_included(self):
        (problem,) = self.problems({"src/store/a.cpp": '#include "http/message.h"\n'})
        self.assertIn("store (level 20) may not use http (level 20)", problem)

    def test_a_lower_library_that_is_not_listed_is_found(self):
        (problem,) = self.problems({"src/relay/a.cpp": '#include "net/task.h"\n'})
        self.assertIn("relay does not list net in DEPS", problem)

    def test_dependencies_on_a_higher_level_are_found_without_any_include(self):
        (problem,) = self.problems({}, LAYERS.replace("src/base - -", "src/base net -"))
        self.assertIn("level 0 may not use 'net' of level 10", problem)

    def test_unknown_dependencies_are_found(self):
        (problem,) = self.problems({}, LAYERS.replace("src/store base", "src/store base,nte"))
        self.assertIn("'nte', which is no library", problem)

    def test_asio_stays_in_net(self):
        files = {"src/net/a.h": "#include <boost/asio/awaitable.hpp>\n", "src/relay/a.h": "#include <boost/asio.hpp>\n"}
        (problem,) = self.problems(files)
        self.assertIn("src/relay/a.h:1: includes <boost/asio.hpp>", problem)

    def test_beast_stays_in_files_named_heavy(self):
        beast = "#include <boost/beast/http/parser.hpp>\n"
        (problem,) = self.problems({"src/http/parser.cpp": beast, "src/http/server.cpp": beast})
        self.assertIn("src/http/server.cpp:1:", problem)

    def test_databases_stay_in_store(self):
        soci = "#include <soci/soci.h>\n"
        (problem,) = self.problems({"src/store/a.cpp": soci, "src/http/parser.cpp": soci})
        self.assertIn("src/http/parser.cpp:1:", problem)

    def test_one_dialect_does_not_know_another(self):
        files = {
            "src/dialects/claude/claude.h": "",
            "src/dialects/claude/a.cpp": '#include "dialects/claude/claude.h"\n',
            "src/dialects/openai/a.cpp": '#include "dialects/claude/claude.h"\n',
            "src/dialects/registry.cpp": '#include "dialects/claude/claude.h"\n',
            "src/relay/a.cpp": '#include "dialects/claude/claude.h"\n',
        }
        problems = self.problems(files)
        self.assertEqual([p.split(":")[0] for p in problems], ["src/dialects/registry.cpp", "src/dialects/openai/a.cpp"])

    def test_test_support_does_not_ship(self):
        files = {
            "tests/support/clock.h": "",
            "src/base/a.cpp": '#include "support/clock.h"\n',
            "src/base/a_test.cpp": '#include "support/clock.h"\n',
        }
        (problem,) = self.problems(files)
        self.assertIn("src/base/a.cpp:1:", problem)

    def test_fixtures_beside_the_sources_are_for_tests_only(self):
        files = {
            "tests/support/clock.h": "",
            "src/base/books_fixture.h": '#include "support/clock.h"\n',
            "src/base/a_test.cpp": '#include "base/books_fixture.h"\n',
            "src/base/a.cpp": '#include "base/books_fixture.h"\n',
        }
        (problem,) = self.problems(files)
        self.assertIn("src/base/a.cpp:1:", problem)

    def test_a_source_outside_every_library_is_found(self):
        (problem,) = self.problems({"src/stray/a.cpp": ""})
        self.assertIn("belongs to no library", problem)

    def test_a_malformed_layers_file_is_refused(self):
        with self.assertRaises(SystemExit):
            self.problems({}, "base 0 src/base\n")


if __name__ == "__main__":
    unittest.main()
