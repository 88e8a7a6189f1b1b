import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectDirectory } from '../../../build/project-directory.ts';
import { assess } from '../../../src/steps/watch/assessment.ts';
import { renderEvidence } from '../../../src/steps/watch/evidence-json.ts';
import { minutesOf, request, type SightingSample, sampleSighting } from './sample-sighting.ts';

function evidenceOf(sample: SightingSample) {
  const sighting = sampleSighting(sample);
  return JSON.parse(renderEvidence(sighting, assess(sighting, request), request));
}

describe('the evidence as JSON', () => {
  it('has the figures of the card', () => {
    const bad = { requests: 100, errors: 3, p90: 0.2 };
    expect(evidenceOf({ minutes: minutesOf(5, { requests: 900, errors: 1, p90: 0.1 }, bad) })).toMatchObject({
      format: 1,
      verdict: 'Worse',
      reasons: [{ kind: 'errors' }],
      greenPercent: 10,
      from: '2026-11-28T14:00:00.000Z',
      until: '2026-11-28T14:05:00.000Z',
      countedMinutes: 5,
      isShiftRecorded: true,
      blue: { requests: 4500, errors: 5, healthyTargets: 4, latency: { p90: 0.1 } },
      green: { requests: 500, errors: 15, errorRate: 0.03, failedTasks: 0 },
      errors: { verdict: 'worse', counted: '5xx' },
      latency: { verdict: 'cannot tell yet', comparedMinutes: 5, slowerMinutes: 5 },
      served: { kind: 'as requested', requested: 0.1, share: 0.1 },
      next: { greenPercent: 50, minutes: 30, requests: 15_000 },
      wayBack: { calls: 1, seconds: 0.21 },
      unread: [],
    });
  });

  it('has null where nothing was measured', () => {
    expect(evidenceOf({ minutesLater: 30 })).toMatchObject({
      verdict: 'NoEvidence',
      blue: { requests: null, errors: null, errorRate: null, latency: null },
      green: { requests: null, errors: null, errorRate: null, latency: null },
      errors: { greatestRate: null, greatestRatio: null, needed: null },
      served: null,
      capacity: null,
      next: { requests: null, failures: null },
    });
  });

  it('says what could not be read', () => {
    const metrics = { kind: 'unread', why: 'cloudwatch:GetMetricData failed', code: 'aws-access-denied' } as const;
    expect(evidenceOf({ metrics })).toMatchObject({ unread: ['cloudwatch:GetMetricData failed'] });
  });

  it('has exactly the members that docs/evidence.md explains', () => {
    const page = readFileSync(join(projectDirectory, 'docs/evidence.md'), 'utf8');
    const [, section = ''] = page.split('## The output variable `Evidence`');
    const rows = [...section.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, names = '']) => names.match(/\w+/g) ?? []);
    expect(['format', ...rows].sort()).toEqual(Object.keys(evidenceOf({})).sort());
  });
});
