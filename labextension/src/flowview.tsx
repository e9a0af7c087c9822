/** The live picture of stages and of the variables that flow between them. */

import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useEffect, useRef, useState } from 'react';

import type { Place, Variable } from './api';
import {
  CHIP,
  type FlowBox,
  type FlowLayout,
  type FlowLine,
  LANE,
  LETTER,
  flowLayout,
} from './flowlayout';
import type { SectionProps } from './section';
import { reveal, revealLine } from './selection';
import { useSignals } from './usesignals';

export function Flow({ notebook, trans }: SectionProps): React.JSX.Element {
  const { findings, panel } = notebook;
  useSignals(findings.changed, panel.content.activeCellChanged);
  const [chosen, choose] = useState<string | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const plan = findings.analysis?.plan ?? findings.lastPlan;
  const old = findings.analysis !== null && findings.analysis.plan === null;
  const variable = findings.analysis?.variables.find(found => found.name === chosen);
  const empty = plan === null || (plan.stages.length === 0 && plan.parameters.length === 0);
  const activeId = panel.content.activeCell?.model.id ?? '';
  return (
    <div className="nb2prod-Flow" ref={frame} data-old={old}>
      {old && !empty && <p className="nb2prod-Hint">{trans.__('As it was before the errors.')}</p>}
      {empty ? (
        <p className="nb2prod-Hint">
          {trans.__('Stages appear here once cells have roles and the notebook has no errors.')}
        </p>
      ) : (
        <FlowPicture
          layout={flowLayout(plan, width)}
          width={width}
          chosen={chosen}
          activeId={activeId}
          trans={trans}
          onVariable={name => {
            choose(name);
            const first = findings.analysis?.variables.find(found => found.name === name)
              ?.bindings[0];
            if (first !== undefined) {
              reveal(panel.content, first.cell_id);
            }
          }}
          onStage={box => {
            const first = box.cells[0];
            if (first !== undefined) {
              reveal(panel.content, first.id);
            }
          }}
        />
      )}
      {variable !== undefined && (
        <Places
          variable={variable}
          trans={trans}
          onPlace={place => void revealLine(panel.content, place.cell_id, place.line)}
          onClose={() => choose(null)}
        />
      )}
    </div>
  );
}

interface PictureProps {
  layout: FlowLayout;
  width: number;
  chosen: string | null;
  activeId: string;
  trans: TranslationBundle;
  onVariable(name: string): void;
  onStage(box: FlowBox): void;
}

function FlowPicture(props: PictureProps): React.JSX.Element {
  const { layout, width, trans } = props;
  const [hovered, hover] = useState<string | null>(null);
  const lit = hovered ?? props.chosen;
  const carries = (line: FlowLine): boolean => lit !== null && line.names.includes(lit);
  const roleOf = new Map(layout.boxes.map(box => [box.key, box.role]));
  return (
    <svg
      className="nb2prod-FlowPicture"
      width={width}
      height={layout.height}
      viewBox={`0 0 ${width} ${layout.height}`}
      role="group"
      aria-label={trans.__('Stages and the variables that flow between them')}
    >
      {[...layout.lines]
        .sort((one, other) => Number(carries(one)) - Number(carries(other)))
        .map(line => (
          <g
            key={`${line.source}>${line.target}`}
            className="nb2prod-FlowLine"
            data-lit={carries(line)}
            data-dim={lit !== null && !carries(line)}
            data-nb2prod-role={roleOf.get(line.source) ?? ''}
          >
            <title>{`${line.source} → ${line.target}: ${line.names.join(', ')}`}</title>
            <path className="nb2prod-FlowLine-path" d={linePath(line, layout.boxWidth)} />
            <path
              className="nb2prod-FlowLine-tip"
              d={`M ${layout.boxWidth + 1} ${line.to} l 6 -3.5 v 7 z`}
            />
          </g>
        ))}
      {layout.boxes.map(box => (
        <Box key={box.key} box={box} {...props} onHover={hover} />
      ))}
    </svg>
  );
}

function Box(
  props: PictureProps & { box: FlowBox; onHover(name: string | null): void },
): React.JSX.Element {
  const { box, layout, trans, chosen } = props;
  const active = box.cells.some(cell => cell.id === props.activeId);
  const numbers = box.cells.map(cell => cell.number).join(', ');
  const room = Math.floor((layout.boxWidth - 34 - box.title.length * 7.3) / 6);
  const where =
    numbers === '' ? '' : cut(trans._n('cell %2', 'cells %2', box.cells.length, numbers), room);
  return (
    <g className="nb2prod-FlowBox" data-nb2prod-role={box.role ?? ''} data-active={active}>
      <rect
        className="nb2prod-FlowBox-frame"
        x={0.5}
        y={box.y}
        width={layout.boxWidth - 1}
        height={box.height}
        rx={4}
      />
      {box.role !== null && (
        <rect
          className="nb2prod-FlowBox-stripe"
          x={0.5}
          y={box.y}
          width={4}
          height={box.height}
          rx={2}
        />
      )}
      <g
        className="nb2prod-FlowBox-title"
        {...(box.role === null ? {} : pressable(() => props.onStage(box)))}
        aria-label={`${box.title}: ${box.role ?? ''} ${where}`}
      >
        <title>{numbers === '' ? box.title : `${box.role ?? ''}: ${numbers}`}</title>
        <rect
          className="nb2prod-FlowBox-hit"
          x={6}
          y={box.y + 3}
          width={layout.boxWidth - 10}
          height={22}
          rx={3}
        />
        <text x={12} y={box.y + 18} className="nb2prod-FlowBox-name">
          {box.title}
        </text>
        <text x={layout.boxWidth - 10} y={box.y + 18} className="nb2prod-FlowBox-where">
          {where}
        </text>
      </g>
      {box.names.map(({ name, x, y, width }) => (
        <g
          key={name}
          className="nb2prod-FlowName"
          data-chosen={chosen === name}
          aria-label={trans.__('Variable %1', name)}
          aria-pressed={chosen === name}
          onMouseEnter={() => props.onHover(name)}
          onMouseLeave={() => props.onHover(null)}
          onFocus={() => props.onHover(name)}
          onBlur={() => props.onHover(null)}
          {...pressable(() => props.onVariable(name))}
        >
          <title>{name}</title>
          <rect x={x} y={y} width={width} height={CHIP} rx={CHIP / 2} />
          <text x={x + 7} y={y + 13}>
            {cut(name, Math.floor((width - 14) / LETTER + 0.01))}
          </text>
        </g>
      ))}
    </g>
  );
}

/** From the foot of the source outwards, down its lane, and back to the target's title. */
function linePath(line: FlowLine, left: number): string {
  const out = left + 14 + line.lane * LANE;
  const turn = 5;
  return [
    `M ${left} ${line.from}`,
    `H ${out - turn} q ${turn} 0 ${turn} ${turn}`,
    `V ${line.to - turn} q 0 ${turn} ${-turn} ${turn}`,
    `H ${left + 6}`,
  ].join(' ');
}

function Places(props: {
  variable: Variable;
  trans: TranslationBundle;
  onPlace(place: Place): void;
  onClose(): void;
}): React.JSX.Element {
  const { variable, trans } = props;
  const list = (title: string, places: readonly Place[]): React.JSX.Element => (
    <div className="nb2prod-Places-list">
      <span>{title}</span>
      {places.map((place, index) => (
        <button
          key={index}
          type="button"
          className="nb2prod-Link"
          title={trans.__('Cell %1, line %2', place.cell, place.line)}
          onClick={() => props.onPlace(place)}
        >
          {`${place.cell}:${place.line}`}
        </button>
      ))}
    </div>
  );
  return (
    <div className="nb2prod-Places" role="region" aria-label={variable.name}>
      <div className="nb2prod-Places-head">
        <code>{variable.name}</code>
        <button
          type="button"
          className="nb2prod-Link"
          aria-label={trans.__('Close')}
          onClick={props.onClose}
        >
          ✕
        </button>
      </div>
      {list(trans.__('bound in'), variable.bindings)}
      {list(trans.__('used in'), variable.uses)}
    </div>
  );
}

interface Pressable {
  role: 'button';
  tabIndex: 0;
  onClick(): void;
  onKeyDown(event: React.KeyboardEvent): void;
}

/** What SVG needs to be a button. */
function pressable(act: () => void): Pressable {
  return {
    role: 'button',
    tabIndex: 0,
    onClick: act,
    onKeyDown: event => {
      if (event.key === 'Enter' || event.key === ' ') {
        event.preventDefault();
        act();
      }
    },
  };
}

function cut(text: string, letters: number): string {
  return text.length <= letters ? text : `${text.slice(0, Math.max(letters - 1, 1))}…`;
}

function useWidth(frame: React.RefObject<HTMLDivElement>): number {
  const [width, setWidth] = useState(280);
  useEffect(() => {
    const node = frame.current;
    if (node === null) {
      return;
    }
    const watcher = new ResizeObserver(() => {
      if (node.clientWidth > 0) {
        setWidth(node.clientWidth);
      }
    });
    watcher.observe(node);
    return () => watcher.disconnect();
  }, [frame]);
  return Math.max(width - 16, 160);
}
