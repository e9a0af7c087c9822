/** The report of a conversion in a tab: a page from the server that may do nothing. */

import { MainAreaWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';

import { packageIcon } from './icons';

export function reportTab(url: string, name: string, trans: TranslationBundle): MainAreaWidget {
  const frame = document.createElement('iframe');
  frame.className = 'nb2prod-Report-frame';
  // Nothing in it may run, and it is of no origin.
  frame.setAttribute('sandbox', '');
  frame.src = url;
  frame.title = trans.__('Report of %1', name);
  const content = new Widget();
  content.addClass('nb2prod-Report');
  content.node.append(frame);
  const tab = new MainAreaWidget({ content });
  tab.toolbar.hide();
  tab.title.label = trans.__('Report: %1', name);
  tab.title.icon = packageIcon;
  tab.title.closable = true;
  return tab;
}
