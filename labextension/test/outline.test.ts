import { expect, it } from 'vitest';

import { firstLine, outline } from '../src/outline';

const cell = (cell_type: string, source: string, tags?: unknown) => ({
  id: source,
  cell_type,
  source,
  metadata: tags === undefined ? {} : { tags },
});

it('lists code cells under their headings, and counts all cells', () => {
  const rows = outline([
    cell('code', 'import os'),
    cell('markdown', '# One\n```\n# no heading\n```'),
    cell('code', '# why\nx = 1', ['train']),
    cell('raw', 'raw'),
    cell('code', '', 'broken'),
    cell('markdown', 'words\n## **Two** [link](x) ##'),
    cell('code', '# nb2prod: predict\ny'),
  ]);
  expect(rows.map(row => [row.number, row.firstLine, row.heading, row.opens, row.role])).toEqual([
    [1, 'import os', '', true, null],
    [3, 'x = 1', 'One', true, 'train'],
    [5, '', 'One', false, null],
    [7, 'y', 'Two link', true, 'predict'],
  ]);
});

it.each([
  ['\n  # only\n# comments', '# only'],
  ['%%time\nx', '%%time'],
  ['', ''],
])('the first line of %j', (source, expected) => {
  expect(firstLine(source)).toBe(expected);
});
