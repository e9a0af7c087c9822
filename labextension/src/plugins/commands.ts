import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { CommandIDs } from '../commandids';
import { INotebooks } from '../notebooks';
import { addRoleCommands } from '../rolecommands';
import { ROLES } from '../roles';

export const commandsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'nb2prod:commands',
  description: 'Commands that set roles.',
  autoStart: true,
  requires: [INotebooks],
  optional: [ITranslator, ICommandPalette],
  activate: (
    app,
    notebooks: INotebooks,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
  ) => {
    const trans = (translator ?? nullTranslator).load('nb2prod');
    const isCell = (node: HTMLElement) => node.classList.contains('jp-Cell');
    addRoleCommands(app.commands, notebooks, trans, () => app.contextMenuHitTest(isCell));
    const category = trans.__('Package');
    const add = (command: string, args = {}) =>
      palette?.addItem({ command, category, args: { ...args, isPalette: true } });
    ROLES.forEach(role => add(CommandIDs.setRole, { role }));
    const others = Object.values(CommandIDs).filter(id => id !== CommandIDs.setRole);
    others.forEach(command => add(command));
  },
};
