/** JupyterLab's form shows labels beside its controls, but ties them to none: a screen reader needs names. */

const CONTROLS = 'input, select, textarea';

export function nameControls(form: HTMLElement, nameOfKeys: string): void {
  for (const control of form.querySelectorAll<HTMLElement>(CONTROLS)) {
    const field = control.closest('.jp-FormGroup-content');
    const label = field?.querySelector('.jp-FormGroup-fieldLabel')?.textContent ?? '';
    // The name of an entry is a control of its own, without a label.
    setName(control, control.id === '' ? nameOfKeys : label || control.id);
  }
  for (const button of form.querySelectorAll<HTMLElement>('jp-button[title]')) {
    setName(button, button.title);
  }
}

function setName(control: HTMLElement, name: string): void {
  if (control.getAttribute('aria-label') !== name) {
    control.setAttribute('aria-label', name);
  }
}
