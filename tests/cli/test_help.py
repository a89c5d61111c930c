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
