"""Productions about effects: the random state, printing, files, strings that name variables, last lines."""

from __future__ import annotations

from .writer import Kind, Steps, Writer


def random_state(w: Writer) -> Steps:
    """Draws of the random module in several stages; some results are never read."""
    random = w.new("random")
    w.put(f"import random{'' if random == 'random' else f' as {random}'}")
    if w.rng.random() < 0.4:
        w.put(f"{random}.seed({w.rng.randint(0, 99)})")
    for _ in range(w.rng.randint(2, 4)):
        yield
        rows = w.some(Kind.LIST)
        w.put(
            w.rng.choice(
                (
                    f"{w.fresh()} = {random}.randint(0, 50)",
                    f"{random}.shuffle({rows})",
                    f"{w.fresh()} = {random}.choice({rows} or [0])",
                    f"{random}.random()",
                    f"{w.fresh()} = [{random}.gauss(0, 1) for _ in range(2)]",
                    f"print({random}.random())",
                    f"{w.fresh()} = {random}.sample(range(30), 3)",
                )
            )
        )


def random_function(w: Writer) -> Steps:
    """A function draws; everyone calls it, in every stage. An own generator is advanced in stages."""
    f, rng, source = w.fresh(), w.fresh(), w.new("rnd")
    w.put(f"import random as {source}")
    if w.rng.random() < 0.5:
        w.put(f"def {f}(x):\n    return x + {source}.randint(0, 9)")
    else:
        w.put(
            f"{rng} = {source}.Random({w.rng.randint(0, 9)})\ndef {f}(x):\n    return x + {rng}.randint(0, 9)"
        )
        w.keep(rng)
    w.bind(f, Kind.FUNC)
    yield
    w.put(f"{f}(1)")
    if w.rng.random() < 0.5:
        w.close_cell()
    yield
    w.put(f"{w.fresh()} = {f}({w.number()})")


def numpy_random(w: Writer) -> Steps:
    """numpy's global state and a generator object; an inspection that draws (`df.sample`)."""
    np, rng = w.new("np"), w.fresh()
    w.put(f"import numpy as {np}")
    if w.rng.random() < 0.4:
        w.put(f"{np}.random.seed({w.rng.randint(0, 99)})")
    w.put(f"{rng} = {np}.random.default_rng({w.rng.randint(0, 9)})")
    for _ in range(w.rng.randint(2, 4)):
        yield
        w.put(
            w.rng.choice(
                (
                    f"{w.fresh()} = {np}.random.rand(2)",
                    f"{w.fresh()} = {rng}.normal(size=2) + {w.number()}",
                    f"{np}.random.permutation(4)",
                    f"{w.fresh()} = int({rng}.integers(0, 9)), float({np}.random.rand())",
                    f"{rng}.shuffle({w.some(Kind.LIST)})",
                    "import pandas as pd\npd.Series([1, 2, 3]).sample(2)",
                )
            )
        )
        if w.rng.random() < 0.3:
            w.close_cell()


def array(w: Writer) -> Steps:
    """numpy arrays: views and in-place operators are aliases."""
    np, a, b = w.new("np"), w.fresh(), w.fresh()
    w.put(
        f"import numpy as {np}\n{a} = {np}.arange(4.0) + {w.number()}\n{b} = {w.rng.choice((f'{a}[1:]', a, f'{a}.T'))}"
    )
    yield
    w.put(
        w.rng.choice(
            (
                f"{b} += 1",
                f"{b}[0] = {w.number()}",
                f"{a} = {a} * 2",
                f"{a} *= 2",
                f"{np}.sqrt(abs({a}), out={a})",
            )
        )
    )
    yield
    w.put(f"{w.fresh()} = float({a}.sum()), float({b}.mean())")


def frame(w: Writer) -> Steps:
    """A DataFrame is changed in place through an alias, in a function, by column and by method."""
    df, view, seen = w.fresh(), w.fresh(), w.fresh()
    w.put(
        f"import pandas as pd\n{seen} = []\n{df} = pd.DataFrame({{'a': [1, 2, {w.number()}], 'b': [0.5, {w.number()}, 2]}})\n"
        f"{view} = {df}"
    )
    for _ in range(w.rng.randint(1, 2)):
        yield
        w.put(
            w.rng.choice(
                (
                    f"{view}['c'] = {df}['a'] * {w.number()}",
                    f"{df} = {df}.assign(d={w.number()})",
                    f"{view}.loc[0, 'b'] = {w.number()}",
                    f"{df}.drop(columns=['b'], inplace=True, errors='ignore')",
                    f"{view}.sort_values('a', inplace=True)",
                    f"def add(frame):\n    frame['e'] = {w.number(calls=())}\nadd({df})",
                    f"{view}.rename(columns=lambda name: {seen}.append(name) or name)",
                    f"{df}.head()",
                )
            )
        )
        if w.rng.random() < 0.3:
            w.close_cell()
    yield
    w.put(f"{w.fresh()} = {view} is {df}, list({view}.columns), len({seen})")


def query_string(w: Writer) -> Steps:
    """Names inside a query's string: at the top, in functions, lambdas and comprehensions, in a variable."""
    df, limit, got = w.fresh(), w.fresh(), w.fresh()
    w.put(
        f"import pandas as pd\n{df} = pd.DataFrame({{'a': [1, 5, {w.number()}], 'b': [3, 2, 1]}})\n"
        f"{limit} = {w.number()}"
    )
    yield
    f = w.fresh()
    w.put(
        w.rng.choice(
            (
                f"{got} = {df}.query('a > @{limit}')",
                f"{got} = {df}.query(f'a > @{limit} and b < {{{w.number()}}}')",
                f"def {f}(cut):\n    return {df}.query('a > @cut or b == @{limit}')\n{got} = {f}({w.number()})",
                f"{f} = lambda: {df}.query('a != @{limit}')\n{got} = {f}()",
                f"{f} = 'a >= @{limit}'\n{got} = {df}.query({f})",
                f"{got} = [{df}.query('b > @{limit}') for _ in range(1)][0]",
            )
        )
    )
    yield
    w.put(
        f"{limit} = {w.number()}\n{w.fresh()} = {df}.query('a > @{limit}')['a'].tolist(), len({got})"
    )


def eval_string(w: Writer) -> Steps:
    """Names inside the strings of `df.eval`, `pd.eval` and `eval`."""
    df, k, got, f = w.fresh(), w.fresh(), w.fresh(), w.fresh()
    w.put(
        f"import pandas as pd\n{df} = pd.DataFrame({{'a': [1, {w.number()}]}})\n{k} = {w.number()}"
    )
    yield
    w.put(
        w.rng.choice(
            (
                f"{got} = {df}.eval('a * @{k}')",
                f"{df}.eval('c = a + @{k}', inplace=True)\n{got} = {df}['c'].sum()",
                f"def add(frame):\n    {k} = 3\n    return frame.eval('a + @{k}')\n{got} = add({df})",
                f"{got} = pd.eval('{k} + 1')",
                f"{got} = eval('{k} - 1')",
                f"{f} = [lambda: {k}]\n{got} = eval('{k} * 2')",
                f"def add(frame):\n    return frame.eval('a - @{k}')\n{got} = add({df})",
            )
        )
    )
    yield
    w.put(f"{k} = 2\n{w.fresh()} = {df}.eval('a ** @{k}').tolist(), {got}")


def print_statement(w: Writer) -> Steps:
    """`print` as a statement, whose arguments have effects, at the top, in functions and loops."""
    rows, f = w.some(Kind.LIST), w.fresh()
    for _ in range(w.rng.randint(1, 2)):
        w.put(
            w.rng.choice(
                (
                    f"print('n', {w.number()}, end='')",
                    f"print({rows}.pop() if len({rows}) > 2 else {rows})",
                    f"print('{{}} %d %s', {w.number()}, sep=' % ')",
                    f"for v in {rows}: print(v, {w.number()})",
                    f"def {f}(x):\n    print('called', x)\n    return x + 1\nprint({f}({w.number()}))",
                    f"print(*{rows}, **{{'sep': '-'}})",
                    f"print()\nprint(f'{{{w.some(Kind.INT)}:>4}}%')",
                    f"{w.some(Kind.INT)} > 3 and print('large')",
                    f"if {w.number()} > 2: print('yes')\nelse: print('no')",
                )
            )
        )
        yield


def print_value(w: Writer) -> Steps:
    """`print` as a value: under another name, in a map, with a file; what it returns."""
    p, buf, got, io = w.fresh(), w.fresh(), w.fresh(), w.new("io")
    w.put(f"import io as {io}\n{p} = print\n{buf} = {io}.StringIO()")
    yield
    w.put(
        w.rng.choice(
            (
                f"{p}('x', {w.number()}, file={buf})",
                f"print('to file', {w.number()}, file={buf})",
                f"for v in (1, 2): print(v, end=';', file={buf})",
                f"{got} = list(map(lambda v: print(v, file={buf}), [1, {w.number()}]))",
                f"{got} = print('x')",
                f"def say(x, out=print):\n    out(x, file={buf})\nsay({w.number()})",
            )
        )
    )
    yield
    w.put(f"{got} = {buf}.getvalue(), {p} is print")


def redirected_print(w: Writer) -> Steps:
    """Printed text is kept by `redirect_stdout`, also that of a function defined elsewhere."""
    f, buf, io, redirect, text = (
        w.fresh(),
        w.fresh(),
        w.new("io"),
        w.new("redirect_stdout"),
        w.fresh(),
    )
    w.put(
        f"import io as {io}\nfrom contextlib import redirect_stdout as {redirect}\n"
        f"def {f}(x):\n    print('inside', x)\n    return x"
    )
    yield
    w.put(
        f"{buf} = {io}.StringIO()\nwith {redirect}({buf}):\n"
        + w.rng.choice(
            (
                f"    print('direct', {w.number()})",
                f"    {w.fresh()} = {f}({w.number()})",
                f"    {f}(1)\n    print('both')",
                f"    [{f}(v) for v in range(2)]",
            )
        )
    )
    yield
    w.put(f"{text} = {buf}.getvalue().split()")


def file_effect(w: Writer) -> Steps:
    """A file is written in one stage, extended in another one and read in a third one."""
    path, got = w.new("notes"), w.fresh()
    w.put(
        f"with open('{path}.txt', 'w') as fh:\n    fh.write('first {{}}\\n'.format({w.number()}))"
    )
    yield
    w.put(f"with open('{path}.txt', 'a') as fh: print('more', {w.number()}, file=fh)")
    yield
    w.put(
        f"{got} = open('{path}.txt').read()"
        if w.rng.random() < 0.5
        else f"with open('{path}.txt') as fh:\n    {got} = [*fh]"
    )


def trailing_pure(w: Writer) -> None:
    """A cell ends in an expression that only shows something."""
    rows = w.some(Kind.LIST)
    w.put(
        w.rng.choice(
            (
                rows,
                f"len({rows})",
                w.number(calls=()),
                f"{rows}[:2]",
                f"sorted({rows});",
                f"({rows}, 1)",
                "None",
                f"{w.some(Kind.STR)}.upper()",
                f"[v for v in {rows}]",
                "'a string alone'",
            )
        )
    )
    w.close_cell()


def trailing_impure(w: Writer) -> Steps:
    """A cell ends in an expression that does something."""
    rows, it, table = w.some(Kind.LIST), w.fresh(), w.some(Kind.DICT)
    w.put(f"{it} = iter([1, 2, 3, {w.number()}])")
    yield
    w.put(
        w.rng.choice(
            (
                f"{rows}.append({w.number()})",
                f"next({it})",
                f"{table}.setdefault('r', {w.number()})",
                f"{rows}.sort();",
                f"[{rows}.append(v) for v in range(2)]",
                f"({rows}.append(1), 2)[1]",
                f"{rows}.reverse() or {rows}",
                f"{table}.pop('p', None)",
                f"len({rows}) < 9 and {rows}.extend({rows}[:2])",
                f"{w.some(Kind.FUNC)}(3)",
                f"print(next({it}))",
                f"next({it}) if {w.number()} > 1 else {rows}.clear()",
                f"str(next({it}))",
            )
        )
    )
    w.close_cell()
    yield
    w.put(f"{w.fresh()} = list({it})")


def unused_value(w: Writer) -> Steps:
    """A dead store whose right side has an effect; a dead store without one."""
    rows, name = w.some(Kind.LIST), w.fresh()
    w.put(f"{name} = {rows}.pop() if {rows} else 0\n{name} = {w.number()}")
    yield
    w.put(f"{name} = [{rows}.append(1), {name}]\n{name} = {w.rng.choice(('None', '[]', '3'))}")


def default_effect(w: Writer) -> Steps:
    """Defaults, decorators, annotations and bases with effects, on definitions that nobody uses."""
    log, f, rnd = w.fresh(), w.fresh(), w.new("rnd")
    w.put(f"import random as {rnd}\n{log} = []")
    yield
    forms = [
        f"def {f}(x={log}.append('default')): pass",
        f"@({log}.append('decorator') or (lambda fn: fn))\ndef {f}(): pass",
        f"class {f}({log}.append('base') or object): pass",
        f"{f} = lambda x={log}.append('lambda'): x",
        f"class {f}:\n    n = {log}.append('body')",
    ]
    if not w.future:
        forms += [
            f"{f}: {log}.append('annotation') = {w.number()}\n{f} = 0",
            f"def {f}(x: {log}.append('x')) -> {log}.append('r'): pass",
            f"def {f}(x: {rnd}.random()): pass\n{log}.append({f}.__name__)",
        ]
    w.put(w.rng.choice(forms))
    yield
    w.put(f"{w.fresh()} = list({log}), {rnd}.randint(0, 99)")
