import { describeRules } from './bypass-rules.ts';
import type { ListenerRule } from './listener-rule.ts';
import { areAlike, type Door, greenestDoor } from './production-rules.ts';
import { shortTaskDefinition } from './service.ts';
import type { Side, Traffic } from './traffic.ts';
import { bluePercentOf, formatPercent, greenPercentOf } from './weights.ts';

/** Output variables that describe the traffic as it is, for any step that knows it; of several rules, the one with most for green. */
export function trafficOutputs(traffic: Traffic): Record<string, string> {
  const { weights } = greenestDoor(traffic.doors);
  return {
    StableStack: traffic.stable ?? '',
    BlueTaskDefinition: traffic.blue.taskSet.taskDefinition,
    GreenTaskDefinition: traffic.green.taskSet.taskDefinition,
    BlueWeight: String(weights.blue),
    GreenWeight: String(weights.green),
    GreenPercent: String(Number(greenPercentOf(weights).toFixed(1))),
  };
}

/** A Markdown table of what runs where, fit for a manual intervention's instructions. */
export function summarise(title: string, traffic: Traffic, notes: readonly string[] = []): string {
  const remarks = [...notes, ...others(traffic)];
  return [
    `**${title}**`,
    '',
    `| | Blue${traffic.stable === 'Blue' ? ' (stable)' : ''} | Green${traffic.stable === 'Green' ? ' (stable)' : ''} |`,
    '|---|---|---|',
    `| Version | ${version(traffic.blue)} | ${version(traffic.green)} |`,
    ...shares(traffic.doors),
    `| Healthy targets | ${health(traffic.blue)} | ${health(traffic.green)} |`,
    ...(remarks.length > 0 ? ['', ...remarks.map((note) => `- ${note}`)] : []),
  ].join('\n');
}

/** Ways beside the production rules, of which the shares say nothing. */
function others({ blueDoors, sideDoors, known }: Traffic): readonly string[] {
  const name = (rule: ListenerRule): string => plainMarkdown(describeRules([rule], known.names));
  const onlyBlue = blueDoors.filter((rule) => !sideDoors.includes(rule));
  return [
    ...onlyBlue.map((rule) => `Users reach only blue through ${name(rule)}.`),
    ...sideDoors.map((rule) => `Users reach green, whatever the shares above say, through ${name(rule)}.`),
  ];
}

/** One row where every production rule splits alike, else one for each. */
function shares(doors: readonly Door[]): readonly string[] {
  const row = (what: string, { weights }: Door): string =>
    `| ${what} | ${formatPercent(bluePercentOf(weights))} | ${formatPercent(greenPercentOf(weights))} |`;
  if (areAlike(doors))
    return [row(`Share of traffic${doors.length > 1 ? ` (${doors.length} rules)` : ''}`, greenestDoor(doors))];
  return doors.map((door) => row(`Share at ${plainMarkdown(door.name)}`, door));
}

/** A text of somebody else's as one line of Markdown that shows just that text. */
export function plainMarkdown(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]<>#|~]/g, '\\$&');
}

function version(side: Side): string {
  return `\`${shortTaskDefinition(side.taskSet.taskDefinition)}\``;
}

function health(side: Side): string {
  return `${side.healthy} of ${side.taskSet.computedDesired}`;
}
