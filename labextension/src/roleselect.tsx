/** A role as a coloured word that can be changed. */

import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type { Role } from './api';
import { ROLES, isRole, meaning } from './roles';

interface Props {
  role: Role | null;
  /** Shown as a ghost where there is no role. */
  suggested: Role | null;
  label: string;
  tabIndex: number;
  trans: TranslationBundle;
  onChange(role: Role | null): void;
}

export function RoleSelect(props: Props): React.JSX.Element {
  const { role, suggested, trans } = props;
  const shown = role ?? suggested;
  const none = suggested === null ? trans.__('no role') : `${suggested}?`;
  return (
    <select
      className="nb2prod-Chip nb2prod-RoleSelect"
      data-nb2prod-role={shown ?? ''}
      data-nb2prod-ghost={role === null && suggested !== null}
      aria-label={props.label}
      title={role === null ? props.label : meaning(role, trans)}
      tabIndex={props.tabIndex}
      value={role ?? ''}
      onChange={event => {
        const { value } = event.target;
        props.onChange(isRole(value) ? value : null);
      }}
    >
      <option value="">{none}</option>
      {ROLES.map(each => (
        <option key={each} value={each} title={meaning(each, trans)}>
          {each}
        </option>
      ))}
    </select>
  );
}
