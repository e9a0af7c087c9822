/** A generated module in an editor that only shows it, with lines that light up. */

import { EditorView } from '@codemirror/view';
import { CodeEditor, CodeEditorWrapper, type IEditorFactoryService } from '@jupyterlab/codeeditor';
import { CodeMirrorEditor } from '@jupyterlab/codemirror';
import { PanelLayout, Widget } from '@lumino/widgets';

import type { Module } from './api';
import { type Highlight, type Lines, highlight } from './codehighlight';
import { textChange } from './textchange';

/** What happens in the editor, by the line (from 1). */
export interface ModuleActions {
  hover(line: number | null): void;
  click(line: number): void;
}

export class ModuleView extends Widget {
  constructor(editors: IEditorFactoryService, actions: ModuleActions) {
    super();
    this.addClass('nb2prod-Module');
    this.node.setAttribute('role', 'tabpanel');
    this.caption.addClass('nb2prod-Module-caption');
    this.wrapper = new CodeEditorWrapper({
      factory: options => editors.newDocumentEditor(options),
      model: new CodeEditor.Model({ mimeType: 'text/x-python' }),
      editorOptions: { config: { readOnly: true, lineNumbers: true, lineWrap: false } },
    });
    const { editor } = this.wrapper;
    if (editor instanceof CodeMirrorEditor) {
      editor.injectExtension([this.active.extension, this.lit.extension, events(actions)]);
    }
    const layout = new PanelLayout();
    layout.addWidget(this.caption);
    layout.addWidget(this.wrapper);
    this.layout = layout;
  }

  take(module: Module): void {
    const name = moduleName(module);
    this.node.setAttribute('aria-label', name);
    this.caption.node.textContent = name;
    this.view?.contentDOM.setAttribute('aria-label', name);
    const { sharedModel } = this.wrapper.model;
    const change = textChange(sharedModel.getSource(), module.text);
    if (change !== null) {
      sharedModel.updateSource(change.start, change.end, change.text);
    }
  }

  /** The lines of the active cell. */
  lightActive(lines: readonly Lines[]): void {
    this.light(this.active, lines);
  }

  /** The lines of what the mouse is on. */
  lightHovered(lines: readonly Lines[]): void {
    this.light(this.lit, lines);
  }

  /** Brings a line into view, with a little above it. */
  scrollTo(line: number): void {
    const { view } = this;
    view?.requestMeasure({
      read: () => {
        const { doc } = view.state;
        return view.lineBlockAt(doc.line(Math.min(line, doc.lines)).from).top;
      },
      write: top => {
        view.scrollDOM.scrollTop = top - 40;
      },
    });
  }

  private light(kind: Highlight, lines: readonly Lines[]): void {
    if (this.view !== null) {
      kind.light(this.view, lines);
    }
  }

  private get view(): EditorView | null {
    const { editor } = this.wrapper;
    return editor instanceof CodeMirrorEditor ? editor.editor : null;
  }

  private readonly caption = new Widget();
  private readonly wrapper: CodeEditorWrapper;
  private readonly active = highlight('nb2prod-mod-active');
  private readonly lit = highlight('nb2prod-mod-lit');
}

export function moduleName(module: Module): string {
  return module.path.split('/').at(-1) ?? module.path;
}

function events(actions: ModuleActions): ReturnType<typeof EditorView.domEventHandlers> {
  const lineAt = (event: MouseEvent, view: EditorView): number | null => {
    const place = view.posAtCoords({ x: event.clientX, y: event.clientY });
    return place === null ? null : view.state.doc.lineAt(place).number;
  };
  return EditorView.domEventHandlers({
    mousemove: (event, view) => actions.hover(lineAt(event, view)),
    mouseleave: () => actions.hover(null),
    click: (event, view) => {
      const line = lineAt(event, view);
      if (line !== null) {
        actions.click(line);
      }
    },
  });
}
