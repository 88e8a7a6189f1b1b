/** What a starting state adds to a plain world; replaced as a whole whenever a canary is arranged. */
export interface Setting {
  /** Production rules that were created by hand in addition to the stack's own. */
  readonly entryPoints: readonly string[];
  /** Their ARNs in EcsCanary.Parts: of rules, or of listeners for default actions. */
  readonly named: readonly string[];
  /** Rules that lead ordinary users to blue only. */
  readonly blueRules: readonly string[];
  /** Local addresses of these rules for users, without the stack's own rule. */
  readonly urls: readonly string[];
  /** Emulated seconds until the second load balancer node receives changed rules. */
  readonly lagSeconds: number;
  /** Whether green answers with errors. */
  readonly greenFails: boolean;
  /** Parameters for every step. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Nothing in addition to the stack and its neighbours. */
export const plainSetting: Setting = {
  entryPoints: [],
  named: [],
  blueRules: [],
  urls: [],
  lagSeconds: 0,
  greenFails: false,
  parameters: {},
};
