import { html, type Markup } from './markup.ts';
import type { CanaryReport } from './report.ts';
import { section } from './section.ts';
import { count, isoTime, plural, shorten, timeOf } from './wording.ts';

/** What happened to the tasks. */
export function renderEvents({ events, span }: Pick<CanaryReport, 'events' | 'span'>): Markup {
  const sorted = events.toSorted((one, other) => one.at - other.at);
  if (sorted.length === 0) return section('tasks', 'Tasks', ['No events were recorded.']);
  const older = Math.max(0, sorted.length - mostEvents);
  return section(
    'tasks',
    'Tasks',
    older === 0
      ? []
      : [`Only the newest ${count(mostEvents)} events are listed; ${plural(older, 'older one')} left out.`],
    html`<ul class="events">
${sorted.slice(older).map(
  ({ at, colour, text }) =>
    html`<li><time datetime="${isoTime(at)}">${timeOf(at, span.from)}</time> <span class="tag ${colour.toLowerCase()}">${colour}</span> <bdi>${shorten(text, 500)}</bdi></li>
`,
)}</ul>`,
  );
}

const mostEvents = 100;
