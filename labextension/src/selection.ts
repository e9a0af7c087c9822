/** Which cells an action is about, and how to reach one. */

import type { Notebook } from '@jupyterlab/notebook';

/** The ids of the cells that are selected, or of the active one. */
export function chosenCells(notebook: Notebook): string[] {
  return notebook.widgets
    .filter(cell => notebook.isSelectedOrActive(cell))
    .map(cell => cell.model.id);
}

/** Makes a cell the active one and brings it into view; focus stays where it is. */
export function reveal(notebook: Notebook, id: string): void {
  const index = notebook.widgets.findIndex(cell => cell.model.id === id);
  if (index >= 0) {
    notebook.deselectAll();
    notebook.activeCellIndex = index;
    void notebook.scrollToItem(index, 'smart');
  }
}

/** Puts the cursor on a line (counted from 1) of a cell. */
export async function revealLine(notebook: Notebook, id: string, line: number): Promise<void> {
  reveal(notebook, id);
  const cell = notebook.activeCell;
  if (cell?.model.id === id) {
    await cell.ready;
    notebook.mode = 'edit';
    cell.editor?.setCursorPosition({ line: line - 1, column: 0 });
    cell.editor?.focus();
  }
}
