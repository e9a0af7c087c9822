/** The notebook's own settings, in its metadata. */

import type { ISharedNotebook } from '@jupyter/ydoc';
import {
  JSONExt,
  type PartialJSONObject,
  type ReadonlyJSONObject,
  type ReadonlyPartialJSONValue,
} from '@lumino/coreutils';

import type { Inferred } from './api';

const KEY = 'nb2prod';

export function settingsOf(notebook: ISharedNotebook): PartialJSONObject {
  const found = notebook.getMetadata(KEY);
  return JSONExt.isObject(found ?? null) ? (found as PartialJSONObject) : {};
}

/** Fields that were emptied go, and the whole entry where nothing is left. */
export function writeSettings(
  notebook: ISharedNotebook,
  data: ReadonlyPartialJSONValue | undefined,
): void {
  const settings = filled(data);
  if (JSONExt.deepEqual(settings, settingsOf(notebook))) {
    return;
  }
  if (Object.keys(settings).length > 0) {
    notebook.setMetadata(KEY, settings);
  } else {
    notebook.deleteMetadata(KEY);
  }
}

/** The form's schema without what its fields are by default: a form would write that as soon as it is there. */
export function withoutDefaults(schema: ReadonlyJSONObject): ReadonlyJSONObject {
  const fields = Object.entries((schema['properties'] ?? {}) as ReadonlyJSONObject);
  const properties = Object.fromEntries(
    fields.map(([name, field]) => {
      const words = Object.entries(field as ReadonlyJSONObject);
      return [name, Object.fromEntries(words.filter(([word]) => word !== 'default'))];
    }),
  );
  return { ...schema, properties };
}

/** What stands in empty fields: what the settings are without an entry. */
export function placeholders(
  inferred: Partial<Inferred>,
  said: (name: string) => string,
): Record<string, { 'ui:placeholder': string }> {
  return Object.fromEntries(
    Object.entries(inferred)
      .filter(([, name]) => name !== '')
      .map(([setting, name]) => [setting, { 'ui:placeholder': said(name) }]),
  );
}

/** What a person filled in: a form hands on its empty fields too. */
export function filled(data: ReadonlyPartialJSONValue | undefined): PartialJSONObject {
  const kept: PartialJSONObject = {};
  for (const [key, value] of Object.entries(data ?? {})) {
    const plain = value as ReadonlyPartialJSONValue | undefined;
    if (plain !== undefined && plain !== null && plain !== '' && !isEmptyObject(plain)) {
      kept[key] = JSONExt.deepCopy(plain as PartialJSONObject);
    }
  }
  return kept;
}

function isEmptyObject(value: ReadonlyPartialJSONValue): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
