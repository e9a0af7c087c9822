import { expect, it } from 'vitest';

import type { Role } from '../src/api';
import { firstMarkerRange, roleOfSource } from '../src/marker';

it.each<[string, Role | null, string]>([
  ['# nb2prod: train\nfit()', 'train', 'fit()'],
  ['#nb2prod:train', 'train', ''],
  ['# about\n\n# nb2prod: evaluate  \nx', 'evaluate', '# about\n\nx'],
  ['x = 1\n# nb2prod: train', null, 'x = 1\n# nb2prod: train'],
  [' # nb2prod: train\nx', null, ' # nb2prod: train\nx'],
  ['# nb2prod: banana\nx', null, '# nb2prod: banana\nx'],
  ['', null, ''],
])('%j has %s', (source, role, without) => {
  expect(roleOfSource(source)).toBe(role);
  const range = firstMarkerRange(source);
  const rest = range === null ? source : source.slice(0, range.start) + source.slice(range.end);
  expect(rest).toBe(without);
});
