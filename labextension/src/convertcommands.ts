/** Commands around a conversion, and what stands beside the notebook. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import { type MainAreaWidget, Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Job } from './api';
import { CommandIDs } from './commandids';
import { packageIcon } from './icons';
import { type IJobs, isActive } from './jobs';
import { describeVerdict } from './jobwords';
import type { INotebooks, OpenNotebook } from './notebooks';
import { PANEL_ID } from './panel';
import { reportTab } from './reportview';
import { RequestProblem } from './request';

export interface ConvertParts {
  app: JupyterFrontEnd;
  notebooks: INotebooks;
  jobs: IJobs;
  /** Whether the main area holds several tabs: Notebook 7 has one. */
  tabs: boolean;
  /** Whether converting runs the notebook to prove the package. */
  run(): boolean;
  /** Opens a tab with the preview of a notebook. */
  previewTab(notebook: OpenNotebook): MainAreaWidget;
  trans: TranslationBundle;
}

export function addConvertCommands(parts: ConvertParts): void {
  const { app, notebooks, jobs, trans } = parts;
  const { commands } = app;
  const isEnabled = () => notebooks.current !== null;
  const jobOf = (notebook: OpenNotebook | null): Job | null =>
    notebook === null ? null : jobs.of(notebook.path());

  commands.addCommand(CommandIDs.convert, {
    label: args => (args.toolbar === true ? trans.__('Convert') : trans.__('Convert to Package')),
    caption: trans.__('Save the notebook and write the package that its tagged cells become'),
    icon: args => (args.toolbar === true || args.isMenu !== true ? packageIcon : undefined),
    isEnabled: () => isEnabled() && !isActive(jobOf(notebooks.current)),
    execute: async args => {
      const current = notebooks.current;
      if (current === null) {
        return;
      }
      app.shell.activateById(PANEL_ID);
      if (current.live.rows.every(row => row.role === null)) {
        return; // the panel says what to do first
      }
      await saying(async () => {
        const { changes } = current.live;
        await current.panel.context.save();
        const request = { path: current.path(), run: parts.run(), force: args.force === true };
        await jobs.start(request, changes);
      });
    },
  });
  commands.addCommand(CommandIDs.cancel, {
    label: trans.__('Cancel the Conversion'),
    isEnabled: () => isActive(jobOf(notebooks.current)),
    execute: async () => {
      const job = jobOf(notebooks.current);
      if (job !== null) {
        await saying(() => jobs.cancel(job));
      }
    },
  });
  commands.addCommand(CommandIDs.preview, {
    label: trans.__('Preview of the Package'),
    caption: trans.__('The generated code of the active cell, beside the notebook'),
    isEnabled,
    execute: () => {
      const current = notebooks.current;
      if (current !== null) {
        openBeside(parts, current);
      }
    },
  });
  commands.addCommand(CommandIDs.showPanel, {
    label: trans.__('Package Panel'),
    caption: trans.__('Roles of cells and what becomes of them'),
    execute: () => app.shell.activateById(PANEL_ID),
  });
  commands.addCommand(CommandIDs.example, {
    label: trans.__('Open the Example Notebook'),
    caption: trans.__('Put the churn example and its data into the current folder'),
    execute: () =>
      saying(async () => {
        const folder = notebooks.current?.path().split('/').slice(0, -1).join('/') ?? '';
        const { path } = await notebooks.server.example({ folder });
        await commands.execute('docmanager:open', { path });
        app.shell.activateById(PANEL_ID);
      }),
  });
  jobs.changed.connect(() => commands.notifyCommandChanged(CommandIDs.convert));
  notebooks.currentChanged.connect(() => commands.notifyCommandChanged(CommandIDs.convert));
  jobs.ended.connect((_, job) => tellEnd(parts, job));
}

export function openReport(parts: ConvertParts, job: Job): void {
  if (job.report !== null && !parts.tabs) {
    window.open(parts.notebooks.server.page(job.report), '_blank', 'noopener');
  } else if (job.report !== null) {
    const id = `nb2prod-report-${job.id}`;
    if (![...parts.app.shell.widgets('main')].some(tab => tab.id === id)) {
      const name = job.package?.split('/').at(-1) ?? job.path;
      const tab = reportTab(parts.notebooks.server.page(job.report), name, parts.trans);
      tab.id = id;
      parts.app.shell.add(tab, 'main', { mode: 'tab-after' });
    }
    parts.app.shell.activateById(id);
  }
}

const previews = new WeakMap<OpenNotebook, MainAreaWidget>();

function openBeside(parts: ConvertParts, notebook: OpenNotebook): void {
  const known = previews.get(notebook);
  if (known !== undefined && !known.isDisposed) {
    parts.app.shell.activateById(known.id);
    return;
  }
  const tab = parts.previewTab(notebook);
  previews.set(notebook, tab);
  if (parts.tabs) {
    parts.app.shell.add(tab, 'main', { mode: 'split-right', ref: notebook.panel.id });
  } else {
    parts.app.shell.add(tab, 'right');
    parts.app.shell.activateById(tab.id);
  }
}

/** Where the notebook is not in front, a short notice says how its conversion ended. */
function tellEnd(parts: ConvertParts, job: Job): void {
  const { jobs, notebooks, trans } = parts;
  const shown = notebooks.current === null ? null : jobs.of(notebooks.current.path());
  if (shown?.id === job.id || job.state === 'cancelled') {
    return;
  }
  const verdict = describeVerdict(job, trans);
  const message = `${job.path}: ${verdict.title}. ${verdict.words}`;
  const actions =
    job.report === null
      ? []
      : [{ label: trans.__('Report'), callback: () => openReport(parts, job) }];
  if (verdict.tone === 'bad') {
    Notification.error(message, { actions });
  } else {
    Notification.success(message, { actions, autoClose: 10000 });
  }
}

/** Says why the server did not do what was asked. */
async function saying(act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (problem) {
    if (problem instanceof Error && problem.message === 'Cancel') {
      return; // a dialog of JupyterLab's, about saving
    }
    if (!(problem instanceof RequestProblem)) {
      throw problem;
    }
    Notification.error([problem.message, problem.hint].filter(Boolean).join(' '), {
      autoClose: 10000,
    });
  }
}
