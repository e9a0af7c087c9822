"""IPython syntax in, Python line for line out; what has no translation is refused with a mend."""

from __future__ import annotations

import ast

import pytest
from IPython.core.interactiveshell import InteractiveShell

from nb2prod.magics import Translation, translate
from nb2prod.notebook import Cell
from nb2prod.probes.capture import facts


def translated(source: str, *bound: str) -> Translation:
    return translate(Cell(4, "c4", "code", source), lambda name: name in bound)


SHELL = "subprocess.run({}, shell=True, check=False)"
LINES = "shell_commands.output({})"


@pytest.mark.parametrize(
    ("source", "python"),
    [
        # Plain Python stays byte for byte.
        ("x = 1  # 100 %", "x = 1  # 100 %"),
        ("a = b % c", "a = b % c"),
        ("x = '''\n%time\n!ls\n'''", "x = '''\n%time\n!ls\n'''"),
        ("f(a,\n  b\n  % c)", "f(a,\n  b\n  % c)"),
        ("a != b", "a != b"),
        ("# what is this?", "# what is this?"),
        ("# a path\\\n%time x = 1", "# a path\\\nx = 1"),
        ("x = '#' \\\n  '%d'", "x = '#' \\\n  '%d'"),
        # What a paste leaves in front of every line.
        ("\n    x = 1\n    if x:\n        y = 2", "\nx = 1\nif x:\n    y = 2"),
        (">>> x = 1\n>>> if x:\n...     y = 2", "x = 1\nif x:\n    y = 2"),
        ("In [3]: x = 1\n   ...: y = 2", "x = 1\ny = 2"),
        ("x = [1,\n    ...]", "x = [1,\n    ...]"),
        # How the notebook looks or is watched.
        ("%matplotlib inline", ""),
        ("%load_ext autoreload\nx = 1", "\nx = 1"),
        ("get_ipython().run_line_magic('matplotlib', 'inline')", ""),
        # Calls, as scripts made from notebooks have them.
        ("get_ipython().magic('matplotlib inline')", ""),
        ("get_ipython().magic(u'%matplotlib inline')", ""),
        ("get_ipython().system('make {x} \\'a b\\'')", SHELL.format("f\"make {x} 'a b'\"")),
        ("get_ipython().system('pip install numpy')", ""),
        ("x = get_ipython().getoutput('ls *.csv')", "x = " + LINES.format("'ls *.csv'")),
        ("get_ipython().run_line_magic('cd', 'data')", "os.chdir('data')"),
        ("get_ipython().run_cell_magic('time', '', 'x = 1\\n')", "x = 1"),
        ("get_ipython().run_cell_magic('html', '', '<b>\\n<i>')", ""),
        ("x = get_ipython()", "x = get_ipython()"),
        ("if x:\n    %matplotlib inline", "if x:\n    pass"),
        ("%tensorflow_version 2.x", ""),
        ("%gui qt", ""),
        ("df.head?", ""),
        ("?df", ""),
        ("%%html\n<b>\n", "\n\n"),
        # Runs as it stands.
        ("%time x = f()", "x = f()"),
        ("x = %time f()", "x = f()"),
        ("%%time\nx = 1", "\nx = 1"),
        ("%%capture\nx = 1", "\nx = 1"),
        # The environment and the folder.
        ("%env A=b", "os.environ['A'] = 'b'"),
        ("%set_env A b", "os.environ['A'] = 'b'"),
        ("%env A=b=c", "os.environ['A'] = 'b=c'"),
        ("%env", ""),
        ("x = %env HOME", "x = os.environ['HOME']"),
        ("%cd data", "os.chdir('data')"),
        ("%cd -q my data", "os.chdir('my data')"),
        ("x = %pwd", "x = os.getcwd()"),
        # Shell lines.
        ("!ls -l", ""),
        ("!unzip a.zip", SHELL.format("'unzip a.zip'")),
        ("!ls > files.txt", SHELL.format("'ls > files.txt'")),
        ("x = !ls {folder}", "x = " + LINES.format("f'ls {folder}'")),
        ("d['k'] = !ls", "d['k'] = " + LINES.format("'ls'")),
        ("f(x=1).a = !ls", "f(x=1).a = " + LINES.format("'ls'")),
        ("a, b = !ls", "a, b = " + LINES.format("'ls'")),
        ('if x:\n    d["a=!b"] = %sx ls', 'if x:\n    d["a=!b"] = ' + LINES.format("'ls'")),
        ("x = %system ls", "x = " + LINES.format("'ls'")),
        ("!!ls", ""),
        ("!!make", SHELL.format("'make'")),
        ("%sx make", SHELL.format("'make'")),
        ("x = 'y = !z'", "x = 'y = !z'"),
        ("x = f('= !z')  # = !ls", "x = f('= !z')  # = !ls"),
        ("!cp $known f", SHELL.format("f'cp {known} f'")),
        ("!cp $known $unknown", SHELL.format("'cp $known $unknown'")),
        ("!cp {known} ${HOME}/{unknown}", SHELL.format("'cp {known} ${HOME}/{unknown}'")),
        ("!cp {[n for n in known]} f", SHELL.format("f'cp {[n for n in known]} f'")),
        ("!cp {(lambda n: n)(known)} f", SHELL.format("f'cp {(lambda n: n)(known)} f'")),
        ("!cp {[n for n in unknown]} f", SHELL.format("'cp {[n for n in unknown]} f'")),
        ("%env A={unknown}", "os.environ['A'] = '{unknown}'"),
        ("!echo {{x}} > f", SHELL.format("'echo {x} > f'")),
        ("!cp {d['a']} b", SHELL.format("f\"cp {d['a']} b\"")),
        # `str` may be one of the notebook's variables.
        ("!cp {d['a']} \"b\"", SHELL.format("""('cp ' + '{}'.format(d['a']) + ' "b"')""")),
        ("!cp a \\\n  b", SHELL.format(repr("cp a \\\n  b")) + "\n"),
        # Installs.
        ("!pip install -q numpy", ""),
        ("pip install numpy", ""),
        # Timing.
        ("%timeit f(x)", "timeit.Timer(lambda: f(x)).autorange()"),
        ("%timeit -n 3 -r 2 f(x)", "timeit.repeat(lambda: f(x), number=3, repeat=2)"),
        ("%timeit y = f(x)", "timeit.Timer(lambda: f(x)).autorange()"),
    ],
)
def test_translation(source: str, python: str) -> None:
    found = translated(source, "known", "folder", "x", "d")
    assert found.python == python
    assert found.diagnostics == ()
    assert found.python.count("\n") == source.count("\n")
    ast.parse(found.python)


@pytest.mark.parametrize(
    ("source", "bound", "imports"),
    [
        ("%cd x", [], [("os", "os")]),
        ("%cd x", ["os"], [("os", "os_")]),
        ("!make\n!make", [], [("subprocess", "subprocess")]),
        ("x = !make", [], [("shell_commands", "shell_commands")]),
        ("%matplotlib inline", [], []),
    ],
)
def test_imports(source: str, bound: list[str], imports: list[tuple[str, str]]) -> None:
    assert translated(source, *bound).imports == tuple(imports)


@pytest.mark.parametrize(
    ("source", "requirements"),
    [
        ("!pip install numpy 'pandas>=2' -q", ["numpy", "pandas>=2"]),
        ("%pip install -r requirements.txt numpy", ["numpy"]),
        ("%conda install -y scipy", ["scipy"]),
        ("!python -m pip install numpy # for arrays", ["numpy"]),
        ("!pip install git+https://example.org/x.git", []),
        ("!pip list", []),
        ("!apt-get install graphviz", []),
    ],
)
def test_requirements(source: str, requirements: list[str]) -> None:
    assert translated(source).requirements == tuple(requirements)


@pytest.mark.parametrize(
    ("source", "line", "named"),
    [
        ("%%bash\nls", 1, "%%bash"),
        ("x = 1\n%run other.py", 2, "%run"),
        ("%sql select 1", 1, "%sql"),
        ("%no_such_magic", 1, "%no_such_magic"),
        ("x = %no_such_magic", 1, "%no_such_magic"),
        ("%timeit import os", 1, "%timeit"),
        ("get_ipython().run_cell_magic('capture', 'c', 'x = 1\\ny = 2')", 1, "%%capture"),
        ("get_ipython().run_cell_magic('bash', '', 'ls')", 1, "%%bash"),
        ("%%time\n\n%store x", 3, "%store"),
    ],
)
def test_refused(source: str, line: int, named: str) -> None:
    (problem,) = translated(source).diagnostics
    assert (problem.code, problem.cell, problem.cell_id, problem.line) == ("NB205", 4, "c4", line)
    assert named in problem.message
    assert problem.hint


def executed(python: str) -> dict[str, object]:
    names: dict[str, object] = {}
    found = translated(python)
    for module, local in found.imports:
        exec(f"import {module} as {local}", names)
    exec(found.python, names)
    return names


def test_captured_output_has_the_shape_of_ipythons() -> None:
    out = executed("%%capture out\nprint('hello')\nx = 1")
    assert out["x"] == 1
    assert getattr(out["out"], "stdout", None) == "hello\n"


@pytest.mark.parametrize(
    ("options", "stdout", "stderr"),
    [("", "o", "e"), ("--no-stderr", "o", ""), ("--no-stdout", "", "e"), ("--no-stdout --no-stderr", "", "")],
)  # fmt: skip
def test_captured_output_is_what_was_asked_for(options: str, stdout: str, stderr: str) -> None:
    body = "import sys\n_ = sys.stdout.write('o'), sys.stderr.write('e')"
    out = executed(f"%%capture out {options}\n{body}")["out"]
    assert vars(out) == {"stdout": stdout, "stderr": stderr, "outputs": []}


def test_a_package_has_the_facts_of_captured_output() -> None:
    shell = InteractiveShell.instance()
    shell.run_cell("%%capture out\nprint('hello')\n1")  # type: ignore[no-untyped-call]
    ours = executed("%%capture out\nprint('hello')\n1")["out"]
    assert facts(shell.user_ns["out"]) == facts(ours)


def test_writefile_writes(tmp_path: object) -> None:
    executed(f"%%writefile {tmp_path}/a.txt\nfirst\n%second")
    executed(f"%%writefile -a {tmp_path}/a.txt\nthird")
    with open(f"{tmp_path}/a.txt") as file:
        assert file.read() == "first\n%second\nthird\n"


def test_a_timed_cell_runs_as_often_as_it_says() -> None:
    assert executed("runs = []\n")["runs"] == []
    names = executed("%%timeit -n 3 -r 2 runs = []\nruns.append(1)")
    assert "runs" not in names  # what a timed cell binds is its own


@pytest.mark.parametrize(
    "text",
    [
        "cp $known b", "cp $known $unknown", "cp {known} $unknown", "cp $π/x {known}", "a $$known", "a $known.upper",
        "a {known!r} {rows[1:2]} {{x}}", "a '$known' \"$known\"", "a ${known}", "a $1 $known.", "a {known:3} {no}", "a } b",
        "awk '{print $1}' $known", "a {d['a']}", "it's $known", "a 'b' $known", "$len(1)",
    ],
)  # fmt: skip
def test_variables_in_shell_text_are_those_that_ipython_sees(text: str) -> None:
    names = {"known": "k'1", "π": 3, "rows": [1, 2, 3], "d": {"a": 1}}
    shell = InteractiveShell()  # type: ignore[no-untyped-call]
    shell.user_ns.update(names)
    expected = shell.var_expand(text)  # type: ignore[no-untyped-call]
    command = translated(f"!make {text}", *names).python
    argument = ast.parse(command, mode="eval").body
    assert isinstance(argument, ast.Call)
    assert eval(ast.unparse(argument.args[0]), dict(names)) == f"make {expected}"
