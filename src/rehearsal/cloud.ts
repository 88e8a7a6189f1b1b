import type { ServedRequest } from './approval-ledger.ts';
import type { EntryPoint } from './entry-point.ts';

/** The parts of AWS that a rehearsal itself reads. */
export interface Cloud {
  /** URL for AWS clients. */
  readonly endpoint: string;
  /** The project variables that describe it, such as `Canary.Cluster`. */
  readonly variables: Readonly<Record<string, string>>;
  /** The operator's own step parameters, adapted to it. */
  readonly parameters: Readonly<Record<string, string>>;
  /** What had to be changed in the operator's own template or parameters. */
  readonly notes: readonly string[];
  /** Its time, epoch milliseconds. */
  readonly now: () => number;
  /** Resolves when it is that late there, in epoch milliseconds. */
  readonly sleepUntil: (time: number) => Promise<void>;
  /** From now on, a version that leaks counts its minutes, if the cloud was told that a night comes. */
  readonly beginNight: () => void;
  /** The entry points of the deployed service; at least one. */
  readonly findEntryPoints: () => Promise<readonly EntryPoint[]>;
  /** Requests that the weights of users' rules sent to a task, without those of testers' rules and those that a cookie bound. */
  readonly served: () => Promise<readonly ServedRequest[]>;
  readonly close: () => Promise<void>;
}
