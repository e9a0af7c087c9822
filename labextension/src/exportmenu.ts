/** JupyterLab lists an exporter under its bare name; ours gets its own words. */

import type { Menu } from '@lumino/widgets';

const FORMAT = 'nb2prod';
const TRIES = 50;
const PAUSE = 200;

/** The entries come once a notebook is open and the server was asked, so this waits for ours. */
export async function nameExporter(exportMenu: Menu, label: string): Promise<void> {
  for (let tries = 0; tries < TRIES && !exportMenu.isDisposed; tries += 1) {
    const index = exportMenu.items.findIndex(item => item.args.format === FORMAT);
    const item = exportMenu.items[index];
    if (item !== undefined) {
      const { command, args } = item;
      exportMenu.removeItemAt(index);
      exportMenu.insertItem(index, { command, args: { ...args, label } });
      return;
    }
    await new Promise(resolve => setTimeout(resolve, PAUSE));
  }
}
