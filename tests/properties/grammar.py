"""The table of productions: every construct that the programs are made of."""

from __future__ import annotations

from dataclasses import dataclass

from . import productions_classes as classes
from . import productions_effects as effects
from . import productions_flow as flow
from . import productions_functions as functions
from . import productions_ipython as ipython
from . import productions_names as names
from . import productions_values as values
from .writer import Write


@dataclass(frozen=True, slots=True)
class Production:
    """One construct: its label, how often it is drawn, and the function that writes it."""

    label: str
    weight: float
    write: Write


PRODUCTIONS = (
    # values
    Production("list mutation", 1.2, values.list_mutation),
    Production("dict mutation", 1.0, values.dict_mutation),
    Production("object mutation", 1.0, values.object_mutation),
    Production("aliasing", 1.3, values.aliasing),
    Production("hidden alias", 1.0, values.hidden_alias),
    Production("bound method", 0.8, values.bound_method),
    Production("identity", 1.0, values.identity),
    Production("rebinding", 1.3, values.rebinding),
    Production("rebinding with another type", 1.0, values.self_rebinding),
    Production("list rebinding", 1.0, values.list_rebinding),
    Production("augmented assignment", 1.0, values.augmented),
    Production("unpacking", 1.0, values.unpacking),
    Production("exotic targets", 0.9, values.exotic_target),
    Production("chained assignment", 0.8, values.chained),
    Production("walrus", 1.0, values.walrus),
    Production("walrus in a comprehension", 1.0, values.walrus_comprehension),
    Production("comprehension scope", 1.0, values.comprehension_scope),
    Production("late generator expression", 1.0, values.late_generator_expression),
    Production("annotation without value", 1.0, values.annotation_only),
    Production("f-string", 0.8, values.fstring),
    Production("exact values", 0.8, values.values),
    Production("binding forms", 1.3, values.binding_forms),
    Production("binding forms of a list", 1.0, values.list_binding_forms),
    Production("name changes role", 1.0, values.name_changes_role),
    # functions
    Production("shared function replaced", 1.0, functions.shared_function_replaced),
    Production("loop over a captured name", 1.0, functions.loop_over_captured),
    Production("singledispatch", 0.8, functions.single_dispatch),
    Production("callable object", 1.0, functions.callable_object),
    Production("deep capture", 1.0, functions.deep_capture),
    Production("function reads a global", 1.3, functions.function_reads_global),
    Production("function rebinds a global", 1.3, functions.function_rebinds_global),
    Production("function alone binds a global", 1.0, functions.function_fills_global),
    Production("global in nested scopes", 1.0, functions.global_nested),
    Production("global statement at the top", 0.8, functions.global_statement),
    Production("redefinition", 1.2, functions.redefinition),
    Production("recursion redefined", 0.8, functions.recursion_redefined),
    Production("call of a later function", 1.0, functions.calls_later_function),
    Production("default argument", 1.0, functions.default_argument),
    Production("mutable default", 1.0, functions.mutable_default),
    Production("shared default", 0.8, functions.shared_default),
    Production("decorator", 1.0, functions.decorator),
    Production("registering decorator", 0.9, functions.registering_decorator),
    Production("lru_cache", 0.9, functions.lru_cache),
    Production("function attribute", 0.9, functions.function_attribute),
    Production("lambdas in a loop", 1.0, functions.lambdas_in_loop),
    Production("captured name rebound", 1.2, functions.captured_rebound),
    Production("captured list mutated", 1.0, functions.captured_list),
    Production("nonlocal", 0.9, functions.nonlocal_),
    Production("recursion", 0.8, functions.recursion),
    Production("local names", 1.0, functions.local_names),
    Production("partial objects", 0.8, functions.partial_object),
    Production("function named like the package's", 1.0, functions.builtin_function_name),
    Production("variable named like the package's", 1.0, functions.hostile_variable),
    # classes
    Production("class reads and rebinds globals", 1.0, classes.class_reads_global),
    Production("class body", 1.2, classes.class_body),
    Production("class comprehension", 0.8, classes.class_comprehension),
    Production("class state", 1.0, classes.class_state),
    Production("class patched", 0.8, classes.class_patched),
    Production("inheritance", 0.9, classes.inheritance),
    Production("subclass hook", 0.8, classes.subclass_hook),
    Production("mangling", 0.8, classes.mangling),
    Production("property", 0.8, classes.property_),
    Production("records", 0.9, classes.records),
    Production("operator with effect", 0.8, classes.operator_effect),
    Production("subscript with effect", 0.8, classes.subscript_effect),
    # names
    Production("deletion", 1.0, names.deletion),
    Production("deletion of a captured name", 1.0, names.deletion_captured),
    Production("deletion of many", 0.8, names.deletion_of_many),
    Production("partial definition", 1.0, names.partial_definition),
    Production("conditional function", 1.0, names.conditional_function),
    Production("NameError guard", 1.0, names.name_error_guard),
    Production("NameError text", 0.9, names.name_error_text),
    Production("read before binding", 1.0, names.read_before_binding),
    Production("builtin shadowed", 1.0, names.builtin_shadowed),
    Production("builtin replaced", 1.0, names.builtin_replaced),
    Production("builtin restored", 0.9, names.builtin_restored),
    Production("builtin as a variable", 0.9, names.builtin_variable),
    Production("builtin never bound", 0.9, names.builtin_never_bound),
    Production("builtin shadowed for a while", 0.8, names.builtin_for_a_while),
    Production("unicode name", 0.9, names.unicode_name),
    Production("star import", 1.0, names.star_import),
    Production("conditional import", 0.8, names.conditional_import),
    Production("guarded import", 0.8, names.guarded_import),
    Production("repeated import", 0.8, names.repeated_import),
    Production("late import", 1.0, names.late_import),
    Production("import rebound", 1.0, names.import_rebound),
    # control flow
    Production("loop with else", 0.9, flow.loop_else),
    Production("loop variable", 1.0, flow.loop_variable),
    Production("except as", 1.0, flow.except_as),
    Production("exception kept", 0.8, flow.exception_kept),
    Production("exception half-way", 1.0, flow.half_way),
    Production("with as", 0.8, flow.with_as),
    Production("match", 1.0, flow.match_),
    Production("match on a class", 0.8, flow.match_class),
    Production("main guard", 0.8, flow.main_guard),
    Production("iterator half consumed", 1.1, flow.iterator_half_consumed),
    Production("generator half consumed", 1.0, flow.generator_half_consumed),
    Production("context generator", 0.8, flow.context_generator),
    # effects
    Production("random state", 1.1, effects.random_state),
    Production("random function", 0.9, effects.random_function),
    Production("numpy random state", 0.8, effects.numpy_random),
    Production("array", 0.8, effects.array),
    Production("frame", 0.8, effects.frame),
    Production("query string", 0.8, effects.query_string),
    Production("eval string", 1.0, effects.eval_string),
    Production("print statement", 1.0, effects.print_statement),
    Production("print as a value", 0.8, effects.print_value),
    Production("redirected print", 0.8, effects.redirected_print),
    Production("file", 0.8, effects.file_effect),
    Production("trailing expression", 1.0, effects.trailing_pure),
    Production("trailing expression with effect", 1.2, effects.trailing_impure),
    Production("unused value with effect", 0.8, effects.unused_value),
    Production("unused definition with effect", 0.9, effects.default_effect),
    # notebooks
    Production("no-op magic", 0.8, ipython.noop_magic),
    Production("%%time", 0.9, ipython.cell_time),
    Production("%%capture", 0.8, ipython.cell_capture),
    Production("%time", 1.1, ipython.line_time),
    Production("%timeit", 0.8, ipython.line_timeit),
    Production("shell assignment", 0.8, ipython.shell_assign),
    Production("shell line", 0.8, ipython.shell_line),
    Production("help line", 0.8, ipython.help_line),
    Production("%env", 0.8, ipython.env_magic),
    Production("await", 0.8, ipython.await_),
    Production("async for", 0.8, ipython.async_for),
    Production("async with", 0.8, ipython.async_with),
    Production("task across cells", 0.8, ipython.task_across_cells),
    Production("parameters", 1.2, ipython.parameters_cell),
    Production("role marker", 1.1, ipython.marker),
    Production("helper cell", 1.2, ipython.helper_cell),
    Production("exploration", 1.0, ipython.exploration),
    Production("text like a magic", 0.8, ipython.text_like_magic),
    Production("layout", 0.9, ipython.layout),
    Production("empty cell", 0.8, ipython.empty_cell),
)

FUTURE = Production("future import", 0.0, ipython.future_import)
"""Written first or never: before it, annotations mean something else."""

LABELS = frozenset(production.label for production in (*PRODUCTIONS, FUTURE))
