/** The live, unsaved notebook as the server reads it: without outputs and attachments. */

import type { ISharedNotebook } from '@jupyter/ydoc';

import type { Document } from './api';

export function liveDocument(path: string, notebook: ISharedNotebook): Document {
  return {
    path,
    notebook: {
      nbformat: notebook.nbformat,
      nbformat_minor: notebook.nbformat_minor,
      metadata: notebook.getMetadata(),
      cells: notebook.cells.map(cell => ({
        id: cell.id,
        cell_type: cell.cell_type,
        source: cell.getSource(),
        metadata: cell.getMetadata(),
      })),
    },
  };
}
