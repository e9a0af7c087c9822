import { readFileSync } from 'node:fs';

import { compile } from 'json-schema-to-typescript';
import { expect, it } from 'vitest';

import { CommandIDs } from '../src/commandids';
import { ROLES } from '../src/roles';

const read = (path: string): string =>
  readFileSync(new URL(path, import.meta.url).pathname, 'utf-8');
const PLUGIN = read('../schema/plugin.json');

it('lists the roles that the schema lists, in its order', () => {
  expect(JSON.parse(PLUGIN)).toMatchObject({ definitions: { role: { enum: ROLES } } });
});

it('has every command that the schema names', () => {
  const named = new Set(PLUGIN.match(/nb2prod:[a-z-]+(?=")/g));
  const known: string[] = [...Object.values(CommandIDs), 'nb2prod:package'];
  expect([...named].filter(name => !known.includes(name))).toEqual([]);
});

it('has a chord for each role and one to clear', () => {
  const { 'jupyter.lab.shortcuts': shortcuts } = JSON.parse(PLUGIN) as {
    'jupyter.lab.shortcuts': { command: string; args?: { role: string }; keys: string[] }[];
  };
  const keys = shortcuts.map(({ keys }) => keys.join(' '));
  expect(new Set(keys).size).toBe(keys.length);
  const roles = shortcuts.filter(({ command }) => command === CommandIDs.setRole);
  expect(roles.map(({ args, keys }) => [args?.role, ...keys])).toEqual(
    ROLES.map((role, place) => [role, 'G', String(place + 1)]),
  );
  expect(keys[shortcuts.findIndex(({ command }) => command === CommandIDs.clearRole)]).toBe('G 0');
});

it('has types made from the server schema as it is', async () => {
  const schema = JSON.parse(read('../../nb2prod/server/api.schema.json')) as object;
  const made = await compile(schema, 'ApiSchema', {
    unreachableDefinitions: true,
    additionalProperties: false,
    style: { singleQuote: true },
  });
  const body = (text: string): string => text.slice(text.indexOf('export'));
  expect(body(read('../src/api.ts'))).toBe(body(made));
});
