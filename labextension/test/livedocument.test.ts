import { expect, it } from 'vitest';

import { LiveDocument, sameDocument } from '../src/livedocument';
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

it('knows whether something is new since it was asked last', () => {
  const made = notebook(['a'], ['b']);
  const live = new LiveDocument(made);
  const before = live.at('n.ipynb');
  expect(sameDocument(live.at('n.ipynb'), before)).toBe(true);
  expect(sameDocument(live.at('m.ipynb'), before)).toBe(false);
  for (const [source, same] of [
    ['ab', false],
    ['a', true],
  ] as const) {
    made.getCell(0).setSource(source);
    live.forget(made.getCell(0));
    expect(sameDocument(live.at('n.ipynb'), before)).toBe(same);
  }
  made.setMetadata('nb2prod', { owner: 'me' });
  expect(sameDocument(live.at('n.ipynb'), before)).toBe(false);
  made.deleteMetadata('nb2prod');
  made.deleteCell(1);
  expect(sameDocument(live.at('n.ipynb'), before)).toBe(false);
});
