"""Where a value that is pasted into a command would be code."""

import pytest

from jobctl.decide.params.template import problems

X = "{{ params.x }}"
CODE = [
    ["sh", "-c", X],
    ["bash", "-lc", f"echo {X}"],
    ["bash", "-euxo", "pipefail", "-c", X],
    ["env", "-S", f"ls {X}"],
    ["env", f"-S{X}"],
    ["env", "-iS", X],
    ["env", f"--split-string=ls {X}"],
    ["ssh", "web", f"ls {X}"],
    ["ssh", "-p", "22", "root@web", "ls", X],
    ["/usr/bin/ssh", "-o", f"ProxyCommand={X}", "web"],
    ["ssh", f"-oProxyCommand={X}", "web"],
    ["php", "-r", X],
    ["php8.2", "-r", X],
    ["node", "-p", X],
    ["node", "-pe", X],
    ["node", f"--print={X}"],
    ["nodejs", "--eval", X],
    ["pwsh", "-Command", X],
    ["powershell.exe", "-NoProfile", "-c", X],
    ["pwsh", X],
    ["su", "backup", "--command", f"ls {X}"],
    ["su", f"--command=ls {X}", "backup"],
    ["su", "-", "backup", "-c", X],
    ["runuser", "-u", "x", "--session-command", X],
    ["sudo", "sh", "-c", X],
    ["xargs", "-0", "sh", "-c", X],
    ["find", ".", "-exec", "sh", "-c", X, ";"],
    ["docker", "exec", "web", "sh", "-c", X],
    ["kubectl", "exec", "pod", "--", "/bin/bash", "-ec", X],
    ["perl", "-ne", X],
    ["perl", f"-e{X}"],
    ["perl", "-E", X],
    ["ruby", "-e", X],
    ["python3.12", "-c", X],
    ["awk", f"/{X}/ {{ print }}", "file"],
    ["awk", "-F", ":", "-v", "a=b", f"{{ print {X} }}"],
    ["sed", "-n", f"s/a/{X}/", "file"],
    ["jq", "-r", f".[{X}]"],
    ["psql", "-c", f"SELECT {X}"],
    ["psql", f"--command=SELECT {X}"],
    ["mysql", "shop", f"--execute=SELECT {X}"],
    ["eval", X],
    ["watch", "ls", X],
    ["cmd.exe", "/c", X],
    ["tar", f"--checkpoint-action=exec={X}"],
    ["rsync", "-e", X, "a", "b"],
    ["rsync", f"--rsh={X}", "a", "b"],
    ["git", "-c", f"core.pager={X}", "log"],
]
DATA = [
    ["convert", X, "out.png"],
    ["ssh", X, "uptime"],
    ["ssh", "-p", X, "web"],
    ["php", "resize.php", X],
    ["node", "resize.js", f"--size={X}"],
    ["awk", "-f", "program.awk", X],
    ["awk", "{ print }", X],
    ["awk", "-v", f"name={X}", "{ print name }", "file"],
    ["sed", "-n", "1p", X],
    ["jq", "--arg", "x", X, ".[$x]"],
    ["jq", ".a", X],
    ["env", f"SIZE={X}", "resize"],
    ["sh", "resize.sh", X],
    ["bash", "-s", "--", X],
    ["grep", "--regexp", X, "file"],
    ["sh", "-c", 'echo "$1"', "sh", X],
]


@pytest.mark.parametrize("argv", CODE, ids=" ".join)
def test_a_value_is_not_pasted_into_code(argv: list[str]) -> None:
    assert any("is code" in message for _, message in problems(argv, ["x"]))


@pytest.mark.parametrize("argv", DATA, ids=" ".join)
def test_a_value_may_be_an_element_of_its_own(argv: list[str]) -> None:
    assert problems(argv, ["x"]) == []
