import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker } from '@jupyterlab/notebook';

import { INotebooks, Notebooks } from '../notebooks';
import { Server } from '../request';
import { IUserSettings } from '../usersettings';

export const notebooksPlugin: JupyterFrontEndPlugin<INotebooks> = {
  id: 'nb2prod:notebooks',
  description: 'Follows the open notebooks, their roles and what the server finds in them.',
  autoStart: true,
  provides: INotebooks,
  requires: [INotebookTracker, IUserSettings],
  activate: ({ serviceManager }, tracker: INotebookTracker, settings: IUserSettings) =>
    new Notebooks(
      new Server(serviceManager.serverSettings),
      tracker,
      path => serviceManager.contents.localPath(path),
      () => settings.delay(),
    ),
};
