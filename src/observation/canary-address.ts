import type { Stack, StackResource } from '../aws/aws.ts';
import type { Colour } from '../canary/colour.ts';
import type { ColourGroups } from '../canary/listener-rule.ts';
import { addPartLine, type LocationHints, partLine, partSays } from '../canary/location-hints.ts';
import { OperatorError } from '../canary/operator-error.ts';
import { regionOf } from '../canary/region-option.ts';
import type { Service } from '../canary/service.ts';
import { findRules, type RuleAddress } from './rule-address.ts';
import { listIds, type Search } from './stack-search.ts';

/** Where the parts of a canary are. */
export interface CanaryAddress extends RuleAddress {
  readonly cluster: string;
  readonly serviceArn: string;
  readonly blueTaskSet: string;
  readonly greenTaskSet: string;
  readonly groups: ColourGroups;
  /** Task sets that cannot be determined; Rollback does without them. */
  readonly missing: readonly string[];
  /** How each colour's parts were found: by parameter, output or logical id. */
  readonly foundBy: string;
}

/**
 * Finds the canary among a stack's resources.
 * @param outputs the stack's outputs; may be empty when the logical ids are the article's
 * @throws OperatorError `canary-not-found` with everything that is missing or ambiguous, and what was found, unless it is only a task set
 */
export function findCanary(
  resources: readonly StackResource[],
  outputs: Readonly<Record<string, string>>,
  hints: LocationHints,
): CanaryAddress {
  const search: Search = {
    resources: resources.filter((resource) => resource.physicalId !== ''),
    outputs,
    problems: [],
    missing: [],
    found: [],
  };
  const blueTaskSet = findPart(search, 'AWS::ECS::TaskSet', 'Blue', 'TaskSet', hints.blueTaskSetLogicalId);
  const greenTaskSet = findPart(search, 'AWS::ECS::TaskSet', 'Green', 'TaskSet', hints.greenTaskSetLogicalId);
  const blueGroup = findPart(search, targetGroupType, 'Blue', 'TargetGroup', hints.blueTargetGroupLogicalId);
  const greenGroup = findPart(search, targetGroupType, 'Green', 'TargetGroup', hints.greenTargetGroupLogicalId);
  const serviceArn = findService(search, blueTaskSet || greenTaskSet, hints.serviceLogicalId);
  const rules = findRules(search, hints);
  const foundBy = search.found.join(', ');
  for (const [what, blue, green] of [
    ['task set', blueTaskSet, greenTaskSet],
    ['target group', blueGroup, greenGroup],
  ] as const)
    if (blue !== '' && blue === green) search.problems.push(`blue and green are the same ${what}: ${foundBy}.`);
  if (search.problems.length > 0) throw notFound([...search.missing, ...search.problems]);
  return {
    cluster: clusterOf(serviceArn) || (blueTaskSet.split('|')[0] ?? ''),
    serviceArn,
    blueTaskSet: taskSetId(blueTaskSet),
    greenTaskSet: taskSetId(greenTaskSet),
    groups: { blue: blueGroup, green: greenGroup },
    ...rules,
    missing: search.missing,
    foundBy,
  };
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
  const ids = new Set(resources.map((resource) => resource.logicalId));
  return (
    ids.has(hints.blueTaskSetLogicalId ?? 'BlueTaskSet') &&
    ids.has(hints.greenTaskSetLogicalId ?? 'GreenTaskSet') &&
    ids.has(hints.blueTargetGroupLogicalId ?? 'BlueTargetGroup') &&
    ids.has(hints.greenTargetGroupLogicalId ?? 'GreenTargetGroup')
  );
}

const targetGroupType = 'AWS::ElasticLoadBalancingV2::TargetGroup';

function findPart(
  search: Search,
  type: string,
  colour: Colour,
  part: 'TaskSet' | 'TargetGroup',
  hint: string | undefined,
): string {
  const candidates = search.resources.filter((resource) => resource.type === type);
  const output = search.outputs[`${colour}${part}`];
  const named = candidates.find((resource) => output !== undefined && matchesOutput(resource, output));
  const key = `${colour}${part}` as const;
  const id = hint ?? key;
  const match = (hint === undefined && named) || candidates.find((resource) => resource.logicalId === id);
  const what = `${colour.toLowerCase()} ${part === 'TaskSet' ? 'task set' : 'target group'}`;
  if (match) {
    const by = hint
      ? `the line ${partLine(key, hint)} of EcsCanary.Parts`
      : named
        ? `the output ${id}`
        : 'its logical id';
    search.found.push(`${what} ${match.logicalId} (by ${by})`);
    return match.physicalId;
  }
  (part === 'TaskSet' ? search.missing : search.problems).push(
    `no ${what} (${hint ? partSays(key, hint) : `output or logical id ${key}`}); ` +
      `the stack has ${listIds(candidates)}. To name it, ${hint ? 'correct that line' : addPartLine(key)}.`,
  );
  return '';
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

function matchesOutput(resource: StackResource, output: string): boolean {
  return resource.physicalId === output || resource.physicalId.endsWith(`|${output}`);
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
    `Correct EcsCanary.Parts, or restore the task set while the other colour has all of the traffic (Rollback moves it to blue): aws cloudformation get-template ${name} --query TemplateBody ${region} > template (with --output text if it is YAML); add the resource, as a copy of the other task set with its own logical id and target group; aws cloudformation update-stack ${name} --template-body file://template${capabilities}${parameters} ${region} . Then start with Prepare Blue.`,
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
