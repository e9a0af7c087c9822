/** The only place that talks to the server. */

import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import type {
  Analysis,
  ConvertRequest,
  Document,
  Example,
  ExampleRequest,
  Job,
  Jobs,
  Preview,
  Problem,
  SettingsForm,
  Suggestions,
} from './api';

/** The server's own words on why it did not do what was asked. */
export class RequestProblem extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly hint: string,
  ) {
    super(message);
  }
}

/** The routes under `<base>/nb2prod/`. */
export class Server {
  constructor(private readonly settings: ServerConnection.ISettings) {}

  analyze(document: Document): Promise<Analysis> {
    return this.ask<Analysis>('analyze', 'POST', document);
  }

  suggest(document: Document): Promise<Suggestions> {
    return this.ask<Suggestions>('suggest', 'POST', document);
  }

  preview(document: Document): Promise<Preview> {
    return this.ask<Preview>('preview', 'POST', document);
  }

  convert(request: ConvertRequest): Promise<Job> {
    return this.ask<Job>('convert', 'POST', request);
  }

  jobs(): Promise<Jobs> {
    return this.ask<Jobs>('jobs', 'GET');
  }

  job(id: string): Promise<Job> {
    return this.ask<Job>(`jobs/${encodeURIComponent(id)}`, 'GET');
  }

  cancel(id: string): Promise<Job> {
    return this.ask<Job>(`jobs/${encodeURIComponent(id)}`, 'DELETE');
  }

  settingsForm(): Promise<SettingsForm> {
    return this.ask<SettingsForm>('settings', 'GET');
  }

  example(request: ExampleRequest): Promise<Example> {
    return this.ask<Example>('example', 'POST', request);
  }

  /** Where a page of the server can be shown in a frame. */
  page(path: string): string {
    return new URL(path, this.settings.baseUrl).href;
  }

  private async ask<Answer>(route: string, method: string, body?: object): Promise<Answer> {
    const url = URLExt.join(this.settings.baseUrl, 'nb2prod', route);
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const response = await ServerConnection.makeRequest(url, init, this.settings);
    const answer: unknown = await response.json().catch(() => null);
    if (!response.ok) {
      const { message, hint } = problemOf(answer, response.statusText);
      throw new RequestProblem(response.status, message, hint);
    }
    // The server's tests hold its answers against the schema that this type comes from.
    return answer as Answer;
  }
}

function problemOf(answer: unknown, status: string): Problem {
  const text = (key: string): string => {
    const found: unknown =
      typeof answer === 'object' && answer !== null ? Reflect.get(answer, key) : undefined;
    return typeof found === 'string' ? found : '';
  };
  return { message: text('message') || status, hint: text('hint') };
}
