"""Productions about notebooks: magics, shell lines, await, cells and their roles, the look of the text."""

from __future__ import annotations

from .writer import Kind, Steps, Writer


def noop_magic(w: Writer) -> Steps:
    """A line magic that says nothing about values, between statements and inside a block."""
    w.plain_cell()
    w.put("%matplotlib inline")
    yield
    if w.rng.random() < 0.5:
        w.put(
            f"if {w.number(calls=())} is not None:\n    %matplotlib inline\n    {w.fresh()} = {w.number()}"
        )


def cell_time(w: Writer) -> Steps:
    """A cell under `%%time`."""
    w.new_cell(magic="%%time")
    value = w.number()
    w.put(f"{w.target(Kind.INT)} = {value}")
    yield


def cell_capture(w: Writer) -> None:
    """A cell under `%%capture`; its text is kept where a name is given."""
    name, f = w.fresh(), w.fresh()
    w.put(f"def {f}(x):\n    print('said', x)\n    return x")
    kept = w.rng.random() < 0.5
    w.new_cell(magic=f"%%capture {name}" if kept else "%%capture")
    w.put(f"print('hidden', {w.number()})\n{w.fresh()} = {f}({w.number()})")
    w.new_cell()
    if kept:
        w.put(f"{w.fresh()} = {name}.stdout")


def line_time(w: Writer) -> Steps:
    """`%time` before an assignment, a call and a statement with an effect."""
    w.plain_cell()
    value = w.number()
    w.put(
        w.rng.choice(
            (
                f"%time {w.target(Kind.INT)} = {value}",
                f"%time {w.some(Kind.LIST)}.append({value})",
                f"%time {w.fresh()}, {w.fresh()} = {value}, [v for v in {w.some(Kind.LIST)}]",
                f"for v in range(2):\n    %time {w.some(Kind.LIST)}.append(v)",
                f"%time {w.some(Kind.INT)} += 1",
            )
        )
    )
    yield
    w.plain_cell()
    w.put(f"%time {value}\n{w.fresh()} = 1")


def line_timeit(w: Writer) -> Steps:
    """`%timeit` of something pure; what it binds is gone."""
    w.plain_cell()
    name = w.some(Kind.INT)
    w.put(
        w.rng.choice(
            (
                f"%timeit -n1 -r1 sum({w.some(Kind.LIST)})",
                f"%timeit -n1 -r1 {name} = 500",
                "%timeit -n 1 -r 1 [1, 2]",
            )
        )
    )
    yield
    w.put(f"{w.fresh()} = {name}")


def shell_assign(w: Writer) -> Steps:
    """`x = !cmd {v}`: lines of a command, with values of the notebook in it."""
    lines, v = w.fresh(), w.some(Kind.INT)
    w.put(
        w.rng.choice(
            (
                f"{lines} = !echo {{{v}}}",
                f"{lines} = !echo a; echo {{{v} + 1}}",
                f"{lines} = !printf 'x\\ny z\\n'",
                f"if {v} is not None:\n    {lines} = !echo ${v} {{len({w.some(Kind.LIST)})}}",
                f"{lines} = !echo 'q\"{{{v}}}\"' | tr q r",
                f"{lines} = !true",
            )
        )
    )
    yield
    w.put(f"{w.fresh()} = len({lines}), [line.upper() for line in {lines}]")


def shell_line(w: Writer) -> Steps:
    """`!cmd` as a line, with and without a value in it; one that leaves a file."""
    path, v = w.new("out"), w.some(Kind.INT)
    if w.rng.random() < 0.4:
        w.put("!echo hi")
        return
    w.put(f"!echo {{{v}}} > {path}.txt")
    yield
    w.put(f"with open('{path}.txt') as fh: {w.fresh()} = fh.read()")


def help_line(w: Writer) -> None:
    """Help on an object, in its four spellings."""
    w.plain_cell()
    w.put(
        w.rng.choice(("?len", "len?", "?str.join", "len??", f"{w.some(Kind.INT)}?")),
        movable=False,
    )


def env_magic(w: Writer) -> Steps:
    """`%env A=b` sets a variable of the process, which later cells read."""
    key, os, v = w.new("NB_KEY"), w.new("os"), w.some(Kind.INT)
    w.plain_cell()
    # Nobody binds the last one: the text stays as it is.
    expanded = (f"{{{v}}}", f"${v}", f"${{{v}}}", f"{{[n for n in [{v}]]}}", f"{{{v}}} ${{nobody}}")
    w.put(f"%env {key}={w.rng.choice(('b c', *expanded))}")
    yield
    w.put(f"import os as {os}\n{w.fresh()} = {os}.environ['{key}']")
    if w.rng.random() < 0.4:
        yield
        w.put(f"{os}.environ['{key}'] += '!'\n{w.fresh()} = !echo ${key}")


def await_(w: Writer) -> Steps:
    """Top-level `await`, also inside control flow, expressions and comprehensions."""
    asyncio, f, got = w.new("aio"), w.fresh(), w.fresh()
    k = w.some(Kind.INT)
    w.plain_cell()
    w.put(
        f"import asyncio as {asyncio}\nasync def {f}(x):\n    await {asyncio}.sleep(0)\n    return x + {k}"
    )
    yield
    w.plain_cell()
    w.put(
        w.rng.choice(
            (
                f"{got} = await {f}({w.number()})",
                f"{got} = [await {f}(v) for v in range(2)]",
                f"{got} = await {asyncio}.gather({f}(1), {f}({w.number()}))",
                f"for v in range(2):\n    {got} = (await {f}(v)) + v",
                f"{got} = 0\nif await {f}(1) > {k}:\n    {got} += await {f}(2)",
                f"{got} = f'{{await {f}(3)}}', (lambda x: x + {k})(await {f}(1))",
            )
        )
    )
    yield
    w.plain_cell()
    w.put(f"{k} += 1\n{w.fresh()} = {got}, await {f}(0)")


def async_for(w: Writer) -> Steps:
    """Top-level `async for`; an async generator that is half consumed between cells."""
    gen, it, v = w.fresh(), w.fresh(), w.fresh()
    w.plain_cell()
    w.put(
        f"async def {gen}(n):\n    for i in range(n):\n        yield i + {w.some(Kind.INT)}\n{it} = {gen}(5)"
    )
    yield
    w.plain_cell()
    w.put(
        w.rng.choice(
            (
                f"async for {v} in {it}:\n    break",
                f"{v} = await anext({it})",
                f"{v} = [v * 2 async for v in {gen}(3)]",
                f"{v} = 0\nasync for {v} in {gen}(3):\n    {w.some(Kind.LIST)}.append({v})\nelse:\n    {v} += 1",
            )
        )
    )
    yield
    w.plain_cell()
    w.put(f"{w.fresh()} = [v async for v in {it}], {v}")


def async_with(w: Writer) -> Steps:
    """Top-level `async with`, whose context has effects on the notebook's names."""
    cls, log, name = w.fresh_class(), w.fresh(), w.fresh()
    w.put(f"""
        {log} = []
        class {cls}:
            async def __aenter__(self):
                {log}.append('in')
                return {w.some(Kind.INT)}
            async def __aexit__(self, *info):
                {log}.append(info[0] is None)
                return True
        """)
    yield
    w.plain_cell()
    w.put(
        f"async with {cls}() as {name}:\n    {name} += {w.number()}\n"
        f"    {w.rng.choice(('1 / 0', 'pass'))}\n    {name} = [{name}]"
    )
    yield
    w.put(f"{w.fresh()} = {log} + [{name}]")


def task_across_cells(w: Writer) -> Steps:
    """A task that one cell starts and another one awaits."""
    asyncio, task, f = w.new("aio"), w.fresh(), w.fresh()
    w.plain_cell()
    w.put(f"""
        import asyncio as {asyncio}
        async def {f}(x):
            for _ in range(30): await {asyncio}.sleep(0)
            return x * 2
        {task} = {asyncio}.ensure_future({f}({w.number()}), loop={asyncio}.get_running_loop())
        await {asyncio}.sleep(0)
        """)
    yield
    w.plain_cell()
    w.put(f"{w.fresh()} = await {task}")


def future_import(w: Writer) -> Steps:
    """Annotations that name nothing are harmless after the future import, which magics may precede."""
    before = w.rng.choice(
        ("", "", "%matplotlib inline\n", "%env NB_FUTURE=b\n", "# why\n", '"text"\n')
    )
    w.put(f"{before}from __future__ import annotations", movable=False)
    name, f, cls = w.fresh(), w.fresh(), w.fresh_class()
    w.put(f"def {f}(x: Missing) -> Absent[1]:\n    return x + 1\n{name}: Nothing = {w.number()}")
    yield
    w.put(
        f"class {cls}:\n    n: Missing\n    m: 'Quoted' = {w.number()}\n"
        f"{w.fresh()} = {cls}.__annotations__, {cls}.m, {f}(1)"
    )
    if w.rng.random() < 0.3:
        yield
        # It binds a name, too.
        w.put(
            w.rng.choice(
                (
                    f"{w.fresh()} = annotations.compiler_flag",
                    f"annotations = annotations.mandatory, {w.number()}",
                    "def {0}():\n    return annotations\n{1} = {0}()".format(w.fresh(), w.fresh()),
                    f"try:\n    annotations\nexcept NameError:\n    annotations = {w.number()}",
                )
            )
        )


def parameters_cell(w: Writer) -> Steps:
    """A cell of literals, here or there; the names are bound before, and rebound and mutated after."""
    w.new_cell(role="parameters")
    w.put(f"{w.target(Kind.INT)} = {w.literal(Kind.INT)}")
    for _ in range(w.rng.randint(0, 3)):
        kind = w.rng.choice((Kind.INT, Kind.INT, Kind.LIST, Kind.DICT, Kind.STR))
        w.put(f"{w.target(kind)} = {w.literal(kind)}")
    if w.rng.random() < 0.5:
        other = w.fresh()
        literal = w.rng.choice(
            ("0.5", "None", "True", "(1, 2)", "-1e-3", "1_000", "{1: [2]}", "'aaa'")
        )
        w.put(f"{other} = {literal}  # note")
    if w.rng.random() < 0.3:
        w.put(f"{w.fresh()} = [{w.some(Kind.INT)}]  # no literal: nobody can set it")
    rows = w.fresh()
    w.put(f"{rows} = [{w.literal(Kind.INT)}]")
    w.new_cell()
    yield
    w.put(f"{rows}.append({w.number()})")
    name = w.some(Kind.INT)
    w.put(f"{name} = {name} + {w.number()}")


def marker(w: Writer) -> Steps:
    """A comment line starts another role in the middle of a cell."""
    w.switch_role()
    value = w.number()
    w.put(f"{w.target(Kind.INT)} = {value}")
    if w.rng.random() < 0.5:
        rows = w.some(Kind.LIST)
        w.put(f"{rows}.append(len({rows}))")
        w.switch_role()
        w.put(f"{w.fresh()} = {rows}[-1]")
    yield


def helper_cell(w: Writer) -> Steps:
    """An untagged cell holds an import, a constant, a function or a class that tagged cells need."""
    name, k = w.new("helper"), w.some(Kind.INT)
    text, use = w.rng.choice(
        (
            (f"import math as {name}", f"{name}.floor(2.5)"),
            (f"from collections import OrderedDict as {name}", f"list({name}(a=1))"),
            (
                f"{name} = {w.rng.choice(('7', '2.5', '-3', repr('text'), '(1, 2)', 'None'))}",
                name,
            ),
            (f"def {name}(x):\n    return x + {k}", f"{name}({w.number()})"),
            (
                f"def {name}(x, step=3):\n    # step by step\n    return x * step",
                f"{name}(2)",
            ),
            (
                f"class {name}:\n    n = 3\n    def get(self): return self.n, {k}",
                f"{name}().get()",
            ),
            (
                f"{name}_LIMIT = 40\ndef {name}(x):\n    return x % {name}_LIMIT",
                f"{name}({w.number()})",
            ),
        )
    )
    f = w.fresh()
    if w.rng.random() < 0.4:
        w.put(f"def {f}():\n    return {use}")
        w.new_cell()
        w.aside(text, helper=True)
        w.put(f"{w.fresh()} = {f}()")
        yield
        w.put(f"{k} = {w.number()}\n{w.fresh()} = {f}()")
    else:
        w.new_cell()
        w.aside(text, helper=True)
        yield
        w.put(f"{w.fresh()} = {use}")


def exploration(w: Writer) -> Steps:
    """An untagged cell changes names of the program: it isn't shipped, so nothing of it may show."""
    k, rows, f = w.some(Kind.INT), w.some(Kind.LIST), w.some(Kind.FUNC)
    new = w.new("explored")
    w.new_cell()
    w.aside(
        w.rng.choice(
            (
                f"{k} = {k} + 1000\n{rows}.append(1000)\nprint({k})",
                f"{rows} = [len({rows})] * 3\n{rows}",
                f"def {f}(x):\n    return 1000",
                f"import random\n{new} = random.random()\n{k} = {new}",
                f"{new} = [{f}(v) for v in {rows}]\nfor {k} in {new}: print({k})",
                f"import matplotlib.pyplot as plt\nplt.plot({rows})\nplt.show()",
                f"{k}\n?{k}\n!echo exploring",
                f"{new} = {k} / 0  # oops",
            )
        ),
        helper=False,
    )
    value = w.number()
    w.put(f"{w.fresh()} = {value}, {k}, {f}(1), {rows}[:3]")
    yield


def text_like_magic(w: Writer) -> Steps:
    """Strings and operators that look like magics, markers and shell lines at the start of a line."""
    name, a = w.fresh(), w.some(Kind.INT)
    w.plain_cell()
    w.put(
        w.rng.choice(
            (
                f'{name} = """\n# nb2prod: predict\n%time {a}\n!ls\n"""',
                f"{name} = ({a}\n% 7\n)",
                f"{name} = [{a},\n# nb2prod? not a marker\n2]",
                f"{name} = '''%%time\n?len'''",
                f"{name} = {a} \\\n  % 5",
                f'"""A docstring of\n\n    the cell"""\n{name} = {a}',
                f"{name} = ({a}\n!= 3)",
            )
        ),
        movable=False,
    )
    yield
    w.put(f"{w.fresh()} = [{name}]")


def layout(w: Writer) -> Steps:
    """Semicolons, one-line blocks, continuation lines, comments and blank lines anywhere."""
    a, b, f, rows = w.fresh(), w.fresh(), w.fresh(), w.some(Kind.LIST)
    n = w.number()
    w.put(
        w.rng.choice(
            (
                f"{a} = {n}; {b} = [{a}];",
                f"if {n} > 1: {a} = 1; {b} = 2\nelse: {a} = {b} = 3",
                f"{a} = \\\n    {n}\n{b} = (  # why\n    {a}\n)",
                f"# first\n\n{a} = {n}  # beside\n\n\n# between\n{b} = {a}\n# last",
                f"class {f}: n = {n}; m = 2\n{a} = {f}.n; {b} = {f}.m",
                f"def {f}(x): y = x; return y\n{a} = {f}({n}); {b} = 1",
                f"for {a} in {rows}[:2] or [1]: {b} = {a}; {rows}.append(1) if len({rows}) < 5 else None",
                f"with open('{w.new('empty')}.txt', 'w') as {f}: {a} = {n}; {b} = {f}.write('x')",
                f"if {n} > 1:\n\t{a} = 1\n\t{b} = 2\nelse:\n\t{a} = {b} = 0",
                f"assert {rows} is not None, 'text'\n{a}, {b} = {n}, 1",
                f"{a}={n};{rows}.append({a});{b}=len( {rows} )",
            )
        ),
        movable=False,
    )
    yield
    w.put(f"{w.fresh()} = {a}, {b}")


def empty_cell(w: Writer) -> Steps:
    """A tagged cell that holds nothing but comments or blank lines."""
    w.new_cell()
    w.put(
        w.rng.choice(("# nothing here", "", "\n\n", "pass", "...", "# TODO\n# later\n")),
        movable=False,
    )
    w.new_cell()
    w.put(f"{w.fresh()} = {w.number()}")
    yield
