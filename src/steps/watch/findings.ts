import type { Assessment, WatchRequest } from './assessment.ts';
import { renderCard } from './card.ts';
import { renderEvidence } from './evidence-json.ts';
import { confirmCommand } from './retreat-line.ts';
import type { Sighting } from './sighting.ts';

/** What the figures show, as output variables. */
export function findingsOf(sighting: Sighting, assessment: Assessment, request: WatchRequest) {
  const { blue, green } = assessment.errors;
  return {
    Summary: renderCard(sighting, assessment, request),
    Verdict: assessment.verdict,
    ConfirmCommand: confirmCommand(sighting.traffic, sighting.now, request.nextPercent),
    RequestsBlue: measured(blue.requests, blue.requests),
    RequestsGreen: measured(green.requests, green.requests),
    ErrorsBlue: measured(blue.requests, blue.errors),
    ErrorsGreen: measured(green.requests, green.errors),
    Evidence: renderEvidence(sighting, assessment, request),
  } as const;
}

/** The same where nothing was compared. */
export const noFindings = {
  Verdict: 'NoEvidence',
  ConfirmCommand: '',
  ...{ RequestsBlue: '', RequestsGreen: '', ErrorsBlue: '', ErrorsGreen: '', Evidence: '' },
} as const;

/** Blank where nothing was measured, because that is no zero. */
function measured(requests: number, value: number): string {
  return requests === 0 ? '' : String(value);
}
