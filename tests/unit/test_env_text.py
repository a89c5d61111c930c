"""What the lines of an env file mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobctl.decide.text.env_file import BadLine, read_env


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", {}),
        ("\ufeffA=1", {"A": "1"}),
        ("A=1\r\nB=2\r\n", {"A": "1", "B": "2"}),
        ("A=x\x85B=y\nC=1", {"A": "x\x85B=y", "C": "1"}),
        ("A=x\u2028y\u2029z", {"A": "x\u2028y\u2029z"}),
        ("A=x\x0cy\x1cz", {"A": "x\x0cy\x1cz"}),
        ("A=\xa0x\xa0", {"A": "\xa0x\xa0"}),
        ("export\tA=1\nexport  B=2\nexport=3\nexported=4", {"A": "1", "B": "2", "export": "3", "exported": "4"}),
        ("  # c\n;c\n\x0c\n\t\nA=1", {"A": "1"}),
        (
            "A=1 # one\nB=2\t#two\nC=a#b\nD= # nothing\nE=#e\nF=",
            {"A": "1", "B": "2", "C": "a#b", "D": "", "E": "#e", "F": ""},
        ),
        ("A='x # y' # z\nB=\"x # y\"\t# z\nC='x'#z", {"A": "x # y", "B": "x # y", "C": "x"}),
        ("A=\"one\ntwo\"\nB='three\n\nfour'\nC=5", {"A": "one\ntwo", "B": "three\n\nfour", "C": "5"}),
        ('A="one \\\n two"', {"A": "one  two"}),
        (r'A="\n\t\"\\\$\q"', {"A": '\n\t"\\$\\q'}),
        (r"A='\n'", {"A": r"\n"}),
        (r"A=C:\new\t", {"A": r"C:\new\t"}),
        ("A=a'b\nB=don't\nC=x\"y\"", {"A": "a'b", "B": "don't", "C": 'x"y"'}),
        ("A = two words \nB\t=\tx", {"A": "two words", "B": "x"}),
        ("A=1\nA=2", {"A": "2"}),
        ("A=$B\nB=${A}", {"A": "$B", "B": "${A}"}),
        ("spring.url=jdbc:x\na-b=c", {"spring.url": "jdbc:x", "a-b": "c"}),
        ("A=b=c", {"A": "b=c"}),
        ("A=\udcff", {"A": "\udcff"}),
    ],
)
def test_a_line_means_what_its_users_expect(text: str, found: dict[str, str]) -> None:
    assert read_env(text) == found


@pytest.mark.parametrize(
    ("text", "number", "why"),
    [
        ("A=1\nnonsense", 2, "is not `NAME=VALUE`"),
        ("=1", 1, "is not `NAME=VALUE`"),
        ("a b=1", 1, "is not `NAME=VALUE`"),
        ("export A", 1, "is not `NAME=VALUE`"),
        ("'A'=1", 1, "is not `NAME=VALUE`"),
        ("A='\n\n'\nB=\"x\n", 4, 'has a " that is never closed'),
        ("A='it's'", 1, "goes on after its closing '"),
        ("A=1\r\nB=x\0y", 2, "holds a NUL character"),
    ],
)
def test_a_line_that_cannot_be_understood_is_named(text: str, number: int, why: str) -> None:
    with pytest.raises(BadLine, match=f"^{why}$") as caught:
        read_env(text)
    assert caught.value.number == number


@given(st.text(st.characters(exclude_characters='\0"\\\r')))
def test_any_text_in_double_quotes_is_kept(value: str) -> None:
    assert read_env(f'A="{value}"\nB=1') == {"A": value, "B": "1"}
