import { expect, it } from 'vitest';

import {
  filled,
  placeholders,
  settingsOf,
  withoutDefaults,
  writeSettings,
} from '../src/notebooksettings';
import { notebook } from './notebook';

it('keeps what is filled in', () => {
  expect(filled({ name: 'a', owner: '', outputs: [], metrics: {}, fixtures: 0 })).toEqual({
    name: 'a',
    fixtures: 0,
  });
});

it('writes settings, and takes the entry away where nothing is left', () => {
  const made = notebook(['a']);
  writeSettings(made, { name: 'churn', owner: '' });
  expect(made.getMetadata('nb2prod')).toEqual({ name: 'churn' });
  writeSettings(made, { name: '' });
  expect(made.getMetadata()).not.toHaveProperty('nb2prod');
});

it('shows in empty fields what the code has, and nothing where that is not known', () => {
  const shown = placeholders({ input: 'df', target: '' }, name => `(${name})`);
  expect(shown).toEqual({ input: { 'ui:placeholder': '(df)' } });
});

it.each([['text'], [[1]], [null], [3]])('reads %j as no settings', value => {
  const made = notebook(['a']);
  made.setMetadata('nb2prod', value);
  expect(settingsOf(made)).toEqual({});
});

it('has no defaults that a form would write by itself', () => {
  const schema = { type: 'object', properties: { n: { type: 'integer', default: 3 } } };
  expect(withoutDefaults(schema)).toEqual({
    type: 'object',
    properties: { n: { type: 'integer' } },
  });
});
