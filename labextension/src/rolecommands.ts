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
): void {
  const setChosen = (role: Role | null): void => {
    const current = notebooks.current;
    if (current?.live.sharedModel) {
      const markings = chosenCells(current.panel.content).map(id => ({ id, role }));
      mark(current.live.sharedModel, markings);
    }
  };
  const activeRole = (): Role | null => {
    const id = notebooks.current?.panel.content.activeCell?.model.id;
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
    isToggled: args => activeRole() !== null && activeRole() === roleOfArgs(args),
    isEnabled,
    execute: args => {
      const role = roleOfArgs(args);
      if (role !== null) {
        setChosen(role);
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
    execute: () => setChosen(null),
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
