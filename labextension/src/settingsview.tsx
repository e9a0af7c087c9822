/** A form for the notebook's own settings, `metadata.nb2prod`, from the server's schema. */

import type { TranslationBundle } from '@jupyterlab/translation';
import { FormComponent, ReactWidget } from '@jupyterlab/ui-components';
import { JSONExt, type ReadonlyJSONObject } from '@lumino/coreutils';
import type { RJSFSchema } from '@rjsf/utils';
import { customizeValidator } from '@rjsf/validator-ajv8';
import React, { useEffect, useRef, useState } from 'react';

import { nameControls } from './formnames';
import type { INotebooks, OpenNotebook } from './notebooks';
import { placeholders, settingsOf, withoutDefaults, writeSettings } from './notebooksettings';
import { useSignals } from './usesignals';

const validator = customizeValidator<ReadonlyJSONObject>();

export class SettingsView extends ReactWidget {
  constructor(
    private readonly notebooks: INotebooks,
    private readonly trans: TranslationBundle,
  ) {
    super();
    this.addClass('nb2prod-Section');
    this.addClass('nb2prod-Settings');
  }

  override render(): React.JSX.Element {
    return <CurrentSettings notebooks={this.notebooks} trans={this.trans} />;
  }
}

function CurrentSettings(props: {
  notebooks: INotebooks;
  trans: TranslationBundle;
}): React.JSX.Element | null {
  const { notebooks, trans } = props;
  useSignals(notebooks.currentChanged);
  const [schema, setSchema] = useState<RJSFSchema | null>(null);
  const [trouble, setTrouble] = useState('');
  useEffect(() => {
    notebooks.server.settingsForm().then(
      form => setSchema(withoutDefaults(form.schema as ReadonlyJSONObject) as RJSFSchema),
      (problem: unknown) => setTrouble(String(problem)),
    );
  }, [notebooks]);
  const current = notebooks.current;
  if (trouble !== '') {
    return <p className="nb2prod-Trouble">{trouble}</p>;
  }
  return current === null || schema === null ? null : (
    <SettingsForm key={current.panel.id} notebook={current} schema={schema} trans={trans} />
  );
}

function SettingsForm(props: {
  notebook: OpenNotebook;
  schema: RJSFSchema;
  trans: TranslationBundle;
}): React.JSX.Element | null {
  const { notebook, schema, trans } = props;
  const { live, findings } = notebook;
  useSignals(live.changed, findings.changed);
  const form = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (form.current !== null) {
      nameControls(form.current, trans.__('Name of the entry'));
    }
  });
  const shared = live.sharedModel;
  if (shared === null) {
    return null;
  }
  const plan = findings.analysis?.plan ?? findings.lastPlan;
  return (
    <div ref={form}>
      <FormComponent
        schema={{ ...schema, title: '', description: '' }}
        uiSchema={{
          'ui:submitButtonOptions': { norender: true },
          ...placeholders(plan?.inferred ?? {}, name => trans.__('%1 (as the code has it)', name)),
        }}
        validator={validator}
        formData={settingsOf(shared) as ReadonlyJSONObject}
        liveValidate
        compact
        showErrorList={false}
        onChange={event => {
          if (!JSONExt.deepEqual(event.formData ?? {}, settingsOf(shared))) {
            writeSettings(shared, event.formData);
          }
        }}
      />
    </div>
  );
}
