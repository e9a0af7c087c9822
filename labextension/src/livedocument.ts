/** The live, unsaved notebook as the server reads it: without outputs and attachments. */

import type { ISharedCell, ISharedNotebook } from '@jupyter/ydoc';

import type { Cell, Document } from './api';

export class LiveDocument {
  constructor(private readonly notebook: ISharedNotebook) {}

  /** A cell was edited: what is known of it is old. */
  forget(cell: ISharedCell): void {
    this.known.delete(cell);
  }

  cells(): Cell[] {
    return this.notebook.cells.map(cell => this.cell(cell));
  }

  at(path: string): Document {
    return {
      path,
      notebook: {
        nbformat: this.notebook.nbformat,
        nbformat_minor: this.notebook.nbformat_minor,
        metadata: this.notebook.getMetadata(),
        cells: this.cells(),
      },
    };
  }

  /** Copying every cell for each key would be felt. */
  private cell(cell: ISharedCell): Cell {
    const known = this.known.get(cell);
    if (known !== undefined) {
      return known;
    }
    const copy = {
      id: cell.id,
      cell_type: cell.cell_type,
      source: cell.getSource(),
      metadata: cell.getMetadata(),
    };
    this.known.set(cell, copy);
    return copy;
  }

  private readonly known = new WeakMap<ISharedCell, Cell>();
}

/** Whether two documents of a notebook say the same. Copies of cells that were not edited are one object. */
export function sameDocument(one: Document, other: Document): boolean {
  const { cells, ...head } = one.notebook;
  const { cells: others, ...otherHead } = other.notebook;
  return (
    one.path === other.path &&
    JSON.stringify(head) === JSON.stringify(otherHead) &&
    cells.length === others.length &&
    cells.every((cell, index) => {
      const known = others[index];
      return cell === known || JSON.stringify(cell) === JSON.stringify(known);
    })
  );
}
