/** A conversion in words. */

import type { TranslationBundle } from '@jupyterlab/translation';

import type { Job } from './api';

export function describePhase(job: Job, trans: TranslationBundle): string {
  const words = phaseWords(job, trans);
  return job.total > 0 ? trans.__('%1 (%2 of %3)', words, job.done, job.total) : words;
}

function phaseWords(job: Job, trans: TranslationBundle): string {
  if (job.state === 'queued') {
    return trans.__('Waits for its turn');
  }
  switch (job.phase) {
    case 'recording':
      return job.cell === null
        ? trans.__('Runs the notebook')
        : trans.__('Runs the notebook: cell %1', job.cell);
    case 'proving':
      return trans.__('Runs the package and compares it');
    case 'writing':
      return trans.__('Writes the package');
    default:
      return trans.__('Reads the notebook');
  }
}

export interface VerdictWords {
  title: string;
  words: string;
  tone: 'good' | 'doubtful' | 'bad' | 'plain';
  /** Refused only because somebody edited the package. */
  canForce: boolean;
}

/** The code of the diagnostic that says that a package was edited. */
const EDITED = 'NB402';

export function describeVerdict(job: Job, trans: TranslationBundle): VerdictWords {
  const told = job.verdict?.words ?? job.message;
  const canForce = job.diagnostics.some(found => found.code === EDITED);
  const say = (title: string, tone: VerdictWords['tone']): VerdictWords => ({
    title,
    words: withoutTitle(told, title),
    tone,
    canForce,
  });
  if (job.state === 'cancelled') {
    return { ...say(trans.__('Cancelled'), 'plain'), words: trans.__('Nothing was written.') };
  }
  if (job.state === 'crashed') {
    return say(trans.__('The conversion broke off'), 'bad');
  }
  switch (job.verdict?.kind) {
    case 'identical': {
      const warned = job.diagnostics.some(found => found.severity === 'warning');
      return say(trans.__('Identical to the notebook'), warned ? 'doubtful' : 'good');
    }
    case 'close':
      return say(trans.__('Close'), 'doubtful');
    case 'unstable':
      return say(trans.__('Unstable'), 'doubtful');
    case 'unproved':
      return say(trans.__('Not proved'), 'doubtful');
    case 'differs':
      return say(trans.__('Differs'), 'bad');
    default:
      return say(trans.__('Refused'), 'bad');
  }
}

/** What the title has said already is not said again. */
function withoutTitle(words: string, title: string): string {
  const rest = words.startsWith(title) ? words.slice(title.length) : words;
  return rest.replace(/^[.:,]?\s+/, '');
}
