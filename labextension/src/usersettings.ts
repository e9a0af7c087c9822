/** The user's settings, as `schema/plugin.json` describes them. */

import { Token } from '@lumino/coreutils';

export interface IUserSettings {
  /** Whether converting runs the notebook to prove the package. */
  run(): boolean;
  /** Milliseconds after the last key before the notebook is analysed. */
  delay(): number;
}

export const IUserSettings = new Token<IUserSettings>(
  'nb2prod:IUserSettings',
  'The settings of nb2prod.',
);
