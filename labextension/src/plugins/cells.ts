import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { markCells } from '../cellmarks';
import { INotebooks } from '../notebooks';

export const cellsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'nb2prod:cells',
  description: 'Shows roles, findings and suggestions on the cells.',
  autoStart: true,
  requires: [INotebooks],
  optional: [ITranslator],
  activate: ({ commands }, notebooks: INotebooks, translator: ITranslator | null) => {
    const trans = (translator ?? nullTranslator).load('nb2prod');
    notebooks.open().forEach(notebook => markCells(notebook, commands, trans));
    notebooks.added.connect((_, notebook) => markCells(notebook, commands, trans));
  },
};
