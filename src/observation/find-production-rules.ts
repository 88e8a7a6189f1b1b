import type { Aws } from '../aws/aws.ts';
import { isMarkedForTesters } from '../canary/bypass-rules.ts';
import {
  coloursIn,
  isDefaultAction,
  type ListenerRule,
  listenerArnOf,
  loadBalancerArnOf,
  modifyCommand,
  namedArnOf,
  weightsOf,
} from '../canary/listener-rule.ts';
import { addPartLine, partSays } from '../canary/location-hints.ts';
import type { OperatorError } from '../canary/operator-error.ts';
import { nameRule } from '../canary/production-rules.ts';
import { soundTestListeners } from '../canary/test-listener.ts';
import { type CanaryAddress, notFound } from './canary-address.ts';
import { readTestRuleTags } from './find-test-rules.ts';
import { isNamed, isOfStack } from './rule-address.ts';

/**
 * How much must be certain. `whole`: every rule is complete. `incomplete`: a rule that lost a colour will do if no other
 * can be meant. `shift-back`: whatever is certain counts, and the rest is reported afterwards.
 */
export type Certainty = 'whole' | 'incomplete' | 'shift-back';

/** The production rules, and why they may not be all that the operator means. */
export interface ProductionRules {
  readonly rules: readonly ListenerRule[];
  readonly ambiguity: OperatorError | undefined;
}

/** All listeners of the same load balancers, the only ones that can lead to the target groups. */
export async function listNeighbours(aws: Aws, listenerArns: readonly string[]): Promise<readonly string[]> {
  const balancers = [...new Set(listenerArns.map(loadBalancerArnOf))];
  return (await Promise.all(balancers.map((arn) => aws.loadBalancing.listListeners(arn)))).flat();
}

/**
 * The rules that split the users: those of the stack that name both colours, and those that the operator names.
 * @param completing ARNs of incomplete rules that this run counted before it completed the first of them
 * @throws OperatorError `canary-not-found` if the rules are not certain; for `shift-back`, only if none of them is
 */
export async function findProductionRules(
  aws: Aws,
  all: readonly ListenerRule[],
  address: CanaryAddress,
  certainty: Certainty,
  completing: ReadonlySet<string> = new Set(),
): Promise<ProductionRules> {
  const search = lookThrough(all, address);
  const { own, whole, doubtful, missing } = search;
  const begun = own.filter((rule) => completing.has(rule.arn) && coloursIn(rule, address.groups) === 1);
  const halves = certainty === 'whole' ? [] : whole.length > 0 ? begun : halvesOf(search, certainty);
  const found = [...whole, ...halves];
  if (found.length === 0) throw unclear(search, []);
  // Only Prepare Blue and Rollback check this, for all steps: only they complete rules, and they read tags anyway.
  const { tests, rivals } = certainty === 'whole' ? nothing : await findMistaken(aws, search, found);
  const isMistaken = tests.length > 0 || (whole.length === 0 && rivals.length > 0);
  // Prepare Blue goes on: a deleted rule leads no users anywhere, and Deploy Stack checks again.
  const isGone = certainty !== 'incomplete' && missing.length > 0;
  const isDoubtful = whole.length > 0 && doubtful.length > 0;
  const rules = found.filter((rule) => !tests.includes(rule));
  const ambiguity = isMistaken || isDoubtful || isGone ? unclear(search, rivals, tests) : undefined;
  const isCertain = rules.length > 0 && (whole.length > 0 || !isMistaken);
  if (ambiguity && !(certainty === 'shift-back' && isCertain)) throw ambiguity;
  return { rules, ambiguity };
}

const nothing: { readonly tests: readonly ListenerRule[]; readonly rivals: readonly ListenerRule[] } = {
  tests: [],
  rivals: [],
};

interface Search {
  readonly address: CanaryAddress;
  readonly all: readonly ListenerRule[];
  /** The stack's rules, without those that only testers use. */
  readonly own: readonly ListenerRule[];
  readonly named: readonly ListenerRule[];
  /** ARNs that were named but do not exist. */
  readonly missing: readonly string[];
  /** Rules that name both colours. */
  readonly whole: readonly ListenerRule[];
  /** Named rules that do not name both colours. */
  readonly doubtful: readonly ListenerRule[];
}

function lookThrough(all: readonly ListenerRule[], address: CanaryAddress): Search {
  const { groups, namedArns } = address;
  const tests = soundTestListeners(all, address);
  const named = all.filter((rule) => namedArns.some((arn) => isNamed(rule, arn)));
  const own = all.filter(
    (rule) => !named.includes(rule) && !tests.includes(listenerArnOf(rule.arn)) && isOfStack(rule, address),
  );
  const isWhole = (rule: ListenerRule): boolean => coloursIn(rule, groups) === 2;
  return {
    ...{ address, all, own, named },
    missing: namedArns.filter((arn) => !all.some((rule) => isNamed(rule, arn))),
    whole: [...own, ...named].filter(isWhole),
    doubtful: named.filter((rule) => !isWhole(rule)),
  };
}

/** If no rule names both colours: rules that lost a colour, as far as they can be told from rules that never had both. */
function halvesOf({ address, own, named }: Search, certainty: Certainty): readonly ListenerRule[] {
  const { groups } = address;
  const halves = [...own, ...named].filter((rule) => coloursIn(rule, groups) === 1 && !isMarkedForTesters(rule));
  const toGreen = halves.filter((rule) => weightsOf(rule, groups).green > 0);
  if (halves.length === 1) return halves;
  return certainty === 'shift-back' ? toGreen : [];
}

/** Our own test rules that were named, and whole rules that may be meant instead of an incomplete one. */
async function findMistaken(aws: Aws, { all, named, whole, address }: Search, found: readonly ListenerRule[]) {
  const listeners = found.map(({ arn }) => listenerArnOf(arn));
  const others = all.filter(
    (rule) =>
      !found.includes(rule) &&
      coloursIn(rule, address.groups) === 2 &&
      listeners.includes(listenerArnOf(rule.arn)) &&
      !address.testListeners.includes(listenerArnOf(rule.arn)),
  );
  const isPlain = whole.length > 0 && others.length === 0 && (named.length === 0 || found.length === 1);
  if (isPlain) return nothing;
  const tags = await readTestRuleTags(
    aws,
    [...found, ...others].filter((rule) => !isDefaultAction(rule)),
  );
  return {
    tests: found.filter(({ arn }) => tags[arn]),
    rivals: others.filter(({ arn }) => !tags[arn]),
  };
}

function unclear(
  { address, own, named, missing, whole, doubtful }: Search,
  rivals: readonly ListenerRule[],
  tests: readonly ListenerRule[] = [],
): OperatorError {
  const colours = (rule: ListenerRule): number => coloursIn(rule, address.groups);
  const right = [...rivals, ...own.filter((rule) => colours(rule) === 2)];
  const gone = missing.map((arn) => describeGone(arn, address));
  // If every other rule is complete, the stack's rules are not part of the problem.
  if (whole.length > 0 && doubtful.length + rivals.length + tests.length === 0) return notFound(gone);
  const reasons = [
    ...gone,
    ...tests.map(({ arn }) => `${partSays('ListenerRule', arn)}, which is a test rule of these steps.`),
    ...doubtful.map(
      (rule) =>
        `${partSays('ListenerRule', rule.arn)}, which forwards to ${colours(rule) === 0 ? 'neither' : 'only one'} of the blue and green target groups${isElsewhere(rule, right) ? ', and is on a different load balancer' : ''}. Correct that line, or remove it if only rules of the stack split users.`,
    ),
    ...(whole.length + doubtful.length > 0
      ? []
      : ['no listener rule or default action forwards to both the blue and the green target group.']),
  ];
  const TargetGroups = [
    { TargetGroupArn: address.groups.blue, Weight: 100 },
    { TargetGroupArn: address.groups.green, Weight: 0 },
  ];
  const looked = [...own.filter((rule) => colours(rule) > 0 || !isDefaultAction(rule)), ...named];
  const likely = looked.find((rule) => colours(rule) > 0) ?? looked.find((rule) => !isDefaultAction(rule));
  const meant = right[0] ?? likely ?? { arn: 'RULE_ARN', priority: '' };
  const command = modifyCommand(meant, [{ Type: 'forward', ForwardConfig: { TargetGroups } }]);
  return notFound([
    ...reasons,
    `looked at ${describe(looked, address)}. To name the right one${right.length > 0 ? `, such as ${describe(right, address)}` : ''}, ${addPartLine('ListenerRule', right[0]?.arn ?? 'ARN')}. To give blue a rule's traffic by hand: ${command}`,
  ]);
}

/** A target group serves only one load balancer. */
function isElsewhere({ arn }: ListenerRule, right: readonly ListenerRule[]): boolean {
  return right.length > 0 && right.every((rule) => loadBalancerArnOf(rule.arn) !== loadBalancerArnOf(arn));
}

function describe(rules: readonly ListenerRule[], { names }: CanaryAddress): string {
  const told = rules.map((rule) =>
    isDefaultAction(rule)
      ? `${nameRule(rule, names)} (${namedArnOf(rule)})`
      : `priority ${rule.priority} (${rule.arn})`,
  );
  return told.join(', ') || 'none';
}

/** What is wrong with an ARN that does not exist or is somewhere else than the stack. */
function describeGone(arn: string, { names }: CanaryAddress): string {
  const places = [...new Set(Object.keys(names).map(placeOf))];
  const what =
    places.length === 0 || places.includes(placeOf(arn))
      ? 'which does not exist'
      : `which was not found: it belongs to ${placeOf(arn)}, but the stack uses ${places.join(', ')}`;
  return `${partSays('ListenerRule', arn)}, ${what}. Correct the ARN, or remove the line if only rules of the stack split users.`;
}

/** The load balancer, region and account in an ARN, for people. */
function placeOf(arn: string): string {
  const [, , , region = '', account = ''] = arn.split(':');
  return `the load balancer ${loadBalancerArnOf(arn).replace(/^.*:loadbalancer\/app\//, '')} in ${region} (account ${account})`;
}
