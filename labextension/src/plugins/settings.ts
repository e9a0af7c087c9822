import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';

import { IUserSettings } from '../usersettings';

/** Loads the schema: its id is the schema's. */
export const settingsPlugin: JupyterFrontEndPlugin<IUserSettings> = {
  id: 'nb2prod:plugin',
  description: 'The settings of nb2prod.',
  autoStart: true,
  provides: IUserSettings,
  optional: [ISettingRegistry],
  activate: (_, registry: ISettingRegistry | null) => {
    let loaded: ISettingRegistry.ISettings | null = null;
    void registry?.load('nb2prod:plugin').then(settings => {
      loaded = settings;
    });
    return {
      run: () => loaded?.composite.run !== false,
      delay: () => {
        const delay = loaded?.composite.delay;
        return typeof delay === 'number' ? delay : 300;
      },
    };
  },
};
