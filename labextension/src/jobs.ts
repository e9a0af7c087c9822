/** Conversions: started here or found again after a reload, followed until they end. */

import { Token } from '@lumino/coreutils';
import { type ISignal, Signal } from '@lumino/signaling';

import type { ConvertRequest, Job } from './api';
import { RequestProblem, type Server } from './request';

export interface IJobs {
  /** The newest job of a notebook, or null. */
  of(path: string): Job | null;
  /** `changes` counts what was edited before; see `startedAt`. */
  start(request: ConvertRequest, changes: number): Promise<Job>;
  /** How many changes the notebook had seen when this page started the job, or null. */
  startedAt(job: Job): number | null;
  cancel(job: Job): Promise<void>;
  /** A notebook has another path now; the server goes on with the old one. */
  moved(from: string, to: string): void;
  readonly changed: ISignal<IJobs, Job>;
  readonly ended: ISignal<IJobs, Job>;
}

export const IJobs = new Token<IJobs>('nb2prod:IJobs', 'Conversions of notebooks.');

const PAUSE = 400;

export function isActive(job: Job | null): boolean {
  return job?.state === 'queued' || job?.state === 'running';
}

export class Jobs implements IJobs {
  constructor(private readonly server: Server) {}

  of(path: string): Job | null {
    return this.newest.get(path) ?? null;
  }

  get changed(): ISignal<this, Job> {
    return this.changedSignal;
  }

  get ended(): ISignal<this, Job> {
    return this.endedSignal;
  }

  async start(request: ConvertRequest, changes: number): Promise<Job> {
    const job = await this.server.convert(request);
    this.changes.set(job.id, changes);
    this.take(job);
    void this.follow(job);
    return job;
  }

  startedAt(job: Job): number | null {
    return this.changes.get(job.id) ?? null;
  }

  async cancel(job: Job): Promise<void> {
    this.take(await this.server.cancel(job.id));
  }

  moved(from: string, to: string): void {
    const job = this.newest.get(from);
    if (job !== undefined) {
      this.newest.delete(from);
      this.places.set(job.id, to);
      this.take(job);
    }
  }

  /** After a reload the server still knows its jobs, the oldest first. */
  async findAgain(): Promise<void> {
    const { jobs } = await this.server.jobs();
    for (const job of jobs) {
      this.take(job);
      if (isActive(job)) {
        void this.follow(job);
      }
    }
  }

  private async follow(job: Job): Promise<void> {
    let current = job;
    while (isActive(current)) {
      await new Promise(resolve => setTimeout(resolve, PAUSE));
      try {
        current = await this.server.job(job.id);
      } catch (problem) {
        if (!(problem instanceof RequestProblem)) {
          continue; // the server is away for a moment
        }
        current = { ...current, state: 'crashed', message: problem.message };
      }
      this.take(current);
    }
    this.endedSignal.emit(current);
  }

  private take(job: Job): void {
    this.newest.set(this.places.get(job.id) ?? job.path, job);
    this.changedSignal.emit(job);
  }

  private readonly changes = new Map<string, number>();
  private readonly newest = new Map<string, Job>();
  /** Where notebooks went whose jobs the server knows by other paths. */
  private readonly places = new Map<string, string>();
  private readonly changedSignal = new Signal<this, Job>(this);
  private readonly endedSignal = new Signal<this, Job>(this);
}
