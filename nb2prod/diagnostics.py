"""What nb2prod has to say about a notebook: values, never exceptions.

Every code has an entry in ``CODES`` that says what it means, why it matters and what to do; the
documentation page and the SARIF rules come from that table.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass


class Severity(enum.Enum):
    """How bad it is: an error stops the conversion, the others don't."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of diagnostic: the fixed part of its text."""

    id: str
    name: str
    severity: Severity
    what: str
    why: str
    fix: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding, at a place of the notebook where there is one.

    ``cell`` counts from 1 over all cells, as JupyterLab does; ``line`` counts from 1 in that cell.
    """

    code: str
    severity: Severity
    message: str
    hint: str = ""
    cell: int | None = None
    cell_id: str | None = None
    line: int | None = None
    #: The tag that would mend it, for front ends that offer a button.
    mend: str | None = None
    #: Number of the cell to tag, where it is another one than `cell`.
    mend_cell: int | None = None

    def __str__(self) -> str:
        where = ""
        if self.cell is not None:
            name = f" ({self.cell_id})" if self.cell_id else ""
            line = f", line {self.line}" if self.line is not None else ""
            where = f"cell {self.cell}{name}{line}: "
        hint = f"\n    {self.hint}" if self.hint else ""
        return f"{where}{self.severity.value} {self.code}: {self.message}{hint}"


_E, _W, _N = Severity.ERROR, Severity.WARNING, Severity.NOTE

_TABLE = (
    # The file.
    Code("NB101", "unreadable-notebook", _E, "The file can't be read as a notebook.",
         "Nothing can be converted from it.", "Give the path of an .ipynb file that Jupyter opens."),
    Code("NB102", "other-language", _E, "The notebook is not written in Python.",
         "Only Python cells can be refactored into a Python package.", "Convert a Python notebook."),
    Code("NB103", "bad-settings", _E, "`metadata.nb2prod` holds a value of the wrong kind.",
         "A setting that is silently ignored would change the package.", "Correct the setting."),
    Code("NB104", "bad-name", _E, "The package can't have that name.",
         "It must be importable and must not hide a module of the standard library or a library that it uses.",
         "Give another one with --name."),
    Code("NB120", "secret", _W, "A cell spells out a password, key or token.",
         "It would be readable in the package for ever; the package reads an environment variable instead.",
         "Set the variable where the package runs. Where it is no secret, end the line with `# pragma: allowlist secret`."),
    Code("NB121", "secret-in-text", _E, "A secret is part of a text that can't be moved to an environment variable.",
         "It would be readable in the package for ever.",
         'Read it from the environment, os.environ["NAME"], or end the line with `# pragma: allowlist secret`.'),
    Code("NB122", "secret-in-words", _W, "The notebook's text spells out a password, key or token.",
         "It would be readable in the package's documentation; ••• stands there instead.",
         "Take it out of the notebook, and change it where it is valid."),
    # Roles.
    Code("NB110", "no-roles", _E, "No cell has a role.",
         "Only tagged cells are shipped, so the package would be empty.",
         "Tag cells, or run `nb2prod suggest NOTEBOOK --write`."),
    Code("NB111", "two-roles", _E, "A cell has two roles.",
         "A cell belongs to one stage.", "Keep one tag; split the cell with a `# nb2prod: ROLE` line."),
    Code("NB112", "unknown-role", _E, "A marker names a role that doesn't exist.",
         "The cell would silently be left out.", "Use one of the roles."),
    Code("NB113", "misplaced-marker", _E, "A role marker stands inside a statement.",
         "A statement can't belong to two stages.",
         "Move the marker to column 0 between two top-level statements."),
    Code("NB114", "tag-wins", _W, "A cell's tag and its first-line marker differ.",
         "The tag wins.", "Remove one of the two."),
    Code("NB115", "nearly-a-role", _W, "A cell's tag is nearly the name of a role.",
         "Only the names themselves count: the cell has no role.", "Use the name of the role."),
    # What can't be converted exactly.
    Code("NB201", "syntax-error", _E, "The cell is no valid Python.",
         "It can't run in the notebook either.", "Correct the cell, or clear its tag."),
    Code("NB202", "undefined-name", _E, "A name is read that no cell binds before.",
         "The notebook itself fails there on a fresh kernel.",
         "Define it, or tag the cell that does."),
    Code("NB203", "untagged-value", _E, "A tagged cell needs a value that an untagged cell computes.",
         "Untagged cells are exploration and are not shipped.", "Tag that cell."),
    Code("NB204", "namespace-access", _E, "The code reads or writes the notebook's namespace as a whole.",
         "Values become parameters and results of functions: there is no such namespace in a package.",
         "Name the variables that are meant."),
    Code("NB205", "refused-magic", _E, "An IPython command has no translation into Python.",
         "The package runs without IPython.", "Write it in Python, or move it to an untagged cell."),
    Code("NB206", "ipython-history", _E, "The code reads IPython's history of outputs or inputs.",
         "A package has no such history.", "Give the value a name in the cell that computes it."),
    Code("NB207", "unknown-output", _E, "`metadata.nb2prod.outputs` lists a name that no tagged cell binds.",
         "`run()` could not give it.", "Correct the list, or tag the cell that binds it."),
    Code("NB208", "ambiguous-class-name", _E, "A class body may bind a name before or after it reads it.",
         "Which value it reads depends on the run.", "Use another name inside the class."),
    Code("NB209", "star-conflict", _E, "A star import may replace a name that the notebook has bound.",
         "What it brings is only known when it runs.", "Import the names that are meant."),
    Code("NB210", "not-found-by-name", _E, "A function or class inside a stage is looked up by its name.",
         "Pickle, processes and type hints find only what stands at the top of a module, and it reads "
         "variables of its stage.",
         "Pass what it reads as an argument, or keep it in the object."),
    # What the reader should know.
    Code("NB301", "taken-over", _N, "A definition is taken over from an untagged cell.",
         "A tagged cell needs it.", "Tag the cell `setup` to make that explicit."),
    Code("NB302", "shared-state", _N, "A name lives in the explicit `state` object.",
         "Functions see it change after they were defined, or it may be unbound.",
         "Pass the value as an argument instead of rebinding a global."),
    Code("NB303", "copied-module", _N, "A module beside the notebook is copied into the package.",
         "The package has to run without the notebook's folder.", ""),
    Code("NB304", "moved-definition", _N, "A definition is placed where its variables exist.",
         "It reads variables that later stages bind.", ""),
    Code("NB305", "not-a-parameter", _W, "A name of a `parameters` cell can't be overridden.",
         "It is no literal, or the notebook uses the name before.",
         "Keep only literals there, above every use."),
    Code("NB306", "undefined-in-branch", _W, "A name is read that no cell binds, in code that may not run.",
         "If it runs, it fails as it does in the notebook.", "Define the name."),
    Code("NB307", "timeit-runs", _W, "`%timeit` runs its statement as often as time allows.",
         "The statement has effects, so the notebook itself is not repeatable.",
         "Fix the count with -n and -r, or call the statement once."),
    Code("NB308", "unexported-module", _N, "An import of a module outside the notebook's folder stays as it is.",
         "The package then needs that module on its path.", "Move the module beside the notebook."),
    Code("NB309", "module-state", _W, "A module beside the notebook keeps a value that changes.",
         "It is loaded once in a process: a second run() goes on where the first one stopped.",
         "Keep the value in the notebook, or give each run() a process of its own."),
    Code("NB310", "no-results", _W, "No value of the notebook is among the results of `run()`.",
         "Nothing crosses a stage boundary, and no train, evaluate or predict cell keeps or shows a value.",
         "List the names that matter in `metadata.nb2prod.outputs`."),
    Code("NB311", "kept-for-the-draws", _N, "Plots and inspection stay in the package: they draw random numbers.",
         "What comes after them would get other ones.", "Seed what is random, `random_state=0`, and convert again."),
    Code("NB312", "network", _N, "A cell used the network in the recorded run.",
         "The package needs that host too, and what it answers may change.",
         "Keep a copy of the data beside the notebook, or leave the cell untagged."),
    Code("NB313", "files-elsewhere", _W, "A cell used files outside the notebook's folder, or by absolute paths.",
         "Another machine does not have them, and the recorded run, which works in a copy of the folder, "
         "may have written them.",
         "Put the data beside the notebook, and name it by a relative path."),
    Code("NB314", "removable-call", _N, "A call is in the package for effects that it did not have in the recorded run.",
         "It may only have shown something.",
         "Leave it untagged, or tag its cell `skip`, if the package does not need what it shows."),
    Code("NB316", "local-class", _W, "A result of `run()` is an object of a class that lives inside a stage.",
         "It can't be pickled: nobody finds such a class by its name.",
         "Let the class read no variable but constants and imports, also in its defaults: then it moves to module level."),
    Code("NB317", "copied-data", _N, "Data files beside the notebook are copied into the package's tests.",
         "Whoever gets the package gets the data.",
         "Where they must not be shared, set `fixtures` to 0 in `metadata.nb2prod`: recorded values stay out then too."),
    Code("NB318", "not-locked", _N, "The package has no `pylock.toml`.",
         "The package index could not be asked, or does not have a version that the recorded run used: "
         "`requirements.lock` has the versions, but no files and hashes.",
         "Convert again where the index is reached; UV_OFFLINE=1 asks for no lock."),
    Code("NB319", "left-out-change", _W, "An untagged cell changes what tagged cells made, and later ones read.",
         "The notebook goes on with the change, the package without it.",
         "Tag the cell, or tag it `skip` to leave it out on purpose."),
    # Writing.
    Code("NB401", "foreign-folder", _E, "The output folder exists and was not written by nb2prod.",
         "Nothing of yours is replaced.", "Choose another folder with --output."),
    Code("NB402", "edited-package", _E, "Files of the package were edited since it was generated.",
         "Your edits would be lost.", "Use --force to replace it; a backup is kept."),
    Code("NB403", "cannot-write", _E, "The package can't be written.", "", "Check the folder."),
    # Running.
    Code("NB501", "no-kernel", _E, "The notebook's kernel is not installed.",
         "The notebook runs in its own kernel.", "Install it, choose another with --kernel, or use --no-run."),
    Code("NB502", "notebook-fails", _E, "A tagged cell fails when the tagged cells run from top to bottom.",
         "There are no values to compare the package with.",
         "Tag the untagged cell whose work it needs, or mend it; --no-run converts without a proof."),
    Code("NB503", "package-fails", _E, "The package fails where the notebook does not.",
         "It would not compute the notebook's values.", "Please report it, with the notebook."),
    Code("NB504", "package-differs", _E, "The package computes another value than the notebook.",
         "Whoever uses it would get wrong results.", "Please report it, with the notebook."),
    Code("NB505", "not-repeatable", _W, "The notebook gives another value each time it runs.",
         "Nobody can tell whether the package computes the same.",
         "Seed the random state that it draws from, sort what comes out of a set, leave the clock out."),
    Code("NB506", "no-room", _E, "The notebook's folder can't be copied for the run.",
         "It runs in a copy, so that it never writes your files.",
         "Make room, or move the notebook into a folder of its own; TMPDIR names the place of the copy."),
    Code("NB507", "no-proof", _E, "There is nothing to verify a package with.",
         "The proof needs the values of a recorded run, and the data.",
         "Convert the notebook without --no-run; give the folder of the data with --data."),
    Code("NB508", "not-watched", _E, "The notebook's run can't be watched.",
         "What it computes is seen from inside its kernel, which has to be IPython's.",
         "Choose another kernel with --kernel, or use --no-run."),
    Code("NB509", "metric-missed", _W, "A metric of the recorded run is beyond its bound.",
         "`metadata.nb2prod.metrics` says what is good enough.", "Mend the model, or agree on another bound."),
    Code("NB510", "metric-unknown", _W, "The recorded run has no such metric.",
         "`metadata.nb2prod.metrics` names a variable that a tagged cell leaves as a number, or a key of a mapping "
         "among the results; a number that is another one each time is not recorded.",
         "Name it as the notebook does, and seed what it is computed from."),
    # Serving.
    Code("NB601", "not-served", _W, "`predict` does not take raw rows.",
         "A value of the chain from the raw rows to the predictions can't be computed for single rows, or "
         "not as the notebook did: a wrong number would be worse than none.",
         "Compute it from the row itself and from what was fitted before, as one would for a row of tomorrow."),
    Code("NB602", "serving-unproven", _W, "`predict` does not take raw rows: it did not give the notebook's predictions.",
         "Served rows have to get the predictions that the notebook has for them, as a batch and one by one.",
         "Please report it, with the notebook."),
    Code("NB603", "serving-needs-a-run", _N, "`predict` does not take raw rows, because nothing was run.",
         "How to serve single rows is found out by running the notebook on all of its rows and on a few.",
         "Convert without --no-run."),
)  # fmt: skip

CODES: dict[str, Code] = {code.id: code for code in _TABLE}


def diagnostic(
    code: str,
    message: str,
    *,
    hint: str | None = None,
    cell: int | None = None,
    cell_id: str | None = None,
    line: int | None = None,
    mend: str | None = None,
    mend_cell: int | None = None,
) -> Diagnostic:
    """A diagnostic of a known code; its severity and default hint come from the table."""
    entry = CODES[code]
    return Diagnostic(
        code=code,
        severity=entry.severity,
        message=message,
        hint=entry.fix if hint is None else hint,
        cell=cell,
        cell_id=cell_id,
        line=line,
        mend=mend,
        mend_cell=mend_cell,
    )


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether the conversion has to stop."""
    return any(found.severity is Severity.ERROR for found in diagnostics)


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Each finding once, by place, so that output is deterministic."""
    unique = dict.fromkeys(diagnostics)
    return tuple(sorted(unique, key=lambda d: (d.cell or 0, d.line or 0, d.code, d.message)))
