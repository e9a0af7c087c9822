/** What a cell shows of itself in the notebook: a chip with its role, and below its code what was found. */

import type { Cell } from '@jupyterlab/cells';
import type { TranslationBundle } from '@jupyterlab/translation';
import { PanelLayout, Widget } from '@lumino/widgets';

import type { Diagnostic, Role, Split, Suggestion } from './api';
import { pieces } from './inlinecode';

/** What a cell is to show. */
export interface CellFace {
  role: Role | null;
  /** Further roles, where comments inside the cell switch. */
  later: readonly Role[];
  suggestion: Suggestion | null;
  diagnostics: readonly Diagnostic[];
}

/** What its buttons do. */
export interface CellActions {
  chooseRole(anchor: HTMLElement): void;
  accept(suggestion: Suggestion): void;
  dismiss(suggestion: Suggestion): void;
  split(suggestion: Suggestion, split: Split): void;
  mend(diagnostic: Diagnostic): void;
  goTo(diagnostic: Diagnostic): void;
}

export class CellMark {
  constructor(
    private readonly cell: Cell,
    private readonly actions: CellActions,
    private readonly trans: TranslationBundle,
  ) {
    this.chip.type = 'button';
    this.chip.className = 'nb2prod-Chip nb2prod-CellChip';
    this.chip.setAttribute('aria-haspopup', 'menu');
    // Enter on the chip opens its menu, and is no command of the notebook.
    this.chip.dataset.lmSuppressShortcuts = 'true';
    this.chip.addEventListener('click', () => actions.chooseRole(this.chip));
    this.chip.addEventListener('mousedown', event => event.stopPropagation());
    this.strip.addClass('nb2prod-Strip');
    this.strip.node.dataset.lmSuppressShortcuts = 'true';
    this.strip.node.addEventListener('mousedown', event => event.stopPropagation());
    cell.node.querySelector('.jp-Cell-inputWrapper')?.append(this.chip);
    if (cell.layout instanceof PanelLayout) {
      const input = cell.layout.widgets.findIndex(part => part.hasClass('jp-Cell-inputWrapper'));
      cell.layout.insertWidget(input + 1, this.strip);
    }
  }

  /** Draws only what is new: this runs for every cell after each change. */
  show(face: CellFace, active: boolean): void {
    const tabIndex = active ? 0 : -1;
    if (this.chip.tabIndex !== tabIndex) {
      this.chip.tabIndex = tabIndex;
    }
    if (this.drawn === null || !sameFace(face, this.drawn)) {
      this.drawn = face;
      this.showChip(face);
      this.showStrip(face);
    }
  }

  dispose(): void {
    this.chip.remove();
    this.strip.dispose();
    delete this.cell.node.dataset.nb2prodRole;
  }

  private showChip({ role, later, suggestion }: CellFace): void {
    const ghost = role === null && suggestion !== null && !suggestion.tagged;
    const shown = role ?? (ghost ? suggestion.role : null);
    this.cell.node.dataset.nb2prodRole = role ?? '';
    this.chip.dataset.nb2prodRole = shown ?? '';
    this.chip.dataset.nb2prodGhost = String(ghost);
    const words = [shown, ...later].filter(found => found !== null);
    this.chip.textContent =
      shown === null ? this.trans.__('+ role') : words.join(' · ') + (ghost ? '?' : '');
    const label =
      shown === null
        ? this.trans.__('No role: choose one')
        : ghost
          ? this.trans.__('Suggested role: %1. Choose a role', shown)
          : this.trans.__('Role: %1. Choose another one', words.join(', '));
    this.chip.setAttribute('aria-label', label);
    this.chip.title = ghost ? suggestion.reason : label;
  }

  private showStrip({ role, suggestion, diagnostics }: CellFace): void {
    const lines = diagnostics.map(found => this.diagnosticLine(found));
    if (suggestion !== null) {
      lines.push(...this.suggestionLines(suggestion, role));
    }
    this.strip.node.replaceChildren(...lines);
    this.strip.setHidden(lines.length === 0);
  }

  private diagnosticLine(found: Diagnostic): HTMLElement {
    const line = element('div', 'nb2prod-Finding');
    line.dataset.nb2prodSeverity = found.severity;
    line.append(element('span', 'nb2prod-Finding-kind', this.severity(found)));
    const text = element('span', 'nb2prod-Finding-text', found.message);
    if (found.line !== null) {
      text.prepend(
        this.button(this.trans.__('line %1', found.line), 'nb2prod-Link', () =>
          this.actions.goTo(found),
        ),
        ' ',
      );
    }
    text.title = [found.code, found.hint].filter(Boolean).join(': ');
    line.append(text);
    if (found.mend !== null) {
      line.append(
        this.button(
          this.trans.__('Tag cell %1 %2', found.mend_cell, found.mend),
          'nb2prod-Button',
          () => this.actions.mend(found),
        ),
      );
    }
    return line;
  }

  private severity(found: Diagnostic): string {
    switch (found.severity) {
      case 'error':
        return this.trans.__('Error');
      case 'warning':
        return this.trans.__('Warning');
      case 'note':
        return this.trans.__('Note');
    }
  }

  private suggestionLines(suggestion: Suggestion, role: Role | null): HTMLElement[] {
    const lines: HTMLElement[] = [];
    if (role === null && !suggestion.tagged) {
      const line = this.ghostLine(suggestion.role, suggestion.reason);
      line.append(
        this.button(this.trans.__('Accept'), 'nb2prod-Button', () =>
          this.actions.accept(suggestion),
        ),
        this.button(this.trans.__('Dismiss'), 'nb2prod-Button', () =>
          this.actions.dismiss(suggestion),
        ),
      );
      lines.push(line);
    }
    for (const split of suggestion.splits) {
      const reason = this.trans.__('from line %1 on: %2', split.line, split.reason);
      const line = this.ghostLine(split.role, reason);
      line.append(
        this.button(this.trans.__('Split here'), 'nb2prod-Button', () =>
          this.actions.split(suggestion, split),
        ),
      );
      lines.push(line);
    }
    for (const result of suggestion.results) {
      const line = element('div', 'nb2prod-Finding');
      line.dataset.nb2prodSeverity = 'note';
      line.append(
        element('span', 'nb2prod-Finding-kind', this.trans.__('Result')),
        element(
          'span',
          'nb2prod-Finding-text',
          this.trans.__('line %1: run() gives `%2` as "%3"', result.line, result.text, result.name),
        ),
      );
      lines.push(line);
    }
    return lines;
  }

  private ghostLine(role: Role, reason: string): HTMLElement {
    const line = element('div', 'nb2prod-Finding');
    line.dataset.nb2prodSeverity = 'ghost';
    const chip = element('span', 'nb2prod-Chip', `${role}?`);
    chip.dataset.nb2prodRole = role;
    chip.dataset.nb2prodGhost = 'true';
    line.append(chip, element('span', 'nb2prod-Finding-text', reason));
    return line;
  }

  private button(text: string, className: string, act: () => void): HTMLButtonElement {
    const made = document.createElement('button');
    made.type = 'button';
    made.className = className;
    made.textContent = text;
    made.addEventListener('click', act);
    return made;
  }

  private readonly chip = document.createElement('button');
  private readonly strip = new Widget();
  private drawn: CellFace | null = null;
}

/** Most cells have nothing to show, and the server's answers are new objects each time. */
function sameFace(one: CellFace, other: CellFace): boolean {
  const same = (some: readonly unknown[], others: readonly unknown[]): boolean =>
    some.length === others.length &&
    (some.length === 0 || JSON.stringify(some) === JSON.stringify(others));
  return (
    one.role === other.role &&
    same(one.later, other.later) &&
    same(one.diagnostics, other.diagnostics) &&
    (one.suggestion === other.suggestion || same([one.suggestion], [other.suggestion]))
  );
}

function element(tag: 'div' | 'span', className: string, words = ''): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  for (const { text, code } of pieces(words)) {
    const piece = document.createElement(code ? 'code' : 'span');
    piece.textContent = text;
    made.append(piece);
  }
  return made;
}
