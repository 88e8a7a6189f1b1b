/** How a canary lies before a step comes, beyond blue and green with two versions, both healthy. */
export interface StartingState {
  readonly id: StateId;
  /** For the table: what it is, in a few words. */
  readonly title: string;
  /** Undefined before the first deployment. */
  readonly weights?: readonly [blue: number, green: number];
  readonly tag?: string;
  /** Whose canary it is: nobody's, the deployment's that comes, or another one's. */
  readonly mark: 'none' | 'own' | 'other';
  /** What is wrong beside that. */
  /** What was written last, which is what a stale read misses. */
  readonly lastly: 'weights' | 'mark' | 'trouble' | 'nothing';
  readonly trouble?: 'busy-stack' | 'rolled-back-stack' | 'orphan' | 'foreign-group' | 'test-rule' | 'small-green';
}

const ids = [
  'first',
  'stable-blue',
  'stable-green',
  'deployed',
  'tested',
  'tenth',
  'small',
  'shifted',
  'busy',
  'rolled-back',
  'orphan',
  'drifted',
  'foreign-group',
  'untagged',
  'mistagged',
  'tag-ahead',
  'taken',
] as const;
export type StateId = (typeof ids)[number];

/** Every state from which the matrix starts. */
export const states: readonly StartingState[] = [
  { id: 'first', lastly: 'nothing', title: 'First deployment: no stack yet', mark: 'none' },
  {
    id: 'stable-blue',
    lastly: 'mark',
    title: 'Stable blue, between two deployments',
    weights: [100, 0],
    tag: 'Blue',
    mark: 'none',
  },
  {
    id: 'stable-green',
    lastly: 'mark',
    title: 'Stable green: the last canary was promoted',
    weights: [0, 100],
    tag: 'Green',
    mark: 'none',
  },
  {
    id: 'deployed',
    lastly: 'mark',
    title: 'Green deployed and checked, no traffic yet',
    weights: [100, 0],
    tag: 'Blue',
    mark: 'own',
  },
  {
    id: 'tested',
    lastly: 'trouble',
    title: 'The same with a test rule',
    weights: [100, 0],
    tag: 'Blue',
    mark: 'own',
    trouble: 'test-rule',
  },
  { id: 'tenth', lastly: 'weights', title: 'Mid-canary, green at 10 %', weights: [90, 10], tag: 'Blue', mark: 'own' },
  {
    id: 'small',
    lastly: 'weights',
    title: 'Mid-canary at 10 % with green scaled to 10 %',
    weights: [90, 10],
    tag: 'Blue',
    mark: 'own',
    trouble: 'small-green',
  },
  {
    id: 'shifted',
    lastly: 'weights',
    title: 'Fully shifted, not tagged yet',
    weights: [0, 100],
    tag: 'Blue',
    mark: 'own',
  },
  {
    id: 'busy',
    lastly: 'trouble',
    title: 'Somebody else updates the stack',
    weights: [90, 10],
    tag: 'Blue',
    mark: 'own',
    trouble: 'busy-stack',
  },
  {
    id: 'rolled-back',
    lastly: 'trouble',
    title: "The stack's last update was rolled back",
    weights: [100, 0],
    tag: 'Blue',
    mark: 'none',
    trouble: 'rolled-back-stack',
  },
  {
    id: 'orphan',
    lastly: 'trouble',
    title: "An orphan task set in green's target group",
    weights: [100, 0],
    tag: 'Blue',
    mark: 'own',
    trouble: 'orphan',
  },
  {
    id: 'drifted',
    lastly: 'weights',
    title: 'Weights changed by hand, in other units',
    weights: [633, 270],
    tag: 'Blue',
    mark: 'own',
  },
  {
    id: 'foreign-group',
    lastly: 'weights',
    title: 'A foreign target group in the rule',
    weights: [90, 10],
    tag: 'Blue',
    mark: 'own',
    trouble: 'foreign-group',
  },
  {
    id: 'untagged',
    lastly: 'weights',
    title: 'StableStack tag missing, green at 10 %',
    weights: [90, 10],
    mark: 'own',
  },
  {
    id: 'mistagged',
    lastly: 'weights',
    title: 'StableStack tag neither Blue nor Green',
    weights: [90, 10],
    tag: 'Purple',
    mark: 'own',
  },
  {
    id: 'tag-ahead',
    lastly: 'weights',
    title: 'Tag says Green, traffic is on blue',
    weights: [100, 0],
    tag: 'Green',
    mark: 'own',
  },
  {
    id: 'taken',
    lastly: 'weights',
    title: 'Another deployment has the canary, at 10 %',
    weights: [90, 10],
    tag: 'Blue',
    mark: 'other',
  },
];

export function findState(id: string): StartingState | undefined {
  return states.find((state) => state.id === id);
}
