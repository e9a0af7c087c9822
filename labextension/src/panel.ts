/** The sidebar: convert, the cells, the flow, the settings. */

import type { TranslationBundle } from '@jupyterlab/translation';
import { SidePanel } from '@jupyterlab/ui-components';
import { MessageLoop } from '@lumino/messaging';
import { AccordionPanel, Widget } from '@lumino/widgets';

import { packageIcon } from './icons';

export interface Sections {
  head: Widget;
  cells: Widget;
  flow: Widget;
  settings: Widget;
}

export const PANEL_ID = 'nb2prod-panel';

export function sidebar(sections: Sections, trans: TranslationBundle): SidePanel {
  const panel = new SidePanel();
  panel.id = PANEL_ID;
  panel.addClass('nb2prod-Panel');
  panel.title.icon = packageIcon;
  panel.title.caption = trans.__('Package: roles of cells and what becomes of them');
  panel.node.setAttribute('role', 'region');
  panel.node.setAttribute('aria-label', trans.__('Package'));
  panel.header.addWidget(sections.head);
  sections.cells.title.label = trans.__('Cells');
  sections.flow.title.label = trans.__('Flow');
  sections.settings.title.label = trans.__('Settings');
  panel.addWidget(sections.cells);
  panel.addWidget(sections.flow);
  panel.addWidget(sections.settings);
  // Lumino does not notice when the head grows.
  new ResizeObserver(() => {
    MessageLoop.postMessage(panel.content, Widget.ResizeMessage.UnknownSize);
  }).observe(sections.head.node);
  if (panel.content instanceof AccordionPanel) {
    panel.content.collapse(2);
    panel.content.setRelativeSizes([6, 5, 1]);
  }
  return panel;
}
