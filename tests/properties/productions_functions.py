"""Productions about functions: globals, late binding, defaults, decorators, closures, recursion."""

# ruff: noqa: E501 - long lines are the text of programs

from __future__ import annotations

from .writer import Kind, Steps, Writer


def function_reads_global(w: Writer) -> Steps:
    """A function reads a shared name, which others rebind; it is called before and after."""
    k, value = w.some(Kind.INT), w.number(extra=("x",))
    f = w.fresh()
    w.put(f"def {f}(x):\n    return x + {k} + {value}")
    w.bind(f, Kind.FUNC)
    yield
    w.put(f"{w.fresh()} = {f}({w.number()})")
    yield
    w.put(f"{k} = {w.number()}\n{w.fresh()} = {f}({w.number()})")


def function_rebinds_global(w: Writer) -> Steps:
    """A function rebinds a name of the notebook; the top level rebinds it too."""
    count, f = w.fresh(), w.fresh()
    if w.rng.random() < 0.7:
        w.put(f"{count} = {w.number()}")
        if w.rng.random() < 0.5:
            yield
    step = w.number(extra=("x",))
    w.put(f"def {f}(x):\n    global {count}\n    {count} = {step} % 1009\n    return {count} + x")
    w.put(f"{f}({w.number()})")
    yield
    w.put(f"{count} += 1\n{f}({count})")
    w.bind(count, Kind.INT)
    w.bind(f, Kind.FUNC)
    yield
    w.put(f"{w.fresh()} = [{count}, {f}(3), {count}]")


def function_fills_global(w: Writer) -> Steps:
    """A name that only a function binds, by `global`, def, import, for or class inside it."""
    name, setter, got = w.fresh(), w.fresh(), w.fresh()
    body = w.rng.choice(
        (
            f"{name} = {w.number()}",
            f"import math as {name}",
            f"def {name}(): return 5",
            f"for {name} in range(4): pass",
            f"class {name}: n = 3",
            f"with open('{setter}.txt', 'w') as {name}: pass",
            f"[{name} := v for v in (1, 2)]",
        )
    )
    w.put(f"def {setter}():\n    global {name}\n    {body}")
    yield
    w.put(f"{setter}()")
    yield
    w.put(f"{got} = {name} if isinstance({name}, int) else getattr({name}, 'pi', 'no pi')")


def global_nested(w: Writer) -> Steps:
    """`global` in a function inside a function whose local has the same name; in a class body too."""
    name, f, cls, case = w.fresh(), w.fresh(), w.fresh_class(), w.rng.random()
    if case < 0.2:  # in one stage, of which nobody else hears
        w.put(f"""
            {name} = abs
            def {f}():
                {name} = 100
                def inner():
                    global {name}
                    {name} = bool
                inner()
                return {name}
            {w.fresh()} = {f}(), {name}({w.number()})
            """)
        return
    w.put(f"{name} = {w.number()}")
    yield
    if case < 0.6:
        w.put(f"""
            def {f}():
                {name} = 100
                def inner():
                    global {name}
                    {name} = {name} + 1
                    return {name}
                return inner() + {name}
            {w.fresh()} = {f}()
            """)
    else:
        w.put(f"""
            class {cls}:
                global {name}
                {name} = {name} + 10
                kept = {name}
                def bump(self):
                    global {name}
                    {name} += self.kept
                    return {name}
            {w.fresh()} = {cls}().bump(), hasattr({cls}, '{name}')
            """)
    yield
    w.put(f"{name} += 1")


def global_statement(w: Writer) -> Steps:
    """`global` at the top of the notebook, where it says nothing."""
    w.plain_cell()
    name = w.fresh()
    w.put(f"global {name}\n{name} = {w.number()}")
    yield
    w.plain_cell()
    w.put(f"if {name} is not None:\n    global {w.fresh()}\n    {name} = {w.number()}")
    yield
    w.put(f"{w.fresh()} = (lambda: {name})()")


def redefinition(w: Writer) -> Steps:
    """A shared function is defined again; callers and aliases see what Python lets them see."""
    f, old = w.some(Kind.FUNC), w.fresh()
    w.put(f"{old} = {f}")
    yield
    body = w.number(extra=("x",), calls=w.older(f))
    w.put(
        w.rng.choice(
            (
                f"def {f}(x):\n    return {body}",
                f"{f} = lambda x: {body}",
                f"def {f}(x, again={f}):\n    return again(x) % 97 + 1",
                f"{f} = (lambda kept: lambda x: kept(x) % 97 + 2)({f})",
                f"if {w.number(calls=())} > 3:\n    def {f}(x): return {body}\nelse:\n    def {f}(x): return -x",
            )
        )
    )
    yield
    w.put(f"{w.fresh()} = {f}(3), {old}(3), {f} is {old}")


def recursion_redefined(w: Writer) -> Steps:
    """A recursive function is redefined over its alias: the recursion goes through the new one."""
    f, old = w.fresh(), w.fresh()
    w.put(f"def {f}(n):\n    return 1 if n < 1 else n + {f}(n - 1)")
    yield
    w.put(f"{w.fresh()} = {f}({w.rng.randint(2, 6)})\n{old} = {f}")
    yield
    w.put(f"def {f}(n):\n    return {old}(n) * 2 if n % 2 else n")
    yield
    w.put(f"{w.fresh()} = {f}(5), {old}(4)")


def calls_later_function(w: Writer) -> Steps:
    """A function calls one that a later cell defines; mutual recursion across cells."""
    f, later, limit, k = w.fresh(), w.fresh(), w.fresh(), w.some(Kind.INT)
    noted = "" if w.future else w.rng.choice(("", f": [{k}, 'note']", f": {k} = [{k}]"))
    w.put(f"def {f}(n{noted}):\n    return {limit} if n <= 0 else {later}(n - 1) + 1")
    yield
    w.put(f"def {later}(n):\n    return {f}(n - 1) + {w.some(Kind.INT)}")
    yield
    w.put(f"{limit} = {w.number()}\n{k} += 1\n{w.fresh()} = {f}({w.rng.randint(1, 5)})")
    if noted:
        w.put(f"{w.fresh()} = list({f}.__annotations__.values()), {f}.__defaults__")
    yield
    w.put(
        f"{later} = {w.rng.choice((f, 'abs', 'lambda n: n * 2'))}\n{limit} = {w.number()}\n{w.fresh()} = {f}(4)"
    )


def default_argument(w: Writer) -> Steps:
    """A default is evaluated where the function stands, even as the same name."""
    k, f = w.some(Kind.INT), w.fresh()
    default = w.number()
    w.put(
        w.rng.choice(
            (
                f"def {f}(x, {k}={k}):\n    return x + {k}",
                f"def {f}(x, *, step={default}):\n    return x * 2 + step",
                f"{f} = lambda x, {k}={k} + 1: x - {k}",
                f"def {f}(x, f=lambda y: y + {k}):\n    return f(x)",
            )
        )
    )
    w.bind(f, Kind.FUNC)
    yield
    w.put(f"{k} = {w.number()}")
    yield
    w.put(f"{w.fresh()} = {f}({w.number()})")


def mutable_default(w: Writer) -> Steps:
    """A mutable default remembers between calls, but not between runs."""
    f, rows = w.fresh(), w.some(Kind.LIST)
    default = w.rng.choice(("[]", "[1]", f"list({rows})", "[0] * 1"))
    w.put(f"def {f}(x, seen={default}):\n    seen.append(x)\n    return len(seen) + sum(seen[-3:])")
    w.bind(f, Kind.FUNC)
    yield
    w.put(f"{w.fresh()} = {f}({w.number()}) + {f}(2)")
    yield
    w.put(f"{w.fresh()} = {f}.__defaults__[0], {f}(5)")


def shared_default(w: Writer) -> Steps:
    """A default is a list of the notebook: one object, changed from both sides."""
    rows, f = w.fresh(), w.fresh()
    w.put(
        f"{rows} = [{w.number()}]\ndef {f}(x, held={rows}):\n    held.append(x)\n    return {rows}"
    )
    yield
    w.put(w.rng.choice((f"{rows} = []", f"{rows}.append(3)", f"{rows} = {rows} + [4]")))
    yield
    w.put(f"{w.fresh()} = {f}({w.number()}) is {rows}, {f}.__defaults__[0]")


def decorator(w: Writer) -> Steps:
    """A decorator with a count; its argument and its globals are read where the function stands."""
    trace, f, calls = w.fresh(), w.fresh(), w.fresh()
    w.put(f"""
        {calls} = []
        def {trace}(k):
            {calls}.append(k)
            def wrap(fn):
                def inner(x):
                    inner.count += 1
                    {calls}.append(x)
                    return fn(x) + k
                inner.count = 0
                return inner
            return wrap
        """)
    yield
    k = w.some(Kind.INT)
    w.put(f"@{trace}({k})\ndef {f}(x):\n    return {w.number(extra=('x',), calls=w.older(f))}")
    w.bind(f, Kind.FUNC)
    yield
    w.put(f"{k} += 1\n{w.fresh()} = {f}(1), {f}.count, len({calls})")
    w.keep(calls)


def registering_decorator(w: Writer) -> Steps:
    """A decorator with an effect; nobody ever reads what it decorates."""
    registry, register = w.fresh(), w.fresh()
    w.put(
        f"{registry} = {{}}\ndef {register}(fn):\n    {registry}[fn.__name__] = fn\n    return fn"
    )
    yield
    for _ in range(2):
        f = w.fresh()
        case = w.rng.random()
        if case < 0.2:
            w.put(f"@{register}\nclass {f}(int):\n    n = {w.number()}")
        elif case < 0.5:
            k = w.fresh()
            w.put(f"{k} = 1\nclass {f}:\n    @{register}\n    def {f}(self=0):\n        return {k}")
            yield
            w.put(f"{k} += 1")
        else:
            w.put(f"@{register}\ndef {f}(x=1):\n    return x + {w.number()}")
        yield
    w.put(f"{w.fresh()} = [fn() for fn in {registry}.values()], sorted({registry})")


def lru_cache(w: Writer) -> Steps:
    """A cache keeps what the function gave before a global was rebound; a second run starts anew."""
    k, f, cache = w.some(Kind.INT), w.fresh(), w.new("lru_cache")
    w.put(f"from functools import lru_cache as {cache}")
    added = w.rng.choice((k, k, "1"))
    w.put(f"@{cache}{w.rng.choice(('', '(maxsize=None)'))}\ndef {f}(x):\n    return x + {added}")
    w.put(f"{w.fresh()} = {f}(1)")
    w.bind(f, Kind.FUNC)
    yield
    w.put(f"{k} += 5\n{w.fresh()} = {f}(1), {f}(2)")
    yield
    if w.rng.random() < 0.5:
        w.put(f"{f}.cache_clear()")
    w.put(f"{w.fresh()} = {f}(1), {f}.cache_info().hits")


def function_attribute(w: Writer) -> Steps:
    """An attribute of a function is state, also where others set it; a second run starts anew."""
    f, g, case = w.fresh(), None, w.rng.random()
    if case < 0.5:
        w.put(
            f"def {f}(x):\n    {f}.calls += 1\n    return {f}.calls + x\n{f}.calls = {w.number()}"
        )
    else:
        w.put(f"def {f}(x):\n    return x * 2")
        yield
        one, g = ("fn", w.fresh()) if case < 0.8 else (f, None)
        count = f"{one}.calls = getattr({one}, 'calls', {w.rng.randint(1, 9)}) + 1"
        w.put(f"def {g}(fn):\n    {count}\n{g}({f})" if g else count)
    w.bind(f, Kind.FUNC)
    yield
    if g is None:
        w.put(f"{w.fresh()} = {f}(2)\n{f}.calls = {f}.calls * 2 % 31\n{f}.note = 'n'")
        yield
    w.put(f"{w.fresh()} = {f}.calls, vars({f}).get('note')")


def lambdas_in_loop(w: Writer) -> Steps:
    """Lambdas made in a loop share its variable, which later loops rebind."""
    i, fs, got = w.fresh(), w.fresh(), w.fresh()
    made = w.rng.choice(
        (
            f"{fs} = []\nfor {i} in range(3):\n    {fs}.append(lambda x: x + {i})",
            f"{fs} = [lambda x: x + {i} for {i} in range(3)]\n{i} = 50",
            f"{fs} = []\nfor {i} in range(3):\n    {fs}.append(lambda x, {i}={i}: x + {i})",
            f"{fs} = []\nfor {i} in range(3):\n    def each(x): return x * {i}\n    {fs}.append(each)",
            f"{fs} = [(lambda k: lambda x: x + k + {i})({i}) for {i} in range(3)]\n{i} = 9",
        )
    )
    w.put(f"{made}\n{got} = [f(10) for f in {fs}]")
    yield
    w.put(f"for {i} in range({w.rng.randint(4, 9)}): pass")
    yield
    w.put(f"{w.fresh()} = [f(10) for f in {fs}]")


def captured_rebound(w: Writer) -> Steps:
    """Closures capture names that later cells rebind, to a value, a function, a list."""
    k, f, got, now = w.fresh(), w.fresh(), w.fresh(), w.fresh()
    made = w.rng.choice((f"{now} = lambda x: (x, {k})", f"def {now}(x):\n    return x, {k}"))
    w.put(f"{k} = {w.number()}\n{made}")
    w.put(f"{f} = {{'now': {now}, 'then': (lambda v: lambda x: (x, v))({k})}}")
    yield
    w.put(f"{got} = {f}['now'](1), {f}['then'](1)")
    for _ in range(2):
        yield
        w.put(f"{k} = {w.rng.choice((w.number(), '[1, 2]', repr('text'), f'[{k}]'))}")
        if w.rng.random() < 0.6:
            w.put(f"{w.fresh()} = {f}['now'](2), {f}['then'](2)")
    yield
    w.put(f"{got} = {got} + {f}['now'](3)")


def captured_list(w: Writer) -> Steps:
    """A closure holds a list that others change in place, then the name goes to another list."""
    rows, total = w.fresh(), w.fresh()
    w.put(f"{rows} = [1, {w.number()}]\ndef {total}():\n    return sum({rows}), len({rows})")
    yield
    w.put(f"{rows}.append({w.number()})\n{w.fresh()} = {total}()")
    yield
    w.put(f"{w.fresh()}, {rows} = {rows}, [{w.number()}]\n{w.fresh()} = {total}()")


def nonlocal_(w: Writer) -> Steps:
    """A counter in a closure is advanced in several stages; the notebook has a name like its own."""
    make, one, name = w.fresh(), w.fresh(), w.fresh()
    w.put(f"""
        {name} = {w.number()}
        def {make}({name}=0):
            def inner(x):
                nonlocal {name}
                {name} += x
                return {name}
            return inner
        {one} = {make}({name})
        """)
    yield
    w.put(f"{w.fresh()} = {one}(2)\n{name} = 70")
    yield
    w.put(f"{w.fresh()} = {one}(3), {make}()(1), {name}")


def recursion(w: Writer) -> Steps:
    """A recursive function whose base is a shared name, recursive lambda and inner function."""
    base, f = w.some(Kind.INT), w.fresh()
    w.put(
        w.rng.choice(
            (
                f"def {f}(n):\n    return {base} if n < 1 else ({f}(n - 1) + n) % 991",
                f"{f} = lambda n: {base} if n < 1 else {f}(n - 2) + 1",
                f"def {f}(n):\n    def go(m):\n        return {base} if m < 1 else go(m - 1) - 1\n    return go(n)",
            )
        )
    )
    yield
    w.put(f"{w.fresh()} = [{f}(n) for n in range(4)]")
    yield
    w.put(f"{base} -= 2\n{w.fresh()} = {f}(3)")


def local_names(w: Writer) -> Steps:
    """Locals, parameters, inner imports and inner classes named like the notebook's names."""
    k, f, rows = w.some(Kind.INT), w.fresh(), w.some(Kind.LIST)
    w.put(
        w.rng.choice(
            (
                f"def {f}(x):\n    {k} = x + 1\n    return {k}",
                f"def {f}({k}):\n    return {k} + len({rows})",
                f"def {f}(x):\n    import math as {k}\n    return int({k}.sqrt(x * x)) + len({rows})",
                f"def {f}(x):\n    class {k}:\n        n = x\n    return {k}.n",
                f"def {f}(x):\n    for {k} in range(3):\n        x += {k}\n    return x",
                f"def {f}(x, *args, **kwargs):\n    {k}: int = len(args)\n    return x + {k} + len({rows})",
            )
        )
    )
    w.bind(f, Kind.FUNC)
    yield
    w.put(f"{w.fresh()} = {f}({k}), {k}")


def partial_object(w: Writer) -> Steps:
    """`functools.partial`, `map` and a dispatch table hold a function that is redefined later."""
    f, bound, partial = w.some(Kind.FUNC), w.fresh(), w.new("partial")
    w.put(
        f"from functools import partial as {partial}\n"
        f"{bound} = {{'part': {partial}({f}, {w.number()}), 'late': lambda: {f}(2)}}"
    )
    yield
    body = w.number(extra=("x",), calls=w.older(f))
    w.put(f"def {f}(x):\n    return {body}")
    yield
    w.put(f"{w.fresh()} = {bound}['part'](), {bound}['late'](), list(map({f}, [1, 2]))")


def builtin_function_name(w: Writer) -> Steps:
    """The notebook's own functions bear the names of a package's functions and modules."""
    stem = w.rng.choice(
        (
            "train",
            "predict",
            "run",
            "preprocess",
            "evaluate",
            "state",
            "pipeline",
            "main",
            "logger",
        )
    )
    f, k = w.new(stem), w.some(Kind.INT)
    if w.rng.random() < 0.3:
        w.put(f"class {f}:\n    def __new__(cls, x):\n        return x + {k}")
    else:
        w.put(f"def {f}(x):\n    return {w.number(extra=('x',), calls=w.older(f))} - {k}")
    w.bind(f, Kind.FUNC)
    yield
    w.put(f"{w.fresh()} = {f}({w.number()})")


def hostile_variable(w: Writer) -> Steps:
    """Variables bear the names of a package's functions, modules and helpers."""
    stem = w.rng.choice(
        (
            "train",
            "predict",
            "run",
            "preprocess",
            "evaluate",
            "state",
            "pipeline",
            "main",
            "logger",
        )
    )
    name = w.new(stem)
    w.put(f"{name} = {w.number()}")
    w.bind(name, Kind.INT)
    yield
    w.put(f"{name} = {name} * 2 % 57 + {w.number()}")
    if w.rng.random() < 0.5:
        f = w.fresh()
        w.put(f"def {f}(x):\n    return x + {name}")
        w.bind(f, Kind.FUNC)


def shared_function_replaced(w: Writer) -> Steps:
    """A function replaces another shared function by `global`."""
    f, install, k = w.some(Kind.FUNC), w.fresh(), w.some(Kind.INT)
    w.put(f"def {install}(k):\n    global {f}\n    {f} = lambda x: x + k + {k}\n    return k")
    yield
    w.put(f"{w.fresh()} = {f}(1), {install}({w.number(calls=())}), {f}(1)")
    yield
    w.put(f"{k} += 1\n{w.fresh()} = {f}(2)")


def loop_over_captured(w: Writer) -> Steps:
    """A loop's variable is a name that functions called in the loop read and rebind."""
    i, f, got = w.some(Kind.INT), w.fresh(), w.fresh()
    w.put(f"def {f}(x):\n    global {i}\n    {i} += 1\n    return {i} * 10 + x")
    w.bind(f, Kind.FUNC)
    yield
    w.put(
        w.rng.choice(
            (
                f"{got} = []\nfor {i} in range(3):\n    {got}.append({f}(1))",
                f"{got} = [{f}({i}) for _ in range(3)]",
                f"{got} = {i} + {f}(0) + {i}",
                f"{got} = [{i}, {f}(1), {i}]",
                f"{got} = {{{i}: {f}({i}), {f}(2): {i}}}",
                f"{i} = {i} + {f}({i})\n{got} = {i}",
                f"{i} += {f}(1)\n{got} = {i}",
                f"{got} = f'{{{i}}}{{{f}(1)}}{{{i}}}'",
            )
        )
    )
    yield
    w.put(f"{w.fresh()} = {i}, {got}")


def single_dispatch(w: Writer) -> Steps:
    """`singledispatch`: implementations named `_` register themselves in later cells."""
    f, dispatch, k = w.fresh(), w.new("singledispatch"), w.some(Kind.INT)
    w.put(
        f"from functools import singledispatch as {dispatch}\n@{dispatch}\ndef {f}(x):\n    return 'any', {k}"
    )
    yield
    w.put(f"@{f}.register(int)\ndef _(x):\n    return 'int', x + {k}")
    yield
    if w.rng.random() < 0.5:
        w.put(
            f"@{f}.register\ndef _(x: str):\n    return 'str', {k}"
            if not w.future
            else f"@{f}.register(str)\ndef _(x): return 's'"
        )
    w.put(f"{w.fresh()} = {f}(1), {f}('a'), {f}(None)")


def callable_object(w: Writer) -> Steps:
    """A shared function is an instance with state, a bound method, a partial or a closure."""
    f, cls, k, partial = w.fresh(), w.fresh_class(), w.some(Kind.INT), w.new("partial")
    w.put(f"""
        class {cls}:
            def __init__(self):
                self.calls = 0
            def __call__(self, x):
                self.calls += 1
                return x + self.calls + {k}
            def go(self, x):
                self.calls += x
                return self.calls
        """)
    yield
    w.put(
        w.rng.choice(
            (
                f"{f} = {cls}()",
                f"{f} = {cls}().go",
                f"import functools as {partial}\n{f} = {partial}.partial({cls}.go, {cls}())",
                f"def {f}(x, held={cls}()):\n    return held(x) + held.calls",
                f"{f} = (lambda made: lambda x: made(x) - made.calls)({cls}())",
            )
        )
    )
    w.bind(f, Kind.FUNC)
    yield
    w.put(f"{k} += 1\n{w.fresh()} = {f}(1) + {f}(2)")


def deep_capture(w: Writer) -> Steps:
    """Names of the notebook read deep inside: class in function, lambda in lambda, generator in method."""
    k, f, deep = w.fresh(), w.fresh(), w.fresh()
    w.put(f"{k} = {w.number()}")
    yield
    w.put(
        w.rng.choice(
            (
                f"def {f}():\n    class Local:\n        kept = {k}\n        def get(self): return (lambda: {k})(), self.kept\n    return Local().get()",
                f"{f} = lambda: (lambda: [[{k} for _ in range(1)] for _ in range(1)])()",
                f"def {f}():\n    def one():\n        def two():\n            global {k}\n            {k} = [{k}]\n        two()\n    one()\n    return {k}",
                f"def {f}():\n    return [*(v for v in (lambda: ({k}, 1))())]",
                f"def {f}(*, get=lambda: {k}):\n    {k} = 'local'\n    return get(), {k}",
                f"def {f}():\n    return {{n: (lambda: {k})() for n in range(2) if {k} is not None}}",
            )
        )
    )
    w.put(f"{deep} = [{f}()]")
    yield
    w.put(f"{k} = {w.rng.choice((w.number(), '(2, 3)', repr('text')))}")
    yield
    w.put(f"{deep}.append({f}())")
