"""Patterns: Python's meaning, without the ways in which its engine can be kept busy for ever."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobctl.decide.params.matching import matches, pattern_problem

EVIL = [
    "(a+)+$",
    "(a|a)*$",
    "(a|aa)+$",
    "(.*)*x",
    "^(([a-z])+.)+[A-Z]([a-z])+$",
    "(?:a?){30}a{30}b",
    "a*a*a*a*a*a*a*b",
    "(a{1,30}){1,30}b",
    "([a-zA-Z0-9])(([\\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}",
]


@pytest.mark.parametrize("pattern", EVIL)
def test_no_text_keeps_a_pattern_busy(pattern: str) -> None:
    assert pattern_problem(pattern) is None
    assert matches(pattern, "a" * 300 + "!") is False


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("[a-z]+(,[a-z]+)*", "ab,c", True),
        ("[a-z]+(,[a-z]+)*", "ab,", False),
        (r"\w+", "Müller", True),
        ("(?i)straße-[k-m]+", "STRAßE-KLM", True),
        ("(?i:a)b", "Ab", True),
        ("(?i:a)b", "AB", False),
        (r"^\d{4}-\d\d$", "2026-03", True),
        (r"^\d{4}-\d\d$", "2026-03\n", False),
        (r"a\b b", "a b", True),
        ("(?s).", "\n", True),
        (".", "\n", False),
        ("(?x) a b # both", "ab", True),
        ("a{2,3}?", "aaa", True),
        ("(?=.*[a-z])(?=.*[0-9]).{8,}", "abcdefg8", True),
        ("(?=.*[a-z])(?=.*[0-9]).{8,}", "abcdefgh", False),
        (r"(a|b)-\1", "a-a", True),
        (r"(a|b)-\1", "a-b", False),
        ("", "", True),
        ("", "a", False),
        (".{1,5000}", "a" * 4000, True),
    ],
)
def test_a_pattern_means_what_it_means_to_python(pattern: str, text: str, fits: bool) -> None:
    assert pattern_problem(pattern) is None
    assert matches(pattern, text) is fits
    assert (re.fullmatch(pattern, text) is not None) is fits


@pytest.mark.parametrize(
    "pattern",
    [r"(a+)+\1$", "(?=(a+)+$)a", "(?!x)(a|aa)+$", r"(.*)(.*)(.*)\1", "(?>(a+)+)b", "(?=.*.*.*x)a"],
)
def test_what_could_take_for_ever_is_refused(pattern: str) -> None:
    assert "may take for ever" in (pattern_problem(pattern) or "")


def test_an_expression_may_not_become_too_large() -> None:
    assert "at most 2,000 letters" in (pattern_problem("((a{100}){100}){100}") or "")


def test_a_text_may_be_too_long_for_its_pattern() -> None:
    with pytest.raises(ValueError, match="too long for its pattern"):
        matches("(a{0,300}b){3}", "a" * 60_000)
    with pytest.raises(ValueError, match="too long for its pattern"):
        matches("(?!x).*.*", "a" * 60_000)


pieces = st.recursive(
    st.sampled_from(["a", "b", ".", "[ab]", "[^a]", r"\w", r"\b", "^", "$", r"\A", r"\Z", "c"]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda two: f"({two[0]}|{two[1]})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,2}", "*?", "{0,1}?"])).map(
            lambda two: f"(?:{two[0]}){two[1]}"
        ),
        inner.map(lambda one: f"(?i:{one})"),
    ),
    max_leaves=6,
)


@settings(max_examples=400, deadline=None)
@given(pieces, st.text("abAc\n", max_size=6))
def test_any_pattern_matches_what_it_matches_for_python(pattern: str, text: str) -> None:
    assert matches(pattern, text) is (re.fullmatch(pattern, text) is not None)
