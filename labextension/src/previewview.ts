/** The generated code beside its notebook, live; code and the cells it comes from light up together. */

import { EditorView } from '@codemirror/view';
import type { Cell } from '@jupyterlab/cells';
import { CodeEditor, CodeEditorWrapper, type IEditorFactoryService } from '@jupyterlab/codeeditor';
import { CodeMirrorEditor } from '@jupyterlab/codemirror';
import type { TranslationBundle } from '@jupyterlab/translation';
import { PanelLayout, Widget } from '@lumino/widgets';

import type { Diagnostic, Document, Module, Preview } from './api';
import { highlight } from './codehighlight';
import { pieces } from './inlinecode';
import type { OpenNotebook } from './notebooks';
import { moduleOf, regionAt, regionsOf } from './preview';
import { RequestProblem, type Server } from './request';
import { reveal } from './selection';
import { textChange } from './textchange';

const LIT = 'nb2prod-mod-lit';

export class PreviewView extends Widget {
  constructor(
    private readonly notebook: OpenNotebook,
    private readonly server: Server,
    editors: IEditorFactoryService,
    private readonly trans: TranslationBundle,
  ) {
    super();
    this.addClass('nb2prod-Preview');
    this.tabs.className = 'nb2prod-Preview-tabs';
    this.tabs.setAttribute('role', 'tablist');
    this.tabs.setAttribute('aria-label', trans.__('Modules of the package'));
    this.words.className = 'nb2prod-Preview-words';
    this.words.setAttribute('role', 'status');
    const head = new Widget();
    head.node.append(this.tabs, this.words);
    this.wrapper = new CodeEditorWrapper({
      factory: options => editors.newDocumentEditor(options),
      model: new CodeEditor.Model({ mimeType: 'text/x-python' }),
      editorOptions: { config: { readOnly: true, lineNumbers: true, lineWrap: false } },
    });
    const { editor } = this.wrapper;
    if (editor instanceof CodeMirrorEditor) {
      editor.injectExtension([this.active.extension, this.hovered.extension, this.hoverEvents()]);
    }
    const layout = new PanelLayout();
    layout.addWidget(head);
    layout.addWidget(this.wrapper);
    this.layout = layout;

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
      this.showModule();
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

  private showModule(): void {
    const module = moduleOf(this.modules, this.activeId(), this.shown);
    if (module !== null) {
      this.open(module);
    }
  }

  private open(module: Module): void {
    this.shown = module.path;
    const { sharedModel } = this.wrapper.model;
    const change = textChange(sharedModel.getSource(), module.text);
    if (change !== null) {
      sharedModel.updateSource(change.start, change.end, change.text);
    }
    this.drawTabs();
    this.lightActive(module);
  }

  private drawTabs(): void {
    this.tabs.replaceChildren(
      ...this.modules.map(module => {
        const tab = document.createElement('button');
        tab.type = 'button';
        tab.className = 'nb2prod-Preview-tab';
        tab.setAttribute('role', 'tab');
        tab.setAttribute('aria-selected', String(module.path === this.shown));
        tab.textContent = module.path.split('/').at(-1) ?? module.path;
        tab.title = module.path;
        tab.addEventListener('click', () => this.open(module));
        return tab;
      }),
    );
  }

  private lightActive(module: Module): void {
    const id = this.activeId();
    const regions = id === null ? [] : regionsOf(module, id);
    const view = this.view();
    if (view !== null) {
      this.active.light(view, regions);
      const first = regions.find(region => region.kind === 'stage') ?? regions[0];
      const key = `${module.path} ${id ?? ''}`;
      if (first !== undefined && key !== this.scrolledFor) {
        this.scrolledFor = key;
        scrollTo(view, first.start);
      }
    }
  }

  private hoverEvents(): ReturnType<typeof EditorView.domEventHandlers> {
    return EditorView.domEventHandlers({
      mousemove: (event, view) => {
        const place = view.posAtCoords({ x: event.clientX, y: event.clientY });
        this.hoverLine(view, place === null ? null : view.state.doc.lineAt(place).number);
      },
      mouseleave: (_, view) => this.hoverLine(view, null),
      click: (event, view) => {
        const place = view.posAtCoords({ x: event.clientX, y: event.clientY });
        const module = this.module();
        if (place !== null && module !== null) {
          const id = regionAt(module, view.state.doc.lineAt(place).number)?.cells[0];
          if (id !== undefined) {
            reveal(this.notebook.panel.content, id);
          }
        }
      },
    });
  }

  private hoverLine(view: EditorView, line: number | null): void {
    const module = this.module();
    const region = module === null || line === null ? null : regionAt(module, line);
    const key = region === null ? '' : `${region.start}-${region.end}`;
    if (key !== this.hoverKey) {
      this.hoverKey = key;
      this.hovered.light(view, region === null ? [] : [region]);
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
    const module = this.module();
    const view = this.view();
    const id = cell?.model.id ?? '';
    const key = `cell ${id}`;
    if (module !== null && view !== null && key !== this.hoverKey) {
      this.hoverKey = key;
      const regions = regionsOf(module, id);
      this.hovered.light(view, regions);
      this.lightCells(regions.length > 0 ? [id] : []);
    }
  }

  private lightCells(ids: readonly string[]): void {
    for (const cell of this.notebook.panel.content.widgets) {
      cell.toggleClass(LIT, ids.includes(cell.model.id));
    }
  }

  private onActiveCell(): void {
    this.showModule();
  }

  private activeId(): string | null {
    return this.notebook.panel.content.activeCell?.model.id ?? null;
  }

  private module(): Module | null {
    return this.modules.find(module => module.path === this.shown) ?? null;
  }

  private view(): EditorView | null {
    const { editor } = this.wrapper;
    return editor instanceof CodeMirrorEditor ? editor.editor : null;
  }

  private modules: readonly Module[] = [];
  private shown: string | null = null;
  private scrolledFor = '';
  private turn = 0;
  private hoverKey = '';
  private readonly tabs = document.createElement('div');
  private readonly words = document.createElement('div');
  private readonly wrapper: CodeEditorWrapper;
  private readonly active = highlight('nb2prod-mod-active');
  private readonly hovered = highlight('nb2prod-mod-lit');
}

/** Brings a line into view, with a little above it. */
function scrollTo(view: EditorView, number: number): void {
  view.requestMeasure({
    read: () => {
      const { doc } = view.state;
      return view.lineBlockAt(doc.line(Math.min(number, doc.lines)).from).top;
    },
    write: top => {
      view.scrollDOM.scrollTop = top - 40;
    },
  });
}
