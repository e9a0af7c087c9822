"""Translates a cell's IPython syntax into Python, line for line.

A line of IPython becomes exactly one line of Python (or an empty one), so that line numbers stay
those of the cell. What has no translation is refused with a diagnostic.
"""

from __future__ import annotations

import ast
import builtins
import re
import shlex
import string
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from nb2prod.diagnostics import Diagnostic, diagnostic
from nb2prod.notebook import Cell


@dataclass(frozen=True, slots=True)
class Translation:
    """A cell as plain Python."""

    python: str
    #: Modules of the standard library that the translated lines use: (module, local name).
    imports: tuple[tuple[str, str], ...] = ()
    #: Distributions that the cell installs, as requirement strings.
    requirements: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


#: Line magics that only change how the notebook looks or is watched.
NO_OP_LINES = frozenset(
    """
    matplotlib config load_ext reload_ext unload_ext autoreload aimport precision who whos who_ls pwd
    ls ll dir history hist pinfo pinfo2 pdoc psource pfile page lsmagic magic quickref tb debug pdb
    xmode colors tensorboard watermark autosave autocall automagic notebook logstart logstop logon
    logoff logstate doctest_mode pprint pycat cat head less more man psearch rerun dhist dirs env
    matplotlib_inline tensorflow_version gui
    """.split()
)
#: Cell magics whose cell only shows something.
NO_OP_CELLS = frozenset("html HTML javascript js latex markdown svg SVG".split())
#: Cell magics that run their cell as it is.
TRANSPARENT_CELLS = frozenset("time capture prun memit mprun lprun snakeviz heat".split())
#: Magics that run a shell command.
_SHELL_MAGICS = frozenset(("sx", "system"))
#: Shell commands whose only effect is what they show.
READ_ONLY_COMMANDS = frozenset(
    """
    ls pwd head tail cat wc nvidia-smi echo date whoami which python python3 free df du lscpu nproc
    uname tree file grep find stat hostname uptime top ps history less more diff md5sum cd
    """.split()
)
_INSTALLERS = re.compile(r"(?:python\d?\s+-m\s+)?(?:uv\s+)?(pip\d?|conda|mamba|apt-get|apt|brew)\b")
_REQUIREMENT = re.compile(r"[A-Za-z0-9][\w.-]*(\[[\w,.-]+\])?([<>=!~]=?[\w.*,<>=!~]+)?$")
_HELP = re.compile(r"\s*(\?{1,2}\s*[\w.*%]+|[%\w.*\[\]'\"]+\s*\?{1,2})\s*;?\s*$")
_BARE_INSTALL = re.compile(r"\s*(pip|conda)\s+install\s")
#: A variable in shell text, but for one between single quotes.
_DOLLAR = re.compile(r"(.*?)\$(\$?[\w.]+)(?=([^']*'[^']*')*[^']*$)")
_CONVERSIONS = {"r": "repr", "s": "str", "a": "ascii"}
#: What comes before a command whose output is kept.
_KEPT = re.compile(r"\s*(?P<kind>[!%])(?P<rest>(?s:.+))$")
_SIGNS = re.compile(
    r"^\s*[%!?]|\?\s*;?\s*$|=\s*[!%]|^\s*(?:pip|conda)\s+install|get_ipython"
    r"|\A(?:[ \t]*\n)*[ \t]|^\s*(?:>>>|In )",
    re.M,
)
#: What IPython takes away before the lines of a cell that was pasted from elsewhere.
_DOCTEST = re.compile(r"^\s*(?:>>>|\.\.\.)[ \t]?")
_PROMPT = re.compile(r"^(?:(?:(?:\[nav\]|\[ins\])? )?In \[\d+\]: |\s*\.{3,}: ?)")


def translate(cell: Cell, bound: Callable[[str], bool]) -> Translation:
    """The cell as Python; ``bound`` tells whether the notebook binds a name.

    In a shell line ``$name`` is a variable of the notebook or of the shell.
    """
    if not _SIGNS.search(cell.source):
        return Translation(cell.source)
    work = _Work(cell, bound)
    python = work.cell_body(_unpasted(cell.source), 1)
    return Translation(
        python,
        tuple(dict.fromkeys(work.imports)),
        tuple(dict.fromkeys(work.requirements)),
        tuple(work.found),
    )


@dataclass
class _Work:
    cell: Cell
    bound: Callable[[str], bool]
    imports: list[tuple[str, str]] = field(default_factory=list)
    requirements: list[str] = field(default_factory=list)
    found: list[Diagnostic] = field(default_factory=list)

    def cell_body(self, source: str, first_line: int) -> str:
        """Source whose first line may be a cell magic."""
        lines = source.split("\n")
        start = next((i for i, text in enumerate(lines) if text.strip()), 0)
        head = lines[start].strip() if lines else ""
        if head.startswith("%%"):
            name, _, rest = head[2:].partition(" ")
            body = "\n".join(lines[start + 1 :])
            number = first_line + start
            return "\n" * start + self._cell_magic(name, rest.strip(), body, number)
        return "\n".join(self._line(text, first_line + i) for i, text in _logical_lines(lines))

    def _refuse(self, what: str, hint: str, line: int) -> str:
        self.found.append(
            diagnostic(
                "NB205", what, hint=hint, cell=self.cell.number, cell_id=self.cell.id, line=line
            )
        )
        return ""

    def _module(self, module: str) -> str:
        """The name of a standard module that is imported for the translation."""
        name = module
        while self.bound(name):
            name += "_"
        self.imports.append((module, name))
        return name

    # ------------------------------------------------------------------ cell magics
    def _cell_magic(self, name: str, rest: str, body: str, line: int) -> str:
        blank = "\n" * (body.count("\n") + 1)
        if name in NO_OP_CELLS:
            return blank
        if name == "capture":
            return self._capture(rest, body, line)
        if name in TRANSPARENT_CELLS:
            return "\n" + self.cell_body(body, line + 1)
        if name == "timeit":
            options, setup = _timeit_options(rest)
            inside = _indented((setup + "\n" if setup else "") + self.cell_body(body, line + 1))
            return f"def _timed_cell():\n{inside}\n    pass\n{self._timeit_call('_timed_cell', options)}"
        if name in ("writefile", "file"):
            words = shlex.split(rest)
            path = next((word for word in words if not word.startswith("-")), "")
            mode = "a" if "-a" in words or "--append" in words else "w"
            text = body if body.endswith("\n") else body + "\n"
            target = self._expanded(path)
            return f"{self._module('io')}.open({target}, {mode!r}, encoding='utf-8').write({text!r}){blank}"
        mend = f"`%%{name}` cells can't be shipped: write the cell in Python or leave it untagged."
        return self._refuse(f"the cell magic `%%{name}` has no translation", mend, line) + blank

    def _capture(self, rest: str, body: str, line: int) -> str:
        names = [word for word in rest.split() if not word.startswith("-")]
        if not names or not names[0].isidentifier():
            return "\n" + self.cell_body(body, line + 1)
        inside = _indented(self.cell_body(body, line + 1))
        caught = [s for s in ("stdout", "stderr") if f"--no-{s}" not in rest.split()]
        contextlib, io, types = map(self._module, ("contextlib", "io", "types"))
        streams = [f"{contextlib}.redirect_{s}({io}.StringIO()) as _{s}_text" for s in caught] or [
            f"{contextlib}.nullcontext()"
        ]
        texts = {s: f"_{s}_text.getvalue()" if s in caught else "''" for s in ("stdout", "stderr")}
        return (
            f"with {', '.join(streams)}:\n{inside}\n    pass\n{names[0]} = {types}.SimpleNamespace("
            f"stdout={texts['stdout']}, stderr={texts['stderr']}, outputs=[])"
        )

    # ------------------------------------------------------------------ lines
    def _line(self, original: str, number: int) -> str:
        text = _as_magic(original) or original
        stripped = text.lstrip()
        indent = text[: len(text) - len(stripped)]
        if stripped.startswith("%%") and text != original:
            head, _, body = stripped[2:].partition("\n")
            name, _, rest = head.partition(" ")
            python = self._cell_magic(name, rest.strip(), body, number).strip("\n")
            if "\n" in python:
                mend = f"Use `%%{name}` itself, in a cell of its own."
                python = self._refuse(f"a call of `%%{name}` has no translation", mend, number)
        elif stripped.startswith("%"):
            python = self._line_magic(stripped.lstrip("%").strip(), number)
        elif stripped.startswith("!"):
            python = self._shell(stripped.lstrip("!").strip(), number)
        elif _BARE_INSTALL.match(text):
            python = self._install(stripped)
        elif _HELP.match(text) and not stripped.startswith("#"):
            python = ""
        else:
            assigned = _assigned(text)
            if assigned is None:
                return original
            target, kind, command = assigned
            value = self._assigned(kind, command, number)
            python = f"{target} = {value}" if value else ""
        # Joined lines of one command keep the number of lines.
        padding = "\n" * original.count("\n")
        if not python:
            return (indent + "pass" if indent else "") + padding
        return indent + python + padding

    def _line_magic(self, command: str, line: int) -> str:
        name, _, rest = command.replace("\\\n", " ").partition(" ")
        rest = rest.strip()
        if name in ("pip", "conda", "mamba"):
            return self._install(command)
        if name in _SHELL_MAGICS:
            return self._shell(rest, line)
        if name in ("time", "prun", "memit", "mprun", "lprun", "snakeviz"):
            return self.cell_body(rest, line)
        if name == "timeit":
            options, statement = _timeit_options(rest)
            return self._timeit(statement, options, line)
        if name in ("env", "set_env") and rest and ("=" in rest or " " in rest):
            key, _, value = rest.partition("=" if "=" in rest.split()[0] or "=" in rest else " ")
            return (
                f"{self._module('os')}.environ[{key.strip()!r}] = {self._expanded(value.strip())}"
            )
        if name == "cd":
            folder = re.sub(r"(^|\s)-q(?=\s|$)", "", rest).strip()  # which says nothing
            if folder and not folder.startswith("-"):
                return f"{self._module('os')}.chdir({self._expanded(folder)})"
        if name == "pylab":
            return (
                "import numpy; import matplotlib; from matplotlib import pylab, mlab, pyplot; "
                "import numpy as np; import matplotlib.pyplot as plt; "
                "from pylab import *; from numpy import *"
            )
        if name == "mkdir" and rest:
            return f"{self._module('os')}.mkdir({self._expanded(rest)})"
        if name in NO_OP_LINES:
            return ""
        mends = {
            "cd": "Name the folder: `%cd FOLDER`.",
            "run": "Put the code that it runs into a module beside the notebook and import it.",
            "load": "Paste the loaded code into the cell.",
            "store": "Save and load the value with the library that fits it.",
            "reset": "Remove the line: it clears the namespace.",
            "sql": "Run the query with a database library.",
        }
        mend = mends.get(name, "Write it in Python, or move it to an untagged cell.")
        return self._refuse(f"the magic `%{name}` has no translation", mend, line)

    def _timeit(self, statement: str, options: dict[str, str], line: int) -> str:
        try:
            (node,) = ast.parse(statement).body
        except (SyntaxError, ValueError):
            return self._refuse(
                "the statement after `%timeit` is no single Python statement",
                "Time it in an untagged cell.",
                line,
            )
        # Names that the timed statement binds are its own: only the value's effects remain.
        if isinstance(node, ast.Assign):
            statement = ast.get_source_segment(statement, node.value) or statement
        elif not isinstance(node, ast.Expr):
            return self._refuse(
                "`%timeit` of a statement that is no expression has no translation",
                "Time it in an untagged cell.",
                line,
            )
        return self._timeit_call(f"lambda: {statement}", options)

    def _timeit_call(self, function: str, options: dict[str, str]) -> str:
        timeit = self._module("timeit")
        if "n" in options:
            repeat = options.get("r", "7")
            return f"{timeit}.repeat({function}, number={options['n']}, repeat={repeat})"
        return f"{timeit}.Timer({function}).autorange()"

    def _assigned(self, kind: str, command: str, line: int) -> str:
        if kind == "!":
            return f"{self._module('shell_commands')}.output({self._expanded(command)})"
        name, _, rest = command.lstrip("%").partition(" ")
        if name in _SHELL_MAGICS:
            return self._assigned("!", rest.strip(), line)
        if name == "pwd":
            return f"{self._module('os')}.getcwd()"
        if name == "env" and rest.strip():
            return f"{self._module('os')}.environ[{rest.strip()!r}]"
        if name == "time":
            return rest.strip()
        mend = "Write it in Python, or move it to an untagged cell."
        return self._refuse(f"the value of the magic `%{name}` has no translation", mend, line)

    def _shell(self, command: str, line: int) -> str:
        if _INSTALLERS.match(command):
            return self._install(command)
        words = command.split()
        plain = not re.search(r"[|>;&`]|\$\(", command)
        if not words or (plain and words[0] in READ_ONLY_COMMANDS and "-delete" not in words):
            if not (words and words[0].startswith("python") and "--version" not in words):
                return ""
        return (
            f"{self._module('subprocess')}.run({self._expanded(command)}, shell=True, check=False)"
        )

    def _install(self, command: str) -> str:
        words = command.split()
        if "install" in words and ("pip" in command or "conda" in command or "mamba" in command):
            skip = False
            for word in words[words.index("install") + 1 :]:
                if skip or word.startswith(("-", "#")):
                    skip = word in ("-r", "-c", "-e", "-i", "--index-url", "-f", "--find-links")
                    if word.startswith("#"):
                        break
                    continue
                word = word.strip("'\"")
                if _REQUIREMENT.match(word) and "{" not in word:
                    self.requirements.append(word)
        return ""

    def _expanded(self, text: str) -> str:
        """A Python expression for shell text in which ``{expression}`` and ``$name`` are expanded."""
        pieces = _shell_pieces(text, self.bound)
        if pieces is None:
            return repr(text)
        if not any(is_code for is_code, _ in pieces):
            return repr("".join(piece for _, piece in pieces))
        body = "".join(
            "{" + piece + "}" if is_code else piece.replace("{", "{{").replace("}", "}}")
            for is_code, piece in pieces
        )
        # repr quotes the literal parts; the expressions must not hold its quote or a backslash.
        quoted = repr(body)
        if all(
            "\\" not in piece and quoted[0] not in piece for is_code, piece in pieces if is_code
        ):
            return "f" + quoted
        parts = [
            f"'{{}}'.format({piece})" if is_code else repr(piece)
            for is_code, piece in pieces
            if piece
        ]
        return "(" + " + ".join(parts) + ")"


def _shell_pieces(text: str, bound: Callable[[str], bool]) -> list[tuple[bool, str]] | None:
    """Literal and code pieces, or None where IPython leaves the whole text as it is.

    It does so where one of the expressions fails: most often a ``$NAME`` or ``${NAME}`` that is the
    shell's.
    """

    def is_known(name: str) -> bool:
        return bound(name) or hasattr(builtins, name)

    try:
        parsed = list(string.Formatter().parse(text))
    except ValueError:
        return None
    pieces: list[tuple[bool, str]] = []
    for literal, expression, spec, conversion in parsed:
        plain, at = "", 0
        for match in _DOLLAR.finditer(literal):
            before, name = match[1], match[2]
            at = match.end()
            if name.startswith("$"):
                plain += before + name
                continue
            root = name.partition(".")[0]
            if not _is_expression(name) or not (root.isdigit() or is_known(root)):
                return None
            pieces += [(False, plain + before), (True, name)]
            plain = ""
        pieces.append((False, plain + literal[at:]))
        if expression is not None:
            code = (f"{expression}:{spec}" if spec else expression).strip()
            if not _is_expression(code) or not all(map(is_known, _free_names(code))):
                return None
            pieces.append((True, f"{_CONVERSIONS[conversion]}({code})" if conversion else code))
    return pieces


def _is_expression(code: str) -> bool:
    try:
        ast.parse(f"({code})", mode="eval")
    except (SyntaxError, ValueError):
        return False
    return bool(code)


def _free_names(code: str) -> set[str]:
    """The names that an expression reads and does not bind itself."""
    nodes = list(ast.walk(ast.parse(f"({code})", mode="eval")))
    own = {node.arg for node in nodes if isinstance(node, ast.arg)}
    named = [node for node in nodes if isinstance(node, ast.Name)]
    own |= {node.id for node in named if not isinstance(node.ctx, ast.Load)}
    return {node.id for node in named} - own


def _timeit_options(rest: str) -> tuple[dict[str, str], str]:
    """The counts of a ``%timeit`` line, and its statement."""
    options: dict[str, str] = {}
    while match := re.match(r"-(?:([nrp])\s*(\d+)|[tcoqv]+)\s*", rest):
        if match[1]:
            options[match[1]] = match[2]
        rest = rest[match.end() :]
    return options, rest.strip()


def _indented(python: str) -> str:
    """Python one level deeper; the insides of multi-line strings stay as they are."""
    return "\n".join("    " + text for _, text in _logical_lines(python.split("\n")))


def _logical_lines(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Runs of lines that belong together, with the index of their first line."""
    i = 0
    while i < len(lines):
        end = _end_of_logical_line(lines, i)
        yield i, "\n".join(lines[i : end + 1])
        i = end + 1


def _end_of_logical_line(lines: list[str], start: int) -> int:
    """The index of the line on which the logical line that starts at ``start`` ends."""
    first = lines[start].lstrip()
    end = start
    if first.startswith(("%", "!", "?")) or _assigned(lines[start]):
        while end + 1 < len(lines) and lines[end].endswith("\\"):
            end += 1
        return end
    depth, quote, joined = 0, "", False
    while True:
        depth, quote, joined = _scan(lines[end], depth, quote)
        carries_on = depth > 0 or len(quote) == 3 or joined
        if not carries_on or end + 1 >= len(lines):
            return end
        end += 1


def _scan(text: str, depth: int, quote: str) -> tuple[int, str, bool]:
    """Bracket depth and open string after one line, and whether it ends with a backslash that counts."""
    i = 0
    joined = text.endswith("\\")
    while i < len(text):
        char = text[i]
        if quote:
            if char == "\\":
                i += 1
            elif text.startswith(quote, i):
                i += len(quote) - 1
                quote = ""
        elif char in "'\"":
            quote = char * 3 if text.startswith(char * 3, i) else char
            i += len(quote) - 1
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth = max(0, depth - 1)
        elif char == "#":
            joined = False
            break
        i += 1
    return depth, quote if len(quote) == 3 or joined else "", joined


def _assigned(text: str) -> tuple[str, str, str] | None:
    """The target, the sign and the command of ``target = !command`` or ``target = %magic``.

    As in IPython the first ``=`` outside of brackets and strings decides.
    """
    if not re.search(r"=\s*[!%]", text):
        return None
    depth, quote, start = 0, "", len(text) - len(text.lstrip())
    i = start
    while i < len(text):
        char = text[i]
        if quote:
            i += char == "\\"
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char == "#":
            return None
        elif char == "=" and not depth:
            kept = _KEPT.match(text, i + 1)
            if kept is None or text[i - 1] in "=!<>+-*/%&|^:@" or i == start:
                return None
            return text[start:i].rstrip(), kept["kind"], kept["rest"].strip()
        depth += (char in "([{") - (char in ")]}") if not quote else 0
        i += 1
    return None


def _as_magic(text: str) -> str | None:
    """The IPython syntax that a call such as ``get_ipython().system("ls")`` stands for."""
    if "get_ipython()" not in text:
        return None
    stripped = text.lstrip()
    try:
        (node,) = ast.parse(stripped).body
    except (SyntaxError, ValueError):
        return None
    match node:
        case ast.Assign(targets=[target], value=ast.Call() as call):
            before = f"{ast.unparse(target)} = "
        case ast.Expr(value=ast.Call() as call):
            before = ""
        case _:
            return None
    match call:
        case ast.Call(
            func=ast.Attribute(
                value=ast.Call(func=ast.Name(id="get_ipython"), args=[]), attr=method
            ),
            args=args,
            keywords=[],
        ):
            words = [
                a.value for a in args if isinstance(a, ast.Constant) and isinstance(a.value, str)
            ]
        case _:
            return None
    match method, words:
        case _ if len(words) != len(args):
            return None
        case ("run_line_magic", [name, line]) | ("magic", [name, *line]):
            command = "%" + " ".join(words).lstrip("%")
        case "getoutput", [line]:
            command = f"!{line}"
        case "system", [line] if not before:
            command = f"!{line}"
        case "run_cell_magic", [name, line, body] if not before:
            command = f"%%{name} {line}\n{body}"
        case _:
            return None
    return text[: len(text) - len(stripped)] + before + command


def _unpasted(source: str) -> str:
    """A cell without what it may have in front of every line: one indentation, or prompts."""
    lines = source.split("\n")
    first = next((text for text in lines if text.strip()), "")
    if first[:1] in (" ", "\t") or _DOCTEST.match(first):
        lines = textwrap.dedent(source).split("\n")
    start = next((i for i, text in enumerate(lines) if text.strip()), 0)
    for initial, prompt in ((re.compile(r">>>(?: |$)"), _DOCTEST), (_PROMPT, _PROMPT)):
        if any(initial.match(text) for text in lines[start : start + 1 + (prompt is _PROMPT)]):
            lines = [prompt.sub("", text, count=1) for text in lines]
    return "\n".join(lines)
