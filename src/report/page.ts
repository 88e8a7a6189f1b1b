import { renderDecisions } from './decision-list.ts';
import { renderErrors } from './errors-section.ts';
import { renderEvents } from './event-list.ts';
import { renderEvidence } from './evidence-section.ts';
import { renderLatency } from './latency-section.ts';
import { html, type Markup } from './markup.ts';
import type { CanaryReport } from './report.ts';
import { renderRequests } from './requests-section.ts';
import { section } from './section.ts';
import { renderShare } from './share-section.ts';
import { style } from './style.ts';
import { arrange, type Timeline } from './timeline.ts';
import { renderVerdict } from './verdict-section.ts';
import { dateOf, duration, isoTime, shorten, timeOf } from './wording.ts';

/** The report as one HTML page that needs no script and no network. */
export function renderReport(report: CanaryReport): string {
  const timeline = arrange(report);
  const title = `${shorten(report.stack, 100)}: canary report`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${{ markup: style }}</style>
</head>
<body>
${renderHead(report)}
<main>
${renderVerdict(report, timeline)}
${renderDecisions(timeline)}
${renderShare(timeline)}
${renderRequests(timeline)}
${renderErrors(timeline)}
${renderLatency(timeline)}
${renderEvidence(report.span, timeline)}
${renderEvents(report)}
${renderReading(timeline)}
</main>
<footer><p>Written on ${dateOf(report.writtenAt)} at ${time(report.writtenAt)} UTC. All times are UTC.</p></footer>
</body>
</html>
`.markup;
}

function renderHead({ stack, service, project, release, environment, versions }: CanaryReport): Markup {
  const facts: readonly (readonly [term: string, fact: string | undefined])[] = [
    ['Project', project],
    ['Release', release],
    ['Environment', environment],
    ['Service', service],
    ['Blue', versions.blue],
    ['Green', versions.green],
  ];
  const known = facts.filter((fact): fact is readonly [string, string] => Boolean(fact[1]?.trim()));
  return html`<header><p class="kicker">Canary report</p><h1><bdi>${shorten(stack, 200)}</bdi></h1>
<dl>${known.map(([term, fact]) => html`<div><dt>${term}</dt><dd><bdi>${shorten(fact, 200)}</bdi></dd></div>`)}</dl></header>`;
}

function renderReading({ fine, coarse }: Timeline): Markup {
  const notes: readonly (readonly [term: string, text: string])[] = [
    [
      'Figures',
      "They come from CloudWatch, for each minute and target group. Testers' requests to green are included.",
    ],
    ['Gaps', 'A minute without figures, or in which the share changed, leaves a gap. A gap never means zero.'],
    [
      'Bars',
      `A mark covers ${duration(fine.minutesEach)}, or ${duration(coarse.minutesEach)} for rates and latencies. No mark mixes two shares. A latency is the median over its minutes, without those in which the colour had fewer than 20 requests.`,
    ],
    [
      'Intervals',
      'Each contains the true error rate in 95 of 100 marks, if you look only once. Ends beyond the chart are cut off.',
    ],
    [
      'Verdict',
      'It compares the two colours within each minute, so neither a burst nor a shift misleads it. At most 5 in 100 equally good versions are ever called worse, however often anybody looks.',
    ],
  ];
  return section(
    'reading',
    'How to read this report',
    [],
    html`<dl class="notes">${notes.map(([term, text]) => html`<div><dt>${term}</dt><dd>${text}</dd></div>`)}</dl>`,
  );
}

function time(epochMs: number): Markup {
  return html`<time datetime="${isoTime(epochMs)}">${timeOf(epochMs)}</time>`;
}
