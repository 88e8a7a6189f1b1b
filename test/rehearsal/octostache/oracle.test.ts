import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectDirectory } from '../../../build/project-directory.ts';
import { createVariables } from '../../../src/rehearsal/substitution.ts';

/** What Octostache 3.9.3 made of a template; `real` is null where it gave null or failed. */
interface Answer {
  readonly vars: Readonly<Record<string, string>>;
  readonly template: string;
  readonly real: string | null;
  readonly truthy?: boolean;
  readonly error?: string;
}

function answersIn(file: string): readonly Answer[] {
  const text = readFileSync(join(projectDirectory, 'test/fixtures/octostache', file), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer);
}

/** What the rehearsal refuses instead of evaluating it. */
const lacking: ReadonlySet<string> = new Set(['#{calc N+1}', '#{calc 1+2}', '#{calc x}']);

/** The differences from the real answer, as a list of sentences. */
function differences({ vars, template, real, truthy, error }: Answer): readonly string[] {
  const variables = createVariables(Object.entries(vars));
  const where = `${JSON.stringify(template)} with ${JSON.stringify(vars)}`;
  let text: string | undefined;
  let holds: boolean;
  try {
    text = variables.evaluate(template);
    holds = variables.holds(template);
  } catch (thrown) {
    const message = (thrown as Error).message;
    if (error !== undefined && /Octopus (?:fails|cannot)/.test(message)) return [];
    if (lacking.has(template) && message.includes(`cannot evaluate ${template}: it lacks`)) return [];
    return [`${where} throws: ${message}`];
  }
  if (error !== undefined) return [`${where} gives ${JSON.stringify(text)}, but Octopus fails: ${error}`];
  return [
    ...((text ?? null) === real ? [] : [`${where} gives ${JSON.stringify(text)}, not ${JSON.stringify(real)}`]),
    ...(truthy === undefined || holds === truthy ? [] : [`${where} holds: ${holds}, not ${truthy}`]),
  ];
}

it.each([
  ['conditions.jsonl', 497],
  ['differences.jsonl', 238],
])('every answer of the real Octostache in %s is the rehearsal’s, all %d of them', (file, count) => {
  const answers = answersIn(file);
  expect(answers).toHaveLength(count);
  expect(answers.flatMap(differences)).toEqual([]);
});
