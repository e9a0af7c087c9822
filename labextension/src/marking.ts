/** Sets the roles of cells in the shared model. */

import type { ISharedCell, ISharedNotebook } from '@jupyter/ydoc';

import type { Role } from './api';
import { firstMarkerRange } from './marker';
import { tagsOf, tagsWithRole } from './tags';
import { undoStep } from './undostep';

/** What a cell is to become; null clears its role. */
export interface Marking {
  id: string;
  role: Role | null;
}

/** Marks many cells in one step of undo. Cells that are no code have no role. */
export function mark(notebook: ISharedNotebook, markings: readonly Marking[]): void {
  const wanted = new Map(markings.map(({ id, role }) => [id, role]));
  const cells = notebook.cells.filter(cell => cell.cell_type === 'code' && wanted.has(cell.id));
  if (cells.length > 0) {
    undoStep(notebook, () => {
      for (const cell of cells) {
        setRole(cell, wanted.get(cell.id) ?? null);
      }
    });
  }
}

/** A role that is set here replaces one in a first-line comment, which a tag would only outvote. */
export function setRole(cell: ISharedCell, role: Role | null): void {
  setTags(cell, tagsWithRole(tagsOf(cell.getMetadata('tags')), role));
  const marker = firstMarkerRange(cell.getSource());
  if (marker !== null) {
    cell.updateSource(marker.start, marker.end);
  }
}

function setTags(cell: ISharedCell, tags: string[]): void {
  if (tags.length > 0) {
    cell.setMetadata('tags', tags);
  } else {
    cell.deleteMetadata('tags');
  }
}
