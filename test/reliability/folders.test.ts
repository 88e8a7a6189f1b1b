import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectDirectory } from '../../build/project-directory.ts';
import { readImports } from '../source-imports.ts';

/** The folders of the fault matrix from the lowest up; on top is the command with its report. */
const folders = [
  'step-runs',
  'cases',
  'actual-state',
  'judging',
  'world',
  'arranging',
  'running',
  'random',
  'fleet',
  '.',
];

// Which folder is under which.
const folderOf = (path: string): string => (path.includes('/') ? (path.split('/')[0] ?? '') : '.');

test('the folders of the fault matrix import only what lies below them', () => {
  const inside = readImports(join(projectDirectory, 'src/reliability')).filter(({ to }) => /^[^@.][^:]*\.ts$/.test(to));
  expect(inside.length).toBeGreaterThan(100);
  const upwards = inside.filter(({ from, to }) => folders.indexOf(folderOf(to)) > folders.indexOf(folderOf(from)));
  expect(upwards.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  expect([...new Set(inside.flatMap(({ from, to }) => [folderOf(from), folderOf(to)]))].sort()).toEqual(folders.sort());
});
