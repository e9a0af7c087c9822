import { expect, it } from 'vitest';

import type { Plan, Stage } from '../src/api';
import { flowLayout, lanesOf } from '../src/flowlayout';

const stage = (name: string, gives: string[]): Stage => ({
  role: 'train',
  function: name,
  module: 'm',
  heading: '',
  cells: [{ number: 1, id: 'a' }],
  takes: [],
  gives,
});

const PLAN: Plan = {
  name: 'p',
  title: 'P',
  parameters: [{ name: 'SEED', default: '1', cell_id: 'a' }],
  results: ['model'],
  stages: [
    stage('prepare', ['X', 'a_rather_long_name', 'another_long_name']),
    stage('fit', ['model']),
  ],
  arrows: [
    { source: 'parameters', target: 'fit', names: ['SEED'] },
    { source: 'prepare', target: 'fit', names: ['X'] },
    { source: 'fit', target: 'results', names: ['model'] },
    { source: 'fit', target: 'nowhere', names: ['model'] },
  ],
  inferred: { input: '', target: '', prediction: '' },
};

it('stacks boxes that do not touch', () => {
  const { boxes, height } = flowLayout(PLAN, 300);
  expect(boxes.map(box => box.title)).toEqual(['parameters', 'prepare()', 'fit()', 'results']);
  boxes.slice(1).forEach((box, place) => {
    const above = boxes[place];
    expect(box.y).toBeGreaterThan((above?.y ?? 0) + (above?.height ?? 0));
  });
  const last = boxes.at(-1);
  expect(height).toBeGreaterThanOrEqual((last?.y ?? 0) + (last?.height ?? 0));
});

it('keeps names inside their boxes', () => {
  const { boxes, boxWidth } = flowLayout(PLAN, 220);
  for (const box of boxes) {
    for (const name of box.names) {
      expect(name.x + name.width).toBeLessThanOrEqual(boxWidth);
      expect(name.y + 18).toBeLessThanOrEqual(box.y + box.height);
    }
  }
});

it('draws a line for each arrow between boxes that exist', () => {
  const { lines } = flowLayout(PLAN, 300);
  expect(lines.map(line => [line.source, line.target, line.lane])).toEqual([
    ['parameters', 'fit', 1],
    ['prepare', 'fit', 0],
    ['fit', 'results', 0],
  ]);
  lines.forEach(line => expect(line.to).toBeGreaterThan(line.from));
});

it('leaves out what is empty', () => {
  const bare = { ...PLAN, parameters: [], results: [], arrows: [] };
  expect(flowLayout(bare, 300).boxes.map(box => box.key)).toEqual(['prepare', 'fit']);
});

it('gives lines that run side by side lanes of their own', () => {
  const spans = [
    { start: 0, end: 3 },
    { start: 0, end: 1 },
    { start: 1, end: 2 },
    { start: 0, end: 2 },
  ];
  expect(lanesOf(spans)).toEqual([2, 0, 0, 1]);
});
