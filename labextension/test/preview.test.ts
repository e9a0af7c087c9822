import { expect, it } from 'vitest';

import type { Module, Region } from '../src/api';
import { modulesOf, regionAt, regionsOf } from '../src/preview';

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

it('shows all modules that hold some of the cell, else those in sight, else the first', () => {
  expect(modulesOf([COMMON, TRAIN], 'a', [])).toEqual([COMMON, TRAIN]);
  expect(modulesOf([COMMON, TRAIN], 'b', ['common.py'])).toEqual([TRAIN]);
  expect(modulesOf([COMMON, TRAIN], 'z', ['train.py'])).toEqual([TRAIN]);
  expect(modulesOf([COMMON, TRAIN], 'z', ['gone.py'])).toEqual([COMMON]);
  expect(modulesOf([COMMON, TRAIN], null, [])).toEqual([COMMON]);
  expect(modulesOf([], 'a', ['train.py'])).toEqual([]);
});

it('finds the smallest region around a line', () => {
  expect(regionAt(TRAIN, 6)?.name).toBe('inner');
  expect(regionAt(TRAIN, 9)?.name).toBe('train');
  expect(regionAt(TRAIN, 21)).toBeNull();
});

it('finds the regions of a cell', () => {
  expect(regionsOf(TRAIN, 'b').map(found => found.name)).toEqual(['train', 'inner']);
});
