import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it } from 'vitest';

import type { Job } from '../src/api';
import { isActive } from '../src/jobs';
import { describePhase, describeVerdict } from '../src/jobwords';

const trans = nullTranslator.load('nb2prod');

const job = (facts: Partial<Job>): Job => ({
  id: '1',
  path: 'a.ipynb',
  state: 'done',
  phase: '',
  done: 0,
  total: 0,
  cell: null,
  verdict: null,
  diagnostics: [],
  package: null,
  files: [],
  report: null,
  message: '',
  ...facts,
});

it.each<[Job['state'], boolean]>([
  ['queued', true],
  ['running', true],
  ['done', false],
  ['refused', false],
  ['cancelled', false],
  ['crashed', false],
])('%s is active: %s', (state, active) => {
  expect(isActive(job({ state }))).toBe(active);
});

it('says where a conversion is', () => {
  const running = job({ state: 'running', phase: 'recording', cell: 6, done: 2, total: 9 });
  expect(describePhase(running, trans)).toBe('Runs the notebook: cell 6 (2 of 9)');
  expect(describePhase(job({ state: 'queued' }), trans)).toBe('Waits for its turn');
});

describe('the verdict', () => {
  it('does not repeat its title', () => {
    const verdict = {
      kind: 'identical',
      words: 'Identical to the notebook. All 3 values.',
    } as const;
    const { title, words, tone } = describeVerdict(job({ verdict }), trans);
    expect([title, words, tone]).toEqual(['Identical to the notebook', 'All 3 values.', 'good']);
  });

  it('is doubtful where a warning comes with it', () => {
    const verdict = { kind: 'identical', words: '' } as const;
    const diagnostics = [{ severity: 'warning' } as Job['diagnostics'][number]];
    expect(describeVerdict(job({ verdict, diagnostics }), trans).tone).toBe('doubtful');
  });

  it('is never good where nothing is proved', () => {
    for (const kind of ['close', 'unstable', 'differs', 'unproved', 'refused'] as const) {
      expect(describeVerdict(job({ verdict: { kind, words: '' } }), trans).tone).not.toBe('good');
    }
    expect(describeVerdict(job({ state: 'crashed' }), trans).tone).toBe('bad');
    expect(describeVerdict(job({ state: 'refused' }), trans).tone).toBe('bad');
    expect(describeVerdict(job({ state: 'cancelled' }), trans).tone).toBe('plain');
  });

  it('offers to replace a package only where it was edited', () => {
    const edited = {
      code: 'NB402',
      severity: 'error',
      message: '',
      hint: '',
      cell: null,
      cell_id: null,
      line: null,
      mend: null,
      mend_cell: null,
      mend_cell_id: null,
    } as const;
    expect(describeVerdict(job({ state: 'refused' }), trans).canForce).toBe(false);
    const refused = job({ state: 'refused', diagnostics: [edited] });
    expect(describeVerdict(refused, trans).canForce).toBe(true);
  });
});
