import re
import xml.etree.ElementTree as xml

import memq

TESTS = """
    import pytest

    kept = []

    @pytest.mark.memq("peak size < 24MB")
    def test_small():
        bytearray(1_000_000)

    @pytest.mark.memq("peak size < 2MB", "leaked size < 1MB")
    def test_large(tmp_path):
        kept.append(bytearray(5_000_000))

    def test_unmarked():
        pass
"""


def test_marks_are_held(pytester):
    pytester.makepyfile(TESTS)
    result = pytester.runpytest_subprocess("--junitxml=report.xml")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*memq: peak size < 2MB does not hold: size is 5.*MB*",
            "*most of peak*test_marks_are_held.py:11 5.*MB*",
            "*ask further with --memq-store FILE*",
            "*memq: leaked size < 1MB does not hold*",
        ]
    )
    assert "INTERNALERROR" not in result.stdout.str()
    report = xml.parse(pytester.path / "report.xml")
    properties = {}
    for found in report.iter("property"):
        properties.setdefault(found.get("name"), found.get("value"))
    assert properties["memq: peak size < 24MB"] == "holds"
    assert properties["memq: peak size < 2MB"].startswith("size is 5.")
    assert 1_000_000 <= int(properties["memq peak bytes"]) < 2_000_000


def test_no_memq_runs_without_recording(pytester):
    pytester.makepyfile(TESTS)
    pytester.runpytest_subprocess("--no-memq").assert_outcomes(passed=3)


def test_defaults_of_the_ini_file(pytester):
    pytester.makeini("[pytest]\nmemq_default =\n  peak size < 3MB\n")
    pytester.makepyfile(
        """
        import pytest

        def test_within():
            bytearray(1_000_000)

        def test_beyond():
            bytearray(4_000_000)

        @pytest.mark.memq("peak size < 9MB")
        def test_with_its_own():
            bytearray(4_000_000)
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=2, failed=1)


def test_leaks_per_call(pytester):
    pytester.makepyfile(
        """
        import pytest

        kept, calls = [], []

        @pytest.mark.memq("rate < 10kB per call")
        def test_leaks():
            kept.append(bytearray(100_000))

        @pytest.mark.memq("rate < 10kB per call")
        def test_warms_up():
            if not calls:
                kept.append(bytearray(4_000_000))
            calls.append(1)
            bytearray(100_000)

        def test_ran_twenty_times():
            assert len(calls) == 20
        """
    )
    result = pytester.runpytest_subprocess("--memq-repeat=20")
    result.assert_outcomes(passed=2, failed=1)
    found = re.search(r"rate < 10kB per call does not hold: rate is (\d+) kB", result.stdout.str())
    assert found and 95 <= int(found[1]) <= 125


def test_workers_of_xdist(pytester):
    pytester.makepyfile(TESTS)
    result = pytester.runpytest_subprocess("-n2", "--memq-store=kept.db")
    result.assert_outcomes(passed=2, failed=1)
    stores = sorted(path.name for path in pytester.path.glob("kept.*.db"))
    assert stores and set(stores) <= {"kept.gw0.db", "kept.gw1.db"}
    names = [name for path in stores for name in memq.open(pytester.path / path).captures()]
    assert sorted(name.rpartition(".")[2] for name in names) == ["test_large", "test_small"]


def test_wrong_assertions_are_errors_of_the_test(pytester):
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.memq("peak sise < 24MB")
        def test_misspelt():
            pass

        @pytest.mark.memq(24)
        def test_number():
            pass
        """
    )
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["*did you mean*size*"])


def test_methods_fixtures_parameters_and_failures(pytester):
    pytester.makepyfile(
        """
        import pytest

        @pytest.fixture
        def block():
            return bytearray(500_000)

        @pytest.mark.memq("peak size < 1GB")
        class TestGroup:
            @pytest.mark.parametrize("name", ["a/b", 'q"t', "ünï"])
            def test_each(self, block, name):
                assert block

            def test_fails(self):
                assert 1 == 2

            def test_skips(self):
                pytest.skip("not today")
        """
    )
    pytester.runpytest_subprocess("--memq-repeat=3").assert_outcomes(passed=3, failed=1, skipped=1)


def test_all_are_recorded_and_the_greatest_shown(pytester):
    pytester.makepyfile(TESTS)
    result = pytester.runpytest_subprocess("--memq", "--memq-top=2", "-n2")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*memory at the peak*", "*5*MB*::test_large", "*MB*::test_small"])
    result.stdout.fnmatch_lines(["1 more; --memq-top 0 shows all"])
    assert "memory at the peak" not in pytester.runpytest_subprocess().stdout.str()


def test_an_increase_over_the_last_good_run_fails(pytester):
    def run(amount, *options):
        pytester.makepyfile(test_it=f"def test_it():\n    bytearray({amount})\n")
        return pytester.runpytest_subprocess("--memq-fail-on-increase", *options)

    run(2_000_000).assert_outcomes(passed=1)
    run(2_100_000).assert_outcomes(passed=1)
    result = run(4_000_000)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*memq: peak size within 10 % of the last run that passed (2.1* MB) does not hold*4*MB*"]
    )
    # A run that failed is no measure of what follows.
    run(4_000_000).assert_outcomes(failed=1)
    run(2_200_000).assert_outcomes(passed=1)


def test_what_pymalloc_hands_out_is_recorded_where_asked(pytester):
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.memq("allocated count > 2000")
        def test_small_objects():
            [str(number) + "x" for number in range(3000)]
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(failed=1)
    pytester.runpytest_subprocess("--memq-python-allocators").assert_outcomes(passed=1)
