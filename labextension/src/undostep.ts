/** One action of the user is one step of undo, however quickly it follows the last one. */

import type { ISharedNotebook } from '@jupyter/ydoc';

interface Capturing {
  undoManager: { stopCapturing(): void };
}

function captures(notebook: object): notebook is Capturing {
  const found: unknown = Reflect.get(notebook, 'undoManager');
  return typeof found === 'object' && found !== null && 'stopCapturing' in found;
}

/** Changes made within half a second would join the step before: they are kept apart. */
export function undoStep(notebook: ISharedNotebook, change: () => void): void {
  const stop = () => {
    if (captures(notebook)) {
      notebook.undoManager.stopCapturing();
    }
  };
  stop();
  notebook.transact(change, true);
  stop();
}
