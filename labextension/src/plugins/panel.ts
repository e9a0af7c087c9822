import { ILabShell, ILayoutRestorer, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { MainAreaWidget } from '@jupyterlab/apputils';
import { IEditorServices } from '@jupyterlab/codeeditor';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { CellList } from '../celllist';
import { type ConvertParts, addConvertCommands, openReport } from '../convertcommands';
import { ConvertBoxView } from '../convertbox';
import { Flow } from '../flowview';
import { packageIcon } from '../icons';
import { IJobs } from '../jobs';
import { INotebooks } from '../notebooks';
import { PANEL_ID, sidebar } from '../panel';
import { PreviewView } from '../previewview';
import { Section } from '../section';
import { SettingsView } from '../settingsview';
import { IUserSettings } from '../usersettings';

export const panelPlugin: JupyterFrontEndPlugin<void> = {
  id: 'nb2prod:panel',
  description: 'The sidebar, conversions, and the preview.',
  autoStart: true,
  requires: [INotebooks, IJobs, IUserSettings, IEditorServices],
  optional: [ITranslator, ILayoutRestorer, ILabShell],
  activate: (
    app,
    notebooks: INotebooks,
    jobs: IJobs,
    settings: IUserSettings,
    editors: IEditorServices,
    translator: ITranslator | null,
    restorer: ILayoutRestorer | null,
    labShell: ILabShell | null,
  ) => {
    const trans = (translator ?? nullTranslator).load('nb2prod');
    const parts: ConvertParts = {
      app,
      notebooks,
      jobs,
      trans,
      tabs: labShell !== null,
      run: () => settings.run(),
      previewTab: notebook => {
        const content = new PreviewView(notebook, notebooks.server, editors.factoryService, trans);
        const tab = new MainAreaWidget({ content });
        tab.toolbar.hide();
        tab.id = `nb2prod-preview-${notebook.panel.id}`;
        tab.title.label = trans.__('Package of %1', notebook.panel.title.label);
        tab.title.icon = packageIcon;
        tab.title.closable = true;
        content.disposed.connect(() => tab.dispose());
        return tab;
      },
    };
    addConvertCommands(parts);
    const head = new ConvertBoxView({
      notebooks,
      jobs,
      commands: app.commands,
      trans,
      openReport: job => openReport(parts, job),
      openFile: path => void app.commands.execute('docmanager:open', { path }),
    });
    const panel = sidebar(
      {
        head,
        cells: new Section({ notebooks, trans, contents: CellList }),
        flow: new Section({ notebooks, trans, contents: Flow }),
        settings: new SettingsView(notebooks, trans),
      },
      trans,
    );
    // Without a notebook there is nothing to list.
    const showSections = (): void => panel.content.setHidden(notebooks.current === null);
    notebooks.currentChanged.connect(showSections);
    showSections();
    app.shell.add(panel, 'left', { rank: 450, type: 'Package' });
    restorer?.add(panel, PANEL_ID);
  },
};
