/** An open notebook as it is being edited: its outline at once, its document once typing rests. */

import type { CellChange, ISharedCell, ISharedNotebook, NotebookChange } from '@jupyter/ydoc';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';
import { Debouncer, Throttler } from '@lumino/polling';
import { type ISignal, Signal } from '@lumino/signaling';

import type { Document, Role } from './api';
import { LiveDocument, sameDocument } from './livedocument';
import { type CellRow, outline, sameRows } from './outline';

export class LiveNotebook implements IDisposable {
  /** `path` gives the notebook's place in the server's contents. */
  constructor(
    readonly panel: NotebookPanel,
    private readonly path: () => string,
    delay: number,
  ) {
    this.redrawing = new Throttler(() => this.redraw(), { limit: 60, edge: 'trailing' });
    this.settling = new Debouncer(() => this.settle(), delay);
    void panel.context.ready.then(() => {
      if (!this.isDisposed && panel.model !== null) {
        this.watch(panel.model.sharedModel);
      }
    });
  }

  /** The rows of the panel. */
  get rows(): readonly CellRow[] {
    return this.currentRows;
  }

  /** The role of a code cell. */
  roleOf(id: string): Role | null {
    return this.roles.get(id) ?? null;
  }

  /** How often something that counts was edited. */
  get changes(): number {
    return this.changeCount;
  }

  get sharedModel(): ISharedNotebook | null {
    return this.shared;
  }

  /** The outline or the notebook's own metadata is new. */
  get changed(): ISignal<this, undefined> {
    return this.changedSignal;
  }

  /** The notebook rested, and something that the server reads is new. */
  get settled(): ISignal<this, Document> {
    return this.settledSignal;
  }

  get isDisposed(): boolean {
    return this.disposed;
  }

  document(): Document | null {
    return this.copy?.at(this.path()) ?? null;
  }

  dispose(): void {
    if (!this.disposed) {
      this.disposed = true;
      this.redrawing.dispose();
      this.settling.dispose();
      Signal.clearData(this);
    }
  }

  private watch(shared: ISharedNotebook): void {
    this.shared = shared;
    this.copy = new LiveDocument(shared);
    shared.changed.connect(this.onNotebook, this);
    this.watchCells();
    this.redraw();
    this.settle();
  }

  private watchCells(): void {
    for (const cell of this.shared?.cells ?? []) {
      // Connecting twice is connecting once.
      cell.changed.connect(this.onCell, this);
    }
  }

  private onNotebook(_: ISharedNotebook, change: NotebookChange): void {
    if (change.cellsChange !== undefined) {
      this.watchCells();
    }
    if (change.metadataChange !== undefined) {
      this.metadataChanged = true;
    }
    if (change.cellsChange !== undefined || change.metadataChange !== undefined) {
      this.touch();
    }
  }

  /** Outputs that arrive are no news. */
  private onCell(cell: ISharedCell, change: CellChange): void {
    if (change.sourceChange !== undefined || change.metadataChange !== undefined) {
      this.copy?.forget(cell);
      this.touch();
    }
  }

  private touch(): void {
    if (!this.disposed) {
      this.changeCount += 1;
      void this.redrawing.invoke();
      void this.settling.invoke();
    }
  }

  private redraw(): void {
    if (this.copy !== null && !this.disposed) {
      const rows = outline(this.copy.cells());
      // Most keys change no row.
      if (this.metadataChanged || !sameRows(rows, this.currentRows)) {
        this.metadataChanged = false;
        this.currentRows = rows;
        this.roles = new Map(rows.map(row => [row.id, row.role]));
        this.changedSignal.emit(undefined);
      }
    }
  }

  private settle(): void {
    const document = this.disposed ? null : this.document();
    const known = this.settledDocument;
    if (document !== null && (known === null || !sameDocument(document, known))) {
      this.settledDocument = document;
      this.settledSignal.emit(document);
    }
  }

  private currentRows: readonly CellRow[] = [];
  private roles: ReadonlyMap<string, Role | null> = new Map();
  private shared: ISharedNotebook | null = null;
  private copy: LiveDocument | null = null;
  private metadataChanged = true;
  private changeCount = 0;
  private settledDocument: Document | null = null;
  private disposed = false;
  private readonly redrawing: Throttler;
  private readonly settling: Debouncer;
  private readonly changedSignal = new Signal<this, undefined>(this);
  private readonly settledSignal = new Signal<this, Document>(this);
}
