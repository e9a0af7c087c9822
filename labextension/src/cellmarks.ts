/** Keeps the marks of all cells of a notebook up to date. */

import type { Cell } from '@jupyterlab/cells';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import { Menu } from '@lumino/widgets';

import { type CellActions, type CellFace, CellMark } from './cellmark';
import { CommandIDs } from './commandids';
import { mark } from './marking';
import { mend } from './mending';
import type { OpenNotebook } from './notebooks';
import { ROLES } from './roles';
import { reveal, revealLine } from './selection';
import { splitCell } from './splitting';

/** Marks the cells of one notebook until it is closed. */
export function markCells(
  notebook: OpenNotebook,
  commands: CommandRegistry,
  trans: TranslationBundle,
): void {
  const { panel, live, findings } = notebook;
  const marks = new WeakMap<Cell, CellMark | 'waiting'>();

  const show = (made: CellMark, cell: Cell): void =>
    made.show(faceOf(notebook, cell), cell === panel.content.activeCell);

  const draw = (): void => {
    if (panel.isDisposed) {
      return;
    }
    for (const cell of panel.content.widgets) {
      if (cell.model.type === 'code') {
        const known = marks.get(cell);
        if (known instanceof CellMark) {
          show(known, cell);
        } else if (known === undefined) {
          marks.set(cell, 'waiting');
          // A cell that was never in view has no editor to stand beside.
          void cell.ready.then(() => {
            if (!cell.isDisposed) {
              const made = new CellMark(cell, actionsOf(notebook, cell, commands), trans);
              cell.disposed.connect(() => made.dispose());
              marks.set(cell, made);
              show(made, cell);
            }
          });
        }
      }
    }
  };

  let scheduled = false;
  const schedule = (): void => {
    if (!scheduled) {
      scheduled = true;
      requestAnimationFrame(() => {
        scheduled = false;
        draw();
      });
    }
  };

  live.changed.connect(schedule);
  findings.changed.connect(schedule);
  panel.content.activeCellChanged.connect(schedule);
  schedule();
}

function faceOf({ live, findings }: OpenNotebook, cell: Cell): CellFace {
  const { id } = cell.model;
  return {
    role: live.roleOf(id),
    later: findings.laterRolesOf(id).filter(role => role !== null),
    suggestion: findings.suggestionOf(id),
    // Notes stand in the panel: on the cells they would push the code apart.
    diagnostics: findings.diagnosticsOf(id).filter(found => found.severity !== 'note'),
  };
}

function actionsOf(notebook: OpenNotebook, cell: Cell, commands: CommandRegistry): CellActions {
  const { panel, live, findings } = notebook;
  return {
    chooseRole: anchor => {
      if (!panel.content.isSelectedOrActive(cell)) {
        reveal(panel.content, cell.model.id);
      }
      openRoleMenu(commands, anchor, () => panel.content.activate());
    },
    accept: ({ cell_id: id, role }) => {
      if (live.sharedModel !== null) {
        mark(live.sharedModel, [{ id, role }]);
      }
    },
    dismiss: suggestion => findings.dismiss(suggestion.cell_id),
    split: (suggestion, split) => {
      if (live.sharedModel !== null) {
        splitCell(live.sharedModel, suggestion.cell_id, suggestion.role, [split]);
      }
    },
    mend: found => mend(notebook, found),
    goTo: found => {
      if (found.cell_id !== null && found.line !== null) {
        void revealLine(panel.content, found.cell_id, found.line);
      }
    },
  };
}

function openRoleMenu(
  commands: CommandRegistry,
  anchor: HTMLElement,
  afterwards: () => void,
): void {
  const menu = new Menu({ commands });
  menu.addClass('nb2prod-RoleMenu');
  for (const role of ROLES) {
    menu.addItem({ command: CommandIDs.setRole, args: { role } });
  }
  menu.addItem({ type: 'separator' });
  menu.addItem({ command: CommandIDs.clearRole });
  menu.aboutToClose.connect(() => {
    // The chosen command runs after the menu closes.
    requestAnimationFrame(() => {
      menu.dispose();
      afterwards();
    });
  });
  const { left, bottom } = anchor.getBoundingClientRect();
  menu.open(left, bottom);
}
