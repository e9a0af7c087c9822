"""Productions about names: deletion, partial definition, NameError, shadowed builtins, imports."""

from __future__ import annotations

from .writer import Kind, Steps, Writer

NEVER = (
    "if False:\n    {name} = {value}",
    "for {name} in []: pass",
    "while False:\n    {name} = {value}",
)


def deletion(w: Writer) -> Steps:
    """`del`, a read that finds nothing, and a new binding."""
    name, other = w.fresh(), w.fresh()
    w.put(f"{name} = {w.number()}\n{other} = [{name}]")
    yield
    gone = w.rng.choice(
        (f"del {name}", f"if {other}:\n    del {name}", f"for _ in {other}: del {name}")
    )
    w.put(gone)
    yield
    found = w.fresh()
    w.put(f"try:\n    {found} = {name}\nexcept NameError:\n    {found} = 'gone'")
    if w.rng.random() < 0.5:
        yield
        w.put(f"{name} = {w.number()}")


def deletion_captured(w: Writer) -> Steps:
    """A captured name is deleted, called for, bound again, called for."""
    name, f, notes = w.fresh(), w.fresh(), w.fresh()
    w.put(f"{name} = {w.number()}\n{notes} = []\ndef {f}():\n    return {name}")
    ask = f"try:\n    {notes}.append({f}())\nexcept NameError:\n    {notes}.append('gone')"
    yield
    w.put(w.rng.choice((f"del {name}", f"def drop():\n    global {name}\n    del {name}\ndrop()")))
    if w.rng.random() < 0.7:
        yield
        w.put(ask)
    if w.rng.random() < 0.7:
        yield
        w.put(f"{name} = {w.number()}")
    yield
    w.put(ask)


def deletion_of_many(w: Writer) -> Steps:
    """`del` of several names, of items and attributes beside names, of a function, class or module."""
    a, b = w.fresh(), w.fresh()
    w.put(
        w.rng.choice(
            (
                f"{a}, {b} = [1, 2, 3], {w.number()}",
                f"def {b}(x): return x\n{a} = [{b}(1), 2, 3]",
                f"import math as {b}\n{a} = [{b}.floor(2.5), 2, 3]",
                f"class {b}: n = 4\n{a} = [{b}.n, 2, 3]",
            )
        )
    )
    yield
    w.put(f"del {a}[0], {b}" if w.rng.random() < 0.5 else f"del ({b}, {a}[1:])")
    yield
    w.put(f"try:\n    {b}\n    {a} += [0]\nexcept NameError:\n    {a} += ['none']")


def partial_definition(w: Writer) -> Steps:
    """A name is bound in one branch only, and used behind the same condition."""
    name, flag = w.fresh(), w.fresh()
    w.put(
        f"{flag} = {w.number()} % 2 == {w.rng.randint(0, 1)}\nif {flag}:\n    {name} = {w.number()}"
    )
    yield
    if w.rng.random() < 0.5:
        w.put(f"if not {flag}:\n    {w.fresh()} = 'other'")
        yield
    used = w.fresh()
    w.put(
        w.rng.choice(
            (
                f"{used} = {name} + 1 if {flag} else None",
                f"if {flag}:\n    {name} += 1\n{used} = {flag} and {name}",
                f"{used} = not {flag} or {name}",
                f"{used} = 0\nif {flag}:\n    {used} = (lambda: {name})()",
            )
        )
    )


def conditional_function(w: Writer) -> Steps:
    """A function, a class or an import is defined in a branch."""
    f, flag = w.fresh(), f"{w.number()} % 2"
    one, two = w.number(extra=("x",), calls=w.older(f)), w.number(extra=("x",), calls=w.older(f))
    w.put(
        w.rng.choice(
            (
                f"if {flag}:\n    def {f}(x):\n        return {one}\nelse:\n    {f} = lambda x: {two}",
                f"def {f}(x): return {one}\nif {flag}:\n    def {f}(x): return {two}",
                f"try:\n    {f} = None\n    [][{flag} + 9]\nexcept IndexError:\n    def {f}(x): return {two}",
                f"for turn in range(2):\n    def {f}(x, turn=turn): return x + turn",
            )
        )
    )
    w.bind(f, Kind.FUNC)
    yield
    w.put(f"{w.fresh()} = {f}({w.number()})")


def name_error_guard(w: Writer) -> Steps:
    """A read that may fail, caught; the name is bound later, or only on a path not taken."""
    name, found = w.fresh(), w.fresh()
    if w.rng.random() < 0.4:
        w.put(w.rng.choice(NEVER).format(name=name, value=3))
        yield
    w.put(
        w.rng.choice(
            (
                f"try:\n    {found} = {name}\nexcept NameError:\n    {found} = -1",
                f"try:\n    {name} += 1\nexcept NameError:\n    {found} = 'nothing'\nelse:\n    {found} = 'all'",
                f"try:\n    {name}\nexcept NameError:\n    {name} = 5\n{found} = {name}",
            )
        )
    )
    yield
    w.put(f"{name} = {w.number()}")
    yield
    w.put(f"try:\n    {found} = {found}, {name}\nexcept NameError as error:\n    {found} = 'never'")


def name_error_text(w: Writer) -> Steps:
    """What a NameError says is kept as a value."""
    name, said, case = w.fresh(), w.fresh(), w.rng.random()
    if case < 0.3:
        w.put(f"if {w.number(calls=())} > 900:\n    {name} = 1")
    elif case < 0.7:
        w.put(f"{name} = {w.number()}")
        yield
        w.put(f"del {name}")
        if w.rng.random() < 0.5:
            yield
    w.put(
        f"try:\n    {name} + 1\n    {said} = 'bound'\nexcept NameError as error:\n    {said} = str(error)"
    )
    yield
    w.put(f"{name} = {said}")


def read_before_binding(w: Writer) -> Steps:
    """A function reads a name that is bound later; called too early, it fails and is caught."""
    name, f, notes = w.fresh(), w.fresh(), w.fresh()
    w.put(f"{notes} = []\ndef {f}(x=1):\n    return {name} + x")
    w.put(
        f"try:\n    {notes}.append({f}())\nexcept NameError as error:\n    {notes}.append(str(error))"
    )
    if w.rng.random() < 0.6:
        yield
    w.put(f"{name} = {w.number()}")
    yield
    w.put(f"{notes} += [{f}(2)]")


def builtin_shadowed(w: Writer) -> Steps:
    """`max = max(a, b)`: a builtin's name becomes a value, for later stages too."""
    builtin = w.shadow("max", "min", "pow")
    a, b = w.two(Kind.INT)
    call = f"{builtin}({a}, {b})" if builtin != "pow" else f"{builtin}({a}, 2) % 99"
    f, use = w.fresh(), w.fresh()
    w.put(f"def {f}():\n    return {builtin}")
    if w.rng.random() < 0.5:
        w.put(f"{use} = {call}, {f}() is None")
        yield
    w.put(f"{builtin} = {call}")
    yield
    w.put(f"{w.fresh()} = {builtin} + 1, {f}()")
    yield
    w.put(
        f"{builtin} = [{builtin}, {f}()]"
        if w.rng.random() < 0.5
        else f"{w.fresh()} = [{builtin}] * 2"
    )


def builtin_replaced(w: Writer) -> Steps:
    """A builtin's name becomes a function of the notebook; functions defined before see it."""
    builtin, f = w.shadow("len", "sum", "sorted", "str", "print"), w.fresh()
    use = {"print": "print('from', x)"}.get(builtin, f"{builtin}([3, 1, x])")
    w.put(f"def {f}(x):\n    return {use}\n{w.fresh()} = {f}(1)")
    yield
    if builtin == "print":
        said = w.fresh()
        w.keep(said)
        w.put(f"{said} = []\ndef print(*args, **kwargs):\n    {said}.append(args)")
    elif builtin == "sum":
        w.put(
            "def sum(values):\n    total = 0\n    for value in values:\n        total += value\n    return total + 1"
        )
    else:
        tail = {"len": " + 1", "sorted": "[::-1]", "str": " + '!'"}[builtin]
        old = w.fresh()
        w.keep(old)
        w.put(
            f"{old} = {builtin}\n{builtin} = lambda *args, **kwargs: {old}(*args, **kwargs){tail}"
        )
    yield
    w.put(f"{w.fresh()} = {f}(2)\n{use.replace('x', '7')}")


def builtin_restored(w: Writer) -> Steps:
    """`del` of a shadowed builtin's name makes the builtin visible again."""
    builtin, f, got = (
        w.shadow("round", "hash", "bin", "oct", "chr", "callable"),
        w.fresh(),
        w.fresh(),
    )
    w.put(f"{builtin} = {w.number()}\ndef {f}():\n    return {builtin}\n{got} = [{builtin}]")
    yield
    if w.rng.random() < 0.5:
        w.put(f"{got}.append({f}())")
        yield
    w.put(f"del {builtin}")
    yield
    w.put(f"{got}.append({builtin}.__name__)\n{got}.append({f}().__name__)")
    if w.rng.random() < 0.3:
        w.put(f"try:\n    del {builtin}\nexcept NameError as error:\n    {got}.append(str(error))")


def builtin_variable(w: Writer) -> Steps:
    """Variables named `input`, `id`, `list`, `dir`: builtins that the notebook never needs."""
    builtin = w.shadow(
        "input",
        "id",
        "dir",
        "vars",
        "format",
        "memoryview",
        "filter",
        "license",
        "copyright",
    )
    w.put(f"{builtin} = {w.number()}")
    yield
    w.put(f"{builtin} += 1\n{w.fresh()} = (lambda x: x + {builtin})(2)")
    yield
    if w.rng.random() < 0.5:
        w.put(f"{builtin} = [{builtin}]")


def builtin_never_bound(w: Writer) -> Steps:
    """A builtin's name is bound on a path never taken, or late, and stays the builtin until then."""
    builtin, got = (
        w.shadow("all", "issubclass", "delattr", "compile", "slice", "ascii"),
        w.fresh(),
    )
    case = w.rng.random()
    if case < 0.4:
        w.put(f"if {w.number()} is None:\n    {builtin} = None\n{got} = {builtin}.__name__")
    elif case < 0.7:
        w.put(
            f"try:\n    {builtin}\nexcept NameError:\n    {builtin} = 0\n{got} = {builtin}.__name__"
        )
    else:
        w.put(f"{got} = {builtin}.__name__")
        yield
        w.put(f"{builtin} = {got}, {builtin}.__name__")
    yield
    w.put(f"{w.fresh()} = {got}, {builtin} is None")


def builtin_for_a_while(w: Writer) -> Steps:
    """`list`, `dict`, `len` hold a value for one cell or two, then they are the builtins again."""
    builtin, got, f = (
        w.rng.choice(("list", "dict", "str", "len", "sum")),
        w.fresh(),
        w.fresh(),
    )
    argument = {"len": "[4]", "sum": "[4]"}.get(builtin, "()")
    w.put(
        f"def {f}():\n    return {builtin}\n{builtin} = [{w.number(calls=())}]\n{got} = [{builtin}, {f}()]"
    )
    if w.rng.random() < 0.6:
        w.new_cell()
    w.put(f"{builtin} += [1]\n{got} += {builtin}\ndel {builtin}")
    yield
    w.put(f"{got}.append({builtin}({argument}))\n{got}.append({f}() is {builtin})")


def unicode_name(w: Writer) -> Steps:
    """One identifier in two spellings, which Python normalises: the micro sign is the letter mu."""
    typed, normal = w.rng.choice(
        (
            ("\u00b5", "\u03bc"),
            ("\U0001d6fc", "\u03b1"),
            ("\ufb01t", "fit"),
            ("x\u2081", "x1"),
        )
    )
    name, f = w.new(f"{normal}_"), w.fresh()
    again = typed + name[len(normal) :]
    w.put(f"{again} = {w.number()}\ndef {f}():\n    return {name}")
    yield
    w.put(f"{name} += 1\n{w.fresh()} = {again}, {f}()")
    yield
    w.put(f"{again} = [{name}]\n{w.fresh()} = {f}()")


# -------------------------------------------------------------------- imports

STARS = (
    ("math", "e", "int(floor(e)) + hypot(3, 4) + int(sqrt(16))"),
    ("math", "tau", "pow(2, 3) + trunc(tau)"),
    ("statistics", "mean", "mean([1, 2, 6]) + median([1, 5, 9])"),
    ("itertools", "count", "list(chain([1], [2])) + list(islice(count(3), 2))"),
    ("operator", "add", "add(1, 2) * mul(2, 3) + abs(-2)"),
    ("string", "digits", "digits[:3] + capwords('a b')"),
    (
        "collections",
        "deque",
        "list(deque([1, 2], maxlen=1)) + Counter('aab').most_common(1)",
    ),
)


def star_import(w: Writer) -> Steps:
    """A star import binds names, over the notebook's own and over builtins; the notebook rebinds them."""
    module, name, use = w.rng.choice(STARS)
    f = w.fresh()
    own = w.rng.random() < 0.6
    if own:
        w.put(
            f"{name} = {w.number()}\ndef {f}():\n    return {name} if isinstance({name}, int) else 'imported'"
        )
        w.put(f"{w.fresh()} = {f}()")
        yield
    star = f"from {module} import *"
    flag = w.number(calls=())
    w.put(
        w.rng.choice(
            (
                star,
                star,
                star,
                f"if {flag} is not None:\n    {star}",
                f"try:\n    {star}\nexcept ImportError:\n    pass",
            )
        )
    )
    yield
    w.put(f"{w.fresh()} = {use}")
    if own:
        w.put(f"{w.fresh()} = {f}()")
        if w.rng.random() < 0.5:
            yield
            w.put(f"{name} = {w.number()}\n{w.fresh()} = {f}()")


def conditional_import(w: Writer) -> Steps:
    """One name, two modules, chosen by a condition; an import that never happens."""
    name, flag = w.fresh(), w.number()
    w.put(
        w.rng.choice(
            (
                f"if {flag} % 2:\n    import math as {name}\nelse:\n    import cmath as {name}",
                f"if {flag} % 2:\n    from math import sqrt as {name}\nelse:\n    {name} = None",
                f"{name} = None\nif {flag} > 10_000:\n    import no_such_module as {name}",
                f"for {name} in (1, 2):\n    if {flag} % 2: import cmath as {name}",
            )
        )
    )
    yield
    w.put(f"{w.fresh()} = getattr({name}, '__name__', repr({name}))")


def guarded_import(w: Writer) -> Steps:
    """The import of a module that is not there, caught, with a stand-in."""
    name, has = w.fresh(), w.fresh()
    w.put(
        w.rng.choice(
            (
                f"try:\n    import no_such_module_zz as {name}\nexcept ImportError:\n    {name} = None",
                (
                    f"try:\n    from no_such_module_zz import thing as {name}\n    {has} = 1\nexcept ImportError:\n"
                    f"    def {name}(x=2): return x"
                ),
                (
                    f"try:\n    from math import sqrt as {name}, no_such_thing\nexcept ImportError as error:\n"
                    f"    {has} = type(error).__name__\n    {name} = 9"
                ),
                f"try:\n    import json as {name}, no_such_module_zz\nexcept ModuleNotFoundError:\n    pass",
            )
        )
    )
    yield
    w.put(f"{has} = getattr({name}, '__name__', {name})")


def repeated_import(w: Writer) -> Steps:
    """The same import again, in another cell, under another name, after a deletion."""
    module, use = w.rng.choice(
        (("math", "floor(2.5)"), ("json", "dumps([1])"), ("string", "digits"))
    )
    w.put(f"import {module}\n{w.fresh()} = {module}.{use}")
    yield
    alias = w.new(f"{module}_again")
    w.put(f"import {module} as {alias}\nimport {module}\n{w.fresh()} = {module} is {alias}")
    yield
    if w.rng.random() < 0.3:
        w.put(f"del {module}\nimport {module}")
    w.put(f"from {module} import {use.split('(')[0]} as {w.fresh()}\n{w.fresh()} = {alias}.{use}")


def late_import(w: Writer) -> Steps:
    """An import in the middle of the notebook, for a function defined before it; dotted and multiple ones."""
    f, name = w.fresh(), w.fresh()
    how, use = w.rng.choice(
        (
            (f"import json as {name}", f"{name}.dumps([x])"),
            (f"from math import gcd as {name}, lcm", f"{name}(x, 4) + lcm(2, 3)"),
            (
                "import os.path, xml.dom.minidom",
                "os.path.basename('a/b') + xml.dom.minidom.__name__",
            ),
            (f"import os.path as {name}", f"{name}.join('a', str(x))"),
            (
                f"import collections.abc, collections as {name}",
                f"isinstance([], collections.abc.Sized), {name}.Counter('aa')['a']",
            ),
            (
                f"from os import (\n    path as {name},\n    sep,\n)",
                f"{name}.dirname('a' + sep + 'b')",
            ),
            (
                f"def load():\n    global {name}\n    import string as {name}\nload()",
                f"{name}.digits[x]",
            ),
        )
    )
    w.put(f"def {f}(x):\n    return {use}")
    yield
    w.put(how)
    yield
    w.put(f"{w.fresh()} = {f}(2)")


def import_rebound(w: Writer) -> Steps:
    """An imported name is rebound, to a value or by an import; functions and stages see the new one."""
    name, f = w.fresh(), w.fresh()
    w.put(
        w.rng.choice(
            (
                f"import math as {name}",
                f"from math import sqrt as {name}",
                f"from collections import Counter as {name}",
            )
        )
    )
    w.put(f"def {f}():\n    return getattr({name}, '__name__', {name})\n{w.fresh()} = {f}()")
    yield
    if w.rng.random() < 0.5:
        w.put(f"{name} = [{f}(), {w.number()}]")
        yield
        w.put(f"{name}.append({w.number()})")
        w.close_cell()
    else:
        w.put(f"import json as {name}\n{w.fresh()} = {f}()")
        if w.rng.random() < 0.5:
            yield
            w.put(f"{name} = {name}.loads('[1, 2]')")
    yield
    w.put(f"{w.fresh()} = {f}()")
