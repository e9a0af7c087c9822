import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { IJobs, Jobs } from '../jobs';
import { INotebooks, type OpenNotebook } from '../notebooks';

export const jobsPlugin: JupyterFrontEndPlugin<IJobs> = {
  id: 'nb2prod:jobs',
  description: 'Follows conversions, those from before a reload among them.',
  autoStart: true,
  provides: IJobs,
  requires: [INotebooks],
  activate: ({ restored }, notebooks: INotebooks) => {
    const jobs = new Jobs(notebooks.server);
    const follow = ({ panel, path }: OpenNotebook) => {
      let known = path();
      panel.context.pathChanged.connect(() => {
        jobs.moved(known, path());
        known = path();
      });
    };
    notebooks.open().forEach(follow);
    notebooks.added.connect((_, notebook) => follow(notebook));
    void restored.then(() => jobs.findAgain());
    return jobs;
  },
};
