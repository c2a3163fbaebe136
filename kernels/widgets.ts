/**
 * Widgets as JupyterLab's `jupyterlab_widgets` draws them: each is a model whose state both sides keep, over a comm.
 * Source: https://github.com/jupyter-widgets/ipywidgets/blob/main/packages/schema/messages.md
 */
import type { MediaBundle } from "../lib/report/jupyter.ts";
import { type Comm, comms } from "./comms.ts";

/** The state of a widget, as JSON. */
export type WidgetState = Readonly<Record<string, unknown>>;

/** A model of the modules `@jupyter-widgets/base` and `@jupyter-widgets/controls`, 2.0.0. */
export interface WidgetKind {
  readonly module: "@jupyter-widgets/base" | "@jupyter-widgets/controls";
  readonly model: string;
  readonly view: string;
  /** Where the view comes from, if not from the same module. */
  readonly viewModule?: string;
}

const moduleVersion = "2.0.0";
const metadata = { version: "2.1.0" };

/** The open widgets; a page that is loaded anew asks for all of them. */
const open = new Map<string, Widget>();

comms.onOpen("jupyter.widget.control", (comm) => {
  comm.onMessage = async ({ method }) => {
    if (method !== "request_states") return;
    const states = Object.fromEntries([...open].map(([id, widget]) => [id, widget.snapshot()]));
    await comm.send({ method: "update_states", states, buffer_paths: [] });
  };
});

/** A widget that the page knows. */
export class Widget {
  /** Called after the page has changed the state, with what changed. */
  onChange: (changed: WidgetState) => void | Promise<void> = () => {};
  readonly #comm: Comm;
  #state: WidgetState;

  private constructor(comm: Comm, state: WidgetState) {
    this.#comm = comm;
    this.#state = state;
    comm.onMessage = (data) => this.#hear(data);
    comm.onClose = () => open.delete(comm.id);
    open.set(comm.id, this);
  }

  /** Makes a widget of a kind. */
  static async open(
    { module, model, view, viewModule = module }: WidgetKind,
    state: WidgetState,
  ): Promise<Widget> {
    const whole = {
      _model_module: module,
      _model_module_version: moduleVersion,
      _model_name: model,
      _view_module: viewModule,
      _view_module_version: moduleVersion,
      _view_name: view,
      ...state,
    };
    return new Widget(
      await comms.open("jupyter.widget", { state: whole, buffer_paths: [] }, { metadata }),
      whole,
    );
  }

  /** How other widgets name this one in their state. */
  get reference(): string {
    return `IPY_MODEL_${this.#comm.id}`;
  }

  /** The output that shows the widget, and words for where there is no kernel behind the page. */
  bundle(words: MediaBundle): MediaBundle {
    const view = { model_id: this.#comm.id, version_major: 2, version_minor: 0 };
    return { "application/vnd.jupyter.widget-view+json": view, ...words };
  }

  /** Changes the state on both sides. */
  async update(state: WidgetState): Promise<void> {
    this.#state = { ...this.#state, ...state };
    await this.#comm.send({ method: "update", state, buffer_paths: [] });
  }

  /** The widget as a page needs it that knows nothing of it. */
  snapshot(): object {
    const { _model_name, _model_module, _model_module_version } = this.#state;
    return {
      model_name: _model_name,
      model_module: _model_module,
      model_module_version: _model_module_version,
      state: this.#state,
    };
  }

  async #hear({ method, state }: Record<string, unknown>): Promise<void> {
    if (method === "request_state") await this.update(this.#state);
    if (method !== "update") return;
    this.#state = { ...this.#state, ...state as WidgetState };
    await this.onChange(state as WidgetState);
  }
}
