import { expect, it } from 'vitest';

import { splitCell } from '../src/splitting';
import { id, notebook, sources, tags } from './notebook';

it('splits and tags both parts in one step of undo', () => {
  const made = notebook(['first'], ['fit()\n\n# how good\nscore()', ['keep']], ['last']);
  const original = id(made, 1);
  splitCell(made, original, 'train', [{ line: 4, role: 'evaluate' }]);
  expect(sources(made)).toEqual(['first', 'fit()', '# how good\nscore()', 'last']);
  expect(tags(made)).toEqual([undefined, ['keep', 'train'], ['keep', 'evaluate'], undefined]);
  // The last part is what the outputs belong to.
  expect(id(made, 2)).toBe(original);
  made.undo();
  expect(sources(made)).toEqual(['first', 'fit()\n\n# how good\nscore()', 'last']);
  expect(tags(made)).toEqual([undefined, ['keep'], undefined]);
});

it('splits at several lines', () => {
  const made = notebook(['a\nb\nc', ['setup']]);
  splitCell(made, id(made, 0), 'setup', [
    { line: 3, role: 'evaluate' },
    { line: 2, role: 'train' },
  ]);
  expect(sources(made)).toEqual(['a', 'b', 'c']);
  expect(tags(made)).toEqual([['setup'], ['train'], ['evaluate']]);
});

it.each([[0], [1], [99]])('does nothing for line %d', line => {
  const made = notebook(['a\nb']);
  splitCell(made, id(made, 0), 'train', [{ line, role: 'evaluate' }]);
  expect(sources(made)).toEqual(['a\nb']);
  expect(made.canUndo()).toBe(false);
});

it('does not make a cell of comments alone', () => {
  const made = notebook(['# all\n# about it\nb\nc']);
  splitCell(made, id(made, 0), 'train', [{ line: 3, role: 'evaluate' }]);
  expect(sources(made)).toEqual(['# all\n# about it', 'b\nc']);
});
