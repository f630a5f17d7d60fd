#!/usr/bin/env python3
"""The check of machine paths finds home folders and the checkout itself, and leaves ordinary paths alone."""

import unittest

from check_paths import find_places

CHECKOUT = "/srv/checkouts/gateway"


class PathsTest(unittest.TestCase):
    def lines(self, text: str) -> list[int]:
        return [number for number, _ in find_places(text, CHECKOUT)]

    def test_home_folders_and_the_checkout_are_found(self):
        text = "a\nsee /home/alice/notes\n/root/.cache\n/Users/bob/x\n" + CHECKOUT + "/src\n"
        self.assertEqual(self.lines(text), [2, 3, 4, 5])

    def test_ordinary_paths_are_left_alone(self):
        text = "/usr/bin/env\n/var/lib/tollgate\n/api/root/x\nhttps://example.com/home/user/\n" + CHECKOUT + "-2\n"
        self.assertEqual(self.lines(text), [])


if __name__ == "__main__":
    unittest.main()
