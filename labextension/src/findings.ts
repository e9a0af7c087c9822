/** What the server finds in a live notebook: its analysis, and suggestions where they were asked for. */

import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

import type { Analysis, Diagnostic, Document, Plan, Role, Suggestion } from './api';
import type { LiveNotebook } from './livenotebook';
import { RequestProblem, type Server } from './request';

const NOTHING: readonly never[] = [];

export class Findings implements IDisposable {
  constructor(
    private readonly live: LiveNotebook,
    private readonly server: Server,
  ) {
    live.settled.connect(this.onSettled, this);
  }

  get analysis(): Analysis | null {
    return this.currentAnalysis;
  }

  /** The newest plan that there was; a notebook with errors has none of its own. */
  get lastPlan(): Plan | null {
    return this.plan;
  }

  get suggesting(): boolean {
    return this.asked;
  }

  /** Whether suggestions were asked for and none have come yet. */
  get waiting(): boolean {
    return this.asked && !this.answered;
  }

  /** Why the server gives no answer, in its own words; empty where it does. */
  get trouble(): string {
    return this.currentTrouble;
  }

  get changed(): ISignal<this, undefined> {
    return this.changedSignal;
  }

  get isDisposed(): boolean {
    return this.disposed;
  }

  diagnosticsOf(id: string): readonly Diagnostic[] {
    return this.byCell.get(id) ?? NOTHING;
  }

  /** The roles that comments inside a cell switch to. */
  laterRolesOf(id: string): readonly (Role | null)[] {
    return this.laterRoles.get(id) ?? NOTHING;
  }

  suggestionOf(id: string): Suggestion | null {
    const found = this.suggestions.get(id);
    return found === undefined || this.dismissed.has(id) ? null : found;
  }

  /** The suggestions that stand, in the order of the cells. */
  get open(): readonly Suggestion[] {
    return [...this.suggestions.values()].filter(found => !this.dismissed.has(found.cell_id));
  }

  async suggest(): Promise<void> {
    this.asked = true;
    this.answered = false;
    this.dismissed.clear();
    this.changedSignal.emit(undefined);
    const document = this.live.document();
    if (document !== null) {
      await this.askSuggestions(document);
    }
  }

  /** A cell's ghost goes; without an id all of them. */
  dismiss(id?: string): void {
    if (id === undefined) {
      this.asked = false;
      this.suggestions = new Map();
    } else {
      this.dismissed.add(id);
    }
    this.changedSignal.emit(undefined);
  }

  dispose(): void {
    if (!this.disposed) {
      this.disposed = true;
      Signal.clearData(this);
    }
  }

  private onSettled(_: LiveNotebook, document: Document): void {
    void this.askAnalysis(document);
    if (this.asked) {
      void this.askSuggestions(document);
    }
  }

  private async askAnalysis(document: Document): Promise<void> {
    const turn = ++this.analysisTurn;
    await this.answering(
      this.server.analyze(document),
      () => turn === this.analysisTurn,
      analysis => {
        this.currentAnalysis = analysis;
        this.byCell = diagnosticsByCell(analysis.diagnostics);
        this.laterRoles = new Map(
          analysis.cells
            .filter(({ roles }) => roles.length > 1)
            .map(({ id, roles }) => [id, roles.slice(1).map(span => span.role)]),
        );
        this.plan = analysis.plan ?? this.plan;
      },
    );
  }

  private async askSuggestions(document: Document): Promise<void> {
    const turn = ++this.suggestionTurn;
    await this.answering(
      this.server.suggest(document),
      () => turn === this.suggestionTurn && this.asked,
      answer => {
        this.answered = true;
        this.suggestions = new Map(answer.cells.map(found => [found.cell_id, found]));
      },
    );
  }

  /** Takes an answer only while nothing newer was asked. */
  private async answering<Answer>(
    asked: Promise<Answer>,
    current: () => boolean,
    take: (answer: Answer) => void,
  ): Promise<void> {
    try {
      const answer = await asked;
      if (this.disposed || !current()) {
        return;
      }
      take(answer);
      this.currentTrouble = '';
    } catch (problem) {
      if (this.disposed || !current()) {
        return;
      }
      this.currentTrouble =
        problem instanceof RequestProblem
          ? [problem.message, problem.hint].filter(Boolean).join(' ')
          : String(problem);
    }
    this.changedSignal.emit(undefined);
  }

  private currentAnalysis: Analysis | null = null;
  private byCell: ReadonlyMap<string, readonly Diagnostic[]> = new Map();
  private laterRoles: ReadonlyMap<string, readonly (Role | null)[]> = new Map();
  private plan: Plan | null = null;
  private suggestions: ReadonlyMap<string, Suggestion> = new Map();
  private readonly dismissed = new Set<string>();
  private asked = false;
  private answered = false;
  private currentTrouble = '';
  private analysisTurn = 0;
  private suggestionTurn = 0;
  private disposed = false;
  private readonly changedSignal = new Signal<this, undefined>(this);
}

function diagnosticsByCell(found: readonly Diagnostic[]): ReadonlyMap<string, Diagnostic[]> {
  const byCell = new Map<string, Diagnostic[]>();
  for (const each of found) {
    if (each.cell_id !== null) {
      const others = byCell.get(each.cell_id);
      if (others === undefined) {
        byCell.set(each.cell_id, [each]);
      } else {
        others.push(each);
      }
    }
  }
  return byCell;
}
