/** A cell's role among its tags. The rules are those of Python's `roles`. */

import type { Role } from './api';
import { isRole } from './roles';

const PREFIX = 'nb2prod:';

/** The role that a tag names, or null for a foreign tag. */
export function roleOfTag(tag: string): Role | null {
  const trimmed = tag.trim();
  const name = (trimmed.startsWith(PREFIX) ? trimmed.slice(PREFIX.length) : trimmed).trim();
  if (name === 'imports') {
    return 'setup';
  }
  return isRole(name) ? name : null;
}

export function roleOfTags(tags: readonly string[]): Role | null {
  return tags.map(roleOfTag).find(role => role !== null) ?? null;
}

/** Foreign tags keep their order; the role stands where a role stood before, else last. */
export function tagsWithRole(tags: readonly string[], role: Role | null): string[] {
  const named = tags.map(roleOfTag);
  if (role !== null && named.filter(found => found !== null).length === 1 && named.includes(role)) {
    return [...tags];
  }
  const place = named.findIndex(found => found !== null);
  const foreign = tags.filter((_, index) => named[index] === null);
  if (role === null) {
    return foreign;
  }
  const before = place < 0 ? foreign.length : place;
  return [...foreign.slice(0, before), role, ...foreign.slice(before)];
}

/** The tags of a cell's metadata; a notebook may hold anything there. */
export function tagsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((tag): tag is string => typeof tag === 'string') : [];
}
