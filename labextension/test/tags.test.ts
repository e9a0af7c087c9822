import { describe, expect, it } from 'vitest';

import type { Role } from '../src/api';
import { roleOfTag, roleOfTags, tagsOf, tagsWithRole } from '../src/tags';

describe('roleOfTag', () => {
  it.each<[string, Role | null]>([
    ['train', 'train'],
    [' train ', 'train'],
    ['nb2prod:train', 'train'],
    ['nb2prod: train', 'train'],
    ['imports', 'setup'],
    ['nb2prod:imports', 'setup'],
    ['Train', null],
    ['keep', null],
    ['nb2prod:', null],
    ['constructor', null],
  ])('%j is %s', (tag, role) => {
    expect(roleOfTag(tag)).toBe(role);
  });
});

describe('tagsWithRole', () => {
  it.each<[string[], Role | null, string[]]>([
    [[], 'train', ['train']],
    [['b', 'a'], 'train', ['b', 'a', 'train']],
    [['b', 'setup', 'a'], 'train', ['b', 'train', 'a']],
    [['b', 'nb2prod:setup', 'a', 'train'], 'evaluate', ['b', 'evaluate', 'a']],
    [['b', 'setup', 'a'], null, ['b', 'a']],
    [['setup'], null, []],
    [['a'], null, ['a']],
    // What means the same is left as it was written.
    [['imports'], 'setup', ['imports']],
    [['nb2prod:train', 'x'], 'train', ['nb2prod:train', 'x']],
    [['train', 'setup'], 'train', ['train']],
  ])('%j with %s is %j', (tags, role, expected) => {
    const before = [...tags];
    expect(tagsWithRole(tags, role)).toEqual(expected);
    expect(tags).toEqual(before);
  });
});

it('takes the first role of several', () => {
  expect(roleOfTags(['x', 'predict', 'train'])).toBe('predict');
});

it.each([[undefined], [null], ['train'], [{ train: 1 }], [[1, null, {}]]])(
  'finds no tags in %j',
  value => {
    expect(tagsOf(value)).toEqual([]);
  },
);
