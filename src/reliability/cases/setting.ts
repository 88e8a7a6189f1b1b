/** What a starting state adds to a plain world; it is replaced as a whole whenever a canary is arranged. */
export interface Setting {
  /** Rules of production entry points that were made by hand beside the stack's own rule. */
  readonly entryPoints: readonly string[];
  /** ARNs by which EcsCanary.Parts names these entry points: of rules, or of listeners for their default actions. */
  readonly named: readonly string[];
  /** Rules that lead ordinary users to blue alone. */
  readonly blueRules: readonly string[];
  /** Local addresses at which users ask for these, beside the stack's own rule. */
  readonly urls: readonly string[];
  /** Emulated seconds until the second node of a load balancer learns of changed rules. */
  readonly lagSeconds: number;
  /** What every step is told. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Nothing beside the stack and its neighbours. */
export const plainSetting: Setting = {
  entryPoints: [],
  named: [],
  blueRules: [],
  urls: [],
  lagSeconds: 0,
  parameters: {},
};
