import { shortTaskDefinition } from './service.ts';
import type { Side, Traffic } from './traffic.ts';
import { bluePercentOf, formatPercent, greenPercentOf } from './weights.ts';

/** Output variables that describe the traffic as it is, for any step that knows it. */
export function trafficOutputs(traffic: Traffic): Record<string, string> {
  return {
    StableStack: traffic.stable ?? '',
    BlueTaskDefinition: traffic.blue.taskSet.taskDefinition,
    GreenTaskDefinition: traffic.green.taskSet.taskDefinition,
    BlueWeight: String(traffic.weights.blue),
    GreenWeight: String(traffic.weights.green),
    GreenPercent: String(Number(greenPercentOf(traffic.weights).toFixed(1))),
  };
}

/** A Markdown table of what runs where, fit for a manual intervention's instructions. */
export function summarise(title: string, traffic: Traffic, notes: readonly string[] = []): string {
  const { weights } = traffic;
  return [
    `**${title}**`,
    '',
    `| | Blue${traffic.stable === 'Blue' ? ' (stable)' : ''} | Green${traffic.stable === 'Green' ? ' (stable)' : ''} |`,
    '|---|---|---|',
    `| Version | ${version(traffic.blue)} | ${version(traffic.green)} |`,
    `| Share of traffic | ${formatPercent(bluePercentOf(weights))} | ${formatPercent(greenPercentOf(weights))} |`,
    `| Healthy targets | ${health(traffic.blue)} | ${health(traffic.green)} |`,
    ...(notes.length > 0 ? ['', ...notes.map((note) => `- ${note}`)] : []),
  ].join('\n');
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
