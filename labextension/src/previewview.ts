/** The generated code beside its notebook, live; code and the cells it comes from light up together. */

import type { Cell } from '@jupyterlab/cells';
import type { IEditorFactoryService } from '@jupyterlab/codeeditor';
import type { TranslationBundle } from '@jupyterlab/translation';
import { PanelLayout, Widget } from '@lumino/widgets';

import type { Diagnostic, Document, Module, Preview } from './api';
import { pieces } from './inlinecode';
import { ModuleView, moduleName } from './moduleview';
import type { OpenNotebook } from './notebooks';
import { modulesOf, regionAt, regionsOf } from './preview';
import { RequestProblem, type Server } from './request';
import { reveal } from './selection';

const LIT = 'nb2prod-mod-lit';

export class PreviewView extends Widget {
  constructor(
    private readonly notebook: OpenNotebook,
    private readonly server: Server,
    private readonly editors: IEditorFactoryService,
    private readonly trans: TranslationBundle,
  ) {
    super();
    this.addClass('nb2prod-Preview');
    this.tabs.className = 'nb2prod-Preview-tabs';
    this.tabs.setAttribute('role', 'tablist');
    // A cell with two jobs is shown in two modules.
    this.tabs.setAttribute('aria-multiselectable', 'true');
    this.tabs.setAttribute('aria-label', trans.__('Modules of the package'));
    this.words.className = 'nb2prod-Preview-words';
    this.words.setAttribute('role', 'status');
    const head = new Widget();
    head.node.append(this.tabs, this.words);
    this.frame.addWidget(head);
    this.layout = this.frame;

    const { panel, live } = notebook;
    live.settled.connect(this.onSettled, this);
    panel.content.activeCellChanged.connect(this.onActiveCell, this);
    panel.content.node.addEventListener('mouseover', this.onNotebookHover);
    panel.content.node.addEventListener('mouseleave', this.onNotebookLeave);
    panel.disposed.connect(() => this.dispose());
    const document = live.document();
    if (document !== null) {
      void this.ask(document);
    }
  }

  override dispose(): void {
    if (!this.isDisposed) {
      const { panel, live } = this.notebook;
      live.settled.disconnect(this.onSettled, this);
      panel.content.activeCellChanged.disconnect(this.onActiveCell, this);
      panel.content.node.removeEventListener('mouseover', this.onNotebookHover);
      panel.content.node.removeEventListener('mouseleave', this.onNotebookLeave);
      this.lightCells([]);
      super.dispose();
    }
  }

  private onSettled(_: object, document: Document): void {
    void this.ask(document);
  }

  private async ask(document: Document): Promise<void> {
    const turn = ++this.turn;
    try {
      const preview = await this.server.preview(document);
      if (turn === this.turn && !this.isDisposed) {
        this.take(preview);
      }
    } catch (problem) {
      if (turn === this.turn && !this.isDisposed) {
        const text = problem instanceof RequestProblem ? problem.message : String(problem);
        this.say(text, true);
      }
    }
  }

  private take(preview: Preview): void {
    const errors = preview.diagnostics.filter(found => found.severity === 'error');
    if (preview.modules.length > 0) {
      this.modules = preview.modules;
      this.say('', false);
      this.showCell();
    } else {
      this.sayErrors(errors);
    }
  }

  /** The last code stays in sight, dimmed, while the notebook has errors. */
  private sayErrors(errors: readonly Diagnostic[]): void {
    const first = errors[0];
    const where = first?.cell == null ? '' : this.trans.__('cell %1: ', first.cell);
    const text = first === undefined ? '' : where + first.message;
    this.say(text || this.trans.__('There is no package yet: give cells roles.'), true);
  }

  private say(text: string, old: boolean): void {
    this.words.replaceChildren(
      ...pieces(text).map(piece => {
        const part = document.createElement(piece.code ? 'code' : 'span');
        part.textContent = piece.text;
        return part;
      }),
    );
    this.node.dataset.nb2prodOld = String(old);
  }

  /** What the user chose, else all that becomes of the active cell. */
  private showCell(): void {
    const chosen = this.modules.filter(module => module.path === this.chosen);
    const shown = [...this.views.keys()];
    this.open(chosen.length > 0 ? chosen : modulesOf(this.modules, this.activeId(), shown));
  }

  private open(modules: readonly Module[]): void {
    const known = this.views;
    this.views = new Map(
      modules.map(module => [module.path, known.get(module.path) ?? this.moduleView(module.path)]),
    );
    known.forEach((view, path) => {
      if (!this.views.has(path)) {
        view.dispose();
      }
    });
    modules.forEach((module, index) => {
      const view = this.views.get(module.path);
      if (view !== undefined) {
        this.frame.insertWidget(index + 1, view);
        view.toggleClass('nb2prod-mod-alone', modules.length === 1);
        view.take(module);
      }
    });
    this.drawTabs();
    this.lightActive();
  }

  private moduleView(path: string): ModuleView {
    return new ModuleView(this.editors, {
      hover: line => this.hoverLine(path, line),
      click: line => {
        const module = this.module(path);
        const id = module === null ? undefined : regionAt(module, line)?.cells[0];
        if (id !== undefined) {
          reveal(this.notebook.panel.content, id);
        }
      },
    });
  }

  private drawTabs(): void {
    this.tabs.replaceChildren(
      ...this.modules.map(module => {
        const tab = document.createElement('button');
        tab.type = 'button';
        tab.className = 'nb2prod-Preview-tab';
        tab.setAttribute('role', 'tab');
        tab.setAttribute('aria-selected', String(this.views.has(module.path)));
        tab.textContent = moduleName(module);
        tab.title = module.path;
        tab.addEventListener('click', () => {
          this.chosen = module.path;
          this.showCell();
        });
        return tab;
      }),
    );
  }

  private lightActive(): void {
    const id = this.activeId();
    const key = [id, ...this.views.keys()].join(' ');
    this.views.forEach((view, path) => {
      const module = this.module(path);
      const regions = module === null || id === null ? [] : regionsOf(module, id);
      view.lightActive(regions);
      const first = regions.find(region => region.kind === 'stage') ?? regions[0];
      if (first !== undefined && key !== this.scrolledFor) {
        view.scrollTo(first.start);
      }
    });
    this.scrolledFor = key;
  }

  private hoverLine(path: string, line: number | null): void {
    const module = this.module(path);
    const region = module === null || line === null ? null : regionAt(module, line);
    const key = region === null ? '' : `${path} ${region.start}-${region.end}`;
    if (key !== this.hoverKey) {
      this.hoverKey = key;
      this.views.forEach((view, each) =>
        view.lightHovered(region !== null && each === path ? [region] : []),
      );
      this.lightCells(region?.cells ?? []);
    }
  }

  private readonly onNotebookHover = (event: Event): void => {
    const node = event.target instanceof Element ? event.target.closest('.jp-Cell') : null;
    const cell = this.notebook.panel.content.widgets.find(each => each.node === node);
    this.hoverCell(cell ?? null);
  };

  private readonly onNotebookLeave = (): void => this.hoverCell(null);

  private hoverCell(cell: Cell | null): void {
    const id = cell?.model.id ?? '';
    const key = `cell ${id}`;
    if (key !== this.hoverKey) {
      this.hoverKey = key;
      const lit = [...this.views].map(([path, view]) => {
        const module = this.module(path);
        const regions = module === null ? [] : regionsOf(module, id);
        view.lightHovered(regions);
        return regions.length;
      });
      this.lightCells(lit.some(Boolean) ? [id] : []);
    }
  }

  private lightCells(ids: readonly string[]): void {
    for (const cell of this.notebook.panel.content.widgets) {
      cell.toggleClass(LIT, ids.includes(cell.model.id));
    }
  }

  private onActiveCell(): void {
    this.chosen = null;
    this.showCell();
  }

  private activeId(): string | null {
    return this.notebook.panel.content.activeCell?.model.id ?? null;
  }

  private module(path: string): Module | null {
    return this.modules.find(module => module.path === path) ?? null;
  }

  private modules: readonly Module[] = [];
  /** Those in sight, by their paths. */
  private views: ReadonlyMap<string, ModuleView> = new Map();
  /** The module that the user asked for, until another cell is active. */
  private chosen: string | null = null;
  private scrolledFor = '';
  private turn = 0;
  private hoverKey = '';
  private readonly tabs = document.createElement('div');
  private readonly words = document.createElement('div');
  private readonly frame = new PanelLayout();
}
