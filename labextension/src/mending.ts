/** Does what a diagnostic offers. */

import type { Diagnostic } from './api';
import { mark } from './marking';
import type { OpenNotebook } from './notebooks';

export function mend({ live }: OpenNotebook, found: Diagnostic): void {
  const id = found.mend_cell_id ?? found.cell_id;
  if (live.sharedModel !== null && id !== null && found.mend !== null) {
    mark(live.sharedModel, [{ id, role: found.mend }]);
  }
}
