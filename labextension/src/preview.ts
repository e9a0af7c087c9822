/** Which generated modules belong to a cell. */

import type { Module, Region } from './api';

/** The modules to show for a cell: all that hold some of it, else those in sight, else the first. */
export function modulesOf(
  modules: readonly Module[],
  cellId: string | null,
  shown: readonly string[],
): readonly Module[] {
  const holding = modules.filter(module => cellId !== null && regionsOf(module, cellId).length > 0);
  const kept = modules.filter(module => shown.includes(module.path));
  return [holding, kept].find(found => found.length > 0) ?? modules.slice(0, 1);
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
