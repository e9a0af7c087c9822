"""Productions about values: mutation, aliases, rebinding, targets, walrus, comprehensions, text."""

from __future__ import annotations

from .writer import Kind, Steps, Writer


def list_mutation(w: Writer) -> Steps:
    """A shared list changes in place, and again in a later stage."""
    for _ in range(w.rng.randint(1, 2)):
        rows, n = w.some(Kind.LIST), w.number()
        w.put(
            w.rng.choice(
                (
                    f"{rows}.append({n})",
                    f"{rows}.extend([{n}, 2])",
                    f"{rows}[:] = [v % 50 for v in {rows}]",
                    f"{rows}[:1] = [{n}]",
                    f"{rows}.insert(0, {n})",
                    f"{rows}.sort()",
                    f"{rows}.reverse()",
                    f"del {rows}[3:]",
                    f"if len({rows}) > 5: {rows}.clear()",
                    f"for v in list({rows}): {rows}.append(v + 1) if len({rows}) < 6 else {rows}.pop()",
                )
            )
        )
        yield


def dict_mutation(w: Writer) -> Steps:
    """A shared dict changes in place, by item, method and nested value."""
    for _ in range(w.rng.randint(1, 2)):
        table, n = w.some(Kind.DICT), w.number()
        w.put(
            w.rng.choice(
                (
                    f"{table}['p'] = {n}",
                    f"{table}['q'] = {table}.get('q', 0) + {n}",
                    f"{table}.update(r={n})",
                    f"{table}.setdefault('p', {n})",
                    f"{table}.pop('q', None)",
                    f"{table} |= {{'r': {n}}}",
                    f"for key in {table}: {table}[key] += 1",
                )
            )
        )
        yield


def object_mutation(w: Writer) -> Steps:
    """An object is changed through one name and read through another one."""
    cls, one, other = w.fresh_class(), w.fresh(), w.fresh()
    w.put(f"""
        class {cls}:
            def __init__(self, n):
                self.n, self.log = n, []
            def add(self, n):
                self.n += n
                self.log.append(n)
                return self
        {one} = {cls}({w.number()})
        {other} = {one}
        """)
    yield
    w.put(
        w.rng.choice(
            (
                f"{other}.add({w.number()})",
                f"setattr({other}, 'n', {w.number()})",
                f"{other}.n = 2",
                f"{other}.extra = {one}.n",
            )
        )
    )
    yield
    if w.rng.random() < 0.5:
        w.put(f"{one} = {cls}({one}.n + 1)")
        yield
    check = w.fresh()
    w.put(f"{check} = [{one}.n, {other}.add(2).log, {one} is {other}]")


def aliasing(w: Writer) -> Steps:
    """`b = a`, then `b += [...]` or `a = a + [...]`, stages later."""
    a, b = w.fresh(), w.fresh()
    w.put(f"{a} = [{w.number()}, 2]\n{b} = {a}")
    yield
    for _ in range(w.rng.randint(1, 2)):
        n = w.number()
        w.put(
            w.rng.choice(
                (
                    f"{b} += [{n}]",
                    f"{a} = {a} + [{n}]",
                    f"{b}.append({n})",
                    f"{a} += {b}",
                    f"{b} = {b} * 1",
                )
            )
        )
        yield
    same = w.fresh()
    w.put(f"{same} = ({a} is {b}, len({a}))")


def hidden_alias(w: Writer) -> Steps:
    """A shared list is held by a container; both change it."""
    rows, holder = w.some(Kind.LIST), w.fresh()
    build, inside = w.rng.choice(
        (
            (f"{{'rows': {rows}}}", "['rows']"),
            (f"(0, {rows})", "[1]"),
            (f"[[{rows}]]", "[0][0]"),
            (f"lambda: {rows}", "()"),
            (f"lambda held={rows}: held", "()"),
        )
    )
    w.put(f"{holder} = {build}")
    yield
    w.put(f"{holder}{inside}.append({w.number()})")
    yield
    w.put(f"{w.fresh()} = ({holder}{inside} is {rows}, len({rows}))")


def bound_method(w: Writer) -> Steps:
    """A bound method is kept under a name and called after its object's name was rebound."""
    rows, push = w.fresh(), w.fresh()
    w.put(f"{rows} = [{w.number()}]\n{push} = {rows}.append")
    yield
    w.put(f"{push}({w.number()})")
    if w.rng.random() < 0.5:
        yield
        old = w.fresh()
        w.put(f"{old}, {rows} = {rows}, []")
    yield
    w.put(f"{push}({w.number()})\n{w.fresh()} = len({rows})")


def identity(w: Writer) -> Steps:
    """One object under several names, some of them rebound to equal copies."""
    a, b, c, checks = w.fresh(), w.fresh(), w.fresh(), w.fresh()
    value = w.rng.choice(("[]", "{}", "{1: [2]}", "[[1], [2]]", "set()"))
    w.put(f"{a} = {b} = {value}\n{c} = {value}")
    yield
    w.put(
        w.rng.choice(
            (
                f"{c} = {a}",
                f"{a} = {value}",
                f"{a}, {c} = {c}, {a}",
                f"{b} = ({b}, {a})[0]",
            )
        )
    )
    yield
    w.put(f"{checks} = [{a} is {b}, {b} is {c}, {a} is {c}, {a} == {c}]")


def rebinding(w: Writer) -> Steps:
    """A shared name is rebound, once a stage."""
    for _ in range(w.rng.randint(1, 3)):
        value = w.number()
        w.put(f"{w.target(Kind.INT)} = {value}")
        yield


def self_rebinding(w: Writer) -> Steps:
    """A name is rebound from itself, with another type each time."""
    name = w.fresh()
    w.put(f"{name} = {w.number()}")
    for step in w.rng.sample(
        ("[{0}, {0}]", "({0}, 1)", "{{'k': {0}}}", "str({0})", "len(str({0}))"), 3
    ):
        yield
        w.put(f"{name} = {step.format(name)}")


def list_rebinding(w: Writer) -> Steps:
    """A shared list is replaced by a new one, while aliases and closures hold the old one or the name."""
    rows, old = w.some(Kind.LIST), w.fresh()
    w.put(f"{old} = {rows}")
    yield
    w.put(
        w.rng.choice(
            (
                f"{rows} = [v + 1 for v in {rows}]",
                f"{rows} = {rows} + [{w.number()}]",
                f"{rows} = sorted({rows})[:6]",
                f"{rows} = {rows}[:]",
            )
        )
    )
    yield
    w.put(f"{old}.append({w.number()})\n{w.fresh()} = {old} is {rows}")


def augmented(w: Writer) -> Steps:
    """Augmented assignment to names, items, attributes and immutables."""
    value, kind = w.number(), w.rng.random()
    if kind < 0.4:
        w.put(f"{w.some(Kind.INT)} {w.rng.choice(('+=', '-=', '^=', '|='))} {value}")
    elif kind < 0.6:
        text = w.fresh()
        w.put(f"{text} = 'a'")
        yield
        w.put(f"{text} += str({value})")
    elif kind < 0.8:
        pair, alias = w.fresh(), w.fresh()
        w.put(f"{alias} = {pair} = (1, 2)")
        yield
        w.put(f"{pair} += ({value},)")
    else:
        box, alias = w.fresh(), w.fresh()
        w.put(f"{box} = {{'k': [1]}}\n{alias} = {box}['k']")
        yield
        w.put(f"{box}['k'] += [{value}]")


def unpacking(w: Writer) -> Steps:
    """Tuple, nested and starred targets; swaps."""
    a, b, rest = w.fresh(), w.fresh(), w.fresh()
    w.put(
        w.rng.choice(
            (
                f"{a}, *{rest}, {b} = [{w.number()}, 2, 3, {w.number()}]",
                f"({a}, ({b}, *{rest})), {w.fresh()} = ({w.number()}, (2, 3, 4)), 5",
                f"[{a}, {b}], {rest} = ({w.number()}, 2), [*{w.some(Kind.LIST)}]",
                f"{a}, {b}, *{rest} = *{w.some(Kind.LIST)}, 1, 2",
                f"_, {a}, {b}, {rest} = 0, {w.number()}, 2, {{**{w.some(Kind.DICT)}}}",
            )
        )
    )
    yield
    w.put(f"{a}, {b} = {b}, {a}")
    first, second = w.two(Kind.INT)
    w.put(f"{first}, {second} = {second} + 1, {first}")


def exotic_target(w: Writer) -> Steps:
    """Items and attributes as targets of for, with, unpacking and chains; the order counts."""
    cells, i = w.fresh(), w.fresh()
    w.put(f"{cells} = [0, 0, 0]")
    yield
    w.put(
        w.rng.choice(
            (
                f"for {cells}[1] in range(4): pass\n{i} = 2",
                f"{i} = {cells}[0] = {w.number()} % 3",
                f"{i} = 0\n{i}, {cells}[{i}] = 1, 9",
                f"for {i}, {cells}[{i}] in enumerate([5, 6, 7]): {cells}[0] += {i}",
                f"*{cells}[1:], {i} = 4, 5, 6",
            )
        )
    )


def chained(w: Writer) -> Steps:
    """One value for several targets: one object under several names."""
    a, b, c = w.fresh(), w.fresh(), w.fresh()
    w.put(f"{a} = {b} = [{w.number()}]")
    yield
    w.put(f"{a}.append(1)\n{c} = {a}[0] = {w.number()}")
    yield
    w.put(f"{b} += [{c}]")


def walrus(w: Writer) -> Steps:
    """A walrus at the top, in a condition, in an f-string, behind a short circuit."""
    name, note = w.fresh(), w.fresh()
    w.put(
        w.rng.choice(
            (
                f"({name} := {w.number()})\n{note} = {name}",
                f"if ({name} := {w.number()}) > 3:\n    {note} = {name}\nelse:\n    {note} = -{name}",
                f"{note} = f'{{({name} := {w.number()})}}-{{{name}}}'",
                f"{name} = 1\n{note} = {w.number()} > 4 and ({name} := 7)",
                f"{note} = 0\nwhile ({name} := {note} * 2) < 6: {note} += 1",
                f"{note} = [{name} := {w.number()}, {name} ** 2 % 9]",
            )
        )
    )
    yield
    w.put(f"{name} = ({name}, {note})")


def walrus_comprehension(w: Writer) -> Steps:
    """A walrus inside a comprehension binds the notebook's name, also one that a function reads."""
    last, found, reader = w.fresh(), w.fresh(), w.fresh()
    w.put(f"{last} = {w.number()}\ndef {reader}():\n    return {last}")
    yield
    rows = w.some(Kind.LIST)
    w.put(
        w.rng.choice(
            (
                f"{found} = [({last} := v) + 1 for v in {rows}]",
                f"{found} = any(({last} := v) > 2 for v in {rows})",
                f"{found} = {{v: ({last} := {last} + v) for v in {rows}}}",
                f"{found} = [{last} := {last} + v for row in [{rows}, [1]] for v in row]",
            )
        )
    )
    yield
    w.put(f"{w.fresh()} = ({reader}(), {last})")


def comprehension_scope(w: Writer) -> Steps:
    """A comprehension's variable bears the name of a shared one and leaves it alone."""
    name, rows = w.two(Kind.INT)[0], w.some(Kind.LIST)
    value, extra = w.fresh(), w.number(calls=())
    w.put(
        w.rng.choice(
            (
                f"{value} = [{name} for {name} in {rows}] + [{name}]",
                f"{value} = [[{name} + k for k in range(2)] for {name} in {rows}][-1:], {name}",
                f"{value} = {{{name}: {name} for {name} in {rows} if {name} > {extra}}}, {name}",
                f"{value} = [x for x in [{name}] for {name} in range(2)], {name}",
                f"{value} = (lambda {name}: {name} + 1)({name}), {name}",
                f"{value} = sorted({rows}, key=lambda {name}: -{name})[:2], {name}",
            )
        )
    )
    if w.rng.random() < 0.5:
        yield
        w.put(f"{name} += 1")


def late_generator_expression(w: Writer) -> Steps:
    """A generator expression takes its first iterable at once and everything else late."""
    items, k, lazy, done = w.fresh(), w.fresh(), w.fresh(), w.fresh()
    w.put(
        f"{items} = [1, 2, {w.number()}]\n{k} = {w.number()}\n{lazy} = (v * {k} for v in {items} if v != {k})"
    )
    yield
    w.put(w.rng.choice((f"{k} = {w.number()}", f"{items}.append(5)", f"{items} = [7]")))
    if w.rng.random() < 0.4:
        w.put(f"{done} = next({lazy}, None)\n{k} += 1")
    yield
    w.put(f"{w.fresh()} = list({lazy})")


def annotation_only(w: Writer) -> Steps:
    """An annotation without a value binds nothing, not even for a builtin's name."""
    name, value = w.fresh(), w.fresh()
    case = w.rng.random()
    if case < 0.4:
        w.put(f"{name}: int = {w.number()}")
        yield
        w.put(f"{name}: int\n{value} = {name} + 1")
    elif case < 0.7:
        w.put(
            f"{name}: int\ntry:\n    {value} = {name}\nexcept NameError:\n    {value} = 'unbound'"
        )
        yield
        w.put(f"{name} = {w.number()}")
    else:
        builtin = w.rng.choice(("reversed", "divmod", "frozenset"))
        w.put(f"{builtin}: object\n{value} = {builtin}.__name__")
        yield
        w.put(f"{name} = {builtin} is not None")


def fstring(w: Writer) -> Steps:
    """Nested expressions, formats, conversions and quotes inside f-strings."""
    a, width = w.two(Kind.INT)
    name, text = w.fresh(), w.some(Kind.STR)
    w.put(
        w.rng.choice(
            (
                f"{name} = f'{{{a}:>{{abs({width}) % 9 + 1}}}}|{{{text}!r}}'",
                f"{name} = f'{{{a}=}} {{{{literal}}}} {{len({text})}}'",
                f"{name} = f\"{{', '.join(f'{{v}}/{{{a}}}' for v in {w.some(Kind.LIST)})}}\"",
                f"{name} = f'{{(lambda q: q + {a})(1)}}' f'{{{w.some(Kind.DICT)}[\"p\"] if False else {width}}}'",
                f"{name} = f'''{{\n    {a} +\n    {width}}}'''",
            )
        ),
        movable=False,
    )
    yield
    w.put(f"{w.some(Kind.STR)} = {name}[:9]")


def values(w: Writer) -> Steps:
    """Floats, sets, bytes, complex numbers and tuples, exact to the last bit."""
    name = w.fresh()
    w.put(
        w.rng.choice(
            (
                f"{name} = {w.number()} / 7",
                f"{name} = {{{w.number()}, {w.number()}}}",
                f"{name} = [0.1 * v for v in {w.some(Kind.LIST)}], float('nan'), -0.0",
                f"{name} = complex({w.number()}, 1), bytes([1, 2]), range({w.number()}), None, ...",
                f"{name} = frozenset({w.some(Kind.LIST)}), True, 10 ** 40 + {w.number()}",
            )
        )
    )
    yield
    w.put(f"{name} = [{name}, {name}]")


def binding_forms(w: Writer) -> Steps:
    """A shared name, captured by anyone, is bound by any of the ways to bind a name."""
    for _ in range(w.rng.randint(1, 2)):
        name, n, null = w.some(Kind.INT), w.number(), w.new("nullcontext")
        w.put(
            w.rng.choice(
                (
                    f"for {name} in range(abs({n}) % 3 + 1): pass",
                    f"from contextlib import nullcontext as {null}\nwith {null}({n}) as {name}: pass",
                    f"match [{n}, 5]:\n    case [{name}, 5]: pass",
                    f"match {n}:\n    case int() as {name} if {name} > 10_000: pass",
                    f"{w.fresh()} = [({name} := v) for v in [{n}, 2]]",
                    f"*{w.fresh()}, {name} = 1, 2, {n}",
                    f"if ({name} := {n}) > 1: {name} -= 1",
                    f"def put():\n    global {name}\n    {name} = {n}\nput()",
                    f"class Put:\n    global {name}\n    {name} = {n}",
                    f"{name}: int = {n}",
                    f"for _, {name} in enumerate([{n}]): {name} += _",
                    f"try:\n    {name} = {n} // 0\nexcept ZeroDivisionError:\n    {name} = {n}",
                    f"(lambda: [0 for _ in [0]])()\n{name} = {name} if {n} > 3 else {n}",
                    f"while ({name} := {n} % 5) is None: pass",
                )
            )
        )
        yield


def list_binding_forms(w: Writer) -> Steps:
    """A shared list's name is bound by other ways than `=`, also by a function."""
    for _ in range(w.rng.randint(1, 2)):
        rows, n, f = w.some(Kind.LIST), w.number(), w.fresh()
        w.put(
            w.rng.choice(
                (
                    f"*{rows}, {w.fresh()} = {n}, 2, 3",
                    f"for {rows} in [[1], [{n}]]: {rows}.append(4)",
                    f"def {f}():\n    global {rows}\n    {rows} = {rows}[:2] + [{n}]\n{f}()",
                    f"def {f}():\n    global {rows}\n    {rows} += [{n}]\n    return {rows}\n{f}() is {rows}",
                    f"match [[{n}, 1]]:\n    case [[*{rows}]]: pass",
                    f"({rows} := {rows} + [{n}])",
                    f"{rows} = ({rows}.append({n}), {rows})[1]",
                    f"if len({rows}) > 4: {rows} = {rows}[-2:]",
                    f"[{f} for {f} in {rows}]\n{rows} = [*{rows}[:3], {n}]",
                )
            )
        )
        yield


def name_changes_role(w: Writer) -> Steps:
    """A function's or class's name becomes a value, a loop's variable becomes a function."""
    name, user = w.fresh(), w.fresh()
    first, then = w.rng.choice(
        (
            (
                f"def {name}(x=2):\n    return x + {w.some(Kind.INT)}",
                f"{name} = {name}({w.number()})",
            ),
            (f"class {name}:\n    n = {w.number()}", f"{name} = {name}()"),
            (f"{name} = {w.number()}", f"def {name}(x=1):\n    return x"),
            (f"{name} = lambda: 4", f"{name} = [{name}, {name}()]"),
            (f"def {name}(): return 1", f"for {name} in (len, {name}): pass"),
            (f"def {name}(): return 1", f"import json as {name}"),
            (f"import json as {name}", f"class {name}:\n    kept = {name}.dumps([1])"),
        )
    )
    w.put(
        f"{first}\ndef {user}():\n    return {name}() if callable({name}) else {name}\n{w.fresh()} = type({user}()).__name__"
    )
    yield
    w.put(then)
    yield
    got = w.fresh()
    w.put(
        f"{got} = type({name}).__name__\nif callable({name}):\n    {got} = {user}() and 'called', {name}.__name__"
    )
