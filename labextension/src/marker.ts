/** Roles that stand in comments: `# nb2prod: train` in front of the code of a cell. */

import type { Role } from './api';
import { roleOfTag } from './tags';

const MARKER = /^#\s*nb2prod:\s*(.*?)\s*$/;

/** The index of the line with the marker that gives the whole cell its role, or -1. */
export function firstMarker(source: string): number {
  const lines = source.split('\n');
  const code = lines.findIndex(line => line.trim() !== '' && !line.startsWith('#'));
  const leading = code < 0 ? lines : lines.slice(0, code);
  return leading.findIndex(line => roleOfLine(line) !== null);
}

/** The role that a first line gives to a cell without a tag. */
export function roleOfSource(source: string): Role | null {
  const place = firstMarker(source);
  return place < 0 ? null : roleOfLine(source.split('\n')[place] ?? '');
}

/** Where the text of the first marker starts and ends, its line break included, or null. */
export function firstMarkerRange(source: string): { start: number; end: number } | null {
  const place = firstMarker(source);
  if (place < 0) {
    return null;
  }
  const lines = source.split('\n');
  const start = lines.slice(0, place).reduce((sum, line) => sum + line.length + 1, 0);
  return { start, end: Math.min(start + (lines[place]?.length ?? 0) + 1, source.length) };
}

function roleOfLine(line: string): Role | null {
  const match = MARKER.exec(line);
  return match?.[1] === undefined ? null : roleOfTag(match[1]);
}
