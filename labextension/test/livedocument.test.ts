import { expect, it } from 'vitest';

import { LiveDocument } from '../src/livedocument';
import { notebook } from './notebook';

it('holds what the server reads, and no outputs', () => {
  const made = notebook(['a', ['train']], ['# md']);
  const { notebook: document, path } = new LiveDocument(made).at('x/y.ipynb');
  expect(path).toBe('x/y.ipynb');
  expect(document.cells.map(cell => Object.keys(cell).sort())).toEqual([
    ['cell_type', 'id', 'metadata', 'source'],
    ['cell_type', 'id', 'metadata', 'source'],
  ]);
  expect(document.cells[0]).toMatchObject({ source: 'a', metadata: { tags: ['train'] } });
});

it('copies again only what was edited', () => {
  const made = notebook(['a'], ['b']);
  const live = new LiveDocument(made);
  const before = live.cells();
  made.getCell(0).setSource('new');
  live.forget(made.getCell(0));
  const after = live.cells();
  expect(after.map(cell => cell.source)).toEqual(['new', 'b']);
  expect(after[1]).toBe(before[1]);
});
