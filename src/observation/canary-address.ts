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
  /** Whether a target group is not the stack's own, so that listeners which the stack does not know may lead to it. */
  readonly shared: boolean;
  /** Task sets that cannot be determined; Rollback does without them. */
  readonly missing: readonly string[];
  /** How each colour's parts were found: by parameter, output or logical id. */
  readonly foundBy: string;
}

/**
 * Finds the canary among a stack's resources, by the same evidence as `stack-template/shape-location.ts` in its template.
 * @param outputs the stack's outputs; may be empty when the logical ids are the article's
 * @param describeService reads the service, if only its task sets tell their target groups
 * @throws OperatorError `canary-not-found` with everything that is missing or ambiguous, and what was found, unless it is only a task set
 */
export async function findCanary(
  resources: readonly StackResource[],
  outputs: Readonly<Record<string, string>>,
  hints: LocationHints,
  describeService: (cluster: string, serviceArn: string) => Promise<Service | undefined>,
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
  const registered = async (taskSet: string): Promise<readonly string[]> => {
    const service = serviceArn === '' ? undefined : await describeService(cluster, serviceArn);
    return service?.taskSets.find(({ id }) => id === taskSetId(taskSet))?.targetGroupArns ?? [];
  };
  const blueGroup = await findGroup(search, 'Blue', hints.blueTargetGroupLogicalId, () => registered(blueTaskSet));
  const greenGroup = await findGroup(search, 'Green', hints.greenTargetGroupLogicalId, () => registered(greenTaskSet));
  const rules = findRules(search, hints);
  const foundBy = search.found.join(', ');
  if (blueTaskSet !== '' && blueTaskSet === greenTaskSet) search.problems.push(describeSame('task set', foundBy));
  if (blueGroup !== '' && blueGroup === greenGroup) search.problems.push(describeSame('target group', foundBy));
  if (search.problems.length > 0) throw notFound([...search.missing, ...search.problems]);
  return {
    cluster,
    serviceArn,
    blueTaskSet: taskSetId(blueTaskSet),
    greenTaskSet: taskSetId(greenTaskSet),
    groups: { blue: blueGroup, green: greenGroup },
    shared: [blueGroup, greenGroup].some((arn) => !search.resources.some(({ physicalId }) => physicalId === arn)),
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

const taskSetType = 'AWS::ECS::TaskSet';
const targetGroupType = 'AWS::ElasticLoadBalancingV2::TargetGroup';

function findTaskSet(search: Search, colour: Colour, hint: string | undefined): string {
  const candidates = search.resources.filter(({ type }) => type === taskSetType);
  const found = findNamed(search, candidates, `${colour}TaskSet`, hint);
  if (found === undefined) search.missing.push(describeMissing(candidates, `${colour}TaskSet`, hint));
  return found ?? '';
}

/** A group may be outside the stack: then its output or its task set tells it. */
async function findGroup(
  search: Search,
  colour: Colour,
  hint: string | undefined,
  registered: () => Promise<readonly string[]>,
): Promise<string> {
  const key = `${colour}TargetGroup` as const;
  const candidates = search.resources.filter(({ type }) => type === targetGroupType);
  const named = findNamed(search, candidates, key, hint);
  if (named !== undefined) return named;
  const output = search.outputs[key] ?? '';
  const isTold = /^arn:[^:]*:elasticloadbalancing:.*:targetgroup\//.test(output);
  const [only, ...others] = hint !== undefined ? [] : isTold ? [output] : await registered();
  if (only !== undefined && others.length === 0) {
    search.found.push(`${describePart(key)} ${only} (by ${isTold ? `the output ${key}` : 'its task set'})`);
    return only;
  }
  search.problems.push(describeMissing(candidates, key, hint));
  return '';
}

/** A part among the stack's resources: by the operator's line, by its output or by its logical id. */
function findNamed(
  search: Search,
  candidates: readonly StackResource[],
  key: ColouredPart,
  hint: string | undefined,
): string | undefined {
  const output = search.outputs[key];
  const told = candidates.find((resource) => output !== undefined && matchesOutput(resource, output));
  const match = (hint === undefined && told) || candidates.find(({ logicalId }) => logicalId === (hint ?? key));
  if (!match) return undefined;
  const by = hint
    ? `the line ${partLine(key, hint)} of EcsCanary.Parts`
    : told
      ? `the output ${key}`
      : 'its logical id';
  search.found.push(`${describePart(key)} ${match.logicalId} (by ${by})`);
  return match.physicalId;
}

type ColouredPart = `${Colour}TaskSet` | `${Colour}TargetGroup`;

/** For example `blue task set`. */
function describePart(key: ColouredPart): string {
  return key.replaceAll(/\B[A-Z]/g, ' $&').toLowerCase();
}

function describeMissing(candidates: readonly StackResource[], key: ColouredPart, hint: string | undefined): string {
  const naming = `To name it, ${hint ? 'correct that line' : addPartLine(key)}.`;
  // If there is no other, a name does not help.
  const remedy =
    hint || candidates.length > 1 ? naming : key.endsWith('Group') ? `Add the output ${key} to the stack.` : '';
  return `no ${describePart(key)} (${hint ? partSays(key, hint) : `output or logical id ${key}`}); the stack has ${listIds(candidates)}. ${remedy}`.trim();
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
