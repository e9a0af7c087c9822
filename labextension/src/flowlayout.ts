/** Where the boxes, words and lines of the flow picture stand. Sizes are in pixels. */

import type { Plan, Role } from './api';

export interface FlowBox {
  /** The function's name, or `parameters` or `results`. */
  key: string;
  role: Role | null;
  title: string;
  /** The cells that it comes from. */
  cells: readonly { number: number; id: string }[];
  y: number;
  height: number;
  /** The variables that it gives to others. */
  names: FlowName[];
}

export interface FlowName {
  name: string;
  x: number;
  y: number;
  width: number;
}

export interface FlowLine {
  source: string;
  target: string;
  names: readonly string[];
  /** Counted from the boxes outwards. */
  lane: number;
  from: number;
  to: number;
}

export interface FlowLayout {
  boxes: FlowBox[];
  lines: FlowLine[];
  boxWidth: number;
  height: number;
}

export const LETTER = 6.7;
export const LANE = 11;
const TITLE = 28;
const ROW = 22;
export const CHIP = 18;
const GAP = 14;
const PADDING = 10;
const TIP = 12;

export const PARAMETERS = 'parameters';
export const RESULTS = 'results';

export function flowLayout(plan: Plan, width: number): FlowLayout {
  const order = [PARAMETERS, ...plan.stages.map(stage => stage.function), RESULTS];
  const arrows = plan.arrows
    .map(arrow => ({
      ...arrow,
      start: order.indexOf(arrow.source),
      end: order.indexOf(arrow.target),
    }))
    .filter(arrow => arrow.start >= 0 && arrow.end > arrow.start);
  const lanes = lanesOf(arrows);
  const used = Math.max(0, ...lanes.map(lane => lane + 1));
  const boxWidth = Math.max(120, width - used * LANE - TIP - 4);
  const boxes: FlowBox[] = [];
  let y = 1;
  for (const key of order) {
    const stage = plan.stages.find(found => found.function === key);
    const names = namesOf(plan, key);
    if (stage === undefined && names.length === 0) {
      continue;
    }
    const box = {
      key,
      role: stage?.role ?? null,
      title: stage === undefined ? key : `${stage.function}()`,
      cells: stage?.cells ?? [],
      y,
      names: wrapped(names, boxWidth, y + TITLE),
    };
    const rows = new Set(box.names.map(name => name.y)).size;
    const height = TITLE + rows * ROW + (rows > 0 ? 6 : 0);
    boxes.push({ ...box, height });
    y += height + GAP;
  }
  return { boxes, lines: linesOf(arrows, lanes, boxes), boxWidth, height: y - GAP + 2 };
}

interface Span {
  start: number;
  end: number;
}

/** Lines that run side by side get lanes of their own; short ones stand inside. */
export function lanesOf(spans: readonly Span[]): number[] {
  const lanes = spans.map(() => 0);
  const taken: Span[][] = [];
  const byLength = spans
    .map((span, index) => ({ span, index }))
    .sort((one, other) => one.span.end - one.span.start - (other.span.end - other.span.start));
  for (const { span, index } of byLength) {
    const free = taken.findIndex(lane =>
      lane.every(other => span.end <= other.start || other.end <= span.start),
    );
    const lane = free < 0 ? taken.length : free;
    (taken[lane] ??= []).push(span);
    lanes[index] = lane;
  }
  return lanes;
}

function namesOf(plan: Plan, key: string): readonly string[] {
  if (key === PARAMETERS) {
    return plan.parameters.map(parameter => parameter.name);
  }
  if (key === RESULTS) {
    return plan.results;
  }
  return plan.stages.find(stage => stage.function === key)?.gives ?? [];
}

function wrapped(names: readonly string[], boxWidth: number, top: number): FlowName[] {
  const placed: FlowName[] = [];
  let x = PADDING;
  let y = top;
  for (const name of names) {
    const width = Math.min(name.length * LETTER + 14, boxWidth - 2 * PADDING);
    if (x > PADDING && x + width > boxWidth - PADDING) {
      x = PADDING;
      y += ROW;
    }
    placed.push({ name, x, y, width });
    x += width + 5;
  }
  return placed;
}

/** Lines leave a box at its foot and reach one at its title, spread so that they can be told apart. */
function linesOf(
  arrows: readonly (Span & { source: string; target: string; names: string[] })[],
  lanes: readonly number[],
  boxes: readonly FlowBox[],
): FlowLine[] {
  const boxOf = new Map(boxes.map(box => [box.key, box]));
  const lines: FlowLine[] = [];
  arrows.forEach((arrow, index) => {
    const source = boxOf.get(arrow.source);
    const target = boxOf.get(arrow.target);
    if (source !== undefined && target !== undefined) {
      const leaving = arrows.filter(other => other.source === arrow.source);
      const reaching = arrows.filter(other => other.target === arrow.target);
      const out = leaving.indexOf(arrow);
      const into = reaching.indexOf(arrow);
      lines.push({
        source: arrow.source,
        target: arrow.target,
        names: arrow.names,
        lane: lanes[index] ?? 0,
        from: source.y + source.height - spread(out, leaving.length, source.height / 2),
        to: target.y + spread(into, reaching.length, Math.min(TITLE, target.height)),
      });
    }
  });
  return lines;
}

function spread(place: number, count: number, room: number): number {
  return ((place + 1) * room) / (count + 1);
}
