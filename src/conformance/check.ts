/** One promise about a platform, and how to see whether the platform keeps it. */
export interface Check<Scene> {
  readonly id: string;
  /** What is promised, as a sentence. */
  readonly promise: string;
  /** How it is seen, as a sentence. */
  readonly look: string;
  /** The answer that the promise predicts. */
  readonly expected: string;
  /** Other answers for which the steps are prepared → what they do then. */
  readonly allowed?: Readonly<Record<string, string>>;
  readonly see: (scene: Scene) => Promise<Sighting>;
}

/** What was seen. */
export interface Sighting {
  /** Compared with the expected and allowed answers. */
  readonly answer: string;
  /** Figures and texts for the report. */
  readonly detail?: string;
}

/** What the machinery here cannot check. */
export interface Unchecked {
  readonly what: string;
  readonly why: string;
}

export const verdicts = ['as expected', 'allowed', 'different', 'not seen'] as const;

export type Verdict = (typeof verdicts)[number];

/** A check with what came of it. */
export interface CheckResult {
  readonly id: string;
  readonly promise: string;
  readonly look: string;
  readonly expected: string;
  readonly verdict: Verdict;
  /** The answer, or why there is none. */
  readonly seen: string;
  readonly detail?: string;
  /** What the steps do about an answer that is allowed. */
  readonly consequence?: string;
  readonly seconds: number;
}

/** Nothing could be seen, and why. */
export class NotSeen extends Error {
  override readonly name = 'NotSeen';
}

/** The run was stopped by Ctrl-C or a signal. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  constructor() {
    super('the run was stopped');
  }
}
