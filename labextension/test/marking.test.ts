import { expect, it } from 'vitest';

import { mark } from '../src/marking';
import { id, notebook, sources, tags } from './notebook';

it('marks many cells in one step of undo', () => {
  const made = notebook(['a', ['x']], ['b'], ['c', ['setup', 'y']]);
  mark(
    made,
    [0, 1, 2].map(place => ({ id: id(made, place), role: 'train' })),
  );
  expect(tags(made)).toEqual([['x', 'train'], ['train'], ['train', 'y']]);
  made.undo();
  expect(tags(made)).toEqual([['x'], undefined, ['setup', 'y']]);
  made.redo();
  expect(tags(made)).toEqual([['x', 'train'], ['train'], ['train', 'y']]);
});

it('keeps two quick actions apart, and apart from typing', () => {
  const made = notebook(['a']);
  made.getCell(0).setSource('typed');
  mark(made, [{ id: id(made, 0), role: 'train' }]);
  mark(made, [{ id: id(made, 0), role: 'predict' }]);
  made.getCell(0).setSource('typed more');
  made.undo();
  expect([sources(made), tags(made)]).toEqual([['typed'], [['predict']]]);
  made.undo();
  expect(tags(made)).toEqual([['train']]);
  made.undo();
  expect([sources(made), tags(made)]).toEqual([['typed'], [undefined]]);
});

it('deletes tags that became empty', () => {
  const made = notebook(['a', ['train']]);
  mark(made, [{ id: id(made, 0), role: null }]);
  expect(made.getCell(0).getMetadata()).not.toHaveProperty('tags');
});

it('takes the place of a first-line comment, in the same step', () => {
  const made = notebook(['# nb2prod: setup\nimport os']);
  mark(made, [{ id: id(made, 0), role: null }]);
  expect(sources(made)).toEqual(['import os']);
  made.undo();
  expect(sources(made)).toEqual(['# nb2prod: setup\nimport os']);
});

it('leaves cells that are no code alone', () => {
  const made = notebook(['# md'], ['a']);
  mark(made, [
    { id: id(made, 0), role: 'train' },
    { id: 'gone', role: 'train' },
  ]);
  expect(tags(made)).toEqual([undefined, undefined]);
  expect(made.canUndo()).toBe(false);
});
