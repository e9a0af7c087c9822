/** The roles of cells, as `schema/plugin.json` and Python's `Role` list them. */

import type { TranslationBundle } from '@jupyterlab/translation';

import type { Role } from './api';

/** In the order of a notebook; the shortcuts count them in this order. */
export const ROLES: readonly Role[] = [
  'setup',
  'parameters',
  'preprocessing',
  'train',
  'evaluate',
  'predict',
  'skip',
];

/** What a cell of this role is for, in one line. */
export function meaning(role: Role, trans: TranslationBundle): string {
  switch (role) {
    case 'setup':
      return trans.__('Imports, seeds, options, helper functions');
    case 'parameters':
      return trans.__('Literals that a caller may override');
    case 'preprocessing':
      return trans.__('Raw data to features');
    case 'train':
      return trans.__('Features to a fitted model');
    case 'evaluate':
      return trans.__('The agreed measure of success');
    case 'predict':
      return trans.__('Model and data to predictions');
    case 'skip':
      return trans.__('Exploration: not shipped');
  }
}

export function isRole(value: unknown): value is Role {
  return ROLES.some(role => role === value);
}
