/** The plugins of the extension. */

import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { cellsPlugin } from './plugins/cells';
import { commandsPlugin } from './plugins/commands';
import { exportMenuPlugin } from './plugins/exportmenu';
import { jobsPlugin } from './plugins/jobs';
import { notebooksPlugin } from './plugins/notebooks';
import { panelPlugin } from './plugins/panel';
import { settingsPlugin } from './plugins/settings';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  settingsPlugin,
  notebooksPlugin,
  jobsPlugin,
  commandsPlugin,
  cellsPlugin,
  panelPlugin,
  exportMenuPlugin,
];

export default plugins;
