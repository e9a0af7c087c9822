/** The code cells of a notebook as the panel lists them, from the live model alone. */

import type { Role } from './api';
import { roleOfSource } from './marker';
import { roleOfTags, tagsOf } from './tags';

/** What the outline needs of a cell. */
export interface PlainCell {
  id: string;
  cell_type: string;
  source: string;
  metadata: object;
}

export interface CellRow {
  id: string;
  /** Over all cells, from 1, as JupyterLab counts them. */
  number: number;
  firstLine: string;
  /** The nearest heading above. */
  heading: string;
  /** Whether this row is the first one under its heading. */
  opens: boolean;
  role: Role | null;
}

export function sameRows(some: readonly CellRow[], others: readonly CellRow[]): boolean {
  return (
    some.length === others.length &&
    some.every((row, index) => {
      const other = others[index];
      return other !== undefined && sameRow(row, other);
    })
  );
}

export function sameRow(one: CellRow, other: CellRow): boolean {
  return (
    one.id === other.id &&
    one.number === other.number &&
    one.firstLine === other.firstLine &&
    one.heading === other.heading &&
    one.opens === other.opens &&
    one.role === other.role
  );
}

const HEADING = /^ {0,3}#{1,6}\s+(.*?)\s*#*\s*$/;

export function outline(cells: readonly PlainCell[]): CellRow[] {
  const rows: CellRow[] = [];
  let heading = '';
  let opens = true;
  cells.forEach((cell, index) => {
    if (cell.cell_type === 'markdown') {
      const found = lastHeading(cell.source);
      if (found !== null) {
        heading = found;
        opens = true;
      }
    } else if (cell.cell_type === 'code') {
      const role = roleOfCell(cell);
      rows.push({
        id: cell.id,
        number: index + 1,
        firstLine: firstLine(cell.source),
        heading,
        opens,
        role,
      });
      opens = false;
    }
  });
  return rows;
}

/** A tag wins over a first-line comment. */
export function roleOfCell(cell: PlainCell): Role | null {
  const tags: unknown = Reflect.get(cell.metadata, 'tags');
  return roleOfTags(tagsOf(tags)) ?? roleOfSource(cell.source);
}

/** The first line that says what the cell does: code rather than a comment. */
export function firstLine(source: string): string {
  const lines = source.split('\n').map(line => line.trim());
  return lines.find(line => line !== '' && !line.startsWith('#')) ?? lines.find(Boolean) ?? '';
}

function lastHeading(markdown: string): string | null {
  let fenced = false;
  let found: string | null = null;
  for (const line of markdown.split('\n')) {
    if (/^\s*(```|~~~)/.test(line)) {
      fenced = !fenced;
    }
    const text = fenced ? undefined : HEADING.exec(line)?.[1];
    if (text !== undefined) {
      found = plain(text);
    }
  }
  return found;
}

/** The words of a heading without their markup. */
function plain(text: string): string {
  return text.replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[*_`]/g, '');
}
