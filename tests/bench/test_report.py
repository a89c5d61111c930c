from bench.report import Figure


def test_a_figure_beside_another_is_judged_by_their_ratio() -> None:
    assert Figure("callables", 90, "/s", ("empty file", 100), ">=", 0.9).met is True
    assert Figure("callables", 89, "/s", ("empty file", 100), ">=", 0.9).met is False


def test_the_median_ratio_of_pairs_counts_before_the_ratio_of_medians() -> None:
    assert Figure("callables", 50, "/s", ("empty file", 100), ">=", 0.9, paired=0.95).met is True


def test_a_figure_alone_is_judged_by_its_value() -> None:
    assert Figure("largest WAL", 65.0, "MB", None, "<=", 64).met is False


def test_a_figure_without_a_target_is_not_judged() -> None:
    assert Figure("pruned runs a second", 4000).cells()[-1] == ""
