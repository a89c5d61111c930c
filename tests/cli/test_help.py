"""`--help`, as a stranger reads it."""

import re

import pytest

from jobctl.cli.verbs import VERBS
from tests.kit.prompt import Prompt


def shown(jobctl: Prompt, *args: str) -> str:
    """The help, on one line, without its frames."""
    text = jobctl.ok(*args, "--help").out
    return " ".join(re.sub(r"[│╭╮╰╯─]", " ", text).split())


def test_every_verb_is_listed(jobctl: Prompt) -> None:
    text = shown(jobctl)
    assert [verb for verb, entry in VERBS.items() if f"{verb} {entry.help}" not in text] == []


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_explains_itself_with_an_example(jobctl: Prompt, verb: str) -> None:
    text = shown(jobctl, verb)
    assert f"jobctl {verb}" in text.replace(f"Usage: jobctl {verb}", "", 1)


@pytest.mark.parametrize("verb", VERBS)
def test_its_first_words_are_those_of_the_list_of_verbs(jobctl: Prompt, verb: str) -> None:
    assert VERBS[verb].help.split()[0] in shown(jobctl, verb)


def test_an_unknown_verb_is_guessed(jobctl: Prompt) -> None:
    said = jobctl("enqueu")
    assert said.status == 2
    assert said.err == "error: there is no verb `enqueu`\nhint: did you mean `jobctl enqueue`?\n"


def test_it_says_what_no_verb_at_all_means_and_how_to_begin(jobctl: Prompt) -> None:
    text = shown(jobctl)
    assert "Without a command it is `jobctl status`" in text
    assert "`jobctl init`" in text


@pytest.mark.parametrize("verb", VERBS)
def test_it_promises_no_server_that_cannot_be_used(jobctl: Prompt, verb: str) -> None:
    assert "postgresql" not in shown(jobctl, verb) + shown(jobctl)


@pytest.mark.parametrize("verb", VERBS)
def test_it_names_what_an_option_takes_and_no_bound_that_says_nothing(jobctl: Prompt, verb: str) -> None:
    options = [line for line in jobctl.ok(verb, "--help").out.splitlines() if line.startswith("│ --")]
    assert [line for line in options if "<str>" in line or "2147483647" in line or "9223372036854775807" in line] == []


@pytest.mark.parametrize("verb", VERBS)
def test_it_fits_into_80_columns_without_breaking_a_word(
    jobctl: Prompt, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    text = jobctl.ok(verb, "--help").out
    assert max(map(len, text.splitlines())) <= 80
    assert "…" not in text
