import unittest

from tides import high_water


class HighWater(unittest.TestCase):
    def test_comes_again_after_a_day(self):
        self.assertEqual(high_water(1), high_water(25))


if __name__ == "__main__":
    unittest.main()
