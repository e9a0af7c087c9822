import { expect, it } from 'vitest';

import type { Module, Region } from '../src/api';
import { moduleOf, regionAt, regionsOf } from '../src/preview';

const region = (name: string, start: number, end: number, ...cells: string[]): Region => ({
  name,
  kind: 'stage',
  start,
  end,
  cells,
});
const module = (path: string, ...regions: Region[]): Module => ({ path, text: '', regions });

const COMMON = module('common.py', region('clean', 1, 4, 'a'));
const TRAIN = module('train.py', region('train', 1, 20, 'a', 'b'), region('inner', 5, 8, 'b'));

it('shows the module that holds most of the cell, else the one in sight, else the first', () => {
  expect(moduleOf([COMMON, TRAIN], 'a', null)).toBe(TRAIN);
  expect(moduleOf([COMMON, TRAIN], 'z', 'train.py')).toBe(TRAIN);
  expect(moduleOf([COMMON, TRAIN], null, null)).toBe(COMMON);
  expect(moduleOf([], 'a', null)).toBeNull();
});

it('finds the smallest region around a line', () => {
  expect(regionAt(TRAIN, 6)?.name).toBe('inner');
  expect(regionAt(TRAIN, 9)?.name).toBe('train');
  expect(regionAt(TRAIN, 21)).toBeNull();
});

it('finds the regions of a cell', () => {
  expect(regionsOf(TRAIN, 'b').map(found => found.name)).toEqual(['train', 'inner']);
});
