import { describeRules } from './bypass-rules.ts';
import type { ListenerRule } from './listener-rule.ts';
import { areAlike, greenestRule, type ProductionRule } from './production-rules.ts';
import { shortTaskDefinition } from './service.ts';
import type { Side, Traffic } from './traffic.ts';
import { bluePercentOf, formatPercent, greenPercentOf } from './weights.ts';

/** Output variables that describe the current traffic; with several rules, that of the rule with the largest green share. */
export function trafficOutputs(traffic: Traffic): Record<string, string> {
  const { weights } = greenestRule(traffic.productionRules);
  return {
    StableStack: traffic.stable ?? '',
    BlueTaskDefinition: traffic.blue.taskSet.taskDefinition,
    GreenTaskDefinition: traffic.green.taskSet.taskDefinition,
    BlueWeight: String(weights.blue),
    GreenWeight: String(weights.green),
    GreenPercent: String(Number(greenPercentOf(weights).toFixed(1))),
  };
}

/** A Markdown table of what runs where, for the instructions of a manual intervention. */
export function summarise(title: string, traffic: Traffic, notes: readonly string[] = []): string {
  const remarks = [...notes, ...others(traffic)];
  return [
    `**${title}**`,
    '',
    `| | Blue${traffic.stable === 'Blue' ? ' (stable)' : ''} | Green${traffic.stable === 'Green' ? ' (stable)' : ''} |`,
    '|---|---|---|',
    `| Version | ${version(traffic.blue)} | ${version(traffic.green)} |`,
    ...shares(traffic.productionRules),
    `| Healthy targets | ${health(traffic.blue)} | ${health(traffic.green)} |`,
    ...(remarks.length > 0 ? ['', ...remarks.map((note) => `- ${note}`)] : []),
  ].join('\n');
}

/** Rules outside the production rules, which the shares do not cover. */
function others({ rulesToBlue, bypassRules, known }: Traffic): readonly string[] {
  const name = (rule: ListenerRule): string => plainMarkdown(describeRules([rule], known.names));
  const onlyBlue = rulesToBlue.filter((rule) => !bypassRules.includes(rule));
  return [
    ...onlyBlue.map((rule) => `Users reach only blue through ${name(rule)}.`),
    ...bypassRules.map((rule) => `Users also reach green, outside the shares above, through ${name(rule)}.`),
  ];
}

/** One row if every production rule has the same split, otherwise one for each. */
function shares(productionRules: readonly ProductionRule[]): readonly string[] {
  const row = (what: string, { weights }: ProductionRule): string =>
    `| ${what} | ${formatPercent(bluePercentOf(weights))} | ${formatPercent(greenPercentOf(weights))} |`;
  if (areAlike(productionRules))
    return [
      row(
        `Share of traffic${productionRules.length > 1 ? ` (${productionRules.length} rules)` : ''}`,
        greenestRule(productionRules),
      ),
    ];
  return productionRules.map((productionRule) => row(`Share at ${plainMarkdown(productionRule.name)}`, productionRule));
}

/** Foreign text as one line of Markdown that shows exactly that text. */
export function plainMarkdown(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/\p{C}/gu, '')
    .replace(/[\\`*_{}[\]<>#|~&]/g, '\\$&');
}

/** The text that Markdown of this kind shows. */
export function plainText(markdown: string): string {
  return markdown.replace(/\\([\\`*_{}[\]<>#|~&])/g, '$1');
}

function version(side: Side): string {
  return `\`${shortTaskDefinition(side.taskSet.taskDefinition)}\``;
}

function health(side: Side): string {
  return `${side.healthy} of ${side.taskSet.computedDesired}`;
}
