/** The head of the panel: convert, its progress, and the verdict. */

import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import React from 'react';

import type { Diagnostic, Job } from './api';
import { CommandIDs } from './commandids';
import { pieces } from './inlinecode';
import { type IJobs, isActive } from './jobs';
import { describePhase, describeVerdict } from './jobwords';
import { mend } from './mending';
import type { INotebooks, OpenNotebook } from './notebooks';
import { reveal } from './selection';
import { useSignals } from './usesignals';
import { Welcome } from './welcome';

interface Parts {
  notebooks: INotebooks;
  jobs: IJobs;
  commands: CommandRegistry;
  trans: TranslationBundle;
  openReport(job: Job): void;
  openFile(path: string): void;
}

export class ConvertBoxView extends ReactWidget {
  constructor(private readonly parts: Parts) {
    super();
    this.addClass('nb2prod-Head');
  }

  override render(): React.JSX.Element {
    return <ConvertBox {...this.parts} />;
  }
}

function ConvertBox(parts: Parts): React.JSX.Element {
  const { notebooks, jobs, commands, trans } = parts;
  const current = notebooks.current;
  useSignals(
    notebooks.currentChanged,
    jobs.changed,
    current?.live.changed,
    current?.findings.changed,
  );
  if (current === null) {
    return <Welcome notebook={null} commands={commands} trans={trans} />;
  }
  const job = jobs.of(current.path());
  const run = (id: string, args = {}) => void commands.execute(id, args);
  const untagged = current.live.rows.every(row => row.role === null);
  const { open, suggesting, trouble, waiting } = current.findings;
  const ghosts = open.filter(found => !found.tagged).length;
  const splits = open.filter(found => found.splits.length > 0).length;
  return (
    <div className="nb2prod-Head-content">
      {untagged && !suggesting && <Welcome notebook={current} commands={commands} trans={trans} />}
      <div className="nb2prod-Head-buttons">
        {isActive(job) && job !== null ? (
          <button type="button" className="nb2prod-Button" onClick={() => run(CommandIDs.cancel)}>
            {trans.__('Cancel')}
          </button>
        ) : (
          <button
            type="button"
            className="nb2prod-Button nb2prod-mod-main"
            disabled={untagged}
            title={trans.__('Save the notebook and write its package beside it')}
            onClick={() => run(CommandIDs.convert)}
          >
            {trans.__('Convert')}
          </button>
        )}
        <button type="button" className="nb2prod-Button" onClick={() => run(CommandIDs.preview)}>
          {trans.__('Preview')}
        </button>
        {!suggesting && !untagged && (
          <button type="button" className="nb2prod-Button" onClick={() => run(CommandIDs.suggest)}>
            {trans.__('Suggest roles')}
          </button>
        )}
      </div>
      {suggesting && (
        <div className="nb2prod-Head-buttons">
          <span className="nb2prod-Head-words" role="status">
            {ghosts > 0
              ? trans._n('%1 suggested role', '%1 suggested roles', ghosts)
              : waiting
                ? trans.__('Reads the notebook')
                : splits > 0
                  ? trans._n('%1 cell does two jobs', '%1 cells do two jobs', splits)
                  : trans.__('Nothing more to suggest')}
          </span>
          {ghosts > 0 && (
            <button
              type="button"
              className="nb2prod-Button nb2prod-mod-main"
              onClick={() => run(CommandIDs.acceptSuggestions)}
            >
              {trans.__('Accept all')}
            </button>
          )}
          <button
            type="button"
            className="nb2prod-Button"
            onClick={() => run(CommandIDs.dismissSuggestions)}
          >
            {ghosts > 0 ? trans.__('Dismiss') : trans.__('Done')}
          </button>
        </div>
      )}
      {trouble !== '' && (
        <p className="nb2prod-Trouble" role="alert">
          {trouble}
        </p>
      )}
      {job !== null && <JobState job={job} current={current} parts={parts} />}
      {!untagged && (
        <GeneralFindings
          found={(current.findings.analysis?.diagnostics ?? []).filter(
            found => !isTold(found, job),
          )}
          current={current}
          trans={trans}
        />
      )}
    </div>
  );
}

function JobState({
  job,
  current,
  parts,
}: {
  job: Job;
  current: OpenNotebook;
  parts: Parts;
}): React.JSX.Element {
  const { trans, commands } = parts;
  if (isActive(job)) {
    return (
      <div className="nb2prod-Job">
        <progress
          className="nb2prod-Progress"
          aria-label={trans.__('Conversion')}
          max={job.total || 1}
          value={job.total > 0 ? job.done : undefined}
        />
        <span role="status">{describePhase(job, trans)}</span>
      </div>
    );
  }
  const verdict = describeVerdict(job, trans);
  const started = parts.jobs.startedAt(job);
  const edited = started !== null && started < current.live.changes;
  const told = toldBy(job);
  const said = told.some(found => verdict.words.includes(found.message));
  return (
    <div className="nb2prod-Job" data-nb2prod-tone={edited ? 'plain' : verdict.tone}>
      <div className="nb2prod-Verdict" role="status">
        <strong>{verdict.title}</strong>
        {edited && <em>{trans.__('Before your last changes.')}</em>}
        {verdict.words !== '' && !said && (
          <span>
            <Words text={verdict.words} />
          </span>
        )}
      </div>
      {told.map((found, index) => (
        <FindingLine key={index} found={found} current={current} trans={trans} />
      ))}
      <div className="nb2prod-Head-buttons">
        {job.report !== null && (
          <button type="button" className="nb2prod-Button" onClick={() => parts.openReport(job)}>
            {trans.__('Report')}
          </button>
        )}
        {verdict.canForce && (
          <button
            type="button"
            className="nb2prod-Button"
            title={trans.__('A backup of the edited package is kept')}
            onClick={() => void commands.execute(CommandIDs.convert, { force: true })}
          >
            {trans.__('Replace it')}
          </button>
        )}
      </div>
      {job.files.length > 0 && (
        <details className="nb2prod-Files">
          <summary>
            {trans._n('%1 file in %2', '%1 files in %2', job.files.length, job.package ?? '')}
          </summary>
          <ul>
            {job.files.map(path => (
              <li key={path}>
                <button type="button" className="nb2prod-Link" onClick={() => parts.openFile(path)}>
                  {job.package !== null && path.startsWith(`${job.package}/`)
                    ? path.slice(job.package.length + 1)
                    : path}
                </button>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

/** What a conversion found that a person should know; its notes stand in the report. */
function toldBy(job: Job): readonly Diagnostic[] {
  return job.diagnostics.filter(found => job.state !== 'done' || found.severity !== 'note');
}

/** Whether the conversion's own words are shown, and are the same. */
function isTold(found: Diagnostic, job: Job | null): boolean {
  const told = job === null || isActive(job) ? [] : toldBy(job);
  return told.some(each => each.message === found.message && each.cell_id === found.cell_id);
}

/** Words with code in them. */
function Words({ text }: { text: string }): React.JSX.Element {
  return (
    <>
      {pieces(text).map((piece, index) =>
        piece.code ? <code key={index}>{piece.text}</code> : piece.text,
      )}
    </>
  );
}

/** What was found about the notebook as a whole; findings about a cell stand on it. */
function GeneralFindings(props: {
  found: readonly Diagnostic[];
  current: OpenNotebook;
  trans: TranslationBundle;
}): React.JSX.Element | null {
  const { found, current, trans } = props;
  const errors = found.filter(each => each.severity === 'error' && each.cell_id !== null);
  const general = found.filter(each => each.cell_id === null);
  if (errors.length + general.length === 0) {
    return null;
  }
  return (
    <div className="nb2prod-General" role="status">
      {[...general, ...errors].map((each, index) => (
        <FindingLine key={index} found={each} current={current} trans={trans} />
      ))}
    </div>
  );
}

function FindingLine(props: {
  found: Diagnostic;
  current: OpenNotebook;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { found, current, trans } = props;
  return (
    <div className="nb2prod-Finding" data-nb2prod-severity={found.severity} title={found.hint}>
      {found.cell_id !== null && found.cell !== null && (
        <button
          type="button"
          className="nb2prod-Link"
          onClick={() => reveal(current.panel.content, found.cell_id ?? '')}
        >
          {trans.__('cell %1', found.cell)}
        </button>
      )}
      <span className="nb2prod-Finding-text">
        <Words text={found.message} />
      </span>
      {found.mend !== null && (
        <button type="button" className="nb2prod-Button" onClick={() => mend(current, found)}>
          {trans.__('Tag cell %1 %2', found.mend_cell, found.mend)}
        </button>
      )}
    </div>
  );
}
