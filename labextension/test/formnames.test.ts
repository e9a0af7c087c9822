import { expect, it } from 'vitest';

import { nameControls } from '../src/formnames';

it('names controls by the label beside them, and keys of entries by a word', () => {
  const form = document.createElement('div');
  form.innerHTML = `
    <div class="jp-FormGroup-content">
      <div class="jp-FormGroup-fieldLabel">owner</div><input id="root_owner" />
    </div>
    <div class="jp-FormGroup-content"><input value="auc" /></div>
    <jp-button title="Remove item"></jp-button>`;
  nameControls(form, 'Name of the entry');
  const names = [...form.querySelectorAll('input, jp-button')].map(control =>
    control.getAttribute('aria-label'),
  );
  expect(names).toEqual(['owner', 'Name of the entry', 'Remove item']);
});
