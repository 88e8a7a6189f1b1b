import type { ProcessDefinition, TemplateStep } from '../octopus/process/definition.ts';
import type { RehearsalOptions } from './scenario.ts';
import type { TemplateLibrary } from './template-library.ts';
import { mannerOf } from './user-behaviours.ts';

/** The operator's own parameters, and how much faster emulated time runs than the steps' own clock. */
type Given = Pick<RehearsalOptions, 'timeScale' | 'parameters'> & Partial<Pick<RehearsalOptions, 'behaviours'>>;

/**
 * Prepares a process for a rehearsal: every step gets those of the operator's parameters that it knows, and settles in
 * emulated time.
 */
export function playableProcess(process: ProcessDefinition, library: TemplateLibrary, given: Given): ProcessDefinition {
  const usual = {
    [settleSeconds]: inRealSeconds(usualSeconds, given),
    // The steps wait for the end of stickiness by their own clock, so it has to be short.
    ...(mannerOf(given.behaviours ?? []).isSticky && { 'EcsCanary.StickinessSeconds': '20' }),
  };
  const own = { ...given.parameters, ...settlingOf(given) };
  const complete = (step: TemplateStep): TemplateStep => {
    const known = library.get(step.stepId)?.parameters ?? {};
    const of = (values: Readonly<Record<string, string>>) =>
      Object.fromEntries(Object.entries(values).filter(([name]) => Object.hasOwn(known, name)));
    return { ...step, properties: { ...of(usual), ...step.properties, ...of(own) } };
  };
  return { ...process, steps: process.steps.map((step) => (step.kind === 'template' ? complete(step) : step)) };
}

/** Explains to the operator how a given settling time is used. */
export function settlingNotes(given: Given): readonly string[] {
  return Object.values(settlingOf(given)).map(
    (seconds) =>
      `${settleSeconds} is ${given.parameters[settleSeconds]?.trim()} seconds of emulated time; the steps receive and show ${seconds}, in seconds of their own clock.`,
  );
}

const settleSeconds = 'EcsCanary.SettleSeconds';
/** In emulated time. */
const usualSeconds = 120;
/** The steps refuse more, so a larger value is passed on unchanged. */
const mostSeconds = 3600;

function settlingOf(given: Given): Readonly<Record<string, string>> {
  const typed = given.parameters[settleSeconds]?.trim() ?? '';
  const isSound = /^\d+$/.test(typed) && Number(typed) <= mostSeconds;
  return isSound ? { [settleSeconds]: inRealSeconds(Number(typed), given) } : {};
}

function inRealSeconds(emulated: number, { timeScale }: Given): string {
  return String(Math.ceil(emulated / timeScale));
}
