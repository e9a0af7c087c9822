/** The first minute: what this is, and where to start. */

import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import React from 'react';

import { CommandIDs } from './commandids';
import type { OpenNotebook } from './notebooks';

export function Welcome(props: {
  notebook: OpenNotebook | null;
  commands: CommandRegistry;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { notebook, commands, trans } = props;
  return (
    <div className="nb2prod-Welcome">
      <p>
        {trans.__('Give each cell that matters a role: preprocessing, train, evaluate, predict.')}
      </p>
      <p>{trans.__('The panel shows the stages, and what flows between them, as you type.')}</p>
      <p>{trans.__('Convert writes a package and proves that it computes the same values.')}</p>
      <div className="nb2prod-Head-buttons">
        {notebook !== null && (
          <button
            type="button"
            className="nb2prod-Button nb2prod-mod-main"
            onClick={() => void commands.execute(CommandIDs.suggest)}
          >
            {trans.__('Suggest roles')}
          </button>
        )}
        <button
          type="button"
          className={notebook === null ? 'nb2prod-Button nb2prod-mod-main' : 'nb2prod-Button'}
          onClick={() => void commands.execute(CommandIDs.example)}
        >
          {trans.__('Open the example notebook')}
        </button>
      </div>
    </div>
  );
}
