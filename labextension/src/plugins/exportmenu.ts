import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IMainMenu } from '@jupyterlab/mainmenu';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { nameExporter } from '../exportmenu';
import { INotebooks } from '../notebooks';

const EXPORT_MENU = 'jp-mainmenu-file-notebookexport';

export const exportMenuPlugin: JupyterFrontEndPlugin<void> = {
  id: 'nb2prod:export-menu',
  description: 'Names the exporter in the menu of the file.',
  autoStart: true,
  requires: [INotebooks],
  optional: [IMainMenu, ITranslator],
  activate: (
    _,
    notebooks: INotebooks,
    mainMenu: IMainMenu | null,
    translator: ITranslator | null,
  ) => {
    const trans = (translator ?? nullTranslator).load('nb2prod');
    let named = false;
    notebooks.added.connect(() => {
      const menu = mainMenu?.fileMenu.items.find(item => item.submenu?.id === EXPORT_MENU)?.submenu;
      if (!named && menu) {
        named = true;
        void nameExporter(menu, trans.__('Production package (zip)'));
      }
    });
  },
};
