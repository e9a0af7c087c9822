/** Notebooks of the shared model that JupyterLab itself uses. */

import { YNotebook } from '@jupyter/ydoc';

export type CellText = readonly [source: string, tags?: readonly string[]];

export function notebook(...cells: readonly CellText[]): YNotebook {
  const made = YNotebook.create();
  cells.forEach(([source, tags]) =>
    made.addCell({
      cell_type: source.startsWith('# md') ? 'markdown' : 'code',
      source,
      metadata: tags === undefined ? {} : { tags: [...tags] },
    }),
  );
  made.clearUndoHistory();
  return made;
}

export function tags(made: YNotebook): unknown[] {
  return made.cells.map(cell => cell.getMetadata('tags'));
}

export function sources(made: YNotebook): string[] {
  return made.cells.map(cell => cell.getSource());
}

export function id(made: YNotebook, place: number): string {
  return made.getCell(place).id;
}
