/** A section of the panel: draws a component for the current notebook, and nothing without one. */

import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import React, { type ComponentType } from 'react';

import type { INotebooks, OpenNotebook } from './notebooks';
import { useSignals } from './usesignals';

export interface SectionProps {
  notebook: OpenNotebook;
  trans: TranslationBundle;
}

interface Parts {
  notebooks: INotebooks;
  trans: TranslationBundle;
  contents: ComponentType<SectionProps>;
}

export class Section extends ReactWidget {
  constructor(private readonly parts: Parts) {
    super();
    this.addClass('nb2prod-Section');
  }

  override render(): React.JSX.Element {
    return <Current {...this.parts} />;
  }
}

function Current({ notebooks, trans, contents: Contents }: Parts): React.JSX.Element | null {
  useSignals(notebooks.currentChanged);
  const current = notebooks.current;
  return current === null ? null : (
    <Contents key={current.panel.id} notebook={current} trans={trans} />
  );
}
