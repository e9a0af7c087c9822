import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { IJobs, Jobs } from '../jobs';
import { INotebooks } from '../notebooks';

export const jobsPlugin: JupyterFrontEndPlugin<IJobs> = {
  id: 'nb2prod:jobs',
  description: 'Follows conversions, those from before a reload among them.',
  autoStart: true,
  provides: IJobs,
  requires: [INotebooks],
  activate: ({ restored }, notebooks: INotebooks) => {
    const jobs = new Jobs(notebooks.server);
    void restored.then(() => jobs.findAgain());
    return jobs;
  },
};
