import { type LocationHints, type PartKey, partKeys, partLine } from '../canary/location-hints.ts';
import { type Parameter, ParameterProblem } from './parameters.ts';
import { arn, matching, named, parseEach, quote, text } from './parsers.ts';
import { redactName } from './redact-name.ts';

/** Which resource is meant if the stack alone is ambiguous; blank means "find it". */
export const parts: Parameter<LocationHints> = {
  name: 'EcsCanary.Parts',
  label: 'Advanced: parts of the stack',
  help: `Leave this blank: the steps find the parts themselves, or say which line to add here. Type one \`Key=value\` on each line, and the same lines on every step.

- \`BlueTaskSet=MyBlue\`, and likewise \`GreenTaskSet\`, \`BlueTargetGroup\`, \`GreenTargetGroup\` and \`Service\`: logical ids in the template.
- \`ListenerRule=MyRule\`: move only this rule of the stack, or this listener's default action. \`ListenerRule=arn:…\` adds one outside the stack.
- \`TestListener=MyListener\` (or its ARN): only testers use this listener, and it leads to green.

Repeat \`ListenerRule\` and \`TestListener\` for several.`,
  control: 'MultiLineText',
  defaultValue: '',
  parse: parseParts,
};

/** More lines than anybody types; text that is pasted by mistake may have thousands. */
const mostProblems = 20;

interface Line {
  readonly key: PartKey;
  readonly value: string;
}

function parseParts(raw: string): LocationHints {
  const seen = new Map<string, number>();
  const given = parseEach(
    raw.split(/\r\n|\r|\n/),
    (line, index) => (isLeftOut(line) ? [] : [once(seen, readLine(line, index + 1), index + 1)]),
    mostProblems,
  ).flat();
  const valuesOf = (key: PartKey): string[] => given.filter((line) => line.key === key).map(({ value }) => value);
  const rules = valuesOf('ListenerRule');
  return {
    blueTaskSetLogicalId: valuesOf('BlueTaskSet')[0],
    greenTaskSetLogicalId: valuesOf('GreenTaskSet')[0],
    blueTargetGroupLogicalId: valuesOf('BlueTargetGroup')[0],
    greenTargetGroupLogicalId: valuesOf('GreenTargetGroup')[0],
    serviceLogicalId: valuesOf('Service')[0],
    listenerRuleLogicalId: rules.filter((rule) => !isArn(rule)),
    listenerRuleArn: rules.filter(isArn),
    testListener: valuesOf('TestListener'),
  };
}

/** Blank lines and comments; `#{` starts an expression that Octopus could not resolve. */
function isLeftOut(line: string): boolean {
  return line.trim() === '' || /^\s*#(?!\{)/.test(line);
}

function readLine(line: string, number: number): Line {
  const place = `line ${number}`;
  const at = line.indexOf('=');
  const typed = named(place, () => text(at < 0 ? line : line.slice(0, at)));
  if (at < 0 || typed === '')
    throw new ParameterProblem(`${place} is not of the form Key=value; type, for example, ${examples.ListenerRule}.`);
  const key = partKeys.find((known) => known.toLowerCase() === typed.toLowerCase());
  if (key === undefined) {
    const shown = quote(redactName(typed, line.slice(at + 1)));
    throw new ParameterProblem(`${place}: ${shown} is not a part of a canary; type one of ${partKeys.join(', ')}.`);
  }
  return { key, value: named(`${place} (${key})`, () => readValue(key, line.slice(at + 1))) };
}

function readValue(key: PartKey, raw: string): string {
  const value = text(raw);
  if (value === '') throw new ParameterProblem(`there is nothing after the =; type, for example, ${examples[key]}.`);
  if (/[,;\s]/.test(value)) throw new ParameterProblem(`${quote(value)} contains a space or a comma; ${advice(key)}.`);
  if (isArn(value) && key === 'ListenerRule') return ruleArn(value);
  if (isArn(value) && key === 'TestListener') return listenerArn(value);
  return matching(/^[A-Za-z0-9]{1,255}$/, `${shapes[key]}; type, for example, ${examples[key]}`)(value);
}

function advice(key: PartKey): string {
  return isRepeatable(key) ? `type a line ${key}=… for each value` : 'type one logical id';
}

const ruleArn = arn(
  'elasticloadbalancing',
  /^listener(-rule)?\/app\//,
  'the ARN of a rule, or of a listener, of an Application Load Balancer',
);
const listenerArn = arn(
  'elasticloadbalancing',
  /^listener\/app\//,
  'the ARN of a listener of an Application Load Balancer',
);

const logicalId = 'a logical id, which has only letters and digits';
const shapes: Readonly<Record<PartKey, string>> = {
  BlueTaskSet: logicalId,
  GreenTaskSet: logicalId,
  BlueTargetGroup: logicalId,
  GreenTargetGroup: logicalId,
  Service: logicalId,
  ListenerRule: 'the logical id (letters and digits) or the ARN of a rule or listener',
  TestListener: 'the logical id (letters and digits) or the ARN of a listener',
};

const examples: Readonly<Record<PartKey, string>> = {
  BlueTaskSet: partLine('BlueTaskSet', 'MyBlueTaskSet'),
  GreenTaskSet: partLine('GreenTaskSet', 'MyGreenTaskSet'),
  BlueTargetGroup: partLine('BlueTargetGroup', 'MyBlueTargetGroup'),
  GreenTargetGroup: partLine('GreenTargetGroup', 'MyGreenTargetGroup'),
  Service: partLine('Service', 'MyService'),
  ListenerRule: partLine('ListenerRule', 'MyRule'),
  TestListener: partLine('TestListener', 'MyTestListener'),
};

/** Rules and test listeners may be several, each given once; every other part is given once. */
function once(seen: Map<string, number>, line: Line, number: number): Line {
  const identity = isRepeatable(line.key) ? partLine(line.key, line.value) : line.key;
  const first = seen.get(identity);
  if (first !== undefined)
    throw new ParameterProblem(
      `line ${number}: ${identity} is given twice, first on line ${first}; keep one of the two.`,
    );
  seen.set(identity, number);
  return line;
}

function isRepeatable(key: PartKey): boolean {
  return key === 'ListenerRule' || key === 'TestListener';
}

function isArn(value: string): boolean {
  return value.startsWith('arn:');
}
