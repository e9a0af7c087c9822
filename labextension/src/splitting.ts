/** Splits a cell that does two jobs where the role changes. */

import type { ISharedNotebook } from '@jupyter/ydoc';

import type { Role } from './api';
import { setRole } from './marking';
import { undoStep } from './undostep';

/** From `line` on (counted from 1) the cell's statements have `role`. */
export interface Cut {
  line: number;
  role: Role;
}

/**
 * As JupyterLab does, the last part stays in the cell, with its outputs, and what stands before
 * becomes new cells. One step of undo.
 */
export function splitCell(
  notebook: ISharedNotebook,
  id: string,
  role: Role,
  cuts: readonly Cut[],
): void {
  const index = notebook.cells.findIndex(cell => cell.id === id);
  const cell = notebook.cells[index];
  if (cell === undefined) {
    return;
  }
  const source = cell.getSource();
  const parts = partsOf(source, role, cuts);
  const last = parts.at(-1);
  if (last === undefined || parts.length < 2) {
    return;
  }
  undoStep(notebook, () => {
    const metadata = cell.toJSON().metadata;
    const added = notebook.insertCells(
      index,
      parts.slice(0, -1).map(part => ({
        cell_type: cell.cell_type,
        source: part.text.trimEnd(),
        metadata: { ...metadata },
      })),
    );
    added.forEach((head, place) => setRole(head, parts[place]?.role ?? role));
    cell.updateSource(0, last.start, '');
    setRole(cell, last.role);
  });
}

interface Part {
  start: number;
  text: string;
  role: Role;
}

/** The pieces of a source; comments right above a cut go with what they are about. */
export function partsOf(source: string, role: Role, cuts: readonly Cut[]): Part[] {
  const lines = source.split('\n');
  const starts = [...cuts]
    .sort((one, other) => one.line - other.line)
    .map(cut => ({ line: aboveComments(lines, cut.line - 1), role: cut.role }))
    .filter(({ line }) => line > 0 && line < lines.length);
  const all = [{ line: 0, role }, ...starts];
  return all.map((part, place) => {
    const end = all[place + 1]?.line ?? lines.length;
    return {
      start: lines.slice(0, part.line).reduce((sum, line) => sum + line.length + 1, 0),
      text: lines.slice(part.line, end).join('\n'),
      role: part.role,
    };
  });
}

function aboveComments(lines: readonly string[], line: number): number {
  let first = line;
  while (first > 0 && lines[first - 1]?.startsWith('#') === true) {
    first -= 1;
  }
  // A cell of comments alone would be no part of its own.
  return lines.slice(0, first).some(text => text.trim() !== '') ? first : line;
}
