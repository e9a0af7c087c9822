/** Commands that set roles, and those of the suggestions. */

import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { Role } from './api';
import { CommandIDs } from './commandids';
import { mark } from './marking';
import type { INotebooks } from './notebooks';
import { ROLES, isRole, meaning } from './roles';
import { chosenCells } from './selection';

export function addRoleCommands(
  commands: CommandRegistry,
  notebooks: INotebooks,
  trans: TranslationBundle,
  /** The cell on which a context menu was opened. */
  cellOfMenu: () => Element | undefined,
): void {
  const cellsOf = (args: ReadonlyPartialJSONObject): string[] => {
    const content = notebooks.current?.panel.content;
    if (content === undefined) {
      return [];
    }
    const chosen = chosenCells(content);
    // A click with the right button on code does not make its cell the active one.
    const node = args.context === true ? cellOfMenu() : undefined;
    const id = content.widgets.find(cell => cell.node === node)?.model.id;
    return id === undefined || chosen.includes(id) ? chosen : [id];
  };
  const setChosen = (role: Role | null, args: ReadonlyPartialJSONObject): void => {
    const shared = notebooks.current?.live.sharedModel;
    if (shared) {
      mark(
        shared,
        cellsOf(args).map(id => ({ id, role })),
      );
    }
  };
  const roleOf = (args: ReadonlyPartialJSONObject): Role | null => {
    const active = notebooks.current?.panel.content.activeCell?.model.id;
    const cells = cellsOf(args);
    const id = active !== undefined && cells.includes(active) ? active : cells[0];
    return notebooks.current?.live.rows.find(row => row.id === id)?.role ?? null;
  };
  const isEnabled = () => notebooks.current !== null;

  commands.addCommand(CommandIDs.setRole, {
    label: args => {
      const role = roleOfArgs(args);
      return role === null || args.isPalette === true
        ? trans.__('Set role of the selected cells: %1', role ?? '')
        : role;
    },
    caption: args => {
      const role = roleOfArgs(args);
      return role === null ? '' : meaning(role, trans);
    },
    isToggleable: true,
    isToggled: args => roleOf(args) !== null && roleOf(args) === roleOfArgs(args),
    isEnabled,
    execute: args => {
      const role = roleOfArgs(args);
      if (role !== null) {
        setChosen(role, args);
      }
    },
    describedBy: {
      args: {
        type: 'object',
        properties: { role: { type: 'string', enum: [...ROLES] } },
        required: ['role'],
      },
    },
  });
  commands.addCommand(CommandIDs.clearRole, {
    label: args =>
      args.isPalette === true
        ? trans.__('Clear the role of the selected cells')
        : trans.__('no role'),
    caption: trans.__('The cell is not shipped'),
    isEnabled,
    execute: args => setChosen(null, args),
  });
  commands.addCommand(CommandIDs.suggest, {
    label: trans.__('Suggest Roles'),
    caption: trans.__('Propose a role for each cell that has none, with the reason'),
    isEnabled,
    execute: () => notebooks.current?.findings.suggest(),
  });
  commands.addCommand(CommandIDs.acceptSuggestions, {
    label: trans.__('Accept All Suggested Roles'),
    isEnabled: () => notebooks.current?.findings.open.some(found => !found.tagged) === true,
    execute: () => {
      const current = notebooks.current;
      if (current?.live.sharedModel) {
        const markings = current.findings.open
          .filter(found => !found.tagged)
          .map(found => ({ id: found.cell_id, role: found.role }));
        mark(current.live.sharedModel, markings);
      }
    },
  });
  commands.addCommand(CommandIDs.dismissSuggestions, {
    label: trans.__('Dismiss Suggestions'),
    isEnabled: () => notebooks.current?.findings.suggesting === true,
    execute: () => notebooks.current?.findings.dismiss(),
  });
}

function roleOfArgs(args: ReadonlyPartialJSONObject): Role | null {
  return isRole(args.role) ? args.role : null;
}
