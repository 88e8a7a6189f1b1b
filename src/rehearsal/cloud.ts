import type { ServedRequest } from './approval-ledger.ts';
import type { EntryPoint } from './entry-point.ts';

/** The AWS that a rehearsal deploys to, as far as the rehearsal itself looks at it. */
export interface Cloud {
  /** URL for AWS clients. */
  readonly endpoint: string;
  /** The project variables that describe it, such as `Canary.Cluster`. */
  readonly variables: Readonly<Record<string, string>>;
  /** Properties of the step that deploys in place of the process's own. */
  readonly deployment: Readonly<Record<string, string>>;
  /** What had to be changed in the operator's own template or parameters. */
  readonly notes: readonly string[];
  /** Its time, epoch milliseconds. */
  readonly now: () => number;
  /** Where users come to the service, once it is deployed; at least one door. */
  readonly findEntryPoints: () => Promise<readonly EntryPoint[]>;
  /** Requests that users' rules brought to a task; testers' rules left out. */
  readonly served: () => Promise<readonly ServedRequest[]>;
  readonly close: () => Promise<void>;
}
