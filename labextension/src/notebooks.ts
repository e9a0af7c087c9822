/** The open notebooks, each with its outline and findings. */

import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { Token } from '@lumino/coreutils';
import { type ISignal, Signal } from '@lumino/signaling';

import { Findings } from './findings';
import { LiveNotebook } from './livenotebook';
import type { Server } from './request';

export interface OpenNotebook {
  readonly panel: NotebookPanel;
  readonly live: LiveNotebook;
  readonly findings: Findings;
  /** Its place in the server's contents. */
  path(): string;
}

export interface INotebooks {
  readonly server: Server;
  /** The notebook in front, or null. */
  readonly current: OpenNotebook | null;
  readonly currentChanged: ISignal<INotebooks, OpenNotebook | null>;
  readonly added: ISignal<INotebooks, OpenNotebook>;
  /** All of them. */
  open(): readonly OpenNotebook[];
}

export const INotebooks = new Token<INotebooks>(
  'nb2prod:INotebooks',
  'The open notebooks with their roles and findings.',
);

export class Notebooks implements INotebooks {
  /** `localPath` takes the drive off a path, as the contents manager does. */
  constructor(
    readonly server: Server,
    private readonly tracker: INotebookTracker,
    private readonly localPath: (path: string) => string,
    private readonly delay: () => number,
  ) {
    tracker.forEach(panel => this.add(panel));
    tracker.widgetAdded.connect((_, panel) => this.add(panel));
    tracker.currentChanged.connect(() => this.currentSignal.emit(this.current));
  }

  get current(): OpenNotebook | null {
    const panel = this.tracker.currentWidget;
    return panel === null ? null : (this.known.get(panel) ?? null);
  }

  get currentChanged(): ISignal<this, OpenNotebook | null> {
    return this.currentSignal;
  }

  get added(): ISignal<this, OpenNotebook> {
    return this.addedSignal;
  }

  open(): readonly OpenNotebook[] {
    return [...this.known.values()];
  }

  private add(panel: NotebookPanel): void {
    const path = () => this.localPath(panel.context.path);
    const live = new LiveNotebook(panel, path, this.delay());
    const notebook = { panel, live, findings: new Findings(live, this.server), path };
    this.known.set(panel, notebook);
    panel.disposed.connect(() => {
      this.known.delete(panel);
      notebook.findings.dispose();
      live.dispose();
      this.currentSignal.emit(this.current);
    });
    this.addedSignal.emit(notebook);
    if (this.tracker.currentWidget === panel) {
      this.currentSignal.emit(notebook);
    }
  }

  private readonly known = new Map<NotebookPanel, OpenNotebook>();
  private readonly currentSignal = new Signal<this, OpenNotebook | null>(this);
  private readonly addedSignal = new Signal<this, OpenNotebook>(this);
}
