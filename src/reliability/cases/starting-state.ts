/** Weights of the two colours. */
export type Split = readonly [blue: number, green: number];

/** A production rule, or a listener's default action, that somebody made beside the stack. */
export interface ManualEntryPoint {
  readonly kind: 'rule' | 'default-action';
  readonly weights: Split;
}

/** How a canary lies before a step comes, beyond blue and green with two versions, both healthy. */
export interface StartingState {
  readonly id: StateId;
  /** For the table: what it is, in a few words. */
  readonly title: string;
  /** Of the stack's own rule; undefined before the first deployment. */
  readonly weights?: Split;
  readonly tag?: string;
  /** Whose canary it is: nobody's, the deployment's that comes, or another one's. */
  readonly lock: 'none' | 'own' | 'other';
  /** What was written last, which is what a stale read misses. */
  readonly lastly: 'weights' | 'lock' | 'anomaly' | 'nothing';
  /** What is wrong beside that. */
  readonly anomaly?: Anomaly;
  /** Named by every step in EcsCanary.Parts. */
  readonly entryPoints?: readonly ManualEntryPoint[];
  /** Colours that Promote and Rollback are told to scale to 0, and may, once they serve nothing. */
  readonly idle?: readonly ('blue' | 'green')[];
  /** Emulated seconds until the second node of a load balancer learns of changed rules; none unless given. */
  readonly lagSeconds?: number;
  /** What every step is told in this state beside the rest. */
  readonly parameters?: Readonly<Record<string, string>>;
}

export type Anomaly =
  | 'busy-stack'
  | 'rolled-back-stack'
  | 'orphan'
  | 'foreign-group'
  | 'test-rule'
  | 'small-green'
  | 'rule-to-blue';

export type StateId =
  | 'first'
  | 'stable-blue'
  | 'stable-green'
  | 'deployed'
  | 'tested'
  | 'tenth'
  | 'small'
  | 'shifted'
  | 'busy'
  | 'rolled-back'
  | 'orphan'
  | 'drifted'
  | 'foreign-group'
  | 'untagged'
  | 'mistagged'
  | 'tag-ahead'
  | 'taken'
  | 'two-rules'
  | 'two-rules-apart'
  | 'default-action'
  | 'rule-to-blue'
  | 'kept-on-blue'
  | 'lagging';
