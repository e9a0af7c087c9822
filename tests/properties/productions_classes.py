"""Productions about classes: bodies, state, scopes, mangling, properties, records, hooks."""

from __future__ import annotations

from .writer import Kind, Steps, Writer


def class_reads_global(w: Writer) -> Steps:
    """Methods read and rebind names of the notebook, which stages rebind between the calls."""
    cls, k, count, one = w.fresh_class(), w.some(Kind.INT), w.fresh(), w.fresh()
    w.put(f"""
        {count} = 0
        class {cls}:
            def get(self, x):
                return x + {k}
            def bump(self):
                global {count}
                {count} += {k}
                return {count}
        {one} = {cls}()
        """)
    yield
    w.put(f"{w.fresh()} = {one}.get(1), {one}.bump()\n{k} += 3")
    yield
    w.put(f"{count} += 1\n{w.fresh()} = {one}.get(1), {cls}().bump(), {count}")


def class_body(w: Writer) -> Steps:
    """A class body runs where it stands: `x = x`, a read before the own binding, a comprehension, a loop."""
    k, rows, cls, other = (
        w.some(Kind.INT),
        w.some(Kind.LIST),
        w.fresh_class(),
        w.some(Kind.INT),
    )
    body = w.rng.choice(
        (
            f"{k} = {k}\n    twice = {k} * 2",
            f"before = {k}\n    {k} = 5\n    after = {k}",
            f"{k} = 100\n    made = [{k} for _ in range(2)]\n    def get(self):\n        return {k}",
            f"{rows} = {rows}\n    size = len({rows})",
            f"total = 0\n    for {k} in {rows}:\n        total += {k}\n    {other} = {other}",
            f"if {other} > 2:\n        {k} = 7\n    kept = {k}",
            f"first = [v for v in {rows}]\n    {rows} = 3\n    second = {rows}",
            f"def get(self, d={k}):\n        return d, {k}\n    {k} = -1",
            f"{k} = {k}\n    del {k}\n    again = {k}",
            f"from math import pi as {k}\n    area = {k} * 2",
            f"class Inner:\n        {k} = {k} + 1\n    {k} = Inner.{k} + {k}",
            f"__slots__ = ('n',)\n    def get(self):\n        return [__class__.__name__, {k}]",
        )
    )
    w.put(f"class {cls}:\n    {body}")
    yield
    w.put(f"{k} = {w.number()}")
    yield
    get = f", {cls}().get()" if "def get" in body else ""
    w.put(
        f"{w.fresh()} = [v for n, v in vars({cls}).items() if isinstance(v, (int, float, list))]{get}"
    )


def class_state(w: Writer) -> Steps:
    """State of a class, shared by its instances, changed over stages; a second run starts anew."""
    cls, one = w.fresh_class(), w.fresh()
    items, init = w.rng.choice(
        (
            ("[]", f"{cls}.made += 1\n        self.items.append({cls}.made)"),
            ("()", "type(self).made += 1"),
            ("[]", "self.items.append(2)"),
            ("()", "pass"),
        )
    )
    w.put(
        f"class {cls}:\n    made = 0\n    items = {items}\n    def __init__(self):\n        {init}\n"
        f"{one} = {cls}()"
    )
    yield
    w.put(
        w.rng.choice(
            (
                f"{cls}()",
                f"{cls}.made = {cls}.made * 2 + {w.number()}",
                f"{one}.made = 70",
                f"{cls}.items = [*{cls}.items, {cls}.made]",
                f"type({one}).made += {w.number()}",
            )
        )
    )
    yield
    seen = w.rng.choice(("", f", {cls}.items, {one}.items is {cls}.items"))
    w.put(f"{w.fresh()} = {cls}().made, {one}.made{seen}")


def class_patched(w: Writer) -> Steps:
    """A method is replaced in a later stage; the class is defined again under living instances."""
    cls, one, k = w.fresh_class(), w.fresh(), w.some(Kind.INT)
    given = w.rng.choice((k, "1"))
    w.put(
        f"class {cls}:\n    tag = 'old'\n    def go(self):\n        return {given}, self.tag\n{one} = {cls}()"
    )
    yield
    if w.rng.random() < 0.5:
        w.put(f"{w.fresh()} = {one}.go()")
    if w.rng.random() < 0.5:
        w.put(f"{cls}.go = lambda self: ({k} + 100, self.tag)\n{cls}.tag = {w.number()}")
    else:
        w.put(f"class {cls}:\n    tag = 'new'\n    def go(self):\n        return self.tag")
    yield
    w.put(f"{w.fresh()} = {one}.go(), {cls}().go(), isinstance({one}, {cls})")


def inheritance(w: Writer) -> Steps:
    """A base from another cell, `super()`, and a base's name rebound afterwards."""
    base, cls, k = w.fresh_class(), w.fresh_class(), w.some(Kind.INT)
    w.put(
        f"class {base}:\n    def __init__(self, n):\n        self.n = n + {k}\n    def name(self): return 'base'"
    )
    yield
    w.put(f"""
        class {cls}({base}):
            def __init__(self, n):
                super().__init__(n * 2)
                self.kind = {base}.name(self)
            def name(self):
                return 'own ' + super().name()
        """)
    yield
    if w.rng.random() < 0.4:
        w.put(f"class {base}({base}):\n    def name(self): return 'patched'")
    w.put(f"{w.fresh()} = {cls}({w.number()})\n{w.fresh()} = {cls}(1).name()")


def subclass_hook(w: Writer) -> Steps:
    """Making a subclass has an effect, though nobody reads the subclass."""
    base, seen, meta = w.fresh_class(), w.fresh(), w.fresh_class()
    w.put(f"{seen} = []")
    if w.rng.random() < 0.6:
        w.put(f"""
            class {base}:
                def __init_subclass__(cls, **kwargs):
                    super().__init_subclass__()
                    {seen}.append((cls.__name__, len(kwargs)))
            """)
    else:
        w.put(f"""
            class {meta}(type):
                def __init__(cls, name, bases, namespace):
                    super().__init__(name, bases, namespace)
                    {seen}.append((name, len(bases)))
            class {base}(metaclass={meta}):
                pass
            """)
    for _ in range(2):
        yield
        w.put(f"class {w.fresh_class()}({base}):\n    pass")
    yield
    w.put(f"{w.fresh()} = len({seen})")


def mangling(w: Writer) -> Steps:
    """Two leading underscores inside a class: attributes, methods, and a global with the mangled name."""
    cls, one, secret = w.fresh_class(), w.fresh(), w.new("__secret")
    mangled = f"_{cls}{secret}"
    w.put(f"""
        {secret}, {mangled} = {w.number()}, 40
        class {cls}:
            __kept = {w.number()}
            def __init__(self, __x=3):
                self.__x = __x
            def get(self):
                return [self.__x, self.__kept, {secret}]
            def __hidden(self):
                global {secret}
                {secret} = 41
                return self.__x + 1
            def show(self):
                return self.__hidden()
        {one} = {cls}()
        """)
    yield
    w.put(f"{secret} += 1\n{mangled} += 1\n{w.fresh()} = {one}.get()")
    yield
    w.put(f"{w.fresh()} = {one}.show(), {secret}, {mangled}, {one}._{cls}__kept")


def property_(w: Writer) -> Steps:
    """A property reads the notebook's names, its setter rebinds them."""
    cls, one, k, count = w.fresh_class(), w.fresh(), w.some(Kind.INT), w.fresh()
    w.put(f"""
        {count} = 0
        class {cls}:
            @property
            def level(self):
                global {count}
                {count} += 1
                return {k} + {count}
            @level.setter
            def level(self, value):
                global {count}
                {count} = value
            @staticmethod
            def base(x):
                return x + {k}
            @classmethod
            def make(cls, n):
                one = cls()
                one.level = n
                return one
        {one} = {cls}()
        """)
    yield
    w.put(f"{one}.level" if w.rng.random() < 0.5 else f"{one}.level = {w.number()}")
    if w.rng.random() < 0.4:
        w.close_cell()
    yield
    w.put(f"{w.fresh()} = {one}.level, {cls}.make(3).level, {cls}.base(1), {count}")


def records(w: Writer) -> Steps:
    """Dataclasses, named tuples and enums whose fields and defaults come from the notebook."""
    cls, k, one = w.fresh_class(), w.some(Kind.INT), w.fresh()
    kind = w.rng.choice(("dataclass", "named", "enum", "namedtuple"))
    if kind == "dataclass":
        w.put(f"""
            from dataclasses import dataclass, field
            @dataclass{w.rng.choice(("", "(order=True)", "(frozen=True)"))}
            class {cls}:
                n: int
                k: int = {k}
                rows: list = field(default_factory=lambda: [{k}])
                def total(self):
                    return self.n + {k}
            """)
    elif kind == "named":
        w.put(f"""
            from typing import NamedTuple
            class {cls}(NamedTuple):
                n: int
                k: int = {k}
                def total(self):
                    return self.n + {k}
            """)
    elif kind == "namedtuple":
        w.put(
            f"from collections import namedtuple\n{cls} = namedtuple('{cls}', 'n k', defaults=[{k}])"
        )
    else:
        w.put(f"""
            from enum import Enum, IntEnum
            class {cls}({w.rng.choice(("Enum", "IntEnum"))}):
                ONE = 1
                TWO = {k} * 0 + 2
                ALSO = 1
                def total(self):
                    return self.value + {k}
            """)
    yield
    w.put(f"{one} = {cls}({'2' if kind == 'enum' else w.number()})\n{k} += 1")
    yield
    if kind == "namedtuple":
        w.put(f"{w.fresh()} = {one}._replace(n={k}), {one}.k")
    elif kind == "enum":
        w.put(f"{w.fresh()} = {one}.total(), {cls}.ALSO is {cls}.ONE, [m.name for m in {cls}]")
    else:
        w.put(f"{w.fresh()} = {one}.total(), {cls}(1) == {cls}(1), {cls}(0), repr({one})")


def operator_effect(w: Writer) -> Steps:
    """An expression whose operator, subscript or attribute has an effect, at the end of a cell."""
    cls, one = w.fresh_class(), w.fresh()
    w.put(f"""
        class {cls}:
            def __init__(self):
                self.log = []
            def __rshift__(self, other):
                self.log.append(other)
                return self
            def __getitem__(self, key):
                self.log.append(('item', key))
                return key
            def __getattr__(self, name):
                if name.startswith('_'):
                    raise AttributeError(name)
                self.log.append(name)
                return name
            def __neg__(self):
                self.log.append('neg')
            def __eq__(self, other):
                self.log.append('eq')
                return True
            def __contains__(self, key):
                self.log.append(key)
                return True
            def __call__(self, x):
                self.log.append(x)
                return x
            def __iadd__(self, x):
                self.log.append(('iadd', x))
                return self
        {one} = {cls}()
        """)
    for _ in range(w.rng.randint(1, 2)):
        yield
        n = w.number(calls=())
        w.put(
            w.rng.choice(
                (
                    f"{one} >> {n} >> 2",
                    f"{one}[{n}]",
                    f"{one}.shape",
                    f"-{one}",
                    f"{one} == {n}",
                    f"{n} in {one}",
                    f"{one}({n})",
                    f"{one} += {n}",
                    f"f'{{{one}[3]}}'",
                    f"{one}.head, {one}[0]",
                )
            )
        )
        if w.rng.random() < 0.6:
            w.close_cell()
    yield
    w.put(f"{w.fresh()} = list({one}.log)")


def subscript_effect(w: Writer) -> Steps:
    """A lookup that inserts: `defaultdict`, at the end of a cell and inside a print."""
    table, maker = w.fresh(), w.new("defaultdict")
    w.put(
        f"from collections import defaultdict as {maker}\n{table} = {maker}({w.rng.choice(('list', 'int'))})"
    )
    for key in w.rng.sample(("a", "b", "c"), 2):
        yield
        w.put(
            w.rng.choice(
                (
                    f"{table}['{key}']",
                    f"print({table}['{key}'])",
                    f"len(str({table}['{key}']))",
                )
            )
        )
        if w.rng.random() < 0.6:
            w.close_cell()
    yield
    w.put(f"{w.fresh()} = sorted({table})")


def class_comprehension(w: Writer) -> Steps:
    """A comprehension in a class body sees the notebook's name, except for its first iterable."""
    name, cls = w.fresh(), w.fresh_class()
    w.put(f"{name} = [{w.number()}, 2]")
    yield
    w.put(f"""
        class {cls}:
            {name} = [7, 8, 9]
            first = [v for v in {name}]
            inner = [len({name}) for v in {name}]
            late = lambda self=None: {name}
        """)
    yield
    w.put(f"{w.fresh()} = {cls}.first, {cls}.inner, {cls}.late()\n{name} = 'rebound'")
    yield
    w.put(f"{w.fresh()} = {cls}.late()")
