"""How params reach a command."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobctl.decide.params.template import fill, param_env, problems, render_key, unfit


def test_a_value_stays_inside_its_one_element() -> None:
    argv = ["convert", "--in={{ params.file }}", "out"]
    assert fill(argv, {"file": "a b'; rm -rf / #"}) == ("convert", "--in=a b'; rm -rf / #", "out")


def test_spaces_inside_the_braces_do_not_matter() -> None:
    assert fill(["{{params.a}}-{{  params.a  }}"], {"a": "x"}) == ("x-x",)


def test_other_braces_are_left_alone() -> None:
    assert fill(["docker", "ps", "--format", "{{.Names}}"], {"a": "x"}) == ("docker", "ps", "--format", "{{.Names}}")


def test_a_value_that_looks_like_a_template_is_not_filled_again() -> None:
    assert fill(["{{ params.a }}"], {"a": "{{ params.b }}", "b": "x"}) == ("{{ params.b }}",)


def test_a_param_without_a_value_becomes_empty_text() -> None:
    assert fill(["--size={{ params.size }}"], {}) == ("--size=",)


def test_names_that_are_not_declared_are_left_alone_when_the_declared_ones_are_known() -> None:
    assert fill(["{{ params.x }}"], {}, declared=()) == ("{{ params.x }}",)


@pytest.mark.parametrize(
    ("value", "text"),
    [(True, "true"), (7, "7"), (1.5, "1.5"), ({"a": [1]}, '{"a": [1]}'), ("é", "é"), (["ü"], '["ü"]')],
)
def test_a_value_that_is_no_text_is_written_as_json(value: object, text: str) -> None:
    assert fill(["{{ params.p }}"], {"p": value}) == (text,)


def test_the_environment_holds_upper_case_names_and_json() -> None:
    assert param_env({"album-id": 7, "tags": ["a"], "force": False, "none": None, "who": "é"}) == {
        "JOBCTL_PARAM_ALBUM_ID": "7",
        "JOBCTL_PARAM_TAGS": '["a"]',
        "JOBCTL_PARAM_FORCE": "false",
        "JOBCTL_PARAM_WHO": "é",
    }


def test_a_template_in_a_shell_text_is_refused_with_the_variable_to_write() -> None:
    assert problems("mail {{ params.to-whom }}", {"to-whom"}) == [
        (
            None,
            'text pasted into a shell can be executed; write "$JOBCTL_PARAM_TO_WHOM" instead of {{ params.to-whom }}',
        )
    ]


def test_other_braces_in_a_shell_text_are_left_alone() -> None:
    assert problems("docker ps --format '{{.Names}}' {{ paramset }}", ()) == []


@pytest.mark.parametrize(
    ("argv", "index"),
    [
        (["bash", "-c", "echo {{ params.p }}"], 2),
        (["python3", "-c", "print({{ params.p }})"], 2),
        (["perl", "-e", "{{ params.p }}"], 2),
        (["node", "--eval", "{{ params.p }}"], 2),
        (["node", "--eval={{ params.p }}"], 1),
        (["ssh", "host", "bash", "-lc", "{{ params.p }}"], 4),
        (["/usr/bin/python3.11", "-Ec", "{{ params.p }}"], 2),
        (["python", "-c{{ params.p }}"], 1),
        (["sed", "-e", "{{ params.p }}"], 2),
    ],
)
def test_a_template_in_code_is_refused(argv: list[str], index: int) -> None:
    assert [(at, message.split(",")[0]) for at, message in problems(argv, {"p"})] == [(index, "this element is code")]


def test_a_template_after_the_code_is_an_argument() -> None:
    assert problems(["sh", "-c", 'echo "$1"', "sh", "{{ params.p }}"], {"p"}) == []


def test_a_cluster_that_ends_in_c_is_no_code_for_other_programs() -> None:
    assert problems(["tar", "-xzc", "{{ params.p }}"], {"p"}) == []


def test_an_undeclared_param_is_refused() -> None:
    assert problems(["echo", "{{ params.who }}"], {"p"}) == [
        (1, "`{{ params.who }}` names a param that is not declared under `params`")
    ]


def test_a_form_that_is_not_understood_is_refused() -> None:
    assert unfit("{{ params.p | upper }}", {"p"}) == ["`{{ params.p` is not understood; only `{{ params.name }}` is"]


def test_a_key_is_the_filled_template() -> None:
    assert render_key("order-{{ params.order_id }}", {"order_id": 7}, "bill") == "order-7"


def test_a_key_from_the_params_does_not_depend_on_their_order() -> None:
    assert render_key(True, {"a": 1, "b": 2}, "bill") == render_key(True, {"b": 2, "a": 1}, "bill")


def test_a_key_from_the_params_differs_for_other_params() -> None:
    assert render_key(True, {"a": 1}, "bill") != render_key(True, {"a": "1"}, "bill")


@given(st.lists(st.text("ab {}$;'\"\n")), st.text("ab {}$;'\"\n"))
def test_filling_never_changes_the_number_of_elements(argv: list[str], value: str) -> None:
    assert len(fill([*argv, "{{ params.p }}"], {"p": value})) == len(argv) + 1


@given(st.text())
def test_what_a_template_gives_is_exactly_the_value(value: str) -> None:
    assert fill(["<{{ params.p }}>"], {"p": value}) == (f"<{value}>",)
