/** The list of code cells in the panel. */

import type { TranslationBundle } from '@jupyterlab/translation';
import React, { memo, useEffect, useRef } from 'react';

import type { Diagnostic, Role, Suggestion } from './api';
import { mark } from './marking';
import type { OpenNotebook } from './notebooks';
import { type CellRow, sameRow } from './outline';
import { ROLES } from './roles';
import { RoleSelect } from './roleselect';
import type { SectionProps } from './section';
import { chosenCells, reveal } from './selection';
import { useSignals } from './usesignals';

export function CellList({ notebook, trans }: SectionProps): React.JSX.Element {
  const { panel, live, findings } = notebook;
  const { content } = panel;
  useSignals(live.changed, findings.changed, content.activeCellChanged, content.selectionChanged);
  const list = useRef<HTMLUListElement>(null);
  const activeId = content.activeCell?.model.id ?? '';
  const chosen = new Set(chosenCells(content));

  useEffect(() => {
    list.current
      ?.querySelector(`[data-cell="${CSS.escape(activeId)}"]`)
      ?.scrollIntoView({ block: 'nearest' });
  }, [activeId]);

  const rows = live.rows;
  if (rows.length === 0) {
    return <p className="nb2prod-Hint">{trans.__('The notebook has no code cells.')}</p>;
  }
  const tabStop = rows.some(row => row.id === activeId) ? activeId : rows[0]?.id;

  const setRole = (id: string, role: Role | null): void => {
    // A choice in one of several selected rows is meant for all of them.
    const ids = chosen.has(id) ? [...chosen] : [id];
    if (live.sharedModel !== null) {
      mark(
        live.sharedModel,
        ids.map(each => ({ id: each, role })),
      );
    }
  };
  const choose = (id: string, event: React.MouseEvent): void => {
    if (event.ctrlKey || event.metaKey) {
      const cell = content.widgets.find(each => each.model.id === id);
      if (cell !== undefined && content.isSelected(cell)) {
        content.deselect(cell);
      } else if (cell !== undefined) {
        if (content.activeCell !== null) {
          content.select(content.activeCell);
        }
        content.select(cell);
      }
    } else if (event.shiftKey) {
      const index = content.widgets.findIndex(each => each.model.id === id);
      content.extendContiguousSelectionTo(index);
      void content.scrollToItem(index, 'smart');
    } else {
      reveal(content, id);
    }
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const row = (event.target as HTMLElement).closest<HTMLElement>('[data-cell]');
    const place = rows.findIndex(each => each.id === row?.dataset.cell);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const onButton = event.target instanceof HTMLButtonElement;
    if (!onButton || place < 0 || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (step !== undefined) {
      const next = rows[place + step];
      if (next !== undefined) {
        reveal(content, next.id);
        list.current
          ?.querySelector<HTMLElement>(`[data-cell="${CSS.escape(next.id)}"] .nb2prod-Row-jump`)
          ?.focus();
      }
      event.preventDefault();
    } else if (/^[0-7]$/.test(event.key)) {
      setRole(rows[place]?.id ?? '', ROLES[Number(event.key) - 1] ?? null);
      event.preventDefault();
    }
  };

  return (
    <ul
      className="nb2prod-CellList"
      ref={list}
      onKeyDown={onKeyDown}
      aria-label={trans.__('Code cells and their roles')}
    >
      {rows.map(row => (
        <Row
          key={row.id}
          row={row}
          active={row.id === activeId}
          chosen={chosen.has(row.id)}
          tabIndex={row.id === tabStop ? 0 : -1}
          suggestion={findings.suggestionOf(row.id)}
          worst={worst(findings.diagnosticsOf(row.id))}
          later={laterRoles(notebook, row.id)}
          trans={trans}
          actions={{ setRole, choose }}
        />
      ))}
    </ul>
  );
}

interface RowProps {
  row: CellRow;
  active: boolean;
  chosen: boolean;
  tabIndex: number;
  suggestion: Suggestion | null;
  worst: Diagnostic | null;
  later: string;
  trans: TranslationBundle;
  actions: {
    setRole(id: string, role: Role | null): void;
    choose(id: string, event: React.MouseEvent): void;
  };
}

/** What a row shows decides whether it is drawn again; its actions always mean the newest state. */
const Row = memo(CellListRow, (before, after) => {
  const same = (key: Exclude<keyof RowProps, 'row' | 'actions'>): boolean =>
    before[key] === after[key];
  return (
    !before.chosen &&
    !after.chosen &&
    sameRow(before.row, after.row) &&
    same('active') &&
    same('tabIndex') &&
    same('suggestion') &&
    same('worst') &&
    same('later')
  );
});

function CellListRow(props: RowProps): React.JSX.Element {
  const { row, suggestion, worst: finding, trans, tabIndex } = props;
  const ghost = row.role === null && suggestion?.tagged === false ? suggestion.role : null;
  return (
    <>
      {row.opens && row.heading !== '' && (
        <li className="nb2prod-Heading" aria-hidden="true">
          {row.heading}
        </li>
      )}
      <li
        className="nb2prod-Row"
        data-cell={row.id}
        data-active={props.active}
        data-chosen={props.chosen}
        data-nb2prod-role={row.role ?? ''}
        aria-current={props.active ? 'true' : undefined}
      >
        <button
          type="button"
          className="nb2prod-Row-jump"
          tabIndex={tabIndex}
          title={trans.__('Go to cell %1', row.number)}
          onClick={event => props.actions.choose(row.id, event)}
        >
          <span className="nb2prod-Row-number">{row.number}</span>
          {finding !== null && (
            <span
              className="nb2prod-Row-finding"
              data-nb2prod-severity={finding.severity}
              role="img"
              aria-label={`${finding.severity}: ${finding.message}`}
              title={finding.message}
            >
              {finding.severity === 'error' ? '✕' : finding.severity === 'warning' ? '!' : 'i'}
            </span>
          )}
          <code className="nb2prod-Row-code">{row.firstLine || trans.__('(empty)')}</code>
        </button>
        {ghost !== null && (
          <button
            type="button"
            className="nb2prod-Button nb2prod-Row-accept"
            tabIndex={tabIndex}
            title={suggestion?.reason}
            aria-label={trans.__('Accept %1 for cell %2', ghost, row.number)}
            onClick={() => props.actions.setRole(row.id, ghost)}
          >
            ✓
          </button>
        )}
        {props.later !== '' && <span className="nb2prod-Row-later">{props.later}</span>}
        <RoleSelect
          role={row.role}
          suggested={ghost}
          label={trans.__('Role of cell %1', row.number)}
          tabIndex={tabIndex}
          trans={trans}
          onChange={role => props.actions.setRole(row.id, role)}
        />
      </li>
    </>
  );
}

function worst(found: readonly Diagnostic[]): Diagnostic | null {
  const rank = ['error', 'warning', 'note'];
  return (
    [...found].sort((one, other) => rank.indexOf(one.severity) - rank.indexOf(other.severity))[0] ??
    null
  );
}

/** The roles that comments inside the cell switch to, with an arrow. */
function laterRoles({ findings }: OpenNotebook, id: string): string {
  return findings
    .laterRolesOf(id)
    .map(role => `→ ${role ?? '–'}`)
    .join(' ');
}
