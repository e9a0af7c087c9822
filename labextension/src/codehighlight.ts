/** Lines of an editor that are lit up. */

import { type Extension, StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView } from '@codemirror/view';

export interface Lines {
  /** From 1, inclusive. */
  start: number;
  end: number;
}

export interface Highlight {
  extension: Extension;
  light(view: EditorView, lines: readonly Lines[]): void;
}

/** A kind of highlight, whose lines get `className`. */
export function highlight(className: string): Highlight {
  const set = StateEffect.define<readonly Lines[]>();
  const line = Decoration.line({ class: className });
  const field = StateField.define<DecorationSet>({
    create: () => Decoration.none,
    update: (marks, transaction) => {
      const effect = transaction.effects.find(each => each.is(set));
      if (effect === undefined) {
        return marks.map(transaction.changes);
      }
      const { doc } = transaction.state;
      const starts = new Set<number>();
      for (const { start, end } of effect.value) {
        for (let number = start; number <= Math.min(end, doc.lines); number += 1) {
          starts.add(doc.line(number).from);
        }
      }
      return Decoration.set([...starts].sort((a, b) => a - b).map(from => line.range(from)));
    },
    provide: marks => EditorView.decorations.from(marks),
  });
  return {
    extension: field,
    light: (view, lines) => view.dispatch({ effects: set.of(lines) }),
  };
}
