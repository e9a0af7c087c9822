/** Which generated module belongs to a cell. */

import type { Module, Region } from './api';

/** The module to show for a cell: the shown one where it holds the cell, else the one that holds most of it. */
export function moduleOf(
  modules: readonly Module[],
  cellId: string | null,
  shown: string | null,
): Module | null {
  const holding = modules
    .map(module => ({ module, lines: linesOf(module, cellId) }))
    .filter(found => found.lines > 0)
    .sort((one, other) => other.lines - one.lines);
  const kept = modules.find(module => module.path === shown);
  return holding[0]?.module ?? kept ?? modules[0] ?? null;
}

export function regionsOf(module: Module, cellId: string): Region[] {
  return module.regions.filter(region => region.cells.includes(cellId));
}

/** The smallest region around a line (from 1). */
export function regionAt(module: Module, line: number): Region | null {
  const around = module.regions
    .filter(region => region.start <= line && line <= region.end)
    .sort((one, other) => one.end - one.start - (other.end - other.start));
  return around[0] ?? null;
}

function linesOf(module: Module, cellId: string | null): number {
  return module.regions
    .filter(region => cellId !== null && region.cells.includes(cellId))
    .reduce((sum, region) => sum + region.end - region.start + 1, 0);
}
