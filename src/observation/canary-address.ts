import type { Stack, StackResource } from '../aws/aws.ts';
import type { Colour } from '../canary/colour.ts';
import type { ColourGroups } from '../canary/listener-rule.ts';
import { addPartLine, type LocationHints, partSays } from '../canary/location-hints.ts';
import { OperatorError } from '../canary/operator-error.ts';
import { regionOf } from '../canary/region-option.ts';
import type { Service } from '../canary/service.ts';
import { findGroups, type GroupEvidence } from './colour-groups.ts';
import { describeMissing, findNamed, targetGroupType, taskSetType } from './named-part.ts';
import { findRules, type RuleAddress } from './rule-address.ts';
import { listIds, type Search } from './stack-search.ts';

/** Where the parts of a canary are. */
export interface CanaryAddress extends RuleAddress {
  readonly cluster: string;
  readonly serviceArn: string;
  readonly blueTaskSet: string;
  readonly greenTaskSet: string;
  readonly groups: ColourGroups;
  /** Whether a target group is not the stack's own, so that listeners which the stack does not know may lead to it. */
  readonly shared: boolean;
  /** Task sets that cannot be determined; Rollback does without them. */
  readonly missing: readonly string[];
  /** How each colour's parts were found: by parameter, output or logical id. */
  readonly foundBy: string;
}

interface AddressReaders extends Pick<GroupEvidence, 'listRules' | 'ruleEvidence'> {
  readonly describeService: (cluster: string, serviceArn: string) => Promise<Service | undefined>;
}

/**
 * Finds the canary among a stack's resources, by the same evidence as `stack-template/shape-location.ts` in its template.
 * @param outputs the stack's outputs; may be empty when the logical ids are the article's
 * @param readers read the service and rules, if only they tell the target groups
 * @throws OperatorError `canary-not-found` with everything that is missing or ambiguous, and what was found, unless it is only a task set
 */
export async function findCanary(
  resources: readonly StackResource[],
  outputs: Readonly<Record<string, string>>,
  hints: LocationHints,
  readers: AddressReaders,
): Promise<CanaryAddress> {
  const search: Search = {
    resources: resources.filter((resource) => resource.physicalId !== ''),
    outputs,
    problems: [],
    missing: [],
    found: [],
  };
  const blueTaskSet = findTaskSet(search, 'Blue', hints.blueTaskSetLogicalId);
  const greenTaskSet = findTaskSet(search, 'Green', hints.greenTaskSetLogicalId);
  const serviceArn = findService(search, blueTaskSet || greenTaskSet, hints.serviceLogicalId);
  const cluster = clusterOf(serviceArn) || (blueTaskSet.split('|')[0] ?? '');
  const rules = findRules(search, hints);
  const groups = await findGroups(search, hints, rules, {
    taskSets: { blue: taskSetId(blueTaskSet), green: taskSetId(greenTaskSet) },
    describeService: async () => (serviceArn === '' ? undefined : readers.describeService(cluster, serviceArn)),
    listRules: readers.listRules,
    ruleEvidence: readers.ruleEvidence,
  });
  const foundBy = search.found.join(', ');
  if (blueTaskSet !== '' && blueTaskSet === greenTaskSet) search.problems.push(describeSame('task set', foundBy));
  if (groups.blue !== '' && groups.blue === groups.green) search.problems.push(describeSame('target group', foundBy));
  if (search.problems.length > 0) throw notFound([...search.missing, ...search.problems]);
  return {
    cluster,
    serviceArn,
    blueTaskSet: taskSetId(blueTaskSet),
    greenTaskSet: taskSetId(greenTaskSet),
    groups,
    shared: Object.values(groups).some((arn) => !search.resources.some(({ physicalId }) => physicalId === arn)),
    ...rules,
    missing: search.missing,
    foundBy,
  };
}

function describeSame(what: string, foundBy: string): string {
  return `blue and green are the same ${what}: ${foundBy}.`;
}

/** Refuses when a colour's task set serves from the other's target group: weights would move users to the wrong version. */
export function refuseMixedColours({ taskSets }: Service, address: CanaryAddress): void {
  const { blue, green } = address.groups;
  const isMixed = (id: string, own: string, other: string): boolean => {
    const arns = taskSets.find((taskSet) => taskSet.id === id)?.targetGroupArns ?? [];
    return arns.includes(other) && !arns.includes(own);
  };
  if (isMixed(address.blueTaskSet, blue, green) || isMixed(address.greenTaskSet, green, blue))
    throw notFound([`a colour's task set serves from the other's target group: ${address.foundBy}.`]);
}

/** Whether the four coloured resources bear the article's logical ids (or hints), so that outputs need not be read. */
export function needsNoOutputs(resources: readonly StackResource[], hints: LocationHints): boolean {
  const has = (type: string, id: string): boolean =>
    resources.some((resource) => resource.type === type && resource.logicalId === id);
  return (
    has(taskSetType, hints.blueTaskSetLogicalId ?? 'BlueTaskSet') &&
    has(taskSetType, hints.greenTaskSetLogicalId ?? 'GreenTaskSet') &&
    has(targetGroupType, hints.blueTargetGroupLogicalId ?? 'BlueTargetGroup') &&
    has(targetGroupType, hints.greenTargetGroupLogicalId ?? 'GreenTargetGroup')
  );
}

function findTaskSet(search: Search, colour: Colour, hint: string | undefined): string {
  const key = `${colour}TaskSet` as const;
  const found = findNamed(search, key, hint);
  if (found === undefined) search.missing.push(describeMissing(search, key, hint));
  return found ?? '';
}

/** The service of an incomplete stack, if there is only one candidate. */
export function soleServiceArn(resources: readonly StackResource[], hints: LocationHints): string | undefined {
  const services = resources.filter(
    ({ type, logicalId, physicalId }) =>
      type === 'AWS::ECS::Service' && physicalId !== '' && logicalId === (hints.serviceLogicalId ?? logicalId),
  );
  return services.length === 1 ? services[0]?.physicalId : undefined;
}

/** The cluster's name in a service's ARN; empty in the old short form. */
export function clusterOf(serviceArn: string): string {
  return serviceArn.split('/').at(-2) ?? '';
}

function findService(search: Search, taskSetPhysicalId: string, hint: string | undefined): string {
  const services = search.resources.filter((resource) => resource.type === 'AWS::ECS::Service');
  const owner = taskSetPhysicalId.split('|')[1] ?? '';
  const owners = services.filter((service) => owner !== '' && nameOf(service.physicalId) === nameOf(owner));
  const match =
    hint === undefined
      ? services.length === 1
        ? services
        : owners
      : services.filter((service) => service.logicalId === hint);
  if (match.length === 1 && match[0]) return match[0].physicalId;
  search.problems.push(
    `no single ECS service${hint ? ` (${partSays('Service', hint)})` : ''}; the stack has ${listIds(services)}. To name it, ${hint ? 'correct that line' : addPartLine('Service')}.`,
  );
  return '';
}

/** The error for a stack that lacks a task set, with the commands that restore it. */
export function lacksTaskSet(stack: Stack, missing: readonly string[]): OperatorError {
  const name = `--stack-name ${stack.name}`;
  const region = regionOf(stack.id);
  const capabilities = stack.capabilities.length > 0 ? ` --capabilities ${stack.capabilities.join(' ')}` : '';
  const keys = Object.keys(stack.parameters).map((key) => `ParameterKey=${key},UsePreviousValue=true`);
  const parameters = keys.length > 0 ? ` --parameters ${keys.join(' ')}` : '';
  return new OperatorError(
    'canary-not-found',
    notFound(missing).message,
    `Correct EcsCanary.Parts, or restore the task set while the other colour has all of the traffic (Rollback moves it to blue). 1. Read the template: aws cloudformation get-template ${name} --query TemplateBody ${region} > template (with --output text if it is YAML). 2. In that file, copy the other task set, and give the copy its own logical id and target group. 3. Update the stack: aws cloudformation update-stack ${name} --template-body file://template${capabilities}${parameters} ${region} . Then start with Prepare Blue.`,
  );
}

/** The error for parts of a canary that are ambiguous or missing. */
export function notFound(problems: readonly string[]): OperatorError {
  return new OperatorError(
    'canary-not-found',
    `The stack does not show a complete canary:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    'Check EcsCanary.StackName and EcsCanary.AWS.Region; if they are right, correct the parameters or outputs named above.',
  );
}

function nameOf(arnOrName: string): string {
  return arnOrName.slice(arnOrName.lastIndexOf('/') + 1);
}

function taskSetId(physicalId: string): string {
  return physicalId.slice(physicalId.lastIndexOf('|') + 1);
}
