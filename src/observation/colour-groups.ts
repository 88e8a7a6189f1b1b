import type { ColourGroups, ListenerRule } from '../canary/listener-rule.ts';
import type { LocationHints } from '../canary/location-hints.ts';
import { OperatorError } from '../canary/operator-error.ts';
import type { Service } from '../canary/service.ts';
import { type ColouredPart, describeMissing, describePart, findNamed } from './named-part.ts';
import { mayBeProduction, type RuleAddress } from './rule-address.ts';
import type { Search } from './stack-search.ts';

/** How rules tell groups; only Rollback relies on them, because its direction is the safe one. */
export interface RuleEvidence {
  /** The groups to which a colour's rules lead besides that colour. */
  readonly groupsBeside: (known: string | undefined, rules: readonly ListenerRule[]) => readonly string[];
  /** For each group that may be blue's, the commands that give it all traffic of its rules. */
  readonly adviseByHand: (told: Told, rules: readonly ListenerRule[]) => readonly string[];
}

/** What tells the target groups that no name tells. */
export interface GroupEvidence {
  /** Ids; empty for a task set that the stack lacks. */
  readonly taskSets: ColourGroups;
  readonly describeService: () => Promise<Service | undefined>;
  readonly listRules: (listenerArns: readonly string[]) => Promise<readonly ListenerRule[]>;
  readonly ruleEvidence?: RuleEvidence | undefined;
}

type Side = keyof ColourGroups;
export type Told = { [S in Side]?: string | undefined };

const sides = ['blue', 'green'] as const;

/**
 * Finds the target groups: by name, by the task set in them, or by rules that lead to the other colour and one more
 * group. Adds to the search's problems.
 * @throws OperatorError if ECS cannot be read and nothing else tells them, with commands that give blue the traffic
 */
export async function findGroups(
  search: Search,
  hints: LocationHints,
  address: RuleAddress,
  { taskSets, describeService, listRules, ruleEvidence }: GroupEvidence,
): Promise<ColourGroups> {
  const told: Told = {};
  for (const side of sides) told[side] = findByName(search, side, hints[hintOf(side)]);
  if (isComplete(told)) return told;
  const tell = (find: (side: Side) => readonly string[], by: string): void => {
    for (const side of sides) {
      const [only, ...others] = new Set(
        told[side] === undefined && hints[hintOf(side)] === undefined ? find(side) : [],
      );
      if (only === undefined || others.length > 0) continue;
      told[side] = only;
      search.found.push(`${describePart(keyOf(side))} ${only} (by ${by})`);
    }
  };
  const service = await describeService().catch(unlessOperatorError);
  const sets = service instanceof OperatorError ? [] : (service?.taskSets ?? []);
  tell((side) => sets.find(({ id }) => id === taskSets[side])?.targetGroupArns ?? [], 'its task set');
  if (isComplete(told)) return told;
  const rules = ruleEvidence ? await listRules(address.listenerArns) : [];
  const own = rules.filter((rule) => mayBeProduction(rule, address));
  tell((side) => ruleEvidence?.groupsBeside(told[side === 'blue' ? 'green' : 'blue'], own) ?? [], 'the rules');
  if (isComplete(told)) return told;
  const byHand = ruleEvidence?.adviseByHand(told, own) ?? [];
  if (service instanceof OperatorError)
    throw new OperatorError(service.code, [service.message, ...byHand].join('\n'), service.hint, { cause: service });
  const unknown = sides.filter((side) => told[side] === undefined);
  search.problems.push(...unknown.map((side) => describeMissing(search, keyOf(side), hints[hintOf(side)])), ...byHand);
  return { blue: told.blue ?? '', green: told.green ?? '' };
}

function hintOf(side: Side) {
  return `${side}TargetGroupLogicalId` as const;
}

/** A group may be outside the stack: then its output tells it. */
function findByName(search: Search, side: Side, hint: string | undefined): string | undefined {
  const key = keyOf(side);
  const named = findNamed(search, key, hint);
  if (named !== undefined || hint !== undefined) return named;
  const output = search.outputs[key] ?? '';
  if (!/^arn:[^:]*:elasticloadbalancing:.*:targetgroup\//.test(output)) return undefined;
  search.found.push(`${describePart(key)} ${output} (by the output ${key})`);
  return output;
}

function keyOf(side: Side): ColouredPart {
  return side === 'blue' ? 'BlueTargetGroup' : 'GreenTargetGroup';
}

function isComplete(told: Told): told is ColourGroups {
  return told.blue !== undefined && told.green !== undefined;
}

function unlessOperatorError(error: unknown): OperatorError {
  if (error instanceof OperatorError) return error;
  throw error;
}
