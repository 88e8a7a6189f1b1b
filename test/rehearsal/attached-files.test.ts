import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { saveAttached } from '../../src/cli/save-attached.ts';
import { rehearse } from '../../src/rehearsal/rehearsal.ts';
import { createRehearsalLog } from '../../src/rehearsal/rehearsal-log.ts';
import { createFakeCloud, fakeLibrary } from './fake-cloud.ts';

const directory = mkdtempSync(join(tmpdir(), 'attached-files-'));
afterAll(() => rmSync(directory, { recursive: true }));

const body = 'Octopus.Action.Script.ScriptBody';

/** A short rehearsal whose Promote attaches a file. */
async function playAttaching() {
  const lines: string[] = [];
  const library = new Map(fakeLibrary());
  const promote = library.get('promote');
  if (promote === undefined) throw new Error('the fake library has no Promote');
  const attach = 'get_octopusvariable Octopus.Release.Number >report.html\nnew_octopusartifact "$PWD/report.html"';
  const properties = { ...promote.properties, [body]: `${promote.properties[body]}\n${attach}` };
  library.set('promote', { ...promote, properties });
  const cloud = await createFakeCloud();
  try {
    const options = {
      timeScale: 1,
      requestsPerSecond: 500,
      sample: 20,
      watch: false,
      weights: [50],
      abortAt: undefined,
    };
    const result = await rehearse(
      { ...options, watch: false, behaviours: [], template: undefined, parameters: {}, ask: undefined },
      library,
      cloud,
      createRehearsalLog((line) => lines.push(line), false),
    );
    return { ...result, lines };
  } finally {
    await cloud.close();
  }
}

it('the result of a rehearsal lists what steps attached, the log tells it, and it can be saved', async () => {
  const { problems, attached, lines } = await playAttaching();
  expect(problems).toEqual([]);
  expect(attached.map(({ release, step, name, content }) => [release, step, name, content.toString().trim()])).toEqual([
    ['1.1.0', 'promote', 'report.html', '1.1.0'],
    ['1.3.0', 'promote', 'report.html', '1.3.0'],
  ]);
  expect(lines.filter((line) => line.includes('Artifact report.html, 0.0 KB'))).toHaveLength(2);
  const said: string[] = [];
  saveAttached(attached, join(directory, 'new/folder'), (line) => said.push(line));
  const file = join(directory, 'new/folder', '1.1.0-promote-report.html');
  expect(said[0]).toBe(`Wrote ${file}`);
  expect(readFileSync(file, 'utf8').trim()).toBe('1.1.0');
});

it('a name that leads out of the directory stays in it', () => {
  const attached = [{ release: '1.0.0', step: 'promote', name: '../../evil', content: Buffer.from('x') }];
  saveAttached(attached, join(directory, 'inside'), () => {});
  expect(readdirSync(join(directory, 'inside'))).toEqual(['1.0.0-promote-evil']);
});

it('that there are no files is said', () => {
  const said: string[] = [];
  saveAttached([], directory, (line) => said.push(line));
  expect(said).toEqual(['No step attached a file, so --artifacts saved nothing.']);
});

it('a directory that cannot be written is a problem of --artifacts', () => {
  const attached = [{ release: '1.0.0', step: 'promote', name: 'x', content: Buffer.from('x') }];
  expect(() => saveAttached(attached, '/proc/nowhere', () => {})).toThrow(/--artifacts: cannot write \/proc\/nowhere/);
});
