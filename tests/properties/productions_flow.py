"""Productions about control flow: loops, exceptions, contexts, match, iterators."""

from __future__ import annotations

from .writer import Kind, Steps, Writer


def loop_else(w: Writer) -> Steps:
    """`for` and `while` with else, break and continue; what they leave behind."""
    i, hit, rows = w.fresh(), w.fresh(), w.some(Kind.LIST)
    stop = w.number(calls=())
    w.put(
        w.rng.choice(
            (
                (
                    f"for {i} in {rows} or [0]:\n    if {i} > {stop}:\n        {hit} = {i}\n        break\n"
                    f"else:\n    {hit} = None"
                ),
                (
                    f"{i} = {hit} = 0\nwhile {i} < 5:\n    {i} += 1\n    if {i} % 2: continue\n    {hit} += {i}\n"
                    f"else:\n    {hit} = -{hit}"
                ),
                (
                    f"{hit} = []\nfor {i} in range(3):\n    for j in range({i}):\n        if j == 1: break\n"
                    f"        {hit}.append(j)\n    else:\n        {hit}.append('x')"
                ),
                f"{hit} = 0\nwhile True:\n    {i} = {hit}\n    {hit} += 1\n    if {hit} > abs({stop}) % 5: break",
            )
        )
    )
    yield
    w.put(f"{w.fresh()} = {i}, {hit}")


def loop_variable(w: Writer) -> Steps:
    """A loop's variable lives on: in later stages, in closures, unbound after an empty loop."""
    i, note, rows = w.fresh(), w.fresh(), w.some(Kind.LIST)
    case = w.rng.random()
    if case < 0.4:
        w.put(f"for {i}, {note} in enumerate({rows} + [4]):\n    pass")
        yield
        w.put(f"{i} += {note}")
        yield
        w.put(f"for {i} in [{i}, {i} + 1]:\n    {note} = {i}")
    elif case < 0.7:
        w.put(f"for {i} in [v for v in {rows} if v > 900]:\n    pass")
        yield
        w.put(f"try:\n    {note} = {i}\nexcept NameError:\n    {note} = 'empty loop'")
        yield
        w.put(f"{i} = {note}")
    else:
        w.put(f"{i} = {w.number()}\nfor {i} in []: pass\n{note} = lambda: {i}")
        yield
        w.put(f"for {i} in range(2): {w.fresh()} = {note}()")


def except_as(w: Writer) -> Steps:
    """`except E as e` binds a name and deletes it, also one that the notebook had bound and captured."""
    e, note, f = w.fresh(), w.fresh(), w.fresh()
    w.put(f"{e} = {w.number()}\ndef {f}():\n    return type({e}).__name__")
    yield
    error, raises = w.rng.choice(
        (
            ("ZeroDivisionError", "1 / 0"),
            ("KeyError", "{}['k']"),
            ("ValueError", "int('x')"),
        )
    )
    w.put(f"""
        try:
            {raises}
        except ({error}, TypeError) as {e}:
            {note} = [{f}(), str({e}), {e}.args]
        """)
    yield
    w.put(
        f"try:\n    {note}.append({e})\nexcept NameError as error:\n    {note}.append(str(error))"
    )
    if w.rng.random() < 0.5:
        yield
        w.put(f"{e} = {w.number()}\n{w.fresh()} = {f}()")


def exception_kept(w: Writer) -> Steps:
    """An exception of the notebook's own class is kept, raised again, chained, with else and finally."""
    cls, kept, log = w.fresh_class(), w.fresh(), w.fresh()
    w.put(f"class {cls}(Exception):\n    pass\n{log} = []")
    yield
    w.put(f"""
        try:
            {log}.append('try')
            raise {cls}({w.number()}, 'x')
        except {cls} as error:
            {kept} = error
        else:
            {log}.append('else')
        finally:
            {log}.append('finally')
        """)
    yield
    w.put(f"""
        try:
            try:
                raise {kept}
            except Exception as first:
                raise RuntimeError('second') from first
        except RuntimeError as second:
            {log}.append(second.__cause__ is {kept})
        """)


def half_way(w: Writer) -> Steps:
    """An exception half-way through assignments: some are done, some are not."""
    a, b, c, f = w.fresh(), w.fresh(), w.fresh(), w.fresh()
    w.put(
        f"{a}, {b} = {w.number()}, [1]\ndef {f}(x):\n    global {c}\n    {c} = x\n    raise ValueError(x)"
    )
    yield
    suppress = w.new("suppress")
    guard = w.rng.choice(
        (
            "try:",
            f"from contextlib import suppress as {suppress}\nwith {suppress}(ValueError, TypeError):",
        )
    )
    lines = w.rng.choice(
        (
            (f"{a} = {a} + 1", f"{b} = {f}({a})", f"{a} = 'not reached'"),
            (f"{b}.append({w.number()})", f"{a}, {b} = {f}(1), 2", f"{b} = 0"),
            (f"{c} = 1", f"{a} = int('x')", f"{c} = 2"),
            (
                f"for {a} in range(5):",
                f"    {b}[0] += {a}",
                f"    if {a} == 2: {f}({a})",
            ),
            (f"{a} = {b} = {w.number()}", f"{a}, {b} = 1, *'', 3, {f}(2)", ""),
        )
    )
    w.put("\n".join([guard, *(f"    {line}" for line in lines if line)]))
    if guard == "try:":
        w.put("except (ValueError, TypeError):\n    pass")
    yield
    note = w.fresh()
    w.put(
        f"{note} = [{a}, {b}]\ntry:\n    {note}.append({c})\nexcept NameError:\n    {note}.append('unbound')"
    )


def with_as(w: Writer) -> Steps:
    """`with ... as` binds names that live on; the notebook's own context has effects and swallows errors."""
    cls, log, name, got = w.fresh_class(), w.fresh(), w.fresh(), w.fresh()
    w.put(f"""
        {log} = []
        class {cls}:
            def __init__(self, n):
                self.n = n
            def __enter__(self):
                {log}.append(('in', self.n))
                return [self.n]
            def __exit__(self, kind, value, tb):
                {log}.append(('out', self.n, kind is None))
                return True
        """)
    yield
    w.put(
        w.rng.choice(
            (
                f"with {cls}({w.number()}) as {name}:\n    {got} = {name}[0]\n    raise KeyError\n    {got} = 'never'",
                f"with {cls}(1) as {name}, {cls}({w.number()}) as ({got},):\n    {name} += [2]",
                f"with {cls}(2) as {name}:\n    with {cls}(3):\n        {got} = 1 / 0\n    {got} = 'after'",
                f"{got} = {{}}\nwith {cls}({w.number()}) as {got}['k']:\n    {name} = {got}['k']",
            )
        )
    )
    yield
    w.put(f"{w.fresh()} = {name}, {got}, len({log})")


def match_(w: Writer) -> Steps:
    """`match` captures names; a failed guard leaves them bound."""
    a, b, kind = w.fresh(), w.fresh(), w.fresh()
    subject = w.rng.choice(
        (
            f"[{w.number()}, 2, 3]",
            f"{{'p': {w.number()}, 'z': 1}}",
            f"({w.number()}, [4, 5])",
            w.number(),
            "'text'",
        )
    )
    w.put(f"""
        {a} = {b} = None
        match {subject}:
            case [{a}, *{b}] if len({b}) > 1:
                {kind} = 'list'
            case {{'p': {a}, **{b}}}:
                {kind} = 'dict'
            case ({a}, [4, {b}]):
                {kind} = 'pair'
            case int({a}) if {a} > 3:
                {kind} = 'large'
            case str() | -1 as {b}:
                {kind} = 'text'
            case _:
                {kind} = 'other'
        """)
    yield
    w.put(f"{w.fresh()} = [{a}, {b}, {kind}]\n{a} = {w.number()}")


def match_class(w: Writer) -> Steps:
    """`match` with class patterns, value patterns and a capture that is partial; no case at all matches."""
    cls, a, got = w.fresh_class(), w.fresh(), w.fresh()
    w.put(
        f"class {cls}:\n    __match_args__ = ('n', 'm')\n    LIMIT = 4\n"
        f"    def __init__(self, n, m): self.n, self.m = n, m\n"
    )
    yield
    w.put(f"""
        match {cls}({w.number()} % 4 + 2, {w.number(calls=())}):
            case {cls}({cls}.LIMIT, m={a}):
                {got} = 'limit'
            case {cls}(n=2 | 3 as {a}):
                {got} = 'small'
            case other:
                {got} = other.n
        """)
    if w.rng.random() < 0.5:
        yield
        w.put(f"match {got}, 5:\n    case [{a}, 6] | [6, {a}]:\n        {got} = 'never'")
    yield
    w.put(
        f"try:\n    {got} = ({got}, {a})\nexcept NameError:\n    {got} = ({got}, 'no capture')\n{a} = 0"
    )


def main_guard(w: Writer) -> Steps:
    """`if __name__ == "__main__":` is true in a notebook."""
    name, f = w.fresh(), w.fresh()
    w.put(f'if __name__ == "__main__":\n    {name} = {w.number()}\nelse:\n    {name} = "imported"')
    yield
    w.put(f"def {f}():\n    return {name} if __name__ == '__main__' else 'imported'")
    w.put(f"if __name__ != '__main__': {name} = 0\n{w.fresh()} = {f}()")


def iterator_half_consumed(w: Writer) -> Steps:
    """An iterator is advanced in several stages; its list changes meanwhile."""
    rows, it = w.fresh(), w.fresh()
    w.put(f"{rows} = [{w.number()}, 1, 2, 3]")
    w.put(
        w.rng.choice(
            (
                f"{it} = iter({rows})",
                f"{it} = enumerate({rows})",
                f"{it} = zip({rows}, {rows}[1:])",
                f"{it} = map(str, {rows})",
                f"{it} = reversed({rows})",
            )
        )
    )
    yield
    w.put(
        w.rng.choice(
            (
                f"{w.fresh()} = next({it})",
                f"for {w.fresh()} in {it}: break",
                f"next({it})",
                f"{w.fresh()}, *_ = [next({it})]",
            )
        )
    )
    yield
    w.put(w.rng.choice((f"{rows}.append(9)", f"{rows} = []", f"{w.fresh()} = 3 in {it}")))
    yield
    w.put(f"{w.fresh()} = list({it})")


def generator_half_consumed(w: Writer) -> Steps:
    """The notebook's generator reads and rebinds globals at each step; stages advance it and rebind them."""
    k, gen, it = w.fresh(), w.fresh(), w.fresh()
    w.put(f"""
        {k} = {w.number()}
        def {gen}(n):
            global {k}
            for i in range(n):
                sent = yield i + {k}
                {k} += 1 if sent is None else sent
            yield from [{k}, {k} * 2]
        {it} = {gen}(3)
        """)
    yield
    w.put(f"{w.fresh()} = next({it})\n{k} = {w.number()}")
    if w.rng.random() < 0.5:
        yield
        w.put(f"{w.fresh()} = {it}.send({w.number()})")
    yield
    w.put(f"{w.fresh()} = list({it}), {k}")


def context_generator(w: Writer) -> Steps:
    """`contextlib.contextmanager` over the notebook's names, with a rebinding on the way out."""
    k, manager, ctx = w.fresh(), w.fresh(), w.new("contextmanager")
    w.put(f"""
        from contextlib import contextmanager as {ctx}
        {k} = {w.number()}
        @{ctx}
        def {manager}(n):
            global {k}
            old, {k} = {k}, n
            try:
                yield old
            finally:
                {k} = old + 1
        """)
    yield
    name = w.fresh()
    w.put(f"with {manager}({w.number()}) as {name}:\n    {name} = [{name}, {k}]\n    {k} += 5")
    yield
    w.put(f"{w.fresh()} = {k}, {name}")
