/** Weights of the two colours. */
export type Split = readonly [blue: number, green: number];

/** A production rule, or a listener's default action, that somebody created outside the stack. */
export interface ManualEntryPoint {
  readonly kind: 'rule' | 'default-action';
  readonly weights: Split;
}

/** How a canary differs, before a step runs, from blue and green with two versions, both healthy. */
export interface StartingState {
  readonly id: StateId;
  /** Short title for the table. */
  readonly title: string;
  /** Of the stack's own rule; undefined before the first deployment. */
  readonly weights?: Split;
  readonly tag?: string;
  /** Who owns the lock: nobody, the case's deployment, or another one. */
  readonly lock: 'none' | 'own' | 'other';
  /** What was written last, and so is missing from a stale read. */
  readonly lastly: 'weights' | 'lock' | 'anomaly' | 'nothing';
  /** What else is wrong. */
  readonly anomaly?: Anomaly;
  /** Named by every step in EcsCanary.Parts. */
  readonly entryPoints?: readonly ManualEntryPoint[];
  /** Colours that Promote and Rollback are told to scale to 0 once they serve nothing. */
  readonly idle?: readonly ('blue' | 'green')[];
  /** Emulated seconds until the second load balancer node receives changed rules; none by default. */
  readonly lagSeconds?: number;
  /** Additional parameters for every step in this state. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** How green's containers misbehave, as in the emulator's image tags; not at all by default. */
  readonly behaviour?: string;
  /** Whether only Watch Canary starts from here. */
  readonly onlyWatched?: boolean;
}

export type Anomaly =
  | 'busy-stack'
  | 'rolled-back-stack'
  | 'orphan'
  | 'foreign-group'
  | 'test-rule'
  | 'small-green'
  | 'rule-to-blue'
  | 'recorded-share';

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
  | 'lagging'
  | 'recorded'
  | 'bad-green';
