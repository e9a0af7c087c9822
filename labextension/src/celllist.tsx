/** The list of code cells in the panel. Only the rows in sight and some around them are in the page. */

import type { TranslationBundle } from '@jupyterlab/translation';
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import React, { memo, useCallback, useEffect, useRef } from 'react';
import { flushSync } from 'react-dom';

import type { Diagnostic, Role, Suggestion } from './api';
import { mark } from './marking';
import type { OpenNotebook } from './notebooks';
import { type CellRow, sameRow } from './outline';
import { ROLES } from './roles';
import { RoleSelect } from './roleselect';
import type { SectionProps } from './section';
import { chosenCells, reveal } from './selection';
import { useSignals } from './usesignals';

/** Pixels, as `panel.css` has them. */
const ROW = 24;
const HEADING = 26;
/** Rows above and below those in sight: a notebook of usual length is there as a whole. */
const OVERSCAN = 40;

export function CellList({ notebook, trans }: SectionProps): React.JSX.Element {
  const { panel, live, findings } = notebook;
  const { content } = panel;
  useSignals(live.changed, findings.changed, content.activeCellChanged, content.selectionChanged);
  const list = useRef<HTMLUListElement>(null);
  const activeId = content.activeCell?.model.id ?? '';
  const chosen = new Set(chosenCells(content));
  const rows = live.rows;
  const activeIndex = rows.findIndex(row => row.id === activeId);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => list.current?.parentElement ?? null,
    estimateSize: useCallback(
      (index: number) => (hasHeading(rows[index]) ? HEADING + ROW : ROW),
      [rows],
    ),
    // A new one makes the list measure its rows anew: they come and go with edits.
    getItemKey: useCallback((index: number) => rows[index]?.id ?? index, [rows]),
    // The active row stays, wherever the list is scrolled to: it may have the focus, and Tab leads to it.
    rangeExtractor: range =>
      [...new Set([...defaultRangeExtractor(range), activeIndex])]
        .filter(index => index >= 0)
        .sort((one, other) => one - other),
    overscan: OVERSCAN,
    paddingStart: 2,
    paddingEnd: 8,
  });
  useEffect(() => {
    if (activeIndex >= 0) {
      virtual.scrollToIndex(activeIndex, { align: 'auto' });
    }
    // Rows that move while the active cell stays must not scroll the list.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [virtual, activeId]);

  if (rows.length === 0) {
    return <p className="nb2prod-Hint">{trans.__('The notebook has no code cells.')}</p>;
  }
  const items = virtual.getVirtualItems();
  const tabStop = activeIndex >= 0 ? activeIndex : items[0]?.index;

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
        // Drawn before it gets the focus; a row next to the active one may have been out of the page.
        flushSync(() => reveal(content, next.id));
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
      style={{ height: virtual.getTotalSize() }}
      onKeyDown={onKeyDown}
      aria-label={trans.__('Code cells and their roles')}
    >
      {items.map(({ index, start }) => {
        const row = rows[index];
        return row === undefined ? null : (
          <Row
            key={row.id}
            row={row}
            place={index + 1}
            count={rows.length}
            top={start}
            active={index === activeIndex}
            chosen={chosen.has(row.id)}
            tabIndex={index === tabStop ? 0 : -1}
            suggestion={findings.suggestionOf(row.id)}
            worst={worst(findings.diagnosticsOf(row.id))}
            later={laterRoles(notebook, row.id)}
            trans={trans}
            actions={{ setRole, choose }}
          />
        );
      })}
    </ul>
  );
}

function hasHeading(row: CellRow | undefined): boolean {
  return row !== undefined && row.opens && row.heading !== '';
}

interface RowProps {
  row: CellRow;
  /** Among all rows, from 1. */
  place: number;
  count: number;
  /** Pixels from the top of the list. */
  top: number;
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
    same('place') &&
    same('count') &&
    same('top') &&
    same('active') &&
    same('tabIndex') &&
    same('suggestion') &&
    same('worst') &&
    same('later')
  );
});

function CellListRow(props: RowProps): React.JSX.Element {
  const { row, suggestion, worst: finding, trans, tabIndex } = props;
  const { top } = props;
  const headed = hasHeading(row);
  const ghost = row.role === null && suggestion?.tagged === false ? suggestion.role : null;
  return (
    <>
      {headed && (
        <li className="nb2prod-Heading" aria-hidden="true" style={{ top }}>
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
        aria-posinset={props.place}
        aria-setsize={props.count}
        style={{ top: headed ? top + HEADING : top }}
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
